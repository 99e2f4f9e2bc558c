# ruff: noqa: RUF012 - Django's generated form
"""Which certificate a subsidy was granted for: it earns no other."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("central", "0020_done_at_once"),
    ]

    operations = [
        migrations.AddField(
            model_name="benefitgrant",
            name="certificate",
            field=models.CharField(blank=True, db_index=True, max_length=40),
        ),
    ]
