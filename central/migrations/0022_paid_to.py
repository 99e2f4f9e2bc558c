# ruff: noqa: RUF012 - Django's generated form
"""Where a pension goes, as it was asked for."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("central", "0021_certificates_claimed"),
    ]

    operations = [
        migrations.AddField(
            model_name="schememembership",
            name="paid_to",
            field=models.CharField(
                blank=True, choices=[("social", "发到社保卡"), ("bank", "发到别的银行卡")], max_length=8
            ),
        ),
    ]
