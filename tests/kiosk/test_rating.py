"""好差评: asked once after each act, left with one touch, kept sealed and delivered once, without who said it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from contract import limits, ratings, wire
from contract.catalogue import Group
from contract.faults import Fault
from contract.log_events import Event
from contract.ratings import Rating
from drivers.device import Failure
from kiosk.questions import ChoiceQuestion, Confirm, ConfirmChoice, TextQuestion
from kiosk.views import (
    Attract,
    ItemList,
    ListingView,
    Menu,
    MenuChoice,
    MessageView,
    Nav,
    PinPad,
    RatingChoice,
    RatingView,
    RecordsChoice,
    RecordsView,
    ResultChoice,
    ResultView,
    TakeAway,
)
from secure.business import DiskFull
from secure.ledger import Ledger
from secure.reading.delivery import open_delivery
from secure.reading.log import Verifier
from tests.kiosk import conftest
from tests.kiosk.conftest import DEVICE, Stand
from tests.kiosk.helping import PIN, WORKER, Village, by_code, help_key
from tests.kiosk.opening import LEAVE, LISTING, RECORDS, answers, begin, form_steps, has, to_item
from tests.kiosk.scripted import MADE_UP, Step

PLATFORM = X25519PrivateKey.generate()


class Taken:
    """What the platform was sent, opened as it opens it."""

    def __init__(self, stand: Stand) -> None:
        self._stand = stand
        self.ratings: list[Rating] = []

    def take(self, ask: wire.Delivery) -> wire.Receipt:
        body = open_delivery(ask, DEVICE, PLATFORM.private_bytes_raw(), self._stand.key.public)
        assert isinstance(body, bytes), body
        if ask.type == wire.RATING:
            self.ratings.append(msgspec.json.decode(body, type=Rating))
        return self._stand.accepting(ask)


@pytest.fixture
def taken(stand: Stand) -> Taken:
    return Taken(stand)


@pytest.fixture(autouse=True)
def own_platform(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conftest, "_raw_public", lambda: PLATFORM.public_key().public_bytes_raw())


def looked(stand: Stand, leave: Any = RecordsChoice.DONE) -> tuple[Step, ...]:
    """Somebody looks up item 25 and is done with it."""
    return (
        Step(Attract, does=stand.insert), *to_item(Group.INSURANCE, 25), Step(PinPad, "123456"),
        Step(RecordsView, leave),
    )  # fmt: skip


def nobody_touches(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """What happens when called: the time is over, and nobody says that they are still there."""
    monkeypatch.setattr(limits, "IDLE_LIMIT", 0.05)
    stand.stage.still_there = False

    def passes() -> None:
        stand.stage.idle = 10.0

    return passes


async def kept(stand: Stand) -> list[tuple[str, str]]:
    """Type and state of what is in the outbox."""
    found: list[tuple[str, str]] = await stand.journal.do(
        lambda ledger: ledger._connection.execute("SELECT type, state FROM outbox ORDER BY ordinal").fetchall()
    )
    return found


async def test_one_touch_after_a_query_says_it_and_reaches_the_platform_once(stand: Stand, taken: Taken) -> None:
    stand.central.answers = answers(records=RECORDS, deliver=taken.take)
    await stand.visit(
        *looked(stand), Step(RatingView, "5", check=has("不记您的名字")), *LEAVE, Step(TakeAway, does=stand.pull)
    )
    assert await kept(stand) == [("rating", "kept")]
    await stand.until_delivered()
    assert await kept(stand) == [("rating", "settled")]
    (rating,) = taken.ratings
    assert (rating.item, rating.level, rating.reasons, rating.words, rating.terminal) == (25, 5, (), "", DEVICE)
    assert MADE_UP.id_number not in repr(msgspec.structs.asdict(rating))
    assert "T" not in rating.made_on
    (logged,) = [one for one in Verifier(stand.key.public, stand.audit.private_bytes_raw()).read(
        stand.folder / "ledger.db") if one.event is Event.RATED]  # fmt: skip
    assert set(logged.values) == {"item", "key", "sha256"}, "neither the visit nor what was said"


async def test_a_log_with_a_rating_is_sound_and_one_whose_row_went_is_not(stand: Stand, taken: Taken) -> None:
    stand.central.answers = answers(records=RECORDS, deliver=taken.take)
    await stand.visit(*looked(stand), Step(RatingView, "4"), *LEAVE, Step(TakeAway, does=stand.pull))

    def verdict() -> bool:
        verifier = Verifier(stand.key.public, stand.audit.private_bytes_raw())
        return verifier.verify(stand.folder / "ledger.db").sound

    assert verdict()
    await stand.journal.do(lambda ledger: ledger._connection.execute("DELETE FROM outbox"))
    assert not verdict()


@pytest.mark.parametrize("out", [RatingChoice.SKIP, Nav.BACK])
async def test_one_touch_skips_it_and_the_same_query_is_not_asked_about_again(stand: Stand, out: Any) -> None:
    stand.central.answers = answers(records=RECORDS)
    await stand.visit(
        *looked(stand),
        Step(RatingView, out),
        Step(ItemList, 25),
        Step(RecordsView, RecordsChoice.DONE),
        *LEAVE,
        Step(TakeAway, does=stand.pull),
    )
    assert sum(isinstance(view, RatingView) for view in stand.stage.seen) == 1
    assert await kept(stand) == []


async def test_home_after_a_query_asks_once_and_home_on_the_faces_goes_home(stand: Stand) -> None:
    stand.central.answers = answers(records=RECORDS)
    await stand.visit(
        *looked(stand, Nav.HOME),
        Step(RatingView, Nav.HOME),
        Step(Menu, MenuChoice.LEAVE),
        Step(TakeAway, does=stand.pull),
    )
    assert await kept(stand) == []


async def test_each_submission_is_an_act_of_its_own_and_finishing_asks_before_it_leaves(
    stand: Stand, taken: Taken
) -> None:
    stand.central.answers = answers(deliver=taken.take)
    again = [step for step in begin(stand) if step.view not in (Attract, Menu, PinPad)]
    await stand.visit(
        *begin(stand),
        *form_steps(stand),
        Step(Confirm, ConfirmChoice.SUBMIT),
        Step(ResultView, ResultChoice.AGAIN),
        Step(RatingView, "4"),
        *again,
        *form_steps(stand),
        Step(Confirm, ConfirmChoice.SUBMIT),
        Step(ResultView, ResultChoice.FINISH),
        Step(RatingView, "3"),
        Step(ChoiceQuestion, None, check=has("哪里没做好")),
        Step(TakeAway, does=stand.pull),
    )
    await stand.until_delivered()
    assert [(one.item, one.level) for one in taken.ratings] == [(1, 4), (1, 3)]
    numbers = await stand.journal.do(
        lambda ledger: [row[0][-3:] for row in ledger._connection.execute(
            "SELECT number FROM outbox WHERE type = 'submission' ORDER BY ordinal")]
    )  # fmt: skip
    assert numbers == ["001", "002"], "a rating takes no receipt number"


async def test_a_bad_one_says_why_and_wishes_a_call(stand: Stand, taken: Taken) -> None:
    stand.central.answers = answers(records=RECORDS, deliver=taken.take)
    await stand.visit(
        *looked(stand),
        Step(RatingView, "1"),
        Step(ChoiceQuestion, ("wait", "words"), check=lambda view: stand.expect(not view.required and view.most == 6)),
        Step(TextQuestion, "机器太慢"),
        Step(ChoiceQuestion, "yes", check=has("回个电话")),
        *LEAVE,
        Step(TakeAway, does=stand.pull),
    )
    await stand.until_delivered()
    (rating,) = taken.ratings
    assert (rating.level, rating.reasons, rating.words) == (1, ("wait", "words"), "机器太慢")
    assert rating.id_number == MADE_UP.id_number
    assert ratings.wrong_with(rating) == ""
    raw = b"".join(path.read_bytes() for path in stand.folder.glob("ledger.db*"))
    assert MADE_UP.id_number.encode() not in raw
    assert "机器太慢".encode() not in raw


@pytest.mark.parametrize("answer", ["no", None, Nav.BACK])
async def test_who_wishes_no_call_is_nobody(stand: Stand, taken: Taken, answer: Any) -> None:
    stand.central.answers = answers(records=RECORDS, deliver=taken.take)
    await stand.visit(
        *looked(stand), Step(RatingView, "2"), Step(ChoiceQuestion, None), Step(ChoiceQuestion, answer), *LEAVE,
        Step(TakeAway, does=stand.pull),
    )  # fmt: skip
    await stand.until_delivered()
    assert [(one.level, one.reasons, one.id_number) for one in taken.ratings] == [(2, (), "")]


@pytest.mark.parametrize("leaves", ["pulled", "idle", "home", "back"])
async def test_what_was_said_before_they_left_counts(
    stand: Stand, taken: Taken, monkeypatch: pytest.MonkeyPatch, leaves: str
) -> None:
    """The face was touched; on the page that asks why they go, each in their way."""
    stand.central.answers = answers(records=RECORDS, deliver=taken.take)
    time_passes = nobody_touches(stand, monkeypatch)

    goes: dict[str, tuple[Step, ...]] = {
        "pulled": (Step(ChoiceQuestion, does=stand.pull), Step(MessageView, "ok")),
        "idle": (Step(ChoiceQuestion, does=time_passes), Step(TakeAway, does=stand.pull)),
        "home": (Step(ChoiceQuestion, Nav.HOME), Step(Menu, MenuChoice.LEAVE), Step(TakeAway, does=stand.pull)),
        "back": (Step(ChoiceQuestion, Nav.BACK), *LEAVE, Step(TakeAway, does=stand.pull)),
    }
    await stand.visit(*looked(stand), Step(RatingView, "2"), *goes[leaves])
    await stand.until_delivered()
    assert [one.level for one in taken.ratings] == [2]


@pytest.mark.parametrize("leaves", ["pulled", "idle"])
async def test_a_card_pulled_or_the_time_over_on_the_faces_just_ends_the_visit(
    stand: Stand, monkeypatch: pytest.MonkeyPatch, leaves: str
) -> None:
    stand.central.answers = answers(records=RECORDS)
    time_passes = nobody_touches(stand, monkeypatch)

    ends = {
        "pulled": (Step(RatingView, does=stand.pull), Step(MessageView, "ok")),
        "idle": (Step(RatingView, does=time_passes), Step(TakeAway, does=stand.pull)),
    }
    await stand.visit(*looked(stand), *ends[leaves])
    assert await kept(stand) == []


async def test_while_the_platform_is_away_it_is_kept_and_delivered_later_once(stand: Stand, taken: Taken) -> None:
    stand.central.answers = answers(browse=LISTING, deliver=taken.take)

    def away() -> None:
        stand.central.away = True

    await stand.visit(
        Step(Attract, does=stand.insert),
        *to_item(Group.WORK, 3),
        Step(ListingView, Nav.BACK, check=lambda _view: away()),
        Step(RatingView, "5"),
        *LEAVE,
        Step(TakeAway, does=stand.pull),
    )
    assert await kept(stand) == [("rating", "kept")]
    stand.central.away = False
    await stand.until_delivered()
    await stand.until_delivered()
    assert [one.item for one in taken.ratings] == [3]


async def test_nothing_was_looked_up_and_nothing_is_asked(stand: Stand) -> None:
    """A fault in its place; and a form that was left."""
    stand.central.answers = answers(records=Failure(Fault.PLATFORM_NOT_REGISTERED))
    await stand.visit(*looked(stand)[:-1], Step(MessageView, "ok"), *LEAVE, Step(TakeAway, does=stand.pull))
    assert not any(isinstance(view, RatingView) for view in stand.stage.seen)


async def test_with_a_worker_the_resident_is_asked_and_the_worker_named(stand: Stand, taken: Taken) -> None:
    stand.central.answers = answers(records=RECORDS, deliver=taken.take)
    Village.of(stand)
    await stand.visit(
        Step(Attract, does=stand.insert),
        *help_key(Menu),
        *by_code(stand, PIN),
        *to_item(Group.INSURANCE, 25),
        Step(PinPad, "123456"),
        Step(RecordsView, RecordsChoice.DONE),
        Step(RatingView, "4", check=has("请您自己点一个")),
        *LEAVE,
        Step(TakeAway, does=stand.pull),
    )
    await stand.until_delivered()
    assert [one.operator for one in taken.ratings] == [WORKER]


async def test_a_full_disk_is_said_and_nothing_is_thanked_for(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    stand.central.answers = answers(records=RECORDS)
    monkeypatch.setattr(Ledger, "accept", lambda *_arguments, **_named: DiskFull(0))
    await stand.visit(
        *looked(stand),
        Step(RatingView, "5"),
        Step(MessageView, "ok", check=lambda view: stand.expect(view.title == stand.faults[Fault.DISK_FULL].what)),
        *LEAVE,
        Step(TakeAway, does=stand.pull),
    )
