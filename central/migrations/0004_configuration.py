# ruff: noqa: RUF012 - Django's generated form
"""Releases of signed configuration, and what each terminal was assigned and last reported."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("central", "0003_enrolment"),
    ]

    operations = [
        migrations.CreateModel(
            name="ConfigRelease",
            fields=[
                ("id", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("objects_in_it", models.JSONField()),
                ("made_at", models.DateTimeField()),
                ("ring", models.IntegerField(default=0)),
                ("halted_at", models.DateTimeField(null=True)),
                ("halted_for", models.CharField(default="", max_length=200)),
            ],
        ),
        migrations.CreateModel(
            name="ConfigTerminal",
            fields=[
                (
                    "terminal",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="central.terminal",
                    ),
                ),
                ("county", models.CharField(default="", max_length=6)),
                ("counter", models.BigIntegerField(default=0)),
                ("published", models.BigIntegerField(default=0)),
                ("assigned_at", models.DateTimeField(null=True)),
                ("reported_at", models.DateTimeField(null=True)),
                ("state", models.CharField(default="", max_length=16)),
                ("error", models.BooleanField(default=False)),
                ("report", models.JSONField(default=dict)),
                (
                    "before",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="central.configrelease",
                    ),
                ),
                (
                    "release",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="central.configrelease",
                    ),
                ),
            ],
        ),
    ]
