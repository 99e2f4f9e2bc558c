"""帮办: what a worker who is signed in changes, and every way it ends (kiosk/assisted.py)."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import msgspec
import pytest

from contract import limits, wire
from contract.catalogue import Channel, Group, Kind, Proof
from contract.faults import Fault
from contract.log_events import Event
from drivers.device import Failure
from kiosk.acts import Act
from kiosk.person import Person
from kiosk.questions import Confirm, ConfirmChoice
from kiosk.staff import Helper
from kiosk.views import (
    AskProof,
    Attract,
    Guide,
    GuideChoice,
    ItemList,
    Menu,
    MenuChoice,
    MessageView,
    Nav,
    PinPad,
    RecordsChoice,
    RecordsView,
    ResultChoice,
    ResultView,
    TakeAway,
)
from tests.kiosk.conftest import Stand
from tests.kiosk.helping import (
    HEAD,
    NAME,
    OUT,
    PIN,
    WORKER,
    Village,
    by_code,
    head,
    help_key,
    helped,
    roster_of,
    says,
)
from tests.kiosk.opening import LEAVE, RECORDS, form_steps, has, to_item
from tests.kiosk.scripted import MADE_UP, Step
from tests.secure.pin_desk import Quick


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Argon2id stands aside: what is tested here is what is made of its verdict."""
    monkeypatch.setattr("secure.pin.Argon2id", Quick)
    monkeypatch.setattr("secure.reading.staff.Argon2id", Quick)


@pytest.fixture
def village(stand: Stand) -> Village:
    return Village.of(stand)


# -- the shown path ----------------------------------------------------------------------------------------------------


async def test_item_1_on_a_residents_behalf_is_in_the_workers_name_everywhere(stand: Stand, village: Village) -> None:
    """Signed in, the form filled in with the resident's card in the machine; head, slip, platform and log say who."""
    delivered: list[wire.Delivery] = []
    stand.central.answers["deliver"] = lambda ask: delivered.append(ask) or stand.accepting(ask)
    form = form_steps(stand)
    await stand.visit(
        Step(Attract, True),
        *help_key(Menu),
        *by_code(stand, PIN),
        Step(Menu, does=stand.insert, check=head(HEAD)),
        *to_item(Group.WORK, 1),
        Step(Guide, GuideChoice.START, check=head(HEAD)),
        Step(PinPad, "123456", check=lambda view: stand.expect(view.length == 6)),
        *[dataclasses.replace(step, check=head(HEAD)) for step in form],
        Step(Confirm, ConfirmChoice.SUBMIT, check=head(HEAD)),
        Step(ResultView, ResultChoice.FINISH, check=head(HEAD)),
        Step(TakeAway, does=stand.pull),
    )
    assert len(delivered) == 1
    (slip,) = stand.printer.slips
    assert helped(slip) == f"王*　工号 {WORKER}"
    assert NAME not in repr(slip)
    opened = [ask for name, ask in stand.central.asked if name == "session_open"]
    assert [(ask.staff, ask.operator) for ask in opened[:2]] == [(True, ""), (False, "staff-token")]
    assert stand.central.asked[-1][0] in {"staff_close", "session_close", "health"}
    assert ("staff_close", wire.StaffOut(operator="staff-token")) in stand.central.asked
    events = village.events()
    since = [event for event, _ in events].index(Event.OPERATOR_SIGNED_IN)
    of_visit = [(event, values) for event, values in events[since:] if "visit" in values]
    assert {values.get("operator") for _, values in of_visit} == {WORKER}
    assert {Event.SUBMITTED, Event.PRINT_STARTED, Event.PRINT_ENDED, Event.PROVED, Event.VISIT_ENDED} <= {
        event for event, _ in of_visit
    }
    assert all("operator" not in values for event, values in events[:since])
    assert NAME not in repr(events)
    assert events[-1] == (Event.OPERATOR_SIGNED_OUT, {
        "visit": of_visit[0][1]["visit"], "operator": WORKER, "reason": "visit_ended"})  # fmt: skip


async def test_the_body_of_the_delivery_names_the_worker(stand: Stand, village: Village) -> None:
    person = Person(wire.ShownBy.CARD, Proof.PROVED, id_number=MADE_UP.id_number, name=MADE_UP.name)
    house = stand.house()
    act = Act(house, stand.catalogue[1], person, {}, helper=Helper(WORKER, "王*", None, "t"))
    marks = {"visit": "v", "operator": WORKER}
    draft = act._draft(marks, "2026-11-23T10:00:00+08:00")
    body = draft.body("key", "000126328001", await stand.journal.do(lambda ledger: ledger.append(
        draft.entry("key", "000126328001", "0" * 64))))  # type: ignore[arg-type]  # fmt: skip
    assert msgspec.json.decode(body, type=wire.Submission).operator == WORKER
    with pytest.raises(AssertionError, match="offline"):
        Act(house, stand.catalogue[1], person, {}, helper=Helper(WORKER, "王*", (25,)))


async def test_what_a_resident_does_alone_is_unchanged_beside_a_worker(stand: Stand, village: Village) -> None:
    """Called in the middle of a visit: the page comes back as it was left, and the proof that is asked for stays."""
    stand.central.answers["records"] = RECORDS
    await stand.visit(
        Step(Attract, does=stand.insert),
        Step(Menu, Group.INSURANCE, check=head("")),
        *help_key(ItemList),
        *by_code(stand, PIN),
        Step(ItemList, 25, check=head(HEAD)),
        Step(PinPad, "123456", check=head(HEAD)),
        Step(RecordsView, RecordsChoice.DONE, check=head(HEAD)),
        *LEAVE,
        Step(TakeAway, does=stand.pull),
    )
    assert ("session_elevate", wire.Elevate(operator="staff-token")) in stand.central.asked
    assert {values.get("operator") for values in village.of_event(Event.QUERIED)} == {WORKER}
    assert {values.get("operator") for values in village.of_event(Event.IDENTIFIED)} == {None}


async def test_an_item_that_asks_for_a_worker_opens_with_one_and_not_without(stand: Stand, village: Village) -> None:
    item = msgspec.structs.replace(stand.catalogue[25], proof=Proof.OPERATOR, channels=(Channel.COUNTER,))
    assert item.kind is Kind.RECORDS
    stand.catalogue._items = {**stand.catalogue._items, 25: item}  # type: ignore[attr-defined]
    stand.central.answers["records"] = RECORDS
    await stand.visit(
        Step(Attract, True),
        *to_item(Group.INSURANCE, 25),
        *help_key(Guide, check=lambda view: stand.expect(not view.start)),
        *by_code(stand, PIN),
        Step(Guide, GuideChoice.START, check=has("开始办理")),  # the page that the worker comes back to
        Step(AskProof, does=stand.insert, check=head(HEAD)),
        Step(RecordsView, RecordsChoice.DONE),  # no card PIN: the worker answers for who it is
        *LEAVE,
        Step(TakeAway, does=stand.pull),
    )


# -- the ways it ends --------------------------------------------------------------------------------------------------


async def test_signing_out_leads_home_and_the_visit_goes_on(stand: Stand, village: Village) -> None:
    await stand.visit(
        Step(Attract, does=stand.insert),
        *help_key(Menu),
        *by_code(stand, PIN),
        Step(Menu, Group.WORK, check=head(HEAD)),
        Step(ItemList, Nav.HELP),
        Step(MessageView, "ok", check=has("正在帮办")),
        Step(ItemList, Nav.HELP, check=head(HEAD)),
        Step(MessageView, "sign_out", check=has("二维码和密码")),
        Step(Menu, MenuChoice.LEAVE, check=head("")),
        Step(TakeAway, does=stand.pull),
    )
    assert [one["reason"] for one in village.of_event(Event.OPERATOR_SIGNED_OUT)] == ["signed_out"]
    assert "operator" not in village.of_event(Event.VISIT_ENDED)[0]
    assert [name for name, _ in stand.central.asked].count("staff_close") == 1


async def test_the_idle_limit_ends_it_with_the_visit(
    stand: Stand, village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    def everybody_went(view: Menu) -> None:
        """Nobody touches anything any more, and nobody says that they are there."""
        assert view.helper == HEAD
        monkeypatch.setattr(limits, "IDLE_LIMIT", 0.05)
        stand.stage.idle, stand.stage.still_there = 10_000.0, False

    await stand.visit(
        Step(Attract, True),
        *help_key(Menu),
        *by_code(stand, PIN),
        Step(Menu, does=lambda: None, check=everybody_went),
        Step(MessageView, "ok", check=says(stand, Fault.IDLE_ENDED)),
    )
    assert [(one["operator"], one["reason"]) for one in village.of_event(Event.VISIT_ENDED)] == [(WORKER, "idle")]
    assert [one["reason"] for one in village.of_event(Event.OPERATOR_SIGNED_OUT)] == ["visit_ended"]


@pytest.mark.parametrize("how", ["retired", "expired", "none"])
async def test_who_is_taken_off_the_roster_helps_no_longer(
    stand: Stand, village: Village, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At once, in the middle of a form; what was not submitted is not."""
    monkeypatch.setattr(limits, "STAFF_LOOK", 0.01)

    def taken_off() -> None:
        if how == "expired":
            before = stand.clock
            stand.clock = lambda: before() + timedelta(days=31)
        else:
            village.lay(roster_of(workers=False) if how == "retired" else None)

    await stand.visit(
        Step(Attract, True),
        *help_key(Menu),
        *by_code(stand, PIN),
        Step(Menu, does=stand.insert),
        *to_item(Group.WORK, 1),
        Step(Guide, GuideChoice.START, check=head(HEAD)),
        Step(PinPad, "123456"),
        dataclasses.replace(form_steps(stand)[0], does=taken_off),
        Step(MessageView, "ok", check=says(stand, Fault.STAFF_ENDED)),
        Step(Menu, MenuChoice.LEAVE, check=head("")),
        Step(TakeAway, does=stand.pull),
    )
    assert [one["reason"] for one in village.of_event(Event.OPERATOR_SIGNED_OUT)] == ["not_on_roster"]
    assert await stand.pending() == 0


async def test_a_worker_helps_nobody_whom_the_platform_does_not_let_them(stand: Stand, village: Village) -> None:
    """Themselves, for one: their own word would be their own proof."""
    refused = Failure(Fault.PLATFORM_NOT_ALLOWED)
    stand.central.answers["session_elevate"] = lambda ask: refused if ask.operator else None
    await stand.visit(
        Step(Attract, does=stand.insert),
        *help_key(Menu),
        *by_code(stand, PIN),
        Step(MessageView, "ok", check=says(stand, Fault.STAFF_NOT_TAKEN)),
        Step(Menu, MenuChoice.LEAVE, check=head("")),
        Step(TakeAway, does=stand.pull),
    )
    assert [one["reason"] for one in village.of_event(Event.OPERATOR_SIGNED_OUT)] == ["not_taken"]

    stand.central.answers["session_open"] = lambda ask: refused if ask.operator else village.opened(ask)
    await stand.visit(
        Step(Attract, True),
        *help_key(Menu),
        *by_code(stand, PIN),
        Step(Menu, does=stand.insert, check=head(HEAD)),
        Step(MessageView, does=stand.pull, check=says(stand, Fault.STAFF_NOT_TAKEN)),
        Step(Attract, True),
        *OUT,
    )
