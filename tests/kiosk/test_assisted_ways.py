"""帮办: the own card while the platform is away, and what stands in the way of signing in (kiosk/assisted.py)."""

from __future__ import annotations

import sqlite3
from datetime import timedelta

import msgspec
import pytest

from contract.catalogue import Group
from contract.faults import Fault
from contract.log_events import Event
from contract.witnessing import Cosignature
from drivers.device import Failure, State
from kiosk.questions import Confirm, ConfirmChoice
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
    ResultChoice,
    ResultView,
    TakeAway,
    Way,
)
from secure.config import marks
from tests.kiosk.conftest import Stand
from tests.kiosk.helping import (
    HEAD,
    OUT,
    OWN_CARD,
    PIN,
    QR,
    WORKER,
    WRONG,
    Village,
    by_code,
    head,
    help_key,
    helped,
    roster_of,
    says,
    ways,
)
from tests.kiosk.opening import form_steps, has, to_item
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


# -- offline -----------------------------------------------------------------------------------------------------------


async def test_offline_with_the_own_card_it_is_labelled_and_limited(stand: Stand, village: Village) -> None:
    stand.central.away = True
    offline = f"离线帮办 王* {WORKER}"

    def own_card() -> None:
        stand.insert(OWN_CARD)

    await stand.visit(
        Step(Attract, True),
        *help_key(Menu),
        Step(AskProof, does=own_card, check=ways(Way.CODE, Way.CARD)),
        Step(PinPad, PIN, check=has("离线帮办")),
        Step(TakeAway, does=stand.pull, check=has("请取走您本人的卡")),
        Step(Menu, does=lambda: stand.insert(MADE_UP), check=head(offline)),
        Step(Menu, Group.INSURANCE),
        Step(ItemList, 25),
        Step(MessageView, "ok", check=says(stand, Fault.STAFF_NOT_OFFLINE_ITEM)),
        Step(ItemList, Nav.HELP),
        Step(MessageView, "ok", check=has("只能办：")),
        Step(ItemList, Nav.BACK),
        *to_item(Group.WORK, 1),
        Step(Guide, GuideChoice.START),
        Step(PinPad, "123456"),
        *form_steps(stand),
        Step(Confirm, ConfirmChoice.SUBMIT, check=head(offline)),
        Step(ResultView, ResultChoice.FINISH),
        Step(TakeAway, does=stand.pull),
    )
    (slip,) = stand.printer.slips
    assert helped(slip) == f"王*　工号 {WORKER}（离线帮办）"
    assert [(one["operator"], one["by"]) for one in village.of_event(Event.OPERATOR_SIGNED_IN)] == [
        (WORKER, "own_card")
    ]
    assert [one["operator"] for one in village.of_event(Event.SUBMITTED)] == [WORKER]
    assert await stand.pending() == 1


async def test_a_code_that_cannot_be_resolved_leads_to_the_own_card(stand: Stand, village: Village) -> None:
    """The platform goes away just then."""
    away = Failure(Fault.PLATFORM_AWAY)
    stand.central.answers["session_open"] = lambda ask: away if ask.staff else village.opened(ask)
    await stand.visit(
        Step(Attract, True),
        *help_key(Menu),
        Step(AskProof, does=lambda: stand.scan(QR), check=ways(Way.CODE)),
        Step(MessageView, "ok", check=says(stand, Fault.STAFF_AWAY)),
        Step(AskProof, does=lambda: stand.insert(OWN_CARD), check=ways(Way.CODE, Way.CARD)),
        Step(PinPad, WRONG),
        Step(PinPad, Nav.BACK),
        Step(TakeAway, does=stand.pull),
        *OUT,
    )


async def test_somebody_elses_card_opens_nothing_and_tells_nothing(stand: Stand, village: Village) -> None:
    stand.central.away = True
    await stand.visit(
        Step(Attract, True),
        *help_key(Menu),
        Step(AskProof, does=lambda: stand.insert(MADE_UP)),
        Step(PinPad, PIN),
        Step(PinPad, Nav.BACK, check=has("还可以试 9 次")),
        Step(TakeAway, does=stand.pull),
        *OUT,
    )


async def test_the_own_card_is_no_way_while_the_platform_answers(stand: Stand, village: Village) -> None:
    """The rule is QR and PIN: a card that is put in meanwhile is the resident's, and seen to afterwards."""
    await stand.visit(
        Step(Attract, True),
        *help_key(Menu),
        Step(AskProof, does=lambda: stand.insert(OWN_CARD), check=ways(Way.CODE)),
        *by_code(stand, PIN),
        Step(Menu, does=lambda: None, check=head(HEAD)),
        Step(Menu, MenuChoice.LEAVE, check=has("您的社保卡在机器里")),
        Step(TakeAway, does=stand.pull),
    )


@pytest.mark.parametrize(
    ("why", "fault"),
    [
        ("no desk", Fault.STAFF_NO_ROSTER),
        ("no pepper", Fault.STAFF_NO_ROSTER),
        ("no roster", Fault.STAFF_NO_ROSTER),
        ("expired", Fault.STAFF_ROSTER_OVER),
        ("away, nothing allowed", Fault.STAFF_NOT_OFFLINE),
        ("away, resident's card in", Fault.STAFF_CARD_IN),
        ("no device works", Fault.STAFF_NO_WAY),
        ("no scanner, nothing allowed", Fault.STAFF_NO_WAY),
        ("full disk", Fault.DISK_FULL),
    ],
)
async def test_what_stands_in_the_way_is_one_sentence(
    stand: Stand, village: Village, why: str, fault: Fault, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Never a dead button."""
    card = "card in" in why
    match why:
        case "no desk":
            stand.staff = None
        case "no pepper":
            village.start(pepper=False)
        case "no roster":
            village.lay(None)
        case "expired":
            village.lay(roster_of(days=-1))
        case "away, nothing allowed":
            village.lay(roster_of(offline=()))
            stand.central.away = True
        case "away, resident's card in":
            stand.central.away = True
        case "no device works":
            assert stand.reader is not None
            stand.scanner.state = stand.reader.state = State.OFFLINE
        case "no scanner, nothing allowed":
            village.lay(roster_of(offline=()))
            stand.scanner.state = State.OFFLINE
        case _:

            def no_room(*_args: object, **_kw: object) -> None:
                raise OSError("no room")

            monkeypatch.setattr("kiosk.staff.StaffDesk", no_room)
    await stand.visit(
        Step(Attract, does=stand.insert) if card else Step(Attract, True),
        *help_key(Menu),
        Step(MessageView, "ok", check=says(stand, fault)),
        Step(Menu, MenuChoice.LEAVE),
        Step(TakeAway, does=stand.pull) if card else Step(TakeAway, None),
    )
    assert [one["fault"] for one in village.of_event(Event.STAFF_SIGN_IN_FAILED)] == [fault.value]


async def test_a_roster_that_comes_while_the_pin_is_typed_asks_to_show_once_more(
    stand: Stand, village: Village
) -> None:
    newer = roster_of()
    await stand.visit(
        Step(Attract, True),
        *help_key(Menu),
        Step(AskProof, does=lambda: stand.scan(QR)),
        Step(PinPad, PIN, check=lambda view: village.lay(newer)),
        Step(MessageView, "ok", check=says(stand, Fault.STAFF_NOT_SHOWN)),
        *by_code(stand, PIN),
        *OUT,
    )
    village.lay(roster_of(days=-1))
    await stand.visit(
        Step(Attract, True),
        *help_key(Menu),
        Step(MessageView, "ok", check=says(stand, Fault.STAFF_ROSTER_OVER)),
        *OUT,
    )


@pytest.mark.parametrize("by", ["configuration", "witness"])
async def test_an_expired_roster_stays_expired_under_a_clock_set_back(stand: Stand, village: Village, by: str) -> None:
    """Attack 17's clock, at the roster: the floor is what the platform last signed."""
    village.lay(roster_of(days=2))
    now = stand.clock()
    signed = now + timedelta(days=3)
    told = Cosignature(device="T", segments=1, size=1, head=b"", at=signed.isoformat(), signature=b"")

    def saved(file: sqlite3.Connection) -> None:
        if by == "configuration":
            marks.save(file, marks.Marks(server_time=signed), None)
            return
        row = (0, b"", told.at, msgspec.json.encode(told))
        file.execute("INSERT INTO checkpoint (seq, head, at, cosignature) VALUES (?, ?, ?, ?)", row)

    await stand.journal.do(lambda ledger: ledger.within(saved))
    stand.clock = lambda: now - timedelta(days=1)
    await stand.visit(
        Step(Attract, True),
        *help_key(Menu),
        Step(MessageView, "ok", check=says(stand, Fault.STAFF_ROSTER_OVER)),
        *OUT,
    )


async def test_nothing_of_a_worker_stays_in_the_next_visit(stand: Stand, village: Village) -> None:
    await stand.visit(
        Step(Attract, True), *help_key(Menu), *by_code(stand, PIN), Step(Menu, MenuChoice.LEAVE, check=head(HEAD)),
        Step(TakeAway, None), Step(Attract, True), Step(Menu, MenuChoice.LEAVE, check=head("")), Step(TakeAway, None),
    )  # fmt: skip
