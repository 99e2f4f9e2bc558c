"""The driver against the real pcscd: every card of the cast, every fault a card can cause."""

from __future__ import annotations

import asyncio
import time

import pytest

from contract.faults import Fault
from drivers.device import CardHolder, Failure, Happening, Medium, State
from drivers.emulated.card import CastMember, EmulatedCard, Script
from tests.drivers.card.bench import is_of

pytestmark = pytest.mark.asyncio(loop_scope="session")

Cast = dict[str, CastMember]
READABLE = ("employee", "long_name", "rare_character", "outside_gbk", "old_card", "t0_card", "blocked_pin")
FAULTS = {
    "expired_card": Fault.CARD_EXPIRED,
    "third_generation": Fault.CARD_NOT_AUTHORISED,
    "bank_card": Fault.CARD_OTHER_KIND,
    "silent_card": Fault.CARD_SILENT,
    "garbled_card": Fault.CARD_UNREADABLE,
}


@pytest.mark.parametrize("key", READABLE)
async def test_reads_every_good_card(bench, cast: Cast, key: str):
    await bench.insert(EmulatedCard(cast[key]))
    assert bench.reader.medium is Medium.PRESENT
    assert is_of(await bench.reader.read(), cast[key])
    await bench.pull()
    assert bench.reader.medium is Medium.NOT_PRESENT


@pytest.mark.parametrize(("key", "fault"), FAULTS.items())
async def test_says_what_is_wrong_with_every_other_card(bench, cast: Cast, key: str, fault: Fault):
    await bench.insert(EmulatedCard(cast[key]))
    outcome = await bench.reader.read()
    assert isinstance(outcome, Failure)
    assert outcome.fault is fault
    assert cast[key].name not in repr(outcome)
    assert cast[key].id_number not in repr(outcome)


DIALECTS = (Script(t0=True), Script(ef_p1=0), Script(ef_p1=2), Script(by_tag=False), Script(t0=True, by_tag=False))


@pytest.mark.parametrize("key", ["long_name", "old_card"])
async def test_every_dialect_is_understood(bench, cast: Cast, key: str):
    card = EmulatedCard(cast[key])
    await bench.insert(card)
    for dialect in DIALECTS:
        card.inserted(dialect)
        assert is_of(await bench.reader.read(), cast[key]), dialect


STATUS_WORDS = {
    "6A81": Fault.CARD_LOCKED,
    "9303": Fault.CARD_LOCKED,
    "6982": Fault.CARD_NOT_AUTHORISED,
    "6F00": Fault.CARD_UNREADABLE,
    "6281": Fault.CARD_UNREADABLE,
}


async def test_status_words_become_faults(bench, cast: Cast):
    card = EmulatedCard(cast["employee"])
    await bench.insert(card)
    for at in (1, 3, 9):
        for status, fault in STATUS_WORDS.items():
            card.inserted(Script(status_at={at: status}))
            outcome = await bench.reader.read()
            assert isinstance(outcome, Failure)
            assert (outcome.fault, status in outcome.detail) == (fault, True), (at, status, outcome)


async def test_noise_from_any_answer_on_is_no_person(bench, cast: Cast):
    card = EmulatedCard(cast["employee"])
    await bench.insert(card)
    for start in (1, 2, 5, 9, 13):
        card.inserted(Script(garbage_from=start))
        outcome = await bench.reader.read()
        assert isinstance(outcome, Failure), start
        assert outcome.fault in {Fault.CARD_UNREADABLE, Fault.CARD_FIELDS_INVALID}


async def test_pulled_between_any_two_commands(bench, cast: Cast):
    card = EmulatedCard(cast["employee"])
    await bench.insert(card)
    assert isinstance(await bench.reader.read(), CardHolder)
    commands = card.count
    assert commands == 14
    await bench.pull()
    for after in range(commands):
        await bench.insert(card, Script(pull_after=after))
        outcome = await bench.reader.read()
        assert isinstance(outcome, Failure), after
        assert outcome.fault is Fault.CARD_PULLED, (after, outcome)
        await bench.happens(Happening.REMOVED)


async def test_pin_is_counted_by_the_card_and_blocks(bench, cast: Cast):
    card = EmulatedCard(cast["employee"])
    await bench.insert(card)
    assert isinstance(await bench.reader.read(), CardHolder)
    assert await bench.reader.verify_pin("123456") is None
    wrong = [await bench.reader.verify_pin("000000") for _ in range(4)]
    assert [(f.fault, f.tries_left) for f in wrong if f] == [
        (Fault.PIN_WRONG, 2), (Fault.PIN_WRONG, 1), (Fault.PIN_BLOCKED, 0), (Fault.PIN_BLOCKED, 0),
    ]  # fmt: skip
    assert "000000" not in repr(wrong)
    await bench.pull()
    await bench.insert(card)
    assert isinstance(await bench.reader.read(), CardHolder)
    blocked = await bench.reader.verify_pin("123456")
    assert blocked is not None
    assert blocked.fault is Fault.PIN_BLOCKED
    assert card.seen.count(0x20) == 1


async def test_a_right_pin_gives_the_tries_back(bench, cast: Cast):
    await bench.insert(EmulatedCard(cast["employee"]))
    assert isinstance(await bench.reader.read(), CardHolder)
    for _ in range(3):
        wrong = await bench.reader.verify_pin("999999")
        assert wrong is not None
        assert wrong.tries_left == 2
        assert await bench.reader.verify_pin("123456") is None


async def test_a_pin_without_shape_is_not_sent(bench, cast: Cast):
    card = EmulatedCard(cast["employee"])
    await bench.insert(card)
    for pin in ("", "123", "12345a", "１２３４５６", "1" * 17):
        outcome = await bench.reader.verify_pin(pin)
        assert outcome is not None
        assert outcome.fault is Fault.PIN_WRONG
    assert 0x20 not in card.seen


async def test_a_pin_never_goes_to_a_card_that_nobody_read(bench, cast: Cast):
    card = EmulatedCard(cast["employee"])
    await bench.insert(card)
    outcome = await bench.reader.verify_pin("123456")
    assert outcome is not None
    assert outcome.fault is Fault.CARD_PULLED
    assert 0x20 not in card.seen


async def test_a_pin_never_goes_to_another_card(bench, cast: Cast):
    first, second = EmulatedCard(cast["employee"]), EmulatedCard(cast["grandmother"])
    await bench.insert(first)
    assert isinstance(await bench.reader.read(), CardHolder)
    first.person = second.person  # swapped too fast for anybody to see
    outcome = await bench.reader.verify_pin("123456")
    assert outcome is not None
    assert outcome.fault is Fault.CARD_PULLED
    assert 0x20 not in first.seen


async def test_verify_is_not_sent_again_when_the_card_is_pulled(bench, cast: Cast):
    card = EmulatedCard(cast["employee"])
    await bench.insert(card, Script(pull_after=1))
    outcome = await bench.reader.verify_pin("123456")
    assert outcome is not None
    assert outcome.fault is Fault.CARD_PULLED
    assert card.seen.count(0x20) == 0


async def test_cancelling_a_read_returns_at_once_and_the_reader_goes_on(bench, cast: Cast):
    card = EmulatedCard(cast["employee"])
    await bench.insert(card, Script(delay=0.3))
    task = asyncio.create_task(bench.reader.read())
    await asyncio.sleep(0.5)
    started = time.monotonic()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert task.cancelled()
    assert time.monotonic() - started < 0.2
    card.script = Script()
    assert is_of(await bench.reader.read(), cast["employee"])


async def test_a_read_has_a_deadline(bench, cast: Cast, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("contract.limits.CARD_READ", 0.5)
    await bench.insert(EmulatedCard(cast["employee"]), Script(delay=0.2))
    outcome = await bench.reader.read()
    assert isinstance(outcome, Failure)
    assert outcome.fault is Fault.CARD_UNREADABLE


async def test_no_card_and_no_reader_are_ordinary_answers(bench):
    outcome = await bench.reader.read()
    assert isinstance(outcome, Failure)
    assert outcome.fault is Fault.CARD_PULLED
    assert bench.reader.state is State.ONLINE
