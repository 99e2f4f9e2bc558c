"""The declaration of personal information covers whatever has a field for it, and the page shows the declaration."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from contract import catalogue, personal, wire
from contract.log_events import Event
from drivers.device import CardHolder, DeviceEvent, IdCardHolder, Look, Photo
from kiosk.bay import Arrival
from kiosk.person import Person

PAGE = Path(__file__).parents[2] / "docs" / "personal-information.md"
HOLDERS: tuple[type[Any], ...] = (
    CardHolder, IdCardHolder, Person, wire.SessionOpen, wire.Session, wire.Elevate, wire.Rating, wire.Reading,
    wire.Submission,
)  # fmt: skip
"""Every field of these is a resident's, or stands in OTHERS."""
OTHERS = {
    "CardHolder.version", "CardHolder.issued", "CardHolder.expires", "CardHolder.algorithm", "IdCardHolder.expires",
    "IdCardHolder.kind", "Submission.key", "Submission.item", "Submission.terminal", "Submission.made_at",
    "Submission.log_segment", "Submission.log_seq", "Submission.offline", "Submission.operator", "Submission.salt",
    "Rating.key", "Rating.item", "Rating.terminal", "Rating.made_on", "Rating.operator", "Rating.salt",
    "SessionOpen.staff", "SessionOpen.operator", "Session.worker", "Elevate.operator",
}  # fmt: skip
"""Of the card, the terminal or the act, and of nobody."""
ELSEWHERE: tuple[type[Any], ...] = (
    DeviceEvent, Arrival, Look, Photo, wire.CardAuthAsk, wire.Records, wire.Matters,
)  # fmt: skip


def names(of: type[Any]) -> set[str]:
    fields = dataclasses.fields(of) if dataclasses.is_dataclass(of) else msgspec.structs.fields(of)
    return {f"{of.__name__}.{field.name}" for field in fields}


def declared() -> Iterator[str]:
    for one in personal.load():
        yield from one.covers


def test_every_field_of_a_resident_is_declared_once() -> None:
    covered = list(declared())
    assert len(covered) == len(set(covered))
    assert set().union(*(names(holder) for holder in HOLDERS)) - OTHERS == {
        one for one in covered if one.split(".")[0] in {holder.__name__ for holder in HOLDERS}
    }


def test_what_is_declared_is_there() -> None:
    events = {f"Event.{event.name}.{field}" for event in Event for field in event.value.fields}
    keys = {f"form:{field.key}" for item in catalogue.load() for field in item.fields}
    there = set().union(*(names(holder) for holder in (*HOLDERS, *ELSEWHERE))) | events | keys | {personal.ANY}
    assert set(declared()) - there == set()


@pytest.mark.parametrize("word", ["id_number", "name", "phone", "card", "address"])
def test_no_event_of_the_log_holds_what_is_not_declared(word: str) -> None:
    found = {f"Event.{event.name}.{field}" for event in Event for field in event.value.fields if word in field}
    assert found <= set(declared())


def test_the_page_shows_it() -> None:
    text = PAGE.read_text("utf-8")
    said = "python -m contract.personal --write docs/personal-information.md"
    assert personal.page(text, catalogue.load()) == text, said


def test_every_row_says_everything() -> None:
    for one in personal.load():
        assert all((one.name, one.why, one.items, one.where, one.keep, one.basis)), one.name
