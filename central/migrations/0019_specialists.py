# ruff: noqa: RUF012 - Django's generated form
"""Who may review is said of the account: nobody may until the county names them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("central", "0018_training"),
    ]

    operations = [
        migrations.AddField(
            model_name="staffmember",
            name="specialist",
            field=models.BooleanField(default=False),
        ),
    ]
