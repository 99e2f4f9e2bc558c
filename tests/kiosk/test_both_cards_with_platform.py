"""A new card's function switched on (38) and its state looked up (39) against the real platform over mutual TLS: a
worker signs in by their code, both cards are read, and what the platform keeps says so."""

from __future__ import annotations

import contextlib
import sqlite3
import tomllib
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest

from contract.catalogue import Group
from contract.faults import Fault
from contract.log_events import Event
from drivers.device import CardHolder
from kiosk.questions import Confirm, ConfirmChoice
from kiosk.views import (
    AskProof,
    Attract,
    Guide,
    GuideChoice,
    ItemList,
    Menu,
    MessageView,
    PinPad,
    RecordsChoice,
    RecordsView,
    ResultChoice,
    ResultView,
    TakeAway,
)
from secure.reading.keys import audit_private_key
from secure.reading.log import Verifier
from tests.kiosk.helping import PIN, WORKER, help_key, says
from tests.kiosk.opening import LEAVE, beside, has, to_item
from tests.kiosk.scripted import Step
from tests.kiosk.service_point import at_the_terminal, attended, code_of
from tests.kiosk.test_conditions import filled
from tests.kiosk.test_lookups_with_platform import RealStand, accepted
from tests.kiosk.test_lookups_with_platform import has as tells
from tests.kiosk.test_with_platform import CAST, Platform


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    with attended(tmp_path_factory.mktemp("house")) as made:
        yield made


@pytest.fixture
async def here(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[RealStand]:
    async with at_the_terminal(platform, monkeypatch) as made:
        yield made


def holder(key: str) -> CardHolder:
    person = next(one for one in tomllib.loads(CAST.read_text(encoding="utf-8"))["person"] if one["key"] == key)
    card = person["card"]
    return CardHolder(
        id_number=person["id_number"], name=person["name"], sex=person["sex"], ethnicity=person["ethnicity"],
        born=person["born"], card_number=card["card_number"], card_id_code=card["card_id_code"],
        version=card["version"], issued=card["issued"], expires=card["expires"],
    )  # fmt: skip


def row(platform: Platform, query: str, *values: str) -> tuple[Any, ...]:
    with contextlib.closing(sqlite3.connect(platform.state / "central.sqlite3")) as database:
        return tuple(database.execute(query, values).fetchone())


async def test_a_new_card_is_activated_and_looked_up_with_both_cards_read(platform: Platform, here: RealStand) -> None:
    mine, other, laid = holder("newcomer"), holder("farmer"), beside(here)

    def change(card: CardHolder) -> Callable[[], None]:
        def does() -> None:
            laid.pull()
            laid.insert(card)

        return does

    # An agent comes: both of the resident's cards, somebody else's first, and then the agent's own.
    await here.visit(
        Step(Attract, True),
        *help_key(Menu),
        Step(AskProof, does=lambda: here.scan(code_of(platform, "helper"))),
        Step(PinPad, PIN),
        Step(Menu, does=lambda: here.insert(mine)),
        *to_item(Group.CARD, 39),
        Step(Guide, GuideChoice.START),
        Step(AskProof, does=lambda: laid.insert(other)),
        Step(MessageView, "ok", check=says(here, Fault.CARDS_OTHER_PERSON)),
        Step(AskProof, does=change(mine)),
        Step(RecordsView, RecordsChoice.DONE, check=tells("社保功能还没启用")),
        Step(ItemList, 38),
        Step(Guide, GuideChoice.START),
        Step(MessageView, "agent"),
        Step(AskProof, does=change(other)),
        Step(Guide, GuideChoice.START, check=has("社保功能还没有启用")),
        *filled(here, 38),
        Step(Confirm, ConfirmChoice.SUBMIT),
        Step(ResultView, ResultChoice.AGAIN, check=accepted),
        Step(ItemList, 39),
        Step(Guide, GuideChoice.START),
        Step(RecordsView, RecordsChoice.DONE, check=tells("正常，能用")),
        *LEAVE,
        Step(TakeAway, does=here.pull),
    )
    kept = row(platform, "SELECT cards_read, names_differ, agent_id_number, operator, state FROM central_matterrecord")
    assert kept == ("ssc+id_card", 0, other.id_number, WORKER, "done")
    assert row(platform, "SELECT enabled FROM central_socialcard WHERE card_number = ?", mine.card_number) == (1,)
    audit_key = audit_private_key(platform.state / "audit.key")
    log = Verifier(here.mine.device.public, audit_key).read(platform.terminal / "ledger.db")
    read = [dict(one.values) for one in log if one.event is Event.BOTH_CARDS_READ]
    assert [(one["item"], one["agent_id_number"]) for one in read] == [(39, ""), (38, other.id_number), (39, "")]
    [slip] = [one for one in here.printer.slips if "代办人" in repr(one)]
    assert other.name not in repr(slip)
