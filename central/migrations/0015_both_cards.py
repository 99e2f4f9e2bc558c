# ruff: noqa: RUF012 - Django's generated form
"""Both cards where an item wants both: which were read in a session, and with a matter; who came for a resident."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("central", "0014_documents"),
    ]

    operations = [
        migrations.AddField(
            model_name="matterrecord",
            name="agent_id_number",
            field=models.CharField(blank=True, default="", max_length=18),
        ),
        migrations.AddField(
            model_name="matterrecord",
            name="agent_name",
            field=models.CharField(blank=True, default="", max_length=60),
        ),
        migrations.AddField(
            model_name="matterrecord",
            name="cards_read",
            field=models.CharField(blank=True, default="", max_length=32),
        ),
        migrations.AddField(
            model_name="matterrecord",
            name="names_differ",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="session",
            name="cards_read",
            field=models.CharField(blank=True, default="", max_length=32),
        ),
    ]
