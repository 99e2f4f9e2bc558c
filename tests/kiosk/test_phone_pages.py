"""Pages from the resident's telephone, as lists of steps: they come, the link runs out, the line is lost."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from contract import limits, wire
from contract.faults import Fault
from contract.texts import Text, load
from drivers.device import Failure
from kiosk.questions import ChoiceQuestion, Confirm, ConfirmChoice
from kiosk.views import (
    MessageView,
    Nav,
    QrView,
    ResultChoice,
    ResultView,
    TakeAway,
)
from tests.kiosk.conftest import Stand
from tests.kiosk.opening import has
from tests.kiosk.scripted import Step
from tests.kiosk.test_documents import begin, handed_in, kept

WORDS = load()
LINK = "https://127.0.0.1/u/token"
PAGES = ("a" * 64, "b" * 64)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "UPLOAD_POLL", 0.01)


class Telephone:
    """What the platform says of the link, one after the other; the last for ever."""

    def __init__(self, *said: wire.UploadState | Failure) -> None:
        self.said = list(said)
        self.asked: list[wire.UploadLook] = []
        self.closed: wire.UploadState | None = None

    def look(self, ask: wire.UploadLook) -> wire.UploadState | Failure:
        self.asked.append(ask)
        if ask.close and self.closed is not None:
            return self.closed
        return self.said.pop(0) if len(self.said) > 1 else self.said[0]


def came(*pages: str, still: bool = True) -> wire.UploadState:
    return wire.UploadState(pages=pages, seen=True, open=still)


def with_phone(stand: Stand, phone: Telephone, seconds: int = 600) -> tuple[Step, ...]:
    steps = begin(stand)
    given = wire.Upload(upload="u", link=LINK, seconds=seconds)
    stand.central.answers |= {"upload_open": given, "upload_look": phone.look}
    return (*steps, Step(ChoiceQuestion, ("phone",)))


def waits() -> None:
    """Nobody touches anything: what happens next comes from the platform."""


def code(view: QrView) -> None:
    assert view.content == LINK


def two(view: ChoiceQuestion) -> None:
    assert view.options[0].label == WORDS(Text.DOCUMENT_DONE, pages=2)


async def test_two_pages_come_and_the_matter_names_them(stand: Stand) -> None:
    phone = Telephone(came(), came(PAGES[0]), came(PAGES[0]), came(*PAGES, still=False))
    await stand.visit(
        *with_phone(stand, phone),
        Step(QrView, check=code, does=waits),
        Step(MessageView, check=has(WORDS(Text.UPLOAD_CAME_TITLE, pages=1)), does=waits),
        Step(ChoiceQuestion, ("done",), check=two),
        *handed_in(stand, "2 页"),
    )
    assert await kept(stand) == []  # none of it ever was here
    [asked] = [ask for name, ask in stand.central.asked if name == "upload_open"]
    assert (asked.item, asked.document, asked.pages) == (22, "skill_certificate", 3)


async def test_done_at_the_terminal_closes_the_link(stand: Stand) -> None:
    """A page that came in the very moment counts: the platform's last word is taken."""
    phone = Telephone(came(PAGES[0]))
    phone.closed = came(*PAGES, still=False)
    await stand.visit(
        *with_phone(stand, phone),
        Step(QrView, does=waits),
        Step(MessageView, "done"),
        Step(ChoiceQuestion, ("done",), check=two),
        *handed_in(stand, "2 页"),
    )
    assert phone.asked[-1].close


@pytest.mark.parametrize("touch", [None, Nav.BACK])
async def test_given_up_nothing_is_said_and_the_original_goes_to_the_counter(stand: Stand, touch: Any) -> None:
    phone = Telephone(wire.UploadState(pages=(), seen=False, open=True))

    def quiet(view: ChoiceQuestion) -> None:
        assert view.error == ""

    await stand.visit(
        *with_phone(stand, phone),
        Step(QrView, touch),
        Step(ChoiceQuestion, ("window",), check=quiet),
        *handed_in(stand, "带原件到窗口"),
    )
    assert phone.asked[-1].close


@pytest.mark.parametrize(
    ("said", "seconds"),
    [(came(still=False), 600), (came(), 0), (Failure(Fault.PLATFORM_NOT_FOUND), 600)],
    ids=["closed", "ran out", "unknown"],
)
async def test_a_link_that_ended_is_told_and_another_way_taken(stand: Stand, said: Any, seconds: int) -> None:
    await stand.visit(
        *with_phone(stand, Telephone(said), seconds),
        Step(QrView, does=waits),
        Step(ChoiceQuestion, ("window",), check=has(WORDS(Text.UPLOAD_ENDED))),
        *handed_in(stand, "带原件到窗口"),
    )


async def test_the_line_is_lost_in_the_middle_and_comes_back(stand: Stand) -> None:
    away = Failure(Fault.PLATFORM_AWAY)
    phone = Telephone(came(PAGES[0]), away, away, came(*PAGES, still=False))
    await stand.visit(
        *with_phone(stand, phone),
        Step(QrView, does=waits),
        Step(MessageView, does=waits),
        Step(ChoiceQuestion, ("done",), check=two),
        *handed_in(stand, "2 页"),
    )


async def test_no_phone_while_the_platform_is_away(stand: Stand) -> None:
    def none(view: ChoiceQuestion) -> None:
        assert [one.code for one in view.options] == ["window"]
        assert view.hint == WORDS(Text.DOCUMENT_ONLY_WINDOW)

    steps = begin(stand)

    def cut() -> None:
        stand.central.away = True

    cutting = Step(steps[-1].view, steps[-1].answer, check=lambda _view: cut())
    await stand.visit(
        *steps[:-1], cutting,
        Step(ChoiceQuestion, ("window",), check=none),
        Step(Confirm, ConfirmChoice.SUBMIT), Step(ResultView, ResultChoice.FINISH), Step(TakeAway, does=stand.pull),
    )  # fmt: skip


async def test_no_link_no_page(stand: Stand) -> None:
    phone = Telephone(came())
    steps = with_phone(stand, phone)
    stand.central.answers["upload_open"] = Failure(Fault.PLATFORM_BUSY)
    await stand.visit(
        *steps, Step(MessageView, "ok"), Step(ChoiceQuestion, ("window",)), *handed_in(stand, "带原件到窗口")
    )


async def test_the_card_is_pulled_while_the_code_is_shown(stand: Stand) -> None:
    """The session is closed with the visit, and the link with it."""
    phone = Telephone(came())
    await stand.visit(*with_phone(stand, phone), Step(QrView, does=stand.pull), Step(MessageView, "ok"))
    async with asyncio.timeout(10):
        while "session_close" not in [name for name, _ in stand.central.asked]:
            await asyncio.sleep(0.01)
    asked = len(phone.asked)
    await asyncio.sleep(0.1)
    assert len(phone.asked) == asked


async def test_whoever_has_the_page_open_is_here(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    """No touch for long: the telephone says that somebody is there, until the link runs out."""
    here: list[None] = []
    monkeypatch.setattr("kiosk.visit.Visit.somebody_is_here", lambda _self: here.append(None))
    phone = Telephone(came(), came(), came(still=False))
    await stand.visit(
        *with_phone(stand, phone), Step(QrView, does=waits), Step(ChoiceQuestion, does=stand.pull),
        Step(MessageView, "ok"),
    )  # fmt: skip
    assert len(here) >= 3
