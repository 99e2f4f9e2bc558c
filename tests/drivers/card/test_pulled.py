"""Pulled between any two commands: 1.0, 2.0, 3.0 with a PSAM, the PSAM itself, the PIN. Never half a person."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from contract import limits
from contract.faults import Fault
from drivers.device import CardHolder, Failure, Happening
from drivers.emulated.card import CastMember, EmulatedCard, Script
from drivers.emulated.card.card import AUTHENTICATIONS
from tests.drivers.card.bench import Bench, is_of, with_psam

pytestmark = pytest.mark.asyncio(loop_scope="session")

Cast = dict[str, CastMember]


async def every_index(bench: Bench, card: EmulatedCard, act: Callable[[], Awaitable[object]]) -> int:
    """*act* with the card pulled after each of its commands in turn; how many commands there are."""
    for after in range(100):
        await bench.insert(card, Script(pull_after=after))
        outcome = await act()
        if not isinstance(outcome, Failure):
            await bench.happens(Happening.REMOVED)
            await asyncio.sleep(limits.CARD_SETTLE)  # pcsc-lite may not have looked itself yet
            return after
        assert outcome.fault is Fault.CARD_PULLED, (after, outcome)
        await bench.happens(Happening.REMOVED)
    raise AssertionError("no end")


@pytest.mark.parametrize(("key", "commands"), [("old_card", 14), ("employee", 14), ("t0_card", 17)])
async def test_cards_that_open_by_themselves(bench, cast: Cast, key: str, commands: int):
    card = EmulatedCard(cast[key])
    assert await every_index(bench, card, bench.reader.read) == commands


async def test_a_third_generation_card_that_a_psam_opens(pcscd, cast: Cast):
    async with with_psam(pcscd) as psam:
        card = EmulatedCard(cast["third_generation"])
        assert await every_index(psam.bench, card, psam.bench.reader.read) == 20
        assert card.authentications == AUTHENTICATIONS
        await psam.bench.insert(card)
        assert is_of(await psam.bench.reader.read(), cast["third_generation"])


async def test_the_psam_pulled_after_each_of_its_commands(pcscd, cast: Cast):
    person = cast["third_generation"]
    async with with_psam(pcscd) as psam:
        card = EmulatedCard(person)
        await psam.bench.insert(card)
        assert isinstance(await psam.bench.reader.read(), CardHolder)
        commands = psam.psam.count
        assert commands == 10
        for after in range(commands):
            await psam.psam_in(Script(pull_after=after))
            outcome = await psam.bench.reader.read()
            assert isinstance(outcome, Failure), after
            assert outcome.fault is Fault.PSAM_MISSING, (after, outcome)
            assert card.authentications == AUTHENTICATIONS
        await psam.psam_in()
        assert is_of(await psam.bench.reader.read(), person)


@pytest.mark.parametrize("key", ["employee", "third_generation"])
async def test_the_pin_pulled_anywhere_is_sent_once_at_most(pcscd, cast: Cast, key: str):
    person = cast[key]
    async with with_psam(pcscd) as psam:
        bench, card = psam.bench, EmulatedCard(person)
        for after in range(8):
            await bench.insert(card)
            assert isinstance(await bench.reader.read(), CardHolder)
            # the same insertion goes on: counted anew, and pulled in the middle of the PIN
            card.inserted(Script(pull_after=after))
            outcome = await bench.reader.verify_pin(person.pin)
            assert card.seen.count(0x20) <= 1
            if outcome is None:
                assert after == 5
                break
            assert outcome.fault is Fault.CARD_PULLED, (after, outcome)
            await bench.happens(Happening.REMOVED)
        else:
            raise AssertionError("no end")
        assert card.tries == person.tries
