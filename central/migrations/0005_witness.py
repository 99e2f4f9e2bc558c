# ruff: noqa: RUF012 - Django's generated form
"""The platform as witness and keeper of sealed logs; who helped with a matter."""

import django.db.models.deletion
from django.db import migrations, models

ID = ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"))


def of_a_terminal() -> tuple[str, models.Field]:
    key = models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="central.terminal")
    return ("terminal", key)


def once(name: str, *fields: str) -> dict[str, list[models.UniqueConstraint]]:
    return {"constraints": [models.UniqueConstraint(fields=("terminal", "log_key", *fields), name=name)]}


class Migration(migrations.Migration):
    dependencies = [("central", "0004_configuration")]

    operations = [
        migrations.AddField(
            model_name="matterrecord",
            name="operator",
            field=models.CharField(blank=True, db_index=True, default="", max_length=40),
        ),
        migrations.CreateModel(
            name="AuditOpening",
            fields=[
                ID,
                ("who", models.CharField(max_length=80)),
                ("reason", models.CharField(max_length=200)),
                ("first", models.BigIntegerField()),
                ("last", models.BigIntegerField()),
                ("at", models.DateTimeField()),
                of_a_terminal(),
            ],
        ),
        migrations.CreateModel(
            name="HeldRecord",
            fields=[
                ID,
                ("log_key", models.CharField(max_length=66)),
                ("seq", models.BigIntegerField()),
                ("segment", models.BigIntegerField()),
                ("header", models.BinaryField()),
                ("nonce", models.BinaryField()),
                ("ciphertext", models.BinaryField()),
                ("head", models.BinaryField()),
                ("mac", models.BinaryField()),
                of_a_terminal(),
            ],
            options=once("one_record_each", "seq"),
        ),
        migrations.CreateModel(
            name="HeldSegment",
            fields=[
                ID,
                ("log_key", models.CharField(max_length=66)),
                ("number", models.BigIntegerField()),
                ("start_seq", models.BigIntegerField()),
                ("header", models.BinaryField()),
                ("signature", models.BinaryField()),
                of_a_terminal(),
            ],
            options=once("one_segment_each", "number"),
        ),
        migrations.CreateModel(
            name="LogAlarm",
            fields=[
                ID,
                ("log_key", models.CharField(max_length=66)),
                ("segments", models.BigIntegerField()),
                ("size", models.BigIntegerField()),
                ("head", models.CharField(max_length=64)),
                ("statement", models.BinaryField(default=b"")),
                ("at", models.DateTimeField()),
                of_a_terminal(),
            ],
            options=once("one_alarm_each", "segments", "size", "head"),
        ),
        migrations.CreateModel(
            name="LogCheckpoint",
            fields=[
                ID,
                ("log_key", models.CharField(max_length=66)),
                ("segments", models.BigIntegerField()),
                ("size", models.BigIntegerField()),
                ("head", models.CharField(max_length=64)),
                ("statement", models.BinaryField()),
                ("answer", models.BinaryField()),
                ("at", models.DateTimeField()),
                of_a_terminal(),
            ],
            options=once("one_head_per_place", "segments", "size"),
        ),
    ]
