"""Slot and antenna of one device: two PC/SC readers, one card at a time. vpcd's second slot stands for the antenna."""

from __future__ import annotations

import pytest

from contract.faults import Fault
from drivers.card_reader import CardReaderSettings, PcscCardReader
from drivers.device import Failure, Happening, Medium, State
from drivers.emulated.card import CardSlot, CastMember, EmulatedCard, Script
from tests.drivers.card.bench import is_of, running, second_reader

pytestmark = pytest.mark.asyncio(loop_scope="session")

Cast = dict[str, CastMember]


def both(pcscd) -> CardReaderSettings:
    return CardReaderSettings(reader=f"{pcscd.friendly_name} 00 00", contactless=second_reader(pcscd))


async def test_a_card_on_either_counts(pcscd, cast: Cast):
    async with running(pcscd, settings=both(pcscd)) as bench, CardSlot(pcscd.port + 1) as antenna:
        capabilities = bench.reader.capabilities
        assert (capabilities.contact, capabilities.contactless) == (True, True)
        for _ in range(2):
            await antenna.insert(EmulatedCard(cast["employee"]), Script(contactless=True))
            await bench.happens(Happening.INSERTED)
            assert is_of(await bench.reader.read(), cast["employee"])
            assert await bench.reader.verify_pin(cast["employee"].pin) is None
            await antenna.pull()
            await bench.happens(Happening.REMOVED)
            await bench.insert(EmulatedCard(cast["old_card"]))
            assert is_of(await bench.reader.read(), cast["old_card"])
            await bench.pull()


async def test_the_card_that_is_in_stays_the_one(pcscd, cast: Cast):
    async with running(pcscd, settings=both(pcscd)) as bench, CardSlot(pcscd.port + 1) as antenna:
        await antenna.insert(EmulatedCard(cast["grandmother"]), Script(contactless=True))
        await bench.happens(Happening.INSERTED)
        assert is_of(await bench.reader.read(), cast["grandmother"])
        await bench.slot.insert(EmulatedCard(cast["employee"]))
        assert is_of(await bench.reader.read(), cast["grandmother"])
        await antenna.pull()
        await bench.happens(Happening.REMOVED)
        await bench.happens(Happening.INSERTED)
        outcome = await bench.reader.verify_pin(cast["employee"].pin)
        assert outcome is not None
        assert outcome.fault is Fault.CARD_PULLED, "nobody read the card that is in now"
        assert is_of(await bench.reader.read(), cast["employee"])


async def test_lifted_from_the_antenna_between_any_two_commands(pcscd, cast: Cast):
    settings = CardReaderSettings(contactless=second_reader(pcscd))
    async with running(pcscd, settings=settings) as bench, CardSlot(pcscd.port + 1) as antenna:
        assert not bench.reader.capabilities.contact
        card = EmulatedCard(cast["employee"])
        for after in range(14):
            await antenna.insert(card, Script(pull_after=after, contactless=True))
            await bench.happens(Happening.INSERTED)
            outcome = await bench.reader.read()
            assert isinstance(outcome, Failure), after
            assert outcome.fault is Fault.CARD_PULLED
            await bench.happens(Happening.REMOVED)


async def test_one_interface_missing_is_still_a_reader(pcscd, cast: Cast):
    settings = CardReaderSettings(reader=pcscd.friendly_name, contactless="No Such Antenna")
    async with running(pcscd, settings=settings) as bench:
        assert bench.reader.state is State.ONLINE
        await bench.insert(EmulatedCard(cast["employee"]))
        assert is_of(await bench.reader.read(), cast["employee"])
        await bench.pull()
        assert bench.reader.medium is Medium.NOT_PRESENT


async def test_a_reader_without_a_name_is_none():
    with pytest.raises(ValueError, match="contact"):
        PcscCardReader(CardReaderSettings())
