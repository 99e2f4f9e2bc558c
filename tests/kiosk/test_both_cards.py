"""Items that want both cards (34, 38, 39): each is really read in the visit, both are one person's, and both go along.

Whole visits with a worker who signs in, on the test stage, whichever card comes first.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from contract import wire
from contract.catalogue import Catalogue, Document, Proof, load
from contract.faults import Fault
from contract.log_events import Event
from contract.wire import ShownBy
from drivers.device import CardHolder, Failure
from kiosk.acts import Act
from kiosk.person import Person
from kiosk.views import (
    AskProof,
    Guide,
    GuideChoice,
    ItemList,
    MessageView,
    Nav,
    RecordsChoice,
    RecordsView,
    Way,
)
from tests.kiosk.conftest import Stand
from tests.kiosk.counter import AGENT, BOTH, EACH, EITHER, OTHER, Counter, asks, key_of_the_platform, soon
from tests.kiosk.helping import WORKER, says, ways
from tests.kiosk.opening import RECORDS
from tests.kiosk.scripted import MADE_UP, SESSION, Step


@pytest.fixture
def platform_key(monkeypatch: pytest.MonkeyPatch) -> X25519PrivateKey:
    return key_of_the_platform(monkeypatch)


@pytest.fixture
def counter(platform_key: X25519PrivateKey, stand: Stand) -> Counter:
    return Counter(stand, platform_key)


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
