"""What a route's handler is given, and the item's rules it asks for: kind and proof."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Generic, TypeVar

from django.conf import settings

from central import clock
from central.models import Session, Terminal
from central.problems import RefusedError
from contract import catalogue
from contract.catalogue import Catalogue, Item, Kind, Proof
from contract.wire import Message, ProblemCode

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


def item_for(number: int, kind: Kind, session: Session) -> Item:
    """The item, if there is one of this kind and *session* may use it."""
    item = find_item(number)
    if item is None or item.kind is not kind:
        raise RefusedError(ProblemCode.NOT_FOUND, f"没有这个事项：{number}")
    helped = item.proof is Proof.OPERATOR and session.helper is not None and session.helper.open_at(clock.now())
    if not helped and not Proof(session.proof).satisfies(item.proof):
        raise RefusedError(ProblemCode.NOT_ALLOWED, f"事项 {number} 需要先证明是本人")
    if item.both_cards and not session.both_cards:
        raise RefusedError(ProblemCode.BOTH_CARDS_NEEDED, f"事项 {number} 身份证和社保卡都要读")
    return item
