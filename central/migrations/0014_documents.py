# ruff: noqa: RUF012 - Django's generated form
"""Pages of documents, and when a picture went."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("central", "0013_ratings"),
    ]

    operations = [
        migrations.AddField(
            model_name="photorecord",
            name="pruned_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.CreateModel(
            name="DocumentPage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("document", models.CharField(max_length=40)),
                ("place", models.PositiveSmallIntegerField()),
                ("reference", models.CharField(max_length=64, unique=True)),
                (
                    "matter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="pages", to="central.matterrecord"
                    ),
                ),
            ],
            options={
                "ordering": ("matter", "place"),
                "constraints": [models.UniqueConstraint(fields=("matter", "place"), name="one_page_per_place")],
            },
        ),
    ]
