"""帮办: right and wrong PINs, waits, the disabled PIN and its unlock, from the screen (kiosk/assisted.py)."""

from __future__ import annotations

import asyncio
import dataclasses
from datetime import timedelta

import pytest

from contract import wire
from contract.catalogue import Group
from contract.faults import Fault
from contract.log_events import Event
from drivers.device import Failure
from kiosk.staff import Staff
from kiosk.unlocking import Unlocking
from kiosk.views import (
    AskProof,
    Attract,
    Countdown,
    ItemList,
    Menu,
    MenuChoice,
    MessageView,
    Nav,
    PinChoice,
    PinPad,
    TakeAway,
)
from secure.pin import Shown, Verdict
from tests.kiosk.conftest import Stand
from tests.kiosk.helping import (
    HEAD,
    OUT,
    PIN,
    QR,
    WORKER,
    WRONG,
    Village,
    by_code,
    head,
    help_key,
    says,
    unlock,
)
from tests.kiosk.opening import has
from tests.kiosk.scripted import Step
from tests.secure.pin_desk import Quick


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Argon2id stands aside: what is tested here is what is made of its verdict."""
    monkeypatch.setattr("secure.pin.Argon2id", Quick)
    monkeypatch.setattr("secure.reading.staff.Argon2id", Quick)


@pytest.fixture
def village(stand: Stand) -> Village:
    return Village.of(stand)


# -- wrong PINs --------------------------------------------------------------------------------------------------------


async def test_tries_left_then_waits_with_a_countdown_then_disabled_then_unlocked(
    stand: Stand, village: Village
) -> None:
    """Attacks 31 and 33 as somebody at the screen would try them."""

    def later(view: Countdown) -> None:
        waits.append(view.seconds)
        village.uptime += view.seconds

    waits: list[int] = []
    waited = Step(Countdown, None, check=later)
    shown_again = (
        Step(MessageView, "ok", check=says(stand, Fault.STAFF_NOT_SHOWN)),
        Step(AskProof, does=lambda: stand.scan(QR)),
    )
    await stand.visit(
        Step(Attract, True),
        *help_key(Menu),
        Step(AskProof, does=lambda: stand.scan(QR)),
        Step(PinPad, WRONG),
        *(Step(PinPad, WRONG, check=has(f"还可以试 {left} 次")) for left in (9, 8, 7, 6)),
        waited,
        Step(PinPad, WRONG, check=has("还可以试 5 次")),
        waited,
        Step(PinPad, WRONG, check=has("还可以试 4 次")),
        waited,
        Step(PinPad, WRONG, check=has("还可以试 3 次")),
        waited,
        Step(PinPad, WRONG, check=has("还可以试 2 次")),
        *shown_again,  # the keypad is open for two minutes, and then the QR is shown once more
        Step(PinPad, WRONG),
        waited,
        Step(PinPad, PIN, check=has("还可以试 1 次")),
        *shown_again,
        Step(PinPad, WRONG),
        Step(MessageView, "ok", check=has("停用编号")),
        *help_key(Menu),
        *by_code(stand, PIN),  # attack 33: the eleventh, and it is the right one
        Step(MessageView, "ok", check=says(stand, Fault.STAFF_DISABLED)),
        *OUT,
    )
    assert waits == [15, 30, 60, 120, 240]
    wrong = village.of_event(Event.STAFF_PIN_WRONG)
    assert [one["tries_left"] for one in wrong] == list(range(9, -1, -1))
    assert {one["operator"] for one in wrong} == {WORKER}
    lockouts = [one["lockout"] for one in village.of_event(Event.STAFF_PIN_DISABLED)]
    assert len(set(lockouts)) == 1
    assert lockouts[0]

    assert stand.staff is not None
    unlocking = Unlocking(stand.staff, stand.central, stand.journal, stand.signal)  # type: ignore[arg-type]
    forged = unlock(lockouts[0], signature=b"no"), unlock("other"), unlock(lockouts[0], device="T-0002")
    stand.central.answers["staff_unlocks"] = wire.Unlocks(unlocks=forged)
    assert await unlocking.round()
    stand.central.away = True
    assert await unlocking.round()
    stand.central.away = False
    stand.central.answers["staff_unlocks"] = wire.Unlocks(unlocks=(unlock(lockouts[0]),))
    assert not await unlocking.round()
    asked = [ask for name, ask in stand.central.asked if name == "staff_unlocks"]
    assert {(one.worker, one.lockout) for ask in asked for one in ask.lockouts} == {(WORKER, lockouts[0])}
    assert village.of_event(Event.STAFF_PIN_UNLOCKED) == [{"operator": WORKER, "lockout": lockouts[0]}]
    await stand.visit(Step(Attract, True), *help_key(Menu), *by_code(stand, PIN), Step(Menu, MenuChoice.LEAVE),
                      Step(TakeAway, None))  # fmt: skip
    assert await unlocking.round() is False
    assert len([ask for name, ask in stand.central.asked if name == "staff_unlocks"]) == len(asked), "nobody asks"


async def test_a_wait_stands_after_a_restart_and_begins_anew_at_a_reboot(stand: Stand, village: Village) -> None:
    """Attacks 31 and 32: neither switching it off and on nor setting the clock shortens a wait."""
    five = (WRONG,) * 5
    seen: list[int] = []

    def note(view: Countdown) -> None:
        seen.append(view.seconds)

    give_up = (Step(Countdown, Nav.BACK, check=note), *OUT)
    await stand.visit(Step(Attract, True), *help_key(Menu), *by_code(stand, *five), *give_up)
    village.uptime += 5
    village.start()  # the program began anew
    await stand.visit(Step(Attract, True), *help_key(Menu), *by_code(stand, PIN), *give_up)
    before = stand.clock
    for shift in (timedelta(days=7), -timedelta(days=7)):
        stand.clock = lambda shift=shift: before() + shift  # type: ignore[misc]
        await stand.visit(Step(Attract, True), *help_key(Menu), *by_code(stand, PIN), *give_up)
    stand.clock = before
    village.uptime, village.boot = 3.0, "boot-2"
    village.start()
    await stand.visit(Step(Attract, True), *help_key(Menu), *by_code(stand, PIN), *give_up)
    assert seen == [15, 10, 10, 10, 15]
    village.uptime += 15
    await stand.visit(Step(Attract, True), *help_key(Menu), *by_code(stand, PIN), Step(Menu, MenuChoice.LEAVE),
                      Step(TakeAway, None))  # fmt: skip


async def test_home_from_the_countdown_and_from_the_keypad(stand: Stand, village: Village) -> None:
    await stand.visit(
        Step(Attract, True),
        Step(Menu, Group.WORK),
        *help_key(ItemList),
        *by_code(stand, *(WRONG,) * 5),
        Step(Countdown, Nav.HOME),
        Step(Menu, Group.WORK),
        *help_key(ItemList),
        Step(AskProof, Nav.HOME),
        Step(Menu, Group.WORK),
        *help_key(ItemList),
        Step(AskProof, Nav.BACK),
        Step(ItemList, Nav.HELP),
        Step(MessageView, Nav.HOME),
        Step(Menu, Group.WORK),
        *help_key(ItemList),
        *by_code(stand, Nav.HELP),
        Step(ItemList, Nav.HOME),
        *OUT,
    )


async def test_who_is_no_worker_is_asked_like_one_and_learns_nothing(stand: Stand, village: Village) -> None:
    Quick.calls = 0
    await stand.visit(
        Step(Attract, True),
        *help_key(Menu),
        *by_code(stand, WRONG, PIN, Nav.BACK, code="a villager's code"),
        *OUT,
    )
    assert Quick.calls == 2, "the same work as for a worker"
    assert [one["operator"] for one in village.of_event(Event.STAFF_PIN_WRONG)] == ["", ""]
    assert not village.of_event(Event.OPERATOR_SIGNED_IN)


async def test_a_malformed_and_a_forgotten_pin_cost_nothing(stand: Stand, village: Village) -> None:
    await stand.visit(
        Step(Attract, True),
        *help_key(Menu),
        *by_code(stand, "1234567", PinChoice.FORGOTTEN),
        Step(MessageView, "ok", check=says(stand, Fault.STAFF_PIN_FORGOTTEN)),
        Step(PinPad, PIN, check=lambda view: stand.expect((view.least, view.length) == (8, 12))),
        Step(Menu, MenuChoice.LEAVE, check=head(HEAD)),
        Step(TakeAway, None),
    )
    assert not village.of_event(Event.STAFF_PIN_WRONG)


async def test_a_code_that_is_none_and_one_that_is_over_are_said(stand: Stand, village: Village) -> None:
    expired = Failure(Fault.PLATFORM_CODE_EXPIRED)
    stand.central.answers["session_open"] = lambda ask: expired if ask.code == "old" else village.opened(ask)
    await stand.visit(
        Step(Attract, True),
        *help_key(Menu),
        Step(AskProof, does=lambda: stand.scan("old")),
        Step(MessageView, "ok", check=says(stand, Fault.PLATFORM_CODE_EXPIRED)),
        Step(AskProof, does=lambda: stand.scan("")),
        Step(MessageView, "ok", check=says(stand, Fault.CODE_UNREADABLE)),
        *by_code(stand, PIN),
        *(dataclasses.replace(step, check=head(HEAD)) if step.view is Menu else step for step in OUT),
    )


@pytest.mark.parametrize("before", [0, 9])
async def test_a_try_is_in_the_log_however_the_visit_ends_meanwhile(
    stand: Stand, village: Village, monkeypatch: pytest.MonkeyPatch, before: int
) -> None:
    """A card pulled while the PIN is looked at: what was counted was also written down, and the platform is told."""
    assert stand.staff is not None
    for _ in range(before):
        shown = await stand.staff.code_shown(WORKER)
        assert shown is not None
        await stand.staff.check(shown, WRONG)
        village.uptime += 10_000
    check, told = Staff.check, stand.signal.times

    async def pulled(staff: Staff, shown: Shown, pin: str) -> Verdict:
        verdict = await check(staff, shown, pin)
        stand.pull()
        await asyncio.sleep(0.05)
        return verdict

    monkeypatch.setattr(Staff, "check", pulled)
    await stand.visit(
        Step(Attract, does=stand.insert), *help_key(Menu), *by_code(stand, WRONG), Step(MessageView, "ok"),
    )  # fmt: skip
    assert [one["tries_left"] for one in village.of_event(Event.STAFF_PIN_WRONG)] == [9 - before]
    assert len(village.of_event(Event.STAFF_PIN_DISABLED)) == (before == 9)
    assert stand.signal.times == told + (before == 9)
