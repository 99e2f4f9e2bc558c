# ruff: noqa: RUF012 - Django's generated form
"""Links for telephones, and which photo came by one."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("central", "0016_enrolment_county"),
    ]

    operations = [
        migrations.CreateModel(
            name="UploadLink",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=36, unique=True)),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("item", models.PositiveSmallIntegerField()),
                ("document", models.CharField(max_length=40)),
                ("most", models.PositiveSmallIntegerField()),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("seen_at", models.DateTimeField(null=True)),
                ("expires_at", models.DateTimeField(db_index=True)),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "resident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="central.resident"
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="central.session"
                    ),
                ),
                (
                    "terminal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="central.terminal"
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="photorecord",
            name="upload",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="photos", to="central.uploadlink"
            ),
        ),
    ]
