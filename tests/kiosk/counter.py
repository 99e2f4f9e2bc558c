"""A village's counter for the items that want both cards (34, 38, 39): both readers, a worker's desk, a platform."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from contract import wire
from contract.catalogue import Item
from contract.log_events import Event
from contract.wire import ShownBy
from drivers.device import CardHolder
from kiosk.questions import Confirm, ConfirmChoice
from kiosk.views import (
    AskProof,
    Attract,
    Guide,
    GuideChoice,
    Menu,
    MessageView,
    RecordsChoice,
    RecordsView,
    ResultChoice,
    ResultView,
    TakeAway,
    Way,
)
from secure.reading.delivery import open_delivery
from tests.kiosk.conftest import DEVICE, Stand
from tests.kiosk.helping import PIN, Village, by_code, help_key, ways
from tests.kiosk.opening import LEAVE, RECORDS, beside, someone, to_item
from tests.kiosk.scripted import FakeCardReader, Step
from tests.kiosk.test_conditions import FINE, filled
from tests.secure.pin_desk import Quick

BOTH = (34, 38, 39)
OTHER: CardHolder = someone(7)
AGENT: CardHolder = someone(8)
EACH = pytest.mark.parametrize("number", BOTH)
EITHER = pytest.mark.parametrize("first", ["card first", "id card first"])


class Counter:
    """A village's counter: both readers, a worker's desk, and a platform whose seal the test can open."""

    def __init__(self, stand: Stand, key: X25519PrivateKey) -> None:
        self.stand, self._key = stand, key
        self.village, self.id_reader = Village.of(stand), beside(stand)
        self.submitted: list[wire.Submission] = []
        stand.central.answers |= {"conditions": FINE, "deliver": self._taken, "records": RECORDS}

    def _taken(self, ask: wire.Delivery) -> wire.Receipt:
        body = open_delivery(ask, DEVICE, self._key.private_bytes_raw(), self.stand.key.public)
        assert isinstance(body, bytes)
        self.submitted.append(msgspec.json.decode(body, type=wire.Submission))
        return self.stand.accepting(ask)

    def item(self, number: int) -> Item:
        return self.stand.catalogue[number]

    def readers(self, first: str) -> tuple[FakeCardReader, FakeCardReader, Way]:
        """The reader that is used first, the other, and the way of that."""
        card = self.stand.reader
        assert card is not None
        return (card, self.id_reader, Way.ID_CARD) if first == "card first" else (self.id_reader, card, Way.CARD)

    def begun(self, number: int, comes: Callable[[], None] | None, who: str = "self") -> tuple[Step, ...]:
        """A worker signs in, somebody comes, and the item is begun; *comes* None: by a code."""
        item = self.item(number)
        asked = (Step(MessageView, who),) if item.agent else ()
        return (
            Step(Attract, True),
            *help_key(Menu),
            *by_code(self.stand, PIN),
            Step(Menu, does=comes or (lambda: self.stand.scan("residents-code"))),
            *to_item(item.group, number),
            Step(Guide, GuideChoice.START),
            *asked,
        )

    def done(self, number: int) -> tuple[Step, ...]:
        """From the last card on: the whole item, and away."""
        if number == 39:
            return Step(RecordsView, RecordsChoice.DONE), *self.away()
        return (
            Step(Guide, GuideChoice.START),
            *filled(self.stand, number),
            Step(Confirm, ConfirmChoice.SUBMIT),
            Step(ResultView, ResultChoice.AGAIN),
            *self.away(),
        )

    def away(self) -> tuple[Step, ...]:
        return (*LEAVE, Step(TakeAway, does=self.stand.pull))

    def told(self) -> list[list[ShownBy]]:
        """What the platform was told to have been read besides, each time."""
        return [[one.shown_by for one in ask.readings] for name, ask in self.stand.central.asked if name == ELEVATE]

    def log(self, event: Event) -> list[dict[str, Any]]:
        return self.village.of_event(event)

    def nothing_began(self) -> None:
        asked = {name for name, _ in self.stand.central.asked}
        assert not asked & {"records", "conditions", "deliver"}
        assert not self.log(Event.BOTH_CARDS_READ)


def soon(does: Callable[[], None], seconds: float = 0.1) -> None:
    """When what lies there could have been read already."""
    asyncio.get_running_loop().call_later(seconds, does)


ELEVATE = wire.SESSION_ELEVATE.name


def key_of_the_platform(monkeypatch: pytest.MonkeyPatch) -> X25519PrivateKey:
    """Before the stand: what it seals is sealed to this one."""
    key = X25519PrivateKey.generate()
    monkeypatch.setattr("tests.kiosk.conftest._raw_public", lambda: key.public_key().public_bytes_raw())
    monkeypatch.setattr("secure.pin.Argon2id", Quick)
    monkeypatch.setattr("secure.reading.staff.Argon2id", Quick)
    return key


def asks(way: Way, words: str) -> Callable[[AskProof], None]:
    def check(view: AskProof) -> None:
        ways(way)(view)
        assert words in view.title
        assert "张*" in view.line
        assert "张测试" not in repr(view)

    return check
