# ruff: noqa: RUF012 - Django's generated form
"""What residents thought of single acts (好差评)."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("central", "0012_staff"),
    ]

    operations = [
        migrations.CreateModel(
            name="RatingRecord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("point", models.CharField(blank=True, default="", max_length=80)),
                ("county", models.CharField(blank=True, default="", max_length=6)),
                ("item", models.PositiveSmallIntegerField()),
                ("level", models.PositiveSmallIntegerField()),
                ("reasons", models.JSONField(default=list)),
                ("words", models.CharField(blank=True, default="", max_length=60)),
                ("operator", models.CharField(blank=True, default="", max_length=40)),
                ("made_on", models.DateField()),
                ("due", models.DateField(db_index=True, null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                ("closed_by", models.CharField(blank=True, default="", max_length=40)),
                ("outcome", models.CharField(blank=True, default="", max_length=200)),
                (
                    "caller",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="central.resident"
                    ),
                ),
                (
                    "delivery",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="rating", to="central.deliveryrecord"
                    ),
                ),
                (
                    "terminal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="central.terminal"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["made_on", "county", "point"], name="central_rat_made_on_351193_idx")],
            },
        ),
    ]
