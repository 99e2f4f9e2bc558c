# ruff: noqa: RUF012 - Django's generated form
"""Training: institutions, courses, classes, and files of those who want to learn (16 to 19)."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("central", "0017_uploads"),
    ]

    operations = [
        migrations.CreateModel(
            name="TrainingCourse",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=16, unique=True)),
                ("occupation", models.CharField(db_index=True, max_length=16)),
                ("times", models.CharField(max_length=16)),
                ("days", models.PositiveSmallIntegerField()),
                ("groups", models.CharField(max_length=120)),
            ],
        ),
        migrations.CreateModel(
            name="TrainingFile",
            fields=[
                (
                    "registration",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="training_file",
                        serialize=False,
                        to="central.registration",
                    ),
                ),
                ("group", models.CharField(db_index=True, max_length=16)),
                ("due", models.DateField(db_index=True)),
                ("due_provisional", models.BooleanField(default=False)),
                ("answered_at", models.DateTimeField(null=True)),
                ("answered_by", models.CharField(blank=True, default="", max_length=40)),
                ("number", models.PositiveIntegerField(null=True)),
                ("starts", models.DateField(null=True)),
                ("told", models.CharField(blank=True, default="", max_length=180)),
                ("delivered_at", models.DateTimeField(null=True)),
                ("delivered_by", models.CharField(blank=True, default="", max_length=40)),
                ("delivered_to", models.CharField(blank=True, default="", max_length=16)),
                ("comes", models.BooleanField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="TrainingProvider",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=16, unique=True)),
                ("name", models.CharField(max_length=60)),
                ("county", models.CharField(max_length=6)),
                ("address", models.CharField(max_length=80)),
                ("lat", models.FloatField()),
                ("lon", models.FloatField()),
                ("phone", models.CharField(max_length=20)),
                ("made_up", models.BooleanField(default=False)),
            ],
        ),
        migrations.AddField(
            model_name="liferecord",
            name="groups",
            field=models.JSONField(default=list),
        ),
        migrations.CreateModel(
            name="TrainingClass",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField(unique=True)),
                ("starts", models.DateField(db_index=True)),
                ("hour", models.CharField(max_length=5)),
                ("place", models.CharField(max_length=80)),
                ("made_up", models.BooleanField(default=False)),
                (
                    "course",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="classes", to="central.trainingcourse"
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="trainingcourse",
            name="provider",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="courses", to="central.trainingprovider"
            ),
        ),
    ]
