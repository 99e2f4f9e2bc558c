# ruff: noqa: RUF012 - Django's generated form
"""What was taken in as it came has been done since it came: nobody is to wait for an answer that nobody owes."""

from typing import Any

from django.db import migrations
from django.db.models import F

AT_ONCE = (1, 4, 7)
"""Items that nobody decides, as this migration found them."""


def close(apps: Any, schema_editor: Any) -> None:
    matters = apps.get_model("central", "MatterRecord").objects
    waiting = matters.filter(item__in=AT_ONCE, state="accepted", due=None)
    waiting.update(state="done", decided_at=F("received_at"))


class Migration(migrations.Migration):
    dependencies = [
        ("central", "0019_specialists"),
    ]

    operations = [migrations.RunPython(close, migrations.RunPython.noop)]
