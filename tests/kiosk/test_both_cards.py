"""Items that want both cards (34, 38, 39): each is really read in the visit, both are one person's, and both go along.

Whole visits with a worker who signs in, on the test stage, whichever card comes first.
"""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from contract import wire
from contract.catalogue import Catalogue, Document, Item, Proof, load
from contract.faults import Fault
from contract.log_events import Event
from contract.wire import ShownBy
from drivers.device import CardHolder, Failure, Happening, State
from kiosk import guide_pages
from kiosk.acts import Act
from kiosk.person import Person
from kiosk.questions import Confirm, ConfirmChoice
from kiosk.views import (
    AskProof,
    Attract,
    Guide,
    GuideChoice,
    ItemList,
    Menu,
    MessageView,
    Nav,
    RecordsChoice,
    RecordsView,
    ResultChoice,
    ResultView,
    TakeAway,
    Way,
)
from secure.reading.delivery import open_delivery
from tests.kiosk.conftest import DEVICE, Stand
from tests.kiosk.helping import PIN, WORKER, Village, by_code, help_key, says, ways
from tests.kiosk.opening import LEAVE, RECORDS, beside, someone, to_item
from tests.kiosk.scripted import MADE_UP, SESSION, FakeCardReader, Step
from tests.kiosk.test_conditions import FINE, filled
from tests.secure.pin_desk import Quick

BOTH = (34, 38, 39)
OTHER: CardHolder = someone(7)
AGENT: CardHolder = someone(8)
EACH = pytest.mark.parametrize("number", BOTH)
EITHER = pytest.mark.parametrize("first", ["card first", "id card first"])


class Counter:
    """A village's counter: both readers, a worker's desk, and a platform whose seal the test can open."""

    def __init__(self, stand: Stand, key: X25519PrivateKey) -> None:
        self.stand, self._key = stand, key
        self.village, self.id_reader = Village.of(stand), beside(stand)
        self.submitted: list[wire.Submission] = []
        stand.central.answers |= {"conditions": FINE, "deliver": self._taken, "records": RECORDS}

    def _taken(self, ask: wire.Delivery) -> wire.Receipt:
        body = open_delivery(ask, DEVICE, self._key.private_bytes_raw(), self.stand.key.public)
        assert isinstance(body, bytes)
        self.submitted.append(msgspec.json.decode(body, type=wire.Submission))
        return self.stand.accepting(ask)

    def item(self, number: int) -> Item:
        return self.stand.catalogue[number]

    def readers(self, first: str) -> tuple[FakeCardReader, FakeCardReader, Way]:
        """The reader that is used first, the other, and the way of that."""
        card = self.stand.reader
        assert card is not None
        return (card, self.id_reader, Way.ID_CARD) if first == "card first" else (self.id_reader, card, Way.CARD)

    def begun(self, number: int, comes: Callable[[], None] | None, who: str = "self") -> tuple[Step, ...]:
        """A worker signs in, somebody comes, and the item is begun; *comes* None: by a code."""
        item = self.item(number)
        asked = (Step(MessageView, who),) if item.agent else ()
        return (
            Step(Attract, True),
            *help_key(Menu),
            *by_code(self.stand, PIN),
            Step(Menu, does=comes or (lambda: self.stand.scan("residents-code"))),
            *to_item(item.group, number),
            Step(Guide, GuideChoice.START),
            *asked,
        )

    def done(self, number: int) -> tuple[Step, ...]:
        """From the last card on: the whole item, and away."""
        if number == 39:
            return Step(RecordsView, RecordsChoice.DONE), *self.away()
        return (
            Step(Guide, GuideChoice.START),
            *filled(self.stand, number),
            Step(Confirm, ConfirmChoice.SUBMIT),
            Step(ResultView, ResultChoice.AGAIN),
            *self.away(),
        )

    def away(self) -> tuple[Step, ...]:
        return (*LEAVE, Step(TakeAway, does=self.stand.pull))

    def told(self) -> list[list[ShownBy]]:
        """What the platform was told to have been read besides, each time."""
        return [[one.shown_by for one in ask.readings] for name, ask in self.stand.central.asked if name == ELEVATE]

    def log(self, event: Event) -> list[dict[str, Any]]:
        return self.village.of_event(event)

    def nothing_began(self) -> None:
        asked = {name for name, _ in self.stand.central.asked}
        assert not asked & {"records", "conditions", "deliver"}
        assert not self.log(Event.BOTH_CARDS_READ)


def soon(does: Callable[[], None], seconds: float = 0.1) -> None:
    """When what lies there could have been read already."""
    asyncio.get_running_loop().call_later(seconds, does)


ELEVATE = wire.SESSION_ELEVATE.name


@pytest.fixture
def platform_key(monkeypatch: pytest.MonkeyPatch) -> X25519PrivateKey:
    """Before the stand: what it seals is sealed to this one."""
    key = X25519PrivateKey.generate()
    monkeypatch.setattr("tests.kiosk.conftest._raw_public", lambda: key.public_key().public_bytes_raw())
    monkeypatch.setattr("secure.pin.Argon2id", Quick)
    monkeypatch.setattr("secure.reading.staff.Argon2id", Quick)
    return key


@pytest.fixture
def counter(platform_key: X25519PrivateKey, stand: Stand) -> Counter:
    return Counter(stand, platform_key)


def asks(way: Way, words: str) -> Callable[[AskProof], None]:
    def check(view: AskProof) -> None:
        ways(way)(view)
        assert words in view.title
        assert "张*" in view.line
        assert "张测试" not in repr(view)

    return check


# -- both are read ---------------------------------------------------------------------------------------------------


def test_the_items_that_want_both_follow_from_what_is_brought() -> None:
    assert tuple(item.number for item in load() if item.both_cards) == BOTH
    assert [item.number for item in load() if item.agent] == [38]
    for item in load():
        assert item.both_cards is (item.documents == "身份证和社保卡")
        assert not any("看过" in field.question for field in item.fields), "nobody's word stands for a card"


@EACH
@EITHER
async def test_both_are_read_before_it_begins_and_go_along(counter: Counter, number: int, first: str) -> None:
    one, other, way = counter.readers(first)
    words = "还要读身份证" if way is Way.ID_CARD else "还要读社保卡"
    await counter.stand.visit(
        *counter.begun(number, one.insert), Step(AskProof, does=other.insert, check=asks(way, words)),
        *counter.done(number),
    )  # fmt: skip
    second = ShownBy.ID_CARD if way is Way.ID_CARD else ShownBy.CARD
    assert counter.told() == [[second]]
    [read] = counter.log(Event.BOTH_CARDS_READ)
    assert (read["item"], read["names_differ"], read["agent_id_number"]) == (number, False, "")
    assert read["operator"] == WORKER
    identified = [(one["shown_by"], one["id_number"]) for one in counter.log(Event.IDENTIFIED)]
    assert sorted(shown for shown, _ in identified) == ["id_card", "ssc"]
    assert {mine for _, mine in identified} == {MADE_UP.id_number}
    if number == 39:
        return
    [sent] = counter.submitted
    assert [one.shown_by for one in sent.readings] == [ShownBy.CARD, ShownBy.ID_CARD]
    assert {(one.id_number, one.name) for one in sent.readings} == {(MADE_UP.id_number, MADE_UP.name)}
    assert sent.readings[0].card_number == MADE_UP.card_number
    assert sent.agent is None
    [submitted] = counter.log(Event.SUBMITTED)
    assert submitted["shown_by"] == "ssc+id_card"
    [slip] = counter.stand.printer.slips
    assert "代办人" not in repr(slip)
    assert counter.stand.delivered == 1


async def test_who_came_by_a_code_shows_both(counter: Counter) -> None:
    stand = counter.stand
    await stand.visit(
        *counter.begun(39, None),
        Step(AskProof, does=stand.insert, check=asks(Way.CARD, "还要读社保卡")),
        Step(AskProof, does=counter.id_reader.insert, check=asks(Way.ID_CARD, "还要读身份证")),
        *counter.done(39),
    )
    assert counter.told() == [[ShownBy.CARD, ShownBy.ID_CARD]]


async def test_what_was_read_in_this_visit_is_not_asked_for_again(counter: Counter) -> None:
    stand = counter.stand
    await stand.visit(
        *counter.begun(39, stand.insert),
        Step(AskProof, does=counter.id_reader.insert),
        Step(RecordsView, RecordsChoice.DONE),
        Step(ItemList, 38),
        Step(Guide, GuideChoice.START),
        Step(MessageView, "self"),
        *counter.done(38),
    )
    assert [one["item"] for one in counter.log(Event.BOTH_CARDS_READ)] == [39, 38]


async def test_it_follows_from_the_items_data(counter: Counter) -> None:
    """Another item that wants both, and one of the three that no longer does."""
    stand = counter.stand
    both = ((Document.ID_CARD,), (Document.SOCIAL_SECURITY_CARD,))
    changed = {39: {"bring": (Document.ID_CARD, Document.SOCIAL_SECURITY_CARD)}, 40: {"bring": both}}
    changed[39]["bring"] = (changed[39]["bring"],)  # type: ignore[assignment]
    stand.catalogue = Catalogue(msgspec.structs.replace(one, **changed.get(one.number, {})) for one in stand.catalogue)
    await stand.visit(
        *counter.begun(39, stand.insert),
        Step(RecordsView, RecordsChoice.DONE),
        Step(ItemList, 40),
        Step(Guide, GuideChoice.START),
        Step(AskProof, does=counter.id_reader.insert),
        *counter.done(40),
    )


def test_an_agent_only_where_cards_say_for_whom() -> None:
    with pytest.raises(ValueError, match="agent"):
        msgspec.structs.replace(load()[40], agent=True)


def test_no_act_without_both(counter: Counter) -> None:
    person = Person(ShownBy.CARD, Proof.PROVED, id_number=MADE_UP.id_number, name=MADE_UP.name)
    item = msgspec.structs.replace(counter.item(34), proof=Proof.PROVED)
    with pytest.raises(AssertionError, match="both"):
        Act(counter.stand.house(), item, person, {})


# -- another person's ------------------------------------------------------------------------------------------------


@EACH
@EITHER
async def test_another_persons_card_is_told_and_the_right_one_asked_for(
    counter: Counter, number: int, first: str
) -> None:
    one, other, _ = counter.readers(first)

    def change() -> None:
        other.pull()
        other.insert(MADE_UP)

    await counter.stand.visit(
        *counter.begun(number, one.insert),
        Step(AskProof, does=lambda: other.insert(OTHER)),
        Step(MessageView, "ok", check=says(counter.stand, Fault.CARDS_OTHER_PERSON)),
        # the wrong one still lies there and is not read a second time
        Step(AskProof, does=lambda: soon(change)),
        *counter.done(number),
    )
    [failed] = counter.log(Event.PROOF_FAILED)
    assert (failed["by"], failed["fault"]) == ("both_cards", "cards.other_person")
    assert len(counter.log(Event.BOTH_CARDS_READ)) == 1
    assert OTHER.id_number not in repr(counter.village.events())


@EITHER
async def test_another_persons_card_alone_begins_nothing(counter: Counter, first: str) -> None:
    one, other, _ = counter.readers(first)
    await counter.stand.visit(
        *counter.begun(38, one.insert),
        Step(AskProof, does=lambda: other.insert(OTHER)),
        Step(MessageView, Nav.BACK, check=says(counter.stand, Fault.CARDS_OTHER_PERSON)),
        Step(AskProof, Nav.BACK),
        Step(Guide, Nav.BACK),
        *counter.away(),
    )
    counter.nothing_began()
    assert counter.told() == []


@EACH
@EITHER
async def test_with_only_one_it_does_not_begin(counter: Counter, number: int, first: str) -> None:
    one, _, way = counter.readers(first)
    await counter.stand.visit(
        *counter.begun(number, one.insert),
        Step(AskProof, Nav.BACK, check=ways(way)),
        Step(Guide, Nav.BACK),
        *counter.away(),
    )
    counter.nothing_began()


@pytest.mark.parametrize("choice", ["go_on", "stop"])
async def test_one_number_and_two_names_are_told_and_written_down(counter: Counter, choice: str) -> None:
    stand = counter.stand
    renamed = dataclasses.replace(MADE_UP, name="李测试")

    def told(view: MessageView) -> None:
        assert [row.lines for row in view.rows] == [("张*",), ("李*",)]
        assert "名字不一样" in view.title
        assert "李测试" not in repr(view)

    after = counter.done(34) if choice == "go_on" else (Step(Guide, Nav.BACK), *counter.away())
    await stand.visit(
        *counter.begun(34, stand.insert),
        Step(AskProof, does=lambda: counter.id_reader.insert(renamed)),
        Step(MessageView, choice, check=told),
        *after,
    )
    if choice == "stop":
        counter.nothing_began()
        return
    [read] = counter.log(Event.BOTH_CARDS_READ)
    assert read["names_differ"] is True
    assert [one.name for one in counter.submitted[0].readings] == ["张测试", "李测试"]


# -- readers ---------------------------------------------------------------------------------------------------------


@EACH
@pytest.mark.parametrize("how", ["absent", "unplugged"])
@pytest.mark.parametrize("reader", ["card_reader", "id_reader"])
async def test_a_terminal_that_lacks_a_reader_says_so_before_anything_is_shown(
    counter: Counter, number: int, how: str, reader: str
) -> None:
    stand, real = counter.stand, counter.stand.house

    def house() -> Any:
        made = real()
        if how == "absent":
            setattr(made.bay, reader, None)
        else:
            getattr(made.bay, reader).state = State.NO_DEVICE
        return made

    stand.house = house  # type: ignore[method-assign]
    fault = Fault.CARDS_NO_CARD_READER if reader == "card_reader" else Fault.CARDS_NO_ID_READER
    lacking = "读不了社保卡" if reader == "card_reader" else "读不了身份证"

    def noticed(view: Guide) -> None:
        assert (lacking in repr(view.rows[0])) is (how == "absent")

    def told(view: MessageView) -> None:
        says(stand, fault)(view)
        assert "乡镇（街道）服务点的窗口" in repr(view.rows[0])
        assert "二维码" not in repr(view), "nothing else would do"

    await stand.visit(
        Step(Attract, True),
        *help_key(Menu),
        *by_code(stand, PIN),
        *to_item(counter.item(number).group, number),
        Step(Guide, GuideChoice.START, check=noticed),
        Step(MessageView, "ok", check=told),
        Step(Guide, Nav.BACK),
        *LEAVE,
        Step(TakeAway, None),
    )
    counter.nothing_began()


async def test_a_resident_alone_reads_where_to_go_instead(counter: Counter) -> None:
    house = counter.stand.house()
    house.bay.id_reader = None
    [line] = guide_pages.guide_rows(house, counter.item(38))[0].lines
    assert "读不了身份证" in line
    assert "乡镇（街道）服务点的窗口" in line


@EITHER
async def test_a_reader_that_goes_while_its_card_is_asked_for_is_told(counter: Counter, first: str) -> None:
    one, other, way = counter.readers(first)
    fault = Fault.CARDS_NO_ID_READER if way is Way.ID_CARD else Fault.CARDS_NO_CARD_READER

    def goes() -> None:
        other.state = State.NO_DEVICE
        other.tell(Happening.STATE_CHANGED, state=State.NO_DEVICE)

    await counter.stand.visit(
        *counter.begun(39, one.insert),
        Step(AskProof, does=goes),
        Step(MessageView, "ok", check=says(counter.stand, fault)),
        Step(Guide, Nav.BACK),
        *counter.away(),
    )
    counter.nothing_began()


async def test_another_device_that_goes_meanwhile_changes_nothing(counter: Counter) -> None:
    stand = counter.stand
    await stand.visit(
        *counter.begun(39, stand.insert),
        Step(AskProof, does=lambda: stand.scanner.tell(Happening.STATE_CHANGED, state=State.NO_DEVICE)),
        Step(AskProof, does=counter.id_reader.insert),
        *counter.done(39),
    )


# -- pulled and lifted -----------------------------------------------------------------------------------------------


async def test_the_card_pulled_between_the_two_ends_the_visit(counter: Counter) -> None:
    stand = counter.stand
    await stand.visit(
        *counter.begun(38, stand.insert),
        Step(AskProof, does=stand.pull),
        Step(MessageView, "ok", check=says(stand, Fault.CARD_PULLED_IN_VISIT)),
    )
    counter.nothing_began()
    assert counter.log(Event.VISIT_ENDED)[0]["reason"] == "card_pulled"


async def test_the_card_pulled_after_both_were_read_ends_the_visit_too(counter: Counter) -> None:
    stand = counter.stand
    await stand.visit(
        *counter.begun(34, stand.insert),
        Step(AskProof, does=counter.id_reader.insert),
        Step(Guide, does=stand.pull),
        Step(MessageView, "ok", check=says(stand, Fault.CARD_PULLED_IN_VISIT)),
    )
    assert not counter.submitted


@EITHER
async def test_what_is_taken_away_while_it_is_read_is_asked_for_again(
    counter: Counter, first: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other, way = counter.readers(first)
    fault, read = Fault.ID_CARD_UNREADABLE if way is Way.ID_CARD else Fault.CARD_PULLED, other.read

    async def lifted() -> Any:
        monkeypatch.setattr(other, "read", read)
        other.pull()
        return Failure(fault)

    monkeypatch.setattr(other, "read", lifted)
    await counter.stand.visit(
        *counter.begun(39, one.insert),
        Step(AskProof, does=other.insert),
        Step(MessageView, "ok", check=says(counter.stand, fault)),
        Step(AskProof, does=other.insert),
        *counter.done(39),
    )
    assert [one["fault"] for one in counter.log(Event.CARD_FAULT)] == [fault.value]


async def test_an_expired_id_card_is_not_made_good_by_another_way(counter: Counter) -> None:
    stand = counter.stand

    def told(view: MessageView) -> None:
        says(stand, Fault.ID_CARD_EXPIRED)(view)
        assert "可以用" not in repr(view)

    await stand.visit(
        *counter.begun(39, stand.insert),
        Step(AskProof, does=lambda: counter.id_reader.insert(Failure(Fault.ID_CARD_EXPIRED))),
        Step(MessageView, "ok", check=told),
        Step(AskProof, Nav.BACK),
        Step(Guide, Nav.BACK),
        *counter.away(),
    )
    counter.nothing_began()


async def test_an_id_card_lifted_after_it_was_read_keeps_nobody_from_going_on(counter: Counter) -> None:
    stand = counter.stand
    await stand.visit(
        *counter.begun(34, stand.insert),
        Step(AskProof, does=counter.id_reader.insert),
        Step(Guide, GuideChoice.START, check=lambda _view: counter.id_reader.pull()),
        *counter.done(34)[1:],
    )
    assert len(counter.submitted) == 1


async def test_the_social_security_card_taken_back_after_it_was_read_ends_no_visit_of_an_id_card(
    counter: Counter,
) -> None:
    """It was read in this visit, which began with the ID card and is held by nothing that lies there."""
    stand = counter.stand
    await stand.visit(
        *counter.begun(34, counter.id_reader.insert),
        Step(AskProof, does=stand.insert),
        Step(Guide, GuideChoice.START, check=lambda _view: stand.pull()),
        *counter.done(34)[1:],
    )
    assert len(counter.submitted) == 1


# -- somebody else comes ---------------------------------------------------------------------------------------------


async def test_an_agent_lays_their_own_id_card_too(counter: Counter) -> None:
    stand, laid = counter.stand, counter.id_reader

    def change(holder: CardHolder) -> Callable[[], None]:
        def does() -> None:
            laid.pull()
            laid.insert(holder)

        return does

    await stand.visit(
        *counter.begun(38, stand.insert, "agent"),
        Step(AskProof, does=laid.insert, check=asks(Way.ID_CARD, "还要读身份证")),
        # the resident's card that still lies there is not taken for the agent's; laid once more, it is told
        Step(AskProof, does=lambda: soon(change(MADE_UP)), check=asks(Way.ID_CARD, "代办人")),
        Step(MessageView, "ok", check=says(stand, Fault.CARDS_AGENT_NEEDED)),
        Step(AskProof, does=lambda: soon(change(AGENT), 0.3)),
        *counter.done(38),
    )
    [sent] = counter.submitted
    assert sent.agent is not None
    assert (sent.agent.shown_by, sent.agent.id_number, sent.agent.name) == (
        ShownBy.ID_CARD, AGENT.id_number, AGENT.name,
    )  # fmt: skip
    assert {one.id_number for one in sent.readings} == {MADE_UP.id_number}
    [read] = counter.log(Event.BOTH_CARDS_READ)
    assert read["agent_id_number"] == AGENT.id_number
    [slip] = stand.printer.slips
    assert "代办人" in repr(slip)
    assert f"{AGENT.name[0]}*" in repr(slip)
    assert AGENT.name not in repr(slip)
    assert AGENT.id_number not in repr(slip)


async def test_without_their_own_card_an_agent_does_not_begin(counter: Counter) -> None:
    stand = counter.stand
    await stand.visit(
        *counter.begun(38, stand.insert, "agent"),
        Step(AskProof, does=counter.id_reader.insert),
        Step(AskProof, Nav.BACK),
        Step(Guide, GuideChoice.START),
        Step(MessageView, Nav.BACK),
        Step(Guide, Nav.BACK),
        *counter.away(),
    )
    counter.nothing_began()


async def test_an_agent_of_one_matter_is_not_the_next_ones(counter: Counter) -> None:
    """The second time the resident says that they came themselves."""
    stand, laid = counter.stand, counter.id_reader

    def change() -> None:
        laid.pull()
        laid.insert(AGENT)

    form = counter.done(38)
    await stand.visit(
        *counter.begun(38, stand.insert, "agent"),
        Step(AskProof, does=laid.insert),
        Step(AskProof, does=change),
        *form[: -len(counter.away())],
        Step(ItemList, 38),
        Step(Guide, GuideChoice.START),
        Step(MessageView, "self"),
        *form,
    )
    assert [one.agent is None for one in counter.submitted] == [False, True]


# -- the platform ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", [Fault.PLATFORM_OTHER_PERSON, Fault.PLATFORM_CARD_NOT_VALID])
async def test_what_the_platform_does_not_take_was_not_read(counter: Counter, fault: Fault) -> None:
    stand, laid = counter.stand, counter.id_reader
    verdicts: list[Any] = [Failure(fault), SESSION]
    stand.central.answers["session_elevate"] = lambda ask: verdicts.pop(0)

    def again() -> None:
        laid.pull()
        laid.insert()

    await stand.visit(
        *counter.begun(39, stand.insert),
        Step(AskProof, does=laid.insert),
        Step(MessageView, "ok", check=says(stand, fault)),
        Step(Guide, GuideChoice.START),
        Step(AskProof, does=again),
        *counter.done(39),
    )
    assert len(counter.log(Event.BOTH_CARDS_READ)) == 1


async def test_a_platform_that_cannot_be_asked_is_told_again_and_the_cards_stay_read(counter: Counter) -> None:
    stand = counter.stand
    verdicts: list[Any] = [Failure(Fault.PLATFORM_AWAY), Failure(Fault.PLATFORM_SLOW), SESSION]
    stand.central.answers["session_elevate"] = lambda ask: verdicts.pop(0)
    await stand.visit(
        *counter.begun(39, stand.insert),
        Step(AskProof, does=counter.id_reader.insert),
        Step(MessageView, "again"),
        Step(MessageView, "menu"),
        Step(Guide, GuideChoice.START),
        *counter.done(39),
    )
    assert counter.told() == [[ShownBy.ID_CARD]] * 3


async def test_a_session_that_ended_is_opened_again_with_both(counter: Counter) -> None:
    stand = counter.stand
    found: list[Any] = [Failure(Fault.PLATFORM_SESSION_ENDED), RECORDS]
    stand.central.answers["records"] = lambda ask: found.pop(0)
    await stand.visit(
        *counter.begun(39, stand.insert),
        Step(AskProof, does=counter.id_reader.insert),
        *counter.done(39),
    )
    opened = [ask for name, ask in stand.central.asked if name == wire.SESSION_OPEN.name and not ask.staff]
    assert [[one.shown_by for one in ask.readings] for ask in opened] == [[], [ShownBy.ID_CARD]]


async def test_what_was_read_is_let_go_of_with_the_person(counter: Counter) -> None:
    person = Person(ShownBy.CARD, Proof.SHOWN, id_number=MADE_UP.id_number, name=MADE_UP.name)
    one = wire.Reading(shown_by=ShownBy.ID_CARD, id_number=MADE_UP.id_number, name=MADE_UP.name)
    person.readings[ShownBy.ID_CARD] = person.agent = one
    assert MADE_UP.id_number not in repr(person)
    person.forget()
    assert (person.readings, person.agent, person.id_card_at) == ({}, None, None)


async def test_nothing_begins_that_the_log_cannot_say(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    stand, log = counter.stand, counter.stand.journal.log

    async def full(event: Event, **values: Any) -> bool:
        return False if event is Event.BOTH_CARDS_READ else await log(event, **values)

    monkeypatch.setattr(stand.journal, "log", full)
    await stand.visit(
        *counter.begun(39, stand.insert),
        Step(AskProof, does=counter.id_reader.insert),
        Step(MessageView, "ok", check=says(stand, Fault.DISK_FULL)),
        Step(Guide, Nav.BACK),
        *counter.away(),
    )
    counter.nothing_began()
