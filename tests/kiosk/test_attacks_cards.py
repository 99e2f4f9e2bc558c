"""The card pulled, swapped, left in, or in company, at every moment of a visit."""

from __future__ import annotations

import asyncio
import dataclasses
from pathlib import Path
from typing import Any

import pytest

from contract import wire
from contract.catalogue import Group, Proof
from contract.faults import Fault
from contract.log_events import Event
from contract.slip import PrintOutcome
from drivers.device import Failure, Happening, Printed, State
from kiosk.views import (
    AskProof,
    Attract,
    Confirm,
    ItemList,
    Menu,
    MenuChoice,
    MessageView,
    Nav,
    PinPad,
    Progress,
    RecordsChoice,
    RecordsView,
    ResultChoice,
    ResultView,
    TakeAway,
    TextQuestion,
    View,
)
from tests.kiosk.attacking import WAIT, Resident, answering, nobody_stays, play, whole_or_nothing
from tests.kiosk.conftest import Stand
from tests.kiosk.scripted import MADE_UP, SESSION, FakeCardReader, Step
from tests.kiosk.test_story import RECORDS, answers, has, to_item

OTHER = dataclasses.replace(MADE_UP, id_number="140999197505052037", name="李试验", card_number="A00000002")


class Turns:
    """Calls *what* in the n-th turn of the event loop, whatever is awaited there."""

    def __init__(self, at: int, what: Any) -> None:
        self.left, self.what, self.count = at, what, 0

    def __enter__(self) -> Turns:
        self.loop: Any = asyncio.get_running_loop()
        self.run_once = self.loop._run_once
        self.loop._run_once = self.turn
        return self

    def turn(self) -> None:
        self.count += 1
        if self.count == self.left:
            self.what()
        self.run_once()

    def __exit__(self, *_exception: object) -> None:
        self.loop._run_once = self.run_once


async def turns_of_a_registration(folder: Path) -> int:
    stand = Stand(folder)
    await stand.journal.open()
    answering(stand)
    with Turns(0, lambda: None) as turns:
        await play(stand, Resident(stand))
    await stand.journal.close()
    return turns.count


@pytest.mark.parametrize("part", range(0, 16, 4))
async def test_pulled_in_any_turn_of_a_registration_it_is_whole_or_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, part: int
) -> None:
    """Some forty moments from insertion to farewell, those between 提交 and the slip among them."""
    (tmp_path / "measure").mkdir()
    whole = await turns_of_a_registration(tmp_path / "measure")
    kept = []
    for number, at in enumerate(range(8 + part, whole, max(6, whole // 9))):
        folder = tmp_path / str(number)
        folder.mkdir()
        stand = Stand(folder)
        await stand.journal.open()
        answering(stand)
        resident = Resident(stand)
        with Turns(at, lambda: stand.reader is not None and stand.reader.events is not None and stand.pull()):  # noqa: B023
            await play(stand, resident)
        kept.append(await whole_or_nothing(stand, resident))
        nobody_stays(stand, resident)
        await stand.journal.close()
    assert 0 in kept


@pytest.mark.parametrize("nth", range(1, 14))
async def test_pulled_at_the_nth_wait_behind_the_submission(
    stand: Stand, monkeypatch: pytest.MonkeyPatch, nth: int
) -> None:
    """From the touch on 提交, n turns later: kept, delivering, printing, the result's page."""
    answering(stand)
    resident = Resident(stand)
    turns: list[Turns] = []

    def at_submission(view: View[Any]) -> Any:
        if isinstance(view, Confirm):
            turns.append(Turns(nth * nth, stand.pull))
            turns[0].__enter__()

    resident.before = at_submission
    try:
        await play(stand, resident)
    finally:
        turns[0].__exit__()
    assert await whole_or_nothing(stand, resident) in (0, 1)
    nobody_stays(stand, resident)


async def test_pulled_in_the_same_instant_as_the_submission(stand: Stand) -> None:
    answering(stand)
    resident = Resident(stand)
    resident.before = lambda view: stand.pull() if isinstance(view, Confirm) else None
    await play(stand, resident)
    await whole_or_nothing(stand, resident)


async def test_pulled_while_the_platform_thinks_about_the_submission(stand: Stand) -> None:
    thinking = asyncio.Event()

    async def slow(route: wire.Route, *arguments: Any) -> Any:
        if route is wire.DELIVER:
            stand.pull()
            await asyncio.wait_for(thinking.wait(), 5)
        return await quick(route, *arguments)

    answering(stand)
    quick, stand.central.call = stand.central.call, slow  # type: ignore[method-assign]
    resident = Resident(stand)

    def seen(view: View[Any]) -> Any:
        if isinstance(view, Progress) and "请稍等" in view.words:
            thinking.set()

    resident.before = seen
    await play(stand, resident)
    assert await whole_or_nothing(stand, resident) == 1
    assert stand.faults[Fault.CARD_PULLED_AFTER_SUBMIT].what in resident.titles()


async def test_a_refusal_after_the_card_was_pulled_is_not_called_taken_in(stand: Stand) -> None:
    def refusing(ask: wire.Delivery) -> wire.Receipt:
        stand.pull()
        receipt = stand.accepting(ask)
        return type(receipt)(
            **{name: getattr(receipt, name) for name in receipt.__struct_fields__}
            | {"verdict": wire.Verdict.REFUSED, "reason": "这张社保卡现在不能用"}
        )

    answering(stand, deliver=refusing)
    resident = Resident(stand)
    await play(stand, resident)
    last = next(view for view in reversed(resident.seen) if isinstance(view, MessageView))
    assert last.title == "这次没有办成"
    assert last.text == "这张社保卡现在不能用"


async def test_a_defect_before_it_was_kept_is_not_called_taken_in(stand: Stand, capsys: Any) -> None:
    """The card pulled while an act breaks before its transaction: nothing was kept, and nobody is told otherwise."""
    answering(stand)
    resident = Resident(stand)

    def breaks(_ledger: Any) -> Any:
        raise KeyError(MADE_UP.id_number)

    real = stand.journal.do

    async def broken(work: Any) -> Any:
        if "accept" in getattr(getattr(work, "__code__", None), "co_names", ()):
            stand.pull()
            await asyncio.sleep(0.02)
            work = breaks
        return await real(work)

    stand.journal.do = broken  # type: ignore[method-assign]
    await play(stand, resident)
    assert stand.faults[Fault.CARD_PULLED_IN_VISIT].what in resident.titles()
    assert await stand.pending() == 0
    assert MADE_UP.id_number not in capsys.readouterr().err


@pytest.mark.parametrize("broken", ["print", "follow"])
async def test_a_defect_after_it_was_kept_still_gives_the_number(stand: Stand, capsys: Any, broken: str) -> None:
    """Whatever breaks behind the point of no return, nobody is told to try again what stands."""
    answering(stand)
    if broken == "print":
        stand.printer.defect = True
    else:
        answering(stand, deliver=lambda _ask: (_ for _ in ()).throw(KeyError(MADE_UP.id_number)))
    resident = Resident(stand)
    await play(stand, resident)
    result = next(view for view in resident.seen if isinstance(view, ResultView))
    assert len(result.number.replace(" ", "")) == 12
    assert stand.faults[Fault.INTERNAL].what not in resident.titles()
    assert MADE_UP.id_number not in capsys.readouterr().err
    if broken == "print":
        assert result.slip is PrintOutcome.UNKNOWN
        assert result.qr


# -- another card ----------------------------------------------------------------------------------------------------


def swap(stand: Stand) -> None:
    """Out and in again before anybody looked."""
    assert stand.reader is not None
    stand.reader.pull()
    stand.reader.insert(OTHER)


@pytest.mark.parametrize("where", [Menu, ItemList, PinPad, TextQuestion, Confirm, ResultView])
async def test_another_card_at_once_never_enters_the_first_ones_visit(stand: Stand, where: type[View[Any]]) -> None:
    answering(stand, session_open=lambda ask: wire.Session(
        token="t", proof=Proof.SHOWN, name=ask.name, id_number=ask.id_number
    ))  # fmt: skip
    resident = Resident(stand)
    swapped: list[bool] = []

    def at(view: View[Any]) -> Any:
        if isinstance(view, where) and not swapped:
            swapped.append(True)
            swap(stand)
            return WAIT
        if swapped and isinstance(view, Menu):
            return MenuChoice.LEAVE

    resident.before = at
    await play(stand, resident)
    opened = [ask.name for name, ask in stand.central.asked if name == "session_open"]
    assert opened == ["张测试", "李试验"]
    menus = [view.title for view in resident.seen if isinstance(view, Menu)]
    assert "张" in menus[0]
    assert "李" in menus[-1]
    pads = [n for n, view in enumerate(resident.seen) if isinstance(view, PinPad)]
    said = next(n for n, v in enumerate(resident.seen) if isinstance(v, MessageView) and "取出来" in v.title)
    assert all(n < said for n in pads)


async def test_swapped_while_the_platform_is_asked_who_that_is(stand: Stand) -> None:
    """The first one's session stands when the second one's card is in: it must never be theirs."""
    answering(stand)

    def opening(ask: wire.SessionOpen) -> wire.Session:
        if ask.name == "张测试":
            swap(stand)
        return wire.Session(token="t", proof=Proof.SHOWN, name=ask.name, id_number=ask.id_number)

    answering(stand, session_open=opening, records=RECORDS)
    resident = Resident(stand, Group.INSURANCE, 25)
    await play(stand, resident)
    lines = [view.line for view in resident.seen if isinstance(view, RecordsView)]
    assert len(lines) == 1
    assert lines[0].startswith("李*")


async def test_pulled_while_the_platform_is_asked_is_said_at_once(stand: Stand) -> None:
    answering(stand)
    real = stand.central.call

    async def for_ever(route: wire.Route, *arguments: Any) -> Any:
        if route is wire.SESSION_OPEN:
            stand.pull()
            await asyncio.Event().wait()
        return await real(route, *arguments)

    stand.central.call = for_ever  # type: ignore[method-assign]
    resident = Resident(stand)
    await play(stand, resident)
    assert resident.titles() == [stand.faults[Fault.CARD_PULLED_IN_VISIT].what]


async def test_a_reader_that_goes_away_is_not_a_pulled_card(stand: Stand) -> None:
    answering(stand)
    resident = Resident(stand)

    def gone(view: View[Any]) -> Any:
        if isinstance(view, PinPad):
            assert stand.reader is not None
            stand.reader.state = State.NO_DEVICE
            stand.pull()
            return WAIT

    resident.before = gone
    await play(stand, resident)
    assert resident.titles() == [stand.faults[Fault.READER_GONE].what]


async def test_a_code_shown_at_the_pulled_page_begins_the_next_visit(stand: Stand) -> None:
    answering(stand)
    resident = Resident(stand)
    shown: list[str] = []

    def at(view: View[Any]) -> Any:
        if isinstance(view, PinPad):
            stand.pull()
            return WAIT
        if isinstance(view, MessageView):
            stand.scan("opaque")
            return WAIT
        if isinstance(view, Menu) and resident.titles():
            shown.append(view.title)
            return MenuChoice.LEAVE

    resident.before = at
    await play(stand, resident)
    assert shown
    assert [ask.code for name, ask in stand.central.asked if name == "session_open"] == ["", "opaque"]


async def test_a_code_shown_while_a_card_is_in_changes_nothing(stand: Stand) -> None:
    answering(stand, records=RECORDS)
    resident = Resident(stand, Group.INSURANCE, 25)
    resident.before = lambda view: stand.scan("somebody else's") if isinstance(view, PinPad) else None
    await play(stand, resident)
    assert [name for name, _ in stand.central.asked if name == "session_open"] == ["session_open"]


async def test_card_and_code_at_once_is_one_visit(stand: Stand) -> None:
    answering(stand, records=RECORDS)
    resident = Resident(stand, Group.INSURANCE, 25)

    stand_insert, stand.insert = stand.insert, lambda _card=None: (stand_insert(), stand.scan("opaque"))  # type: ignore[method-assign,assignment,func-returns-value]
    await play(stand, resident)
    assert len([name for name, _ in stand.central.asked if name == "session_open"]) == 1
    assert sum(isinstance(view, RecordsView) for view in resident.seen) == 1


async def test_a_card_left_in_for_ever_is_reminded_of_and_nobody_else_gets_in(stand: Stand) -> None:
    answering(stand)
    resident = Resident(stand)
    resident.before = lambda view: WAIT if isinstance(view, TakeAway) else None
    playing = asyncio.create_task(play(stand, resident))
    async with asyncio.timeout(10):
        while not resident.saw(TakeAway):
            await asyncio.sleep(0.01)
    stand.scan("opaque")
    await asyncio.sleep(0.05)
    assert isinstance(resident.seen[-1], TakeAway)
    assert not playing.done()
    stand.pull()
    await playing


async def test_an_id_card_that_lies_there_already_is_read_when_it_is_asked_for(stand: Stand) -> None:
    class FakeIdReader(FakeCardReader):
        name = "id_reader"

    answering(stand, browse=Failure(Fault.PLATFORM_NOT_FOUND))
    id_reader = FakeIdReader(MADE_UP)
    stand.without_card_reader()
    real = stand.house

    def house() -> Any:
        made = real()
        made.bay.id_reader = id_reader  # type: ignore[assignment]
        return made

    stand.house = house  # type: ignore[method-assign]
    await stand.visit(
        Step(Attract, True),
        Step(Menu, Group.WORK),
        Step(ItemList, 3, check=lambda view: id_reader.insert()),
        Step(AskProof, does=lambda: None),
        Step(MessageView, "ok", check=has(stand.faults[Fault.PLATFORM_NOT_FOUND].what)),
        Step(ItemList, Nav.BACK),
        Step(Menu, MenuChoice.LEAVE),
        Step(TakeAway, None),
    )


async def test_the_ways_on_the_screen_follow_the_devices(stand: Stand) -> None:
    """A reader that comes back while the screen asks for a card is offered at once."""
    answering(stand, browse=Failure(Fault.PLATFORM_NOT_FOUND))
    assert stand.reader is not None
    reader = stand.reader
    reader.state = State.NO_DEVICE

    def back() -> None:
        reader.state = State.ONLINE
        reader.tell(Happening.STATE_CHANGED)

    await stand.visit(
        Step(Attract, True),
        *to_item(Group.WORK, 3),
        Step(AskProof, does=back, check=lambda view: stand.expect("card" not in view.ways)),
        Step(AskProof, does=stand.insert, check=lambda view: stand.expect("card" in view.ways)),
        Step(MessageView, "ok"),
        Step(ItemList, Nav.BACK),
        Step(Menu, MenuChoice.LEAVE),
        Step(TakeAway, does=stand.pull),
    )


# -- faults of what is shown, and 首页 ---------------------------------------------------------------------------------


async def test_home_on_a_card_faults_page_is_no_defect(stand: Stand, capsys: Any) -> None:
    await stand.visit(
        Step(Attract, does=lambda: stand.insert(Failure(Fault.CARD_OTHER_KIND))),
        Step(MessageView, Nav.HOME, check=has(stand.faults[Fault.CARD_OTHER_KIND].what)),
        Step(TakeAway, does=stand.pull),
    )
    assert "defect" not in capsys.readouterr().err


async def test_home_while_the_platform_is_asked_goes_to_the_menu(stand: Stand, capsys: Any) -> None:
    """首页 in the first wait of a slow platform: the card says who that is, the platform is asked again later."""
    answering(stand)
    real, asked = stand.central.call, []

    async def slow(route: wire.Route, *arguments: Any) -> Any:
        if route is wire.SESSION_OPEN and not asked:
            asked.append(route)
            await asyncio.Event().wait()
        return await real(route, *arguments)

    stand.central.call = slow  # type: ignore[method-assign]
    homes: list[bool] = []

    def once_home(view: View[Any]) -> Any:
        if isinstance(view, Progress) and "平台" in view.words and not homes:
            homes.append(True)
            return Nav.HOME

    resident = Resident(stand)
    resident.before = once_home
    await play(stand, resident)
    assert "defect" not in capsys.readouterr().err
    assert await whole_or_nothing(stand, resident) == 1


async def test_home_while_a_code_is_asked_about_ends_the_visit(stand: Stand, capsys: Any) -> None:
    answering(stand)

    async def for_ever(route: wire.Route, *_arguments: Any) -> Any:
        await asyncio.Event().wait()

    stand.central.call = for_ever  # type: ignore[method-assign]
    resident = Resident(stand)
    resident.before = lambda view: Nav.HOME if isinstance(view, Progress) else None
    stand.insert = lambda _card=None: stand.scan("opaque")  # type: ignore[method-assign,assignment]
    await play(stand, resident)
    assert not resident.saw(Menu)
    assert "defect" not in capsys.readouterr().err


async def test_a_dead_code_is_scanned_anew_from_its_own_page(stand: Stand) -> None:
    """「马上再扫」 is true: the page of the fault itself takes the next code."""
    codes: list[str] = []

    def opening(ask: wire.SessionOpen) -> Any:
        codes.append(ask.code)
        return Failure(Fault.PLATFORM_CODE_EXPIRED) if len(codes) == 1 else SESSION

    answering(stand, session_open=opening)
    resident = Resident(stand)

    def at(view: View[Any]) -> Any:
        if isinstance(view, MessageView) and len(codes) == 1:
            stand.scan("fresh")
            return WAIT
        return MenuChoice.LEAVE if isinstance(view, Menu) else None

    resident.before = at
    stand.insert = lambda _card=None: stand.scan("stale")  # type: ignore[method-assign,assignment]
    await play(stand, resident)
    assert codes == ["stale", "fresh"]
    assert resident.saw(Menu)


async def test_a_code_with_the_platform_away_can_be_tried_again(stand: Stand) -> None:
    answering(stand)
    stand.central.away = True
    resident = Resident(stand)

    def at(view: View[Any]) -> Any:
        if isinstance(view, MessageView):
            stand.central.away = False
            return view.actions[0].id
        return MenuChoice.LEAVE if isinstance(view, Menu) else None

    resident.before = at
    stand.insert = lambda _card=None: stand.scan("opaque")  # type: ignore[method-assign,assignment]
    await play(stand, resident)
    assert resident.titles() == [stand.faults[Fault.PLATFORM_AWAY].what]
    assert resident.saw(Menu)


async def test_pulled_while_printing_a_lookup_leaves_one_slip_and_no_claim(stand: Stand) -> None:
    stand.central.answers = answers(records=RECORDS)
    real = stand.printer.print

    async def print_(job: str, slip: Any) -> Printed:
        stand.pull()
        await asyncio.sleep(0.02)
        return await real(job, slip)

    stand.printer.print = print_  # type: ignore[method-assign]
    await stand.visit(
        Step(Attract, does=stand.insert),
        *to_item(Group.INSURANCE, 25),
        Step(PinPad, "123456"),
        Step(RecordsView, RecordsChoice.PRINT),
        Step(MessageView, "ok", check=has(stand.faults[Fault.CARD_PULLED_IN_VISIT].what)),
    )
    assert len(stand.printer.slips) == 1


async def test_what_was_submitted_before_does_not_vouch_for_the_next_form(stand: Stand) -> None:
    """A second form half filled in, the card pulled: the first one's number does not make the second one taken in."""
    answering(stand)
    resident = Resident(stand)

    def at(view: View[Any]) -> Any:
        done = resident.saw(ResultView)
        if isinstance(view, ResultView):
            return ResultChoice.AGAIN
        if done and isinstance(view, Menu):
            return Group.WORK
        if done and isinstance(view, TextQuestion):
            stand.pull()
            return WAIT

    resident.before = at
    await play(stand, resident)
    assert resident.titles()[-1] == stand.faults[Fault.CARD_PULLED_IN_VISIT].what
    assert await stand.pending() == 0
    assert stand.delivered == 1


async def test_every_visit_is_signed_out_at_the_platform(stand: Stand) -> None:
    answering(stand)
    await play(stand, Resident(stand))
    assert [name for name, _ in stand.central.asked][-1] == "session_close"


async def test_looking_at_ones_matters_is_in_the_log(stand: Stand) -> None:
    logged: list[Any] = []
    real = stand.journal.log

    async def log(event: Event, **values: Any) -> bool:
        logged.append((event, values))
        return await real(event, **values)

    stand.journal.log = log  # type: ignore[method-assign]
    stand.central.answers = answers(matters=wire.Matters(matters=()))
    await stand.visit(
        Step(Attract, does=stand.insert),
        Step(Menu, MenuChoice.MATTERS),
        Step(PinPad, "123456"),
        Step(RecordsView, Nav.BACK),
        Step(Menu, MenuChoice.LEAVE),
        Step(TakeAway, does=stand.pull),
    )
    assert [values["item"] for event, values in logged if event is Event.QUERIED] == [0]
