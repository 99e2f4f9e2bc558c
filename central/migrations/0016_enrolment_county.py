# ruff: noqa: RUF012 - Django's generated form
"""Enrolment by code says the county, as admitting by hand does."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("central", "0015_both_cards"),
    ]

    operations = [
        migrations.AddField(
            model_name="enrolmentcode",
            name="county",
            field=models.CharField(default="", max_length=6),
        ),
    ]
