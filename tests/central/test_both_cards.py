"""Both cards on the platform: it looks itself, in a session and in what is handed in, and keeps on record who came."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest

from central import clock, review_command
from central.models import MatterRecord, Resident, Session, SocialCard, StaffMember, StaffSession
from central.models import Terminal as Row
from central.models.access import STAFF_LIFETIME
from central.models.insurance import Scheme
from central.seeding.cast import CastPerson
from central.tokens import token_hash
from contract import wire
from contract.catalogue import load
from contract.wire import ProblemCode, Reading, ShownBy, Verdict

from .conftest import Deliverer, Opener, Terminal, both_of, problem_of
from .lives import resident_of, somebody
from .test_acts import PHONE, born, member

ID_CARD, SSC = ShownBy.ID_CARD, ShownBy.CARD


def not_yet_activated() -> CastPerson:
    person = somebody()
    SocialCard.objects.filter(resident=resident_of(person)).update(enabled=False)
    return person


def entitled() -> CastPerson:
    person = somebody(born(60))
    member(person, Scheme.RESIDENT, range(2011, 2026))
    return person


def submitted(deliverer: Deliverer, person: CastPerson, item: int = 38, **changes: object) -> wire.Submission:
    answers = PHONE if item == 38 else {"pay": "social", **PHONE}
    given: dict[str, object] = {"readings": both_of(person), "shown_by": ID_CARD, "proof": load()[item].proof}
    return deliverer.submission(
        person, item=item, answers=answers, made_at=clock.shown(clock.now()), **(given | changes)
    )  # fmt: skip


def refused(deliverer: Deliverer, submission: wire.Submission) -> str:
    receipt = deliverer.receipt(deliverer.deliver(submission))
    assert receipt.verdict is Verdict.REFUSED
    receipt.reason.encode("gb2312")
    matter = MatterRecord.objects.get(receipt=submission.receipt)
    assert (matter.cards_read, matter.agent_id_number, matter.detail) == ("", "", receipt.reason)
    return receipt.reason


@pytest.mark.parametrize("item", [34, 38])
@pytest.mark.parametrize("left", [(), (SSC,), (ID_CARD,)], ids=["none", "no id card", "no social-security card"])
def test_what_lacks_one_of_them_is_refused(deliverer, item: int, left: tuple[ShownBy, ...]) -> None:
    person = entitled() if item == 34 else not_yet_activated()
    some = tuple(one for one in both_of(person) if one.shown_by in left)
    assert "都要在机器上读过" in refused(deliverer, submitted(deliverer, person, item, readings=some))
    whole = submitted(deliverer, person, item)
    assert deliverer.receipt(deliverer.deliver(whole)).verdict is Verdict.ACCEPTED
    matter = MatterRecord.objects.get(receipt=whole.receipt)
    assert (matter.cards_read, matter.names_differ, matter.agent_id_number) == ("ssc+id_card", False, "")


@pytest.mark.parametrize("which", [SSC, ID_CARD])
def test_another_persons_card_is_refused(deliverer, which: ShownBy) -> None:
    person, other = not_yet_activated(), somebody()
    mixed = tuple(
        next(one for one in both_of(other if shown is which else person) if one.shown_by is shown)
        for shown in (SSC, ID_CARD)
    )
    assert "不是同一个人" in refused(deliverer, submitted(deliverer, person, readings=mixed))
    assert not SocialCard.objects.get(resident=resident_of(person)).enabled


@pytest.mark.parametrize("why", ["lost", "another card since", "number", "code"])
def test_a_card_that_is_not_the_one_in_use_is_refused(deliverer, why: str) -> None:
    person = not_yet_activated()
    card, id_card = both_of(person)
    mine = SocialCard.objects.filter(resident=resident_of(person))
    if why == "lost":
        mine.update(state="lost")
    elif why == "another card since":
        SocialCard.objects.create(
            resident=resident_of(person), card_number=f"B{resident_of(person).pk:08d}", card_id_code="1" * 32,
            version="3.00", issued=clock.today(), expires=clock.today().replace(year=2046, day=1), enabled=False,
        )  # fmt: skip
    elif why == "number":
        card = msgspec.structs.replace(card, card_number="A00000000")
    else:
        card = msgspec.structs.replace(card, card_id_code="9" * 32)
    assert "这张社保卡现在不能用" in refused(deliverer, submitted(deliverer, person, readings=(card, id_card)))
    assert not mine.filter(enabled=True).exists()


def test_a_name_that_differs_is_on_record_for_whoever_reviews(deliverer, capsys) -> None:
    person = entitled()
    card, id_card = both_of(person)
    renamed = msgspec.structs.replace(card, name="李改名")
    submission = submitted(deliverer, person, 34, readings=(renamed, id_card))
    assert deliverer.receipt(deliverer.deliver(submission)).verdict is Verdict.ACCEPTED
    assert MatterRecord.objects.get(receipt=submission.receipt).names_differ
    from central import deciding  # noqa: PLC0415 - Django is set up by conftest

    review_command._show(deciding, submission.receipt)
    assert "名字不一样" in capsys.readouterr().out


# -- somebody else comes ---------------------------------------------------------------------------------------------


def own(person: CastPerson, **changes: object) -> Reading:
    return msgspec.structs.replace(
        Reading(shown_by=ID_CARD, id_number=person.id_number, name=person.name), **changes
    )  # fmt: skip


def test_who_came_for_a_resident_is_on_record(deliverer) -> None:
    person, agent = not_yet_activated(), somebody()
    submission = submitted(deliverer, person, agent=own(agent))
    assert deliverer.receipt(deliverer.deliver(submission)).verdict is Verdict.ACCEPTED
    matter = MatterRecord.objects.get(receipt=submission.receipt)
    assert (matter.agent_id_number, matter.agent_name) == (agent.id_number, agent.name)
    assert matter.resident == resident_of(person)
    assert SocialCard.objects.get(resident=resident_of(person)).enabled


@pytest.mark.parametrize(
    "changes", [{"id_number": ""}, {"name": ""}, {"shown_by": SSC}, {"id_number": "1" * 19}, {"id_number": "same"}]
)
def test_an_agent_who_is_nobody_or_the_resident_is_refused(deliverer, changes: dict[str, object]) -> None:
    person = not_yet_activated()
    changed = {key: person.id_number if value == "same" else value for key, value in changes.items()}
    assert "代办人自己的身份证" in refused(deliverer, submitted(deliverer, person, agent=own(somebody(), **changed)))


def test_an_agent_needs_the_residents_cards_too_and_an_item_that_takes_one(deliverer) -> None:
    person = not_yet_activated()
    assert "都要在机器上读过" in refused(
        deliverer, submitted(deliverer, person, agent=own(somebody()), readings=both_of(person)[:1])
    )
    assert "要本人来办" in refused(deliverer, submitted(deliverer, entitled(), 34, agent=own(somebody())))


# -- in a session ----------------------------------------------------------------------------------------------------


@pytest.fixture
def helper(terminal: Terminal) -> Iterator[StaffSession]:
    worker = StaffMember.objects.create(
        id="G-7777", resident=Resident.objects.get(cast_key="grandmother"), point="p", added_at=clock.now()
    )
    session = StaffSession.objects.create(
        token_hash=token_hash("helper"), worker=worker, terminal=Row.objects.get(pk=terminal.id),
        opened_at=clock.now(), expires_at=clock.now() + STAFF_LIFETIME,
    )  # fmt: skip
    yield session
    Session.objects.filter(helper=session).update(helper=None)
    worker.delete()


def state_of(terminal: Terminal, token: str) -> ProblemCode | None:
    """Item 39, in this session: None when it is told."""
    answer = terminal.send(wire.RECORDS, wire.RecordsAsk(item=39), token)
    return None if answer.status_code == 200 else problem_of(answer).code


def helped(token: str, helper: StaffSession) -> str:
    Session.objects.filter(token_hash=token_hash(token)).update(helper=helper)
    return token


def test_a_lookup_that_wants_both_is_answered_once_both_were_read(
    terminal: Terminal, cast: dict[str, CastPerson], by_card: Opener, helper: StaffSession
) -> None:
    token = helped(by_card("employee", pin=False), helper)
    card, id_card = both_of(cast["employee"])
    assert state_of(terminal, token) is ProblemCode.BOTH_CARDS_NEEDED
    for wrong, code in (
        (both_of(cast["farmer"])[1], ProblemCode.OTHER_PERSON),
        (msgspec.structs.replace(card, card_number=cast["farmer"].card.card_number), ProblemCode.CARD_NOT_VALID),
        (msgspec.structs.replace(id_card, shown_by=ShownBy.CODE), ProblemCode.BAD_REQUEST),
    ):
        answer = terminal.send(wire.SESSION_ELEVATE, wire.Elevate(readings=(wrong,)), token)
        assert problem_of(answer).code is code
        assert state_of(terminal, token) is ProblemCode.BOTH_CARDS_NEEDED
    assert terminal.send(wire.SESSION_ELEVATE, wire.Elevate(readings=(id_card,)), token).status_code == 200
    assert state_of(terminal, token) is None


def test_a_session_opened_once_more_says_what_was_read(
    terminal: Terminal, cast: dict[str, CastPerson], helper: StaffSession
) -> None:
    """By the ID card, and the card that is lost: to ask for its state is what the item is for."""
    person = cast["lost_card"]
    card, _ = both_of(person)
    for readings, says in (((), ProblemCode.BOTH_CARDS_NEEDED), ((card,), None)):
        ask = wire.SessionOpen(shown_by=ID_CARD, id_number=person.id_number, name=person.name, readings=readings)
        answer = terminal.send(wire.SESSION_OPEN, ask)
        token = msgspec.json.decode(answer.content, type=wire.Session).token
        assert state_of(terminal, helped(token, helper)) is says
    other = both_of(cast["farmer"])[:1]
    ask = wire.SessionOpen(shown_by=ID_CARD, id_number=person.id_number, name=person.name, readings=other)
    assert problem_of(terminal.send(wire.SESSION_OPEN, ask)).code is ProblemCode.OTHER_PERSON


def test_both_read_open_nothing_without_a_worker(terminal: Terminal, cast, by_card: Opener) -> None:
    token = by_card("employee")
    ask = wire.Elevate(readings=both_of(cast["employee"])[1:])
    assert terminal.send(wire.SESSION_ELEVATE, ask, token).status_code == 200
    assert state_of(terminal, token) is ProblemCode.NOT_ALLOWED
