"""The platform away, slow, lying or busy, and a wall clock that jumps: nobody is stuck, nothing is taken on trust."""

from __future__ import annotations

import asyncio
import dataclasses
import gzip
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from contract import limits, wire
from contract.catalogue import Group, Proof
from contract.faults import Fault
from contract.log_events import Event
from drivers.device import CardHolder, Failure
from kiosk.acts import Act
from kiosk.courier import Courier, Undelivered
from kiosk.journal import Journal
from kiosk.person import Person
from kiosk.views import (
    Attract,
    Confirm,
    Guide,
    GuideChoice,
    ItemList,
    ListingView,
    Menu,
    MenuChoice,
    MessageView,
    Nav,
    PinChoice,
    PinPad,
    Progress,
    RecordsView,
    ResultView,
    TakeAway,
    View,
)
from secure.keys import SoftwareKey
from secure.ledger import DiskFull, Draft, Entry, Ledger
from tests.kiosk.attacking import Resident, answering, play, whole_or_nothing
from tests.kiosk.conftest import CHINA, DEVICE, Stand, _raw_public
from tests.kiosk.scripted import MADE_UP, SESSION, FakeCardReader, FakeCentral, Step
from tests.kiosk.test_central_client import health, http, platform
from tests.kiosk.test_story import LISTING, RECORDS, answers, has, to_item

PROVED = msgspec.structs.replace(SESSION, proof=Proof.PROVED)
LEAVE = (Step(ItemList, Nav.BACK), Step(Menu, MenuChoice.LEAVE), Step(TakeAway, None))


class FakeIdReader(FakeCardReader):
    name = "id_reader"


def with_id_reader(stand: Stand, holder: CardHolder = MADE_UP) -> FakeIdReader:
    """A terminal with an ID card reader instead of a card reader."""
    reader, real = FakeIdReader(holder), stand.house
    stand.without_card_reader()

    def house() -> Any:
        made = real()
        made.bay.id_reader = reader  # type: ignore[assignment]
        return made

    stand.house = house  # type: ignore[method-assign]
    return reader


# -- proof -----------------------------------------------------------------------------------------------------------


def password(right: str = "246810") -> Any:
    tries = [5]

    def check(ask: wire.Elevate) -> Any:
        if ask.service_password == right:
            return PROVED
        tries[0] -= 1
        return Failure(Fault.PLATFORM_WRONG_PASSWORD, tries_left=tries[0])

    return check


async def test_an_id_card_needs_the_service_password_for_what_is_personal(stand: Stand) -> None:
    reader = with_id_reader(stand)
    stand.central.answers = answers(session_elevate=password(), records=RECORDS)
    await stand.visit(
        Step(Attract, does=reader.insert),
        *to_item(Group.INSURANCE, 25),
        Step(PinPad, "111111", check=has("服务密码")),
        Step(PinPad, "246810", check=has("还可以试 4 次")),
        Step(RecordsView, Nav.BACK),
        *LEAVE,
    )


async def test_a_password_is_asked_again_when_the_session_ended_meanwhile(stand: Stand) -> None:
    """A session opened again is worth what an ID card is worth: the terminal must not go on thinking it is proved."""
    reader = with_id_reader(stand)
    ended: list[bool] = []

    def records(_ask: Any) -> Any:
        if not ended:
            ended.append(True)
            return Failure(Fault.PLATFORM_SESSION_ENDED)
        opened = [name for name, _ in stand.central.asked].count("session_open")
        raised = [name for name, _ in stand.central.asked].count("session_elevate")
        return RECORDS if raised >= opened else Failure(Fault.PLATFORM_NOT_ALLOWED)

    stand.central.answers = answers(session_elevate=password(), records=records)
    await stand.visit(
        Step(Attract, does=reader.insert),
        *to_item(Group.INSURANCE, 25),
        Step(PinPad, "246810"),
        Step(PinPad, "246810", check=has("再确认")),
        Step(RecordsView, Nav.BACK),
        *LEAVE,
    )


async def test_who_does_not_prove_again_goes_home(stand: Stand) -> None:
    reader = with_id_reader(stand)
    once: list[bool] = []

    def records(_ask: Any) -> Any:
        once.append(True)
        return Failure(Fault.PLATFORM_SESSION_ENDED if len(once) == 1 else Fault.PLATFORM_NOT_ALLOWED)

    stand.central.answers = answers(session_elevate=password(), records=records)
    await stand.visit(
        Step(Attract, does=reader.insert),
        *to_item(Group.INSURANCE, 25),
        Step(PinPad, "246810"),
        Step(PinPad, Nav.BACK),
        Step(Menu, MenuChoice.LEAVE),
        Step(TakeAway, None),
    )


async def test_a_password_the_platform_does_not_raise_the_session_for_proves_nothing(stand: Stand) -> None:
    reader = with_id_reader(stand)
    stand.central.answers = answers(session_elevate=SESSION)  # it answers, and the proof is no better than before
    await stand.visit(
        Step(Attract, does=reader.insert),
        *to_item(Group.INSURANCE, 25),
        Step(PinPad, "246810"),
        Step(MessageView, "ok", check=has(stand.faults[Fault.PLATFORM_NOT_ALLOWED].what)),
        *LEAVE,
    )
    assert "records" not in [name for name, _ in stand.central.asked]


async def test_the_password_can_be_tried_again_when_the_platform_is_back(stand: Stand) -> None:
    """「再试一次」 asks again; it does not throw the resident back."""
    reader = with_id_reader(stand)
    away = [True]

    def elevate(ask: wire.Elevate) -> Any:
        return Failure(Fault.PLATFORM_AWAY) if away.pop() else PROVED

    away[:] = [False, True]
    stand.central.answers = answers(session_elevate=elevate, records=RECORDS)
    await stand.visit(
        Step(Attract, does=reader.insert),
        *to_item(Group.INSURANCE, 25),
        Step(PinPad, "246810"),
        Step(MessageView, "again", check=has(stand.faults[Fault.PLATFORM_AWAY].what)),
        Step(PinPad, "246810"),
        Step(RecordsView, Nav.BACK),
        *LEAVE,
    )


async def test_forgotten_and_wrong_without_a_number_guess_nothing(stand: Stand) -> None:
    """A card that does not say how many tries are left (6300): none is invented."""
    assert stand.reader is not None
    stand.central.answers = answers(records=RECORDS)
    real = stand.reader.verify_pin

    async def silent(pin: str) -> Failure | None:
        return Failure(Fault.PIN_WRONG) if pin == "000000" else await real(pin)

    stand.reader.verify_pin = silent  # type: ignore[method-assign]
    await stand.visit(
        Step(Attract, does=stand.insert),
        *to_item(Group.INSURANCE, 25),
        Step(PinPad, "000000"),
        Step(
            PinPad,
            PinChoice.FORGOTTEN,
            check=lambda view: stand.expect("试" not in view.error and "不对" in view.error),
        ),
        Step(MessageView, "ok", check=has(stand.faults[Fault.PIN_FORGOTTEN].what)),
        Step(PinPad, Nav.BACK),
        Step(ItemList, Nav.BACK),
        Step(Menu, MenuChoice.LEAVE),
        Step(TakeAway, does=stand.pull),
    )


async def test_an_act_without_its_proof_cannot_be_made(stand: Stand) -> None:
    person = Person(wire.ShownBy.ID_CARD, Proof.SHOWN, MADE_UP.id_number, MADE_UP.name)
    with pytest.raises(AssertionError):
        Act(stand.house(), stand.catalogue[1], person, {})


async def test_a_recommendation_with_a_lower_proof_does_not_let_anybody_register(stand: Stand) -> None:
    """The county may lower what a recommendation asks for; the registration it leads to keeps its own proof."""
    real = stand.catalogue[2]
    stand.catalogue._items = {**stand.catalogue._items, 2: msgspec.structs.replace(real, proof=Proof.SHOWN)}  # type: ignore[attr-defined]
    stand.central.answers = answers(recommend=Failure(Fault.PLATFORM_NOT_REGISTERED), deliver=stand.accepting)
    await stand.visit(
        Step(Attract, does=stand.insert),
        *to_item(Group.WORK, 2),
        Step(MessageView, "ok"),
        Step(PinPad, Nav.BACK),
        Step(ItemList, Nav.BACK),
        Step(Menu, MenuChoice.LEAVE),
        Step(TakeAway, does=stand.pull),
    )
    assert await stand.pending() == 0


async def test_a_code_that_ended_is_said_and_the_visit_ends_so_that_it_can_be_scanned_again(stand: Stand) -> None:
    stand.without_card_reader()
    stand.central.answers = answers(session_open=PROVED, records=Failure(Fault.PLATFORM_SESSION_ENDED))
    await stand.visit(
        Step(Attract, does=lambda: stand.scan("opaque")),
        *to_item(Group.INSURANCE, 25),
        Step(MessageView, "ok", check=has(stand.faults[Fault.PLATFORM_SESSION_ENDED].what)),
    )
    assert [name for name, _ in stand.central.asked].count("session_open") == 1  # a code is good once


async def test_a_code_worth_less_than_proved_opens_nothing_personal(stand: Stand) -> None:
    stand.without_card_reader()
    stand.central.answers = answers(session_open=SESSION, records=RECORDS)
    await stand.visit(
        Step(Attract, does=lambda: stand.scan("opaque")),
        *to_item(Group.INSURANCE, 25),
        Step(MessageView, "ok", check=has(stand.faults[Fault.PLATFORM_NOT_ALLOWED].what)),
        *LEAVE,
    )
    assert "records" not in [name for name, _ in stand.central.asked]


async def test_the_session_may_end_in_the_middle_of_the_form_and_the_form_stands(stand: Stand) -> None:
    answering(stand)
    resident = Resident(stand)

    def ends(view: View[Any]) -> Any:
        if isinstance(view, Confirm):
            stand.central.answers["session_open"] = Failure(Fault.PLATFORM_SESSION_ENDED)
            stand.central.answers["session_elevate"] = Failure(Fault.PLATFORM_SESSION_ENDED)

    resident.before = ends
    await play(stand, resident)
    assert await whole_or_nothing(stand, resident) == 1


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


# -- the courier and the wall clock ----------------------------------------------------------------------------------


class Post:
    """A courier with a clock that can be set, and a platform that answers as told."""

    def __init__(self, folder: Path) -> None:
        self.now = datetime(2026, 11, 23, 10, 0, tzinfo=CHINA)
        self.central = FakeCentral({"health": wire.Health(at="", version=""), "deliver": self.accept})
        self.taken: list[str] = []
        self.free = 10**12
        self.journal = Journal(
            lambda: Ledger.open(
                folder / "ledger.db", device=SoftwareKey.generate(), device_id=DEVICE, audit_key=_raw_public(),
                platform_key=_raw_public(), clock=lambda: self.now, free_bytes=lambda _path: self.free,
            )
        )  # fmt: skip
        self.courier = Courier(DEVICE, self.central, self.journal, self.holds, lambda: self.now)  # type: ignore[arg-type]
        self.genuine = True

    def holds(self, _receipt: wire.Receipt) -> bool:
        return self.genuine

    def accept(self, ask: wire.Delivery) -> wire.Receipt:
        self.taken.append(ask.key)
        return wire.Receipt(
            device=DEVICE, key=ask.key, sha256=ask.sha256, verdict=wire.Verdict.ACCEPTED, at="", signature=b""
        )

    async def keep(self) -> str:
        draft = Draft(
            type="submission",
            terminal_number=1,
            body=lambda key, _receipt, _position: key.encode(),
            entry=lambda key, receipt, sha256: Entry(
                Event.SUBMITTED, {"key": key, "receipt": receipt, "sha256": sha256}
            ),
        )
        kept = await self.journal.do(lambda ledger: ledger.accept(draft, day=self.now.date()))
        return kept.key  # type: ignore[union-attr]

    def row(self) -> Any:
        return self.journal.do(lambda ledger: ledger._connection.execute("SELECT next_at FROM outbox").fetchone()[0])


@pytest.fixture
async def post(tmp_path: Path) -> Any:
    made = Post(tmp_path)
    await made.journal.open()
    yield made
    await made.journal.close()


async def until(condition: Any) -> None:
    async with asyncio.timeout(5):
        while not condition():
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("years", [-10, 10])
async def test_a_clock_that_jumps_years_holds_no_delivery_up(
    post: Post, monkeypatch: pytest.MonkeyPatch, years: int
) -> None:
    """A row was put off by a clock that was wrong; the clock is set right (or wrong): it is due at once."""
    key = await post.keep()
    post.central.away = True
    assert await post.courier.deliver(key) is Undelivered.AWAY
    post.now += timedelta(days=365 * years)
    post.central.away = False
    courier = asyncio.create_task(post.courier.run())
    await until(lambda: post.taken)
    courier.cancel()
    await asyncio.gather(courier, return_exceptions=True)
    assert post.taken == [key]


async def test_a_platform_that_came_back_is_noticed_while_rows_are_put_off(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows wait up to five minutes; the idle screen must not say 「连不上」 for so long."""
    monkeypatch.setattr(limits, "PLATFORM_PROBE", 0.02)
    key = await post.keep()
    post.central.away = True
    for _ in range(12):
        await post.courier.deliver(key)
    post.central.asked.clear()
    courier = asyncio.create_task(post.courier.run())
    await until(lambda: [name for name, _ in post.central.asked].count("health") > 2)
    courier.cancel()
    await asyncio.gather(courier, return_exceptions=True)
    assert not post.taken


@pytest.mark.parametrize("wrong", ["device", "key", "sha256", "signature", "verdictless"])
async def test_only_the_signed_receipt_for_this_very_row_lets_it_go(post: Post, wrong: str) -> None:
    key = await post.keep()
    real = post.accept

    def other(ask: wire.Delivery) -> Any:
        receipt = real(ask)
        if wrong in ("device", "key", "sha256"):
            return msgspec.structs.replace(receipt, **{wrong: "another"})
        return Failure(Fault.PLATFORM_GARBLED) if wrong == "verdictless" else receipt

    post.genuine = wrong != "signature"
    post.central.answers["deliver"] = other
    assert isinstance(await post.courier.deliver(key), Undelivered)
    assert len(await post.journal.do(Ledger.pending)) == 1
    post.genuine, post.central.answers["deliver"] = True, real
    assert isinstance(await post.courier.deliver(key), wire.Receipt)
    assert await post.journal.do(Ledger.pending) == ()


async def test_a_busy_platform_is_not_asked_for_every_row(post: Post) -> None:
    for _ in range(5):
        await post.keep()
    post.central.answers["deliver"] = Failure(Fault.PLATFORM_BUSY)
    courier = asyncio.create_task(post.courier.run())
    await until(lambda: post.central.asked)
    await asyncio.sleep(0.1)
    courier.cancel()
    await asyncio.gather(courier, return_exceptions=True)
    assert [name for name, _ in post.central.asked].count("deliver") == 1


async def test_a_receipt_that_finds_no_room_does_not_make_the_courier_race(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = await post.keep()
    monkeypatch.setattr(limits, "DELIVERY_RETRY_FIRST", 0.002)
    real = Ledger.settle
    monkeypatch.setattr(Ledger, "settle", lambda *_arguments: DiskFull())
    courier = asyncio.create_task(post.courier.run())
    await until(lambda: post.taken)
    await asyncio.sleep(0.2)
    assert len(post.taken) == 1
    monkeypatch.setattr(Ledger, "settle", real)
    post.courier.hurry()
    await until(lambda: len(post.taken) == 2)
    await asyncio.sleep(0.05)
    courier.cancel()
    await asyncio.gather(courier, return_exceptions=True)
    assert await post.journal.do(Ledger.pending) == ()
    assert set(post.taken) == {key}


async def test_a_defect_in_the_courier_is_reported_and_it_goes_on(
    post: Post, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.setattr(limits, "DELIVERY_RETRY_FIRST", 0.02)
    key = await post.keep()
    broken = [True]

    def breaks(ask: wire.Delivery) -> Any:
        if broken:
            broken.clear()
            raise KeyError(MADE_UP.id_number)
        return post.accept(ask)

    post.central.answers["deliver"] = breaks
    courier = asyncio.create_task(post.courier.run())
    await until(lambda: post.taken)
    courier.cancel()
    await asyncio.gather(courier, return_exceptions=True)
    assert post.taken == [key]
    told = capsys.readouterr().err
    assert "defect: KeyError" in told
    assert MADE_UP.id_number not in told


@pytest.mark.parametrize("years", [-10, 10])
async def test_a_clock_that_jumps_in_the_middle_of_a_visit_changes_nothing_of_it(stand: Stand, years: int) -> None:
    answering(stand)
    resident = Resident(stand)
    real = stand.house
    jump = [timedelta(0)]

    def house() -> Any:
        return dataclasses.replace(real(), clock=lambda: datetime.now(CHINA) + jump[0])

    stand.house = house  # type: ignore[method-assign]

    def at(view: View[Any]) -> Any:
        if isinstance(view, Confirm):
            jump[0] = timedelta(days=365 * years)

    resident.before = at
    await play(stand, resident)
    assert await whole_or_nothing(stand, resident) == 1


async def test_receipt_numbers_stay_unlike_when_the_clock_jumps_back_and_forth(post: Post) -> None:
    numbers = []
    for days in (0, -3650, 0, 3650, 0):
        post.now = datetime(2026, 11, 23, 10, 0, tzinfo=CHINA) + timedelta(days=days)
        key = await post.keep()
        row = await post.journal.do(lambda ledger, key=key: ledger.row(key))
        numbers.append(row.number)  # type: ignore[union-attr]
    assert len(set(numbers)) == 5
