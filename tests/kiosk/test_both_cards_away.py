"""Items that want both cards, when a reader is missing or a card is taken away in the middle."""

from __future__ import annotations

from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from contract.faults import Fault
from contract.log_events import Event
from drivers.device import Failure, Happening, State
from kiosk import guide_pages
from kiosk.views import (
    AskProof,
    Attract,
    Guide,
    GuideChoice,
    Menu,
    MessageView,
    Nav,
    TakeAway,
    Way,
)
from tests.kiosk.conftest import Stand
from tests.kiosk.counter import EACH, EITHER, Counter, key_of_the_platform
from tests.kiosk.helping import PIN, by_code, help_key, says
from tests.kiosk.opening import LEAVE, to_item
from tests.kiosk.scripted import Step


@pytest.fixture
def platform_key(monkeypatch: pytest.MonkeyPatch) -> X25519PrivateKey:
    return key_of_the_platform(monkeypatch)


@pytest.fixture
def counter(platform_key: X25519PrivateKey, stand: Stand) -> Counter:
    return Counter(stand, platform_key)


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
