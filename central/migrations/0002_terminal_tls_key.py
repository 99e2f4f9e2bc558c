# ruff: noqa: RUF012 - Django's generated form
"""Which key a terminal was last admitted with. Terminals admitted before are admitted once more (``central admit``)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("central", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="terminal",
            name="tls_key",
            field=models.CharField(default="", max_length=64),
        ),
    ]
