# ruff: noqa: RUF012 - Django's generated form
"""Photographed pages, and who opened one."""

import django.db.models.deletion
from django.db import migrations, models

ID = ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"))


def of(model: str, related: str = "+") -> models.Field:
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name=related, to=f"central.{model}")


class Migration(migrations.Migration):
    dependencies = [("central", "0008_gigs_and_lookups")]

    operations = [
        migrations.CreateModel(
            name="PhotoRecord",
            fields=[
                ID,
                ("key", models.CharField(max_length=64)),
                ("sha256", models.CharField(max_length=64)),
                ("sealed", models.BinaryField()),
                ("answer", models.BinaryField()),
                ("at", models.DateTimeField()),
                ("device", of("terminal")),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("device", "key"), name="one_photo_per_key")],
            },
        ),
        migrations.CreateModel(
            name="PhotoOpening",
            fields=[
                ID,
                ("who", models.CharField(max_length=80)),
                ("reason", models.CharField(max_length=200)),
                ("at", models.DateTimeField()),
                ("photo", of("photorecord", "openings")),
            ],
        ),
    ]
