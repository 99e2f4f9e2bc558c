# ruff: noqa: RUF012 - Django's generated form
"""A terminal's log key may be SM2's (suite GM): 64 bytes, 128 characters."""

from django.db import migrations, models


def wide(**more: str) -> models.CharField:
    return models.CharField(max_length=128, **more)


KEPT_BESIDE = ("issuedcertificate", "logcheckpoint", "logalarm", "heldsegment", "heldrecord")


class Migration(migrations.Migration):
    dependencies = [("central", "0009_photos")]

    operations = [
        migrations.AlterField(model_name="terminal", name="log_key", field=wide(default="")),
        *(migrations.AlterField(model_name=name, name="log_key", field=wide()) for name in KEPT_BESIDE),
    ]
