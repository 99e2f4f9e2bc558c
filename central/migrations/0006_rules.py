# ruff: noqa: RUF012 - Django's generated form
"""What the rules of single items stand on; due dates and decisions of matters."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("central", "0005_witness"),
    ]

    operations = [
        migrations.CreateModel(
            name="LifeRecord",
            fields=[
                (
                    "resident",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="life",
                        serialize=False,
                        to="central.resident",
                    ),
                ),
                ("household", models.CharField(blank=True, max_length=6)),
                ("student", models.BooleanField(default=False)),
                ("died", models.DateField(null=True)),
                ("missing", models.DateField(null=True)),
                ("left", models.DateField(null=True)),
                ("left_by_choice", models.BooleanField(null=True)),
                ("checked", models.DateField(null=True)),
            ],
        ),
        migrations.AddField(
            model_name="employeecontribution",
            name="unemployment",
            field=models.BooleanField(default=True),
        ),
        migrations.AddField(
            model_name="matterrecord",
            name="answers",
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name="matterrecord",
            name="decided_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="matterrecord",
            name="decided_by",
            field=models.CharField(blank=True, default="", max_length=40),
        ),
        migrations.AddField(
            model_name="matterrecord",
            name="due",
            field=models.DateField(db_index=True, null=True),
        ),
        migrations.AddField(
            model_name="matterrecord",
            name="due_provisional",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="socialcard",
            name="enabled",
            field=models.BooleanField(default=True),
        ),
        migrations.AddField(
            model_name="socialcard",
            name="lost_until",
            field=models.DateTimeField(null=True),
        ),
        migrations.AlterField(
            model_name="matterrecord",
            name="state",
            field=models.CharField(
                choices=[("accepted", "已受理"), ("done", "已办结"), ("refused", "没有受理"), ("declined", "没有通过")],
                max_length=16,
            ),
        ),
        migrations.AlterField(
            model_name="payout",
            name="scheme",
            field=models.CharField(
                choices=[
                    ("resident", "城乡居民养老保险"),
                    ("supplement", "城乡居民补充养老保险"),
                    ("employee", "企业职工基本养老保险"),
                    ("unemployment", "失业保险"),
                ],
                max_length=16,
            ),
        ),
        migrations.CreateModel(
            name="BenefitGrant",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("item", models.PositiveSmallIntegerField()),
                ("receipt", models.CharField(max_length=12, unique=True)),
                ("since", models.DateField()),
                ("months", models.PositiveSmallIntegerField(default=0)),
                ("paid_before", models.PositiveSmallIntegerField(default=0)),
                ("occupation", models.CharField(blank=True, max_length=40)),
                ("level", models.CharField(blank=True, max_length=1)),
                ("amount", models.BigIntegerField()),
                ("source", models.CharField(max_length=80)),
                (
                    "resident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="grants", to="central.resident"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="LossReport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(choices=[("temporary", "临时挂失"), ("formal", "正式挂失")], max_length=16)),
                ("at", models.DateTimeField()),
                ("lapses", models.DateTimeField(null=True)),
                ("lifted", models.DateTimeField(null=True)),
                (
                    "card",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="losses", to="central.socialcard"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SkillCertificate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=40, unique=True)),
                ("occupation", models.CharField(max_length=40)),
                ("level", models.CharField(max_length=1)),
                ("issued", models.DateField()),
                (
                    "resident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="certificates", to="central.resident"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SchemeMembership",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "scheme",
                    models.CharField(
                        choices=[
                            ("resident", "城乡居民养老保险"),
                            ("supplement", "城乡居民补充养老保险"),
                            ("employee", "企业职工基本养老保险"),
                            ("unemployment", "失业保险"),
                        ],
                        max_length=16,
                    ),
                ),
                ("joined", models.DateField()),
                ("paused", models.DateField(null=True)),
                ("drawing", models.DateField(null=True)),
                ("suspended", models.DateField(null=True)),
                ("why", models.CharField(blank=True, max_length=16)),
                (
                    "resident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="memberships", to="central.resident"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("resident", "scheme"), name="one_membership_per_scheme"),
                    models.UniqueConstraint(
                        condition=models.Q(("drawing__isnull", False), ("scheme__in", ["resident", "employee"])),
                        fields=("resident",),
                        name="one_basic_pension_only",
                    ),
                ],
            },
        ),
    ]
