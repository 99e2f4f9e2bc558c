"""The card pulled at every moment of a visit."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from contract import wire
from contract.catalogue import Group
from contract.faults import Fault
from contract.slip import PrintOutcome
from drivers.device import Printed
from kiosk.questions import Confirm, TextQuestion
from kiosk.views import (
    Attract,
    Menu,
    MessageView,
    PinPad,
    Progress,
    RecordsChoice,
    RecordsView,
    ResultChoice,
    ResultView,
    View,
)
from tests.kiosk.attacking import WAIT, Resident, answering, nobody_stays, play, whole_or_nothing
from tests.kiosk.conftest import Stand
from tests.kiosk.opening import (
    RECORDS,
    answers,
    has,
    to_item,
)
from tests.kiosk.scripted import MADE_UP, Step


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
