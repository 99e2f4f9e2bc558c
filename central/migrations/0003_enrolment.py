# ruff: noqa: RUF012 - Django's generated form
"""Terminals with number, service point and machine; codes of enrolment; the history of certificates."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("central", "0002_terminal_tls_key"),
    ]

    operations = [
        migrations.AddField(
            model_name="terminal",
            name="number",
            field=models.PositiveSmallIntegerField(null=True, unique=True),
        ),
        migrations.AddField(
            model_name="terminal",
            name="point",
            field=models.CharField(default="", max_length=80),
        ),
        migrations.AddField(
            model_name="terminal",
            name="revoked_for",
            field=models.CharField(default="", max_length=200),
        ),
        migrations.AddField(
            model_name="terminal",
            name="serial",
            field=models.CharField(max_length=40, null=True, unique=True),
        ),
        migrations.AlterField(
            model_name="terminal",
            name="admitted_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AlterField(
            model_name="terminal",
            name="log_key",
            field=models.CharField(default="", max_length=66),
        ),
        migrations.CreateModel(
            name="EnrolmentCode",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("index", models.CharField(max_length=16, unique=True)),
                ("serial", models.CharField(db_index=True, max_length=40)),
                ("point", models.CharField(max_length=80)),
                ("keys", models.BinaryField()),
                ("issued_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("used_at", models.DateTimeField(null=True)),
                ("request", models.CharField(default="", max_length=64)),
                ("answer", models.BinaryField(default=b"")),
                (
                    "terminal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="central.terminal"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="IssuedCertificate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("serial", models.CharField(max_length=40)),
                ("tls_key", models.CharField(max_length=64)),
                ("log_key", models.CharField(max_length=66)),
                ("not_before", models.DateTimeField()),
                ("not_after", models.DateTimeField()),
                ("at", models.DateTimeField()),
                (
                    "how",
                    models.CharField(
                        choices=[
                            ("admitted", "手工接纳"),
                            ("enrolled", "入网"),
                            ("renewed", "换新"),
                            ("late", "过期后换新"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "terminal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="certificates", to="central.terminal"
                    ),
                ),
            ],
        ),
    ]
