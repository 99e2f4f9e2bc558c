# ruff: noqa: RUF012 - Django's generated form
"""Village workers who assist (帮办)."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("central", "0011_list_order"),
    ]

    operations = [
        migrations.CreateModel(
            name="StaffMember",
            fields=[
                ("id", models.CharField(max_length=32, primary_key=True, serialize=False)),
                ("point", models.CharField(db_index=True, max_length=80)),
                ("digits", models.PositiveSmallIntegerField(default=0)),
                ("added_at", models.DateTimeField()),
                ("retired_at", models.DateTimeField(null=True)),
                ("retired_for", models.CharField(default="", max_length=200)),
                (
                    "resident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="posts", to="central.resident"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="StaffAct",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("who", models.CharField(max_length=80)),
                ("what", models.CharField(max_length=200)),
                (
                    "worker",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="acts", to="central.staffmember"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="StaffSession",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("opened_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField(db_index=True)),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "terminal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="central.terminal"
                    ),
                ),
                (
                    "worker",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="sessions", to="central.staffmember"
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="session",
            name="helper",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="helped",
                to="central.staffsession",
            ),
        ),
        migrations.CreateModel(
            name="StaffLockout",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("lockout", models.CharField(max_length=32)),
                ("reported_at", models.DateTimeField()),
                ("unlocked_at", models.DateTimeField(null=True)),
                ("unlock", models.BinaryField(default=b"")),
                (
                    "terminal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="central.terminal"
                    ),
                ),
                (
                    "worker",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="lockouts", to="central.staffmember"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("terminal", "worker", "lockout"), name="one_lockout_each")
                ],
            },
        ),
        migrations.CreateModel(
            name="StaffPin",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("salt", models.BinaryField()),
                ("hash", models.BinaryField()),
                ("card", models.BinaryField(null=True)),
                ("set_at", models.DateTimeField()),
                (
                    "terminal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="central.terminal"
                    ),
                ),
                (
                    "worker",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="pins", to="central.staffmember"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("worker", "terminal"), name="one_pin_per_terminal")],
            },
        ),
    ]
