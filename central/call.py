"""What a route's handler is given, and the items as they are packaged (as terminals have them: central.offered)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Generic, TypeVar

from django.conf import settings

from central.models import Session, Terminal
from contract import catalogue
from contract.catalogue import Catalogue, Item
from contract.wire import Message

A = TypeVar("A", bound=Message | None)


@dataclass(frozen=True)
class Call(Generic[A]):
    """One request, decoded: who asks for what, and when."""

    ask: A
    terminal: Terminal
    session: Session | None
    at: datetime
    token: str = field(default="", repr=False)
    """The session's token as it came, to be given back."""

    @property
    def open_session(self) -> Session:
        """The session of a route that needs one."""
        assert self.session is not None
        return self.session


@cache
def items(folder: Path) -> Catalogue:
    """The catalogue in *folder*, read once; a release or a new configuration restarts the platform."""
    return catalogue.load(folder)


def find_item(number: int) -> Item | None:
    """The item, or None."""
    all_items = items(settings.CENTRAL.items)
    return all_items[number] if any(item.number == number for item in all_items) else None
