"""The platform away, slow, lying or busy: nobody is stuck, nothing is taken on trust."""

from __future__ import annotations

import asyncio
import gzip
from pathlib import Path
from typing import Any

import msgspec
import pytest

from contract import wire
from contract.catalogue import Group, Proof
from contract.faults import Fault
from drivers.device import Failure
from kiosk.views import (
    Attract,
    Guide,
    GuideChoice,
    ItemList,
    ListingView,
    Menu,
    MenuChoice,
    MessageView,
    Nav,
    PinPad,
    Progress,
    RecordsView,
    ResultView,
    TakeAway,
    View,
)
from tests.kiosk.attacking import Resident, answering, play
from tests.kiosk.conftest import Stand
from tests.kiosk.opening import (
    LISTING,
    RECORDS,
    answers,
    has,
    to_item,
)
from tests.kiosk.scripted import Step
from tests.kiosk.test_central_client import health, http, platform

# -- a platform that lies --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("token", ["", "令牌", "a\r\nX-Other: 1"])
async def test_a_session_without_a_usable_token_is_no_session(stand: Stand, token: str) -> None:
    answering(stand, session_open=wire.Session(token=token, proof=Proof.PROVED, name="张测试", id_number=""))
    resident = Resident(stand, Group.INSURANCE, 25)
    resident.before = lambda view: MenuChoice.LEAVE if isinstance(view, Menu) and resident.titles() else None
    await play(stand, resident)
    assert set(resident.titles()) == {stand.faults[Fault.PLATFORM_GARBLED].what}
    assert not resident.saw(RecordsView)


async def test_a_session_for_somebody_else_is_not_taken(stand: Stand) -> None:
    """The platform answers for another person than the card says: their records must not come up."""
    other = wire.Session(token="t", proof=Proof.PROVED, name="李试验", id_number="140999197505052037")
    answering(stand, session_open=other, records=RECORDS)
    resident = Resident(stand, Group.INSURANCE, 25)
    resident.before = lambda view: MenuChoice.LEAVE if isinstance(view, Menu) and resident.titles() else None
    await play(stand, resident)
    assert not resident.saw(RecordsView)
    assert "李" not in repr(resident.seen)


async def test_an_answer_that_says_it_is_packed_and_is_not_is_a_sentence(tmp_path: Path) -> None:
    async def lying(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(
            b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello"
        )
        await writer.drain()

    async with platform(tmp_path, lying) as central:
        assert isinstance(failure := await health(central), Failure)
        assert failure.fault is Fault.PLATFORM_GARBLED


async def test_a_table_whose_rows_do_not_fit_is_no_answer(tmp_path: Path) -> None:
    """Shown, it would put amounts under the wrong heading; printed, it would break in the middle of a visit."""
    table = {"title": "", "columns": [{"label": "月份"}, {"label": "个人"}], "rows": [["2026-10"]]}
    body = msgspec.json.encode({"title": "x", "facts": [], "tables": [table], "as_of": ""})
    async with platform(tmp_path, http(body)) as central:
        answer = await central.call(wire.RECORDS, wire.Records, wire.RecordsAsk(item=25), "t")
        assert isinstance(answer, Failure)
        assert answer.fault is Fault.PLATFORM_GARBLED


async def test_an_answer_that_unpacks_without_end_is_not_unpacked(tmp_path: Path) -> None:
    bomb = gzip.compress(bytes(50_000_000))

    async def packed(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        assert b"gzip" not in head.lower()
        start = f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {len(bomb)}\r\nConnection: close\r\n\r\n"
        writer.write(start.encode() + bomb)
        await writer.drain()

    async with platform(tmp_path, packed) as central:
        assert isinstance(failure := await health(central), Failure)
        assert failure.fault is Fault.PLATFORM_GARBLED


# -- a platform that says no, or not now -----------------------------------------------------------------------------


@pytest.mark.parametrize("fault", [Fault.PLATFORM_NOT_KNOWN, Fault.PLATFORM_CARD_NOT_VALID])
async def test_who_will_be_refused_is_told_before_the_form_and_not_after_it(stand: Stand, fault: Fault) -> None:
    opened: list[Any] = []

    def opening(_ask: Any) -> Any:
        opened.append(True)
        return Failure(Fault.PLATFORM_AWAY) if len(opened) == 1 else Failure(fault)

    stand.central.answers = answers(session_open=opening)
    await stand.visit(
        Step(Attract, does=stand.insert),
        *to_item(Group.WORK, 1),
        Step(Guide, GuideChoice.START),
        Step(PinPad, "123456"),
        Step(MessageView, "ok", check=has(stand.faults[fault].what)),
        Step(Guide, Nav.BACK),
        Step(ItemList, Nav.BACK),
        Step(Menu, MenuChoice.LEAVE),
        Step(TakeAway, does=stand.pull),
    )


@pytest.mark.parametrize(
    "fault", [Fault.PLATFORM_AWAY, Fault.PLATFORM_SLOW, Fault.PLATFORM_GARBLED, Fault.PLATFORM_BUSY]
)
async def test_what_its_sentence_promises_can_be_done_while_it_lasts(stand: Stand, fault: Fault) -> None:
    """「登记的事用社保卡照样能办」, from insertion to slip."""
    answering(stand, session_open=Failure(fault), deliver=Failure(fault))
    resident = Resident(stand)
    await play(stand, resident)
    assert resident.titles() == []
    result = next(view for view in resident.seen if isinstance(view, ResultView))
    assert result.pending
    assert await stand.pending() == 1
    assert len(stand.printer.slips) == 1


async def test_without_a_card_reader_nothing_is_promised_while_the_platform_is_away(stand: Stand) -> None:
    stand.without_card_reader()
    stand.central.answers = answers()
    stand.central.away = True
    seen: list[MessageView] = []
    await stand.visit(
        Step(Attract, does=lambda: stand.scan("opaque"), check=lambda view: stand.expect("登记" not in view.trouble)),
        Step(MessageView, "menu", check=seen.append),
    )
    assert "先收下" not in repr(seen[0].rows)


async def test_a_slow_second_proof_shows_that_something_is_going_on(stand: Stand) -> None:
    """Between the PIN and the page behind it the platform may take its time: the screen says so, 首页 works."""
    answering(stand, records=RECORDS)
    real = stand.central.call

    async def call(route: wire.Route, *arguments: Any) -> Any:
        if route is wire.SESSION_ELEVATE:
            await asyncio.Event().wait()
        return await real(route, *arguments)

    stand.central.call = call  # type: ignore[method-assign]
    resident = Resident(stand, Group.INSURANCE, 25)
    homes: list[bool] = []

    def home(view: View[Any]) -> Any:
        if isinstance(view, Progress) and "平台" in view.words and resident.saw(PinPad) and not homes:
            homes.append(True)
            return Nav.HOME

    resident.before = home
    await play(stand, resident)
    assert homes
    assert resident.saw(RecordsView)
    asked = [ask for name, ask in stand.central.asked if name == "session_open"]
    assert asked[-1].pin_verified  # opened again with the card's own word


async def test_a_listing_goes_on_through_a_platform_that_comes_and_goes(stand: Stand) -> None:
    turns = iter([Failure(Fault.PLATFORM_SLOW), Failure(Fault.PLATFORM_AWAY), LISTING])
    stand.central.answers = answers(browse=lambda _ask: next(turns))
    await stand.visit(
        Step(Attract, does=stand.insert),
        *to_item(Group.WORK, 3),
        Step(MessageView, "again", check=has(stand.faults[Fault.PLATFORM_SLOW].what)),
        Step(MessageView, "again", check=has(stand.faults[Fault.PLATFORM_AWAY].what)),
        Step(ListingView, Nav.BACK),
        Step(ItemList, Nav.BACK),
        Step(Menu, MenuChoice.LEAVE),
        Step(TakeAway, does=stand.pull),
    )
