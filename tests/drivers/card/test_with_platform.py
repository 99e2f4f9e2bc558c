"""Third-generation cards opened by the real platform's HSM: real pcscd, real platform, mutual TLS in between."""

from __future__ import annotations

import asyncio
import dataclasses
import threading
import time
from collections.abc import Iterator

import pytest

from contract import limits
from contract.faults import Fault
from drivers.card_reader import InTurn, PlatformAuthenticator
from drivers.device import CardHolder, Failure, Happening
from drivers.emulated.card import CastMember, EmulatedCard, Script
from drivers.emulated.card.card import AUTHENTICATIONS
from drivers.emulated.relay import Relay
from kiosk.central import Access, Central
from kiosk.equipment import card_keys
from secure import identity
from tests.drivers.card.bench import Bench, is_of, psam_keys, running
from tests.drivers.card.test_pulled import every_index
from tests.kiosk.test_with_platform import Platform, free_port

pytestmark = pytest.mark.asyncio(loop_scope="session")

Cast = dict[str, CastMember]
EXTERNAL_AUTHENTICATE = 0x82


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    made = Platform(tmp_path_factory.mktemp("cards"))
    made.start()
    yield made
    made.stop()


class Line:
    """A terminal's line to the platform, over a relay that can be cut and slowed."""

    def __init__(self, platform: Platform) -> None:
        mine, keys = identity.load(platform.terminal), identity.load_platform(platform.terminal)
        port = free_port()
        self.relay = Relay(port, int(keys.url.rsplit(":", 1)[1]))
        self.central = Central(Access(f"https://127.0.0.1:{port}", mine.ca, mine.certificate, mine.tls_key))

    async def __aenter__(self) -> Line:
        await self.relay.__aenter__()
        self.authenticator = PlatformAuthenticator(card_keys(self.central, asyncio.get_running_loop()))
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.central.close()
        await self.relay.__aexit__(None, None, None)


async def read(bench: Bench, card: EmulatedCard) -> CardHolder | Failure:
    await bench.insert(card)
    outcome = await bench.reader.read()
    await bench.pull()
    return outcome


@pytest.mark.parametrize("algorithm", ["SM4", "3DES"])
async def test_the_platform_opens_the_card(pcscd, platform: Platform, cast: Cast, algorithm: str):
    person = dataclasses.replace(cast["third_generation"], algorithm=algorithm)
    async with Line(platform) as line, running(pcscd, line.authenticator) as bench:
        assert bench.reader.capabilities.authenticator == "platform"
        card = EmulatedCard(person)
        assert is_of(await read(bench, card), person)
        assert card.seen.count(EXTERNAL_AUTHENTICATE) == 1


async def test_pulled_between_any_two_commands(pcscd, platform: Platform, cast: Cast):
    async with Line(platform) as line, running(pcscd, line.authenticator) as bench:
        card = EmulatedCard(cast["third_generation"])
        assert await every_index(bench, card, bench.reader.read) == 21
        assert card.authentications == AUTHENTICATIONS


async def test_a_card_of_elsewhere_does_not_count_and_one_without_keys_is_told(pcscd, platform: Platform, cast: Cast):
    async with Line(platform) as line, running(pcscd, line.authenticator) as bench:
        card = EmulatedCard(cast["other_keys"])
        outcome = await read(bench, card)
        assert isinstance(outcome, Failure)
        assert outcome.fault is Fault.CARD_KEYS_WRONG
        assert card.authentications == AUTHENTICATIONS
        ring = cast["third_generation"].ring
        unknown = dataclasses.replace(cast["third_generation"], algorithm="SSF33", ring={**ring, "SSF33": ring["3DES"]})
        outcome = await read(bench, EmulatedCard(unknown))
        assert isinstance(outcome, Failure)
        assert outcome.fault is Fault.PLATFORM_NO_CARD_KEYS


async def test_platform_away_slow_and_back(pcscd, platform: Platform, cast: Cast, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(limits, "CARD_KEYS", 0.6)
    person = cast["third_generation"]
    async with Line(platform) as line, running(pcscd, line.authenticator) as bench:
        await line.relay.cut()
        outcome = await read(bench, EmulatedCard(person))
        assert isinstance(outcome, Failure)
        assert outcome.fault is Fault.CARD_KEYS_AWAY
        await line.relay.heal()
        line.relay.delay = 2.0
        outcome = await read(bench, EmulatedCard(person))
        assert isinstance(outcome, Failure)
        assert (outcome.fault, outcome.timed_out) == (Fault.CARD_KEYS_AWAY, True)
        line.relay.delay = 0.0
        assert is_of(await read(bench, EmulatedCard(person)), person)
        assert is_of(await read(bench, EmulatedCard(cast["employee"])), cast["employee"])


async def test_pulled_and_cancelled_while_the_platform_thinks(pcscd, platform: Platform, cast: Cast):
    person = cast["third_generation"]
    async with Line(platform) as line, running(pcscd, line.authenticator) as bench:
        assert is_of(await read(bench, EmulatedCard(person)), person)
        line.relay.delay = 3.0
        threads = threading.active_count()
        card = EmulatedCard(person)
        await bench.insert(card)
        reading = asyncio.create_task(bench.reader.read())
        await until_asked(card)
        started = time.monotonic()
        await bench.slot.pull()
        outcome = await reading
        assert isinstance(outcome, Failure)
        assert outcome.fault is Fault.CARD_PULLED
        assert time.monotonic() - started < 2.0, "told when it happens, not when the platform answers"
        await bench.happens(Happening.REMOVED)
        await bench.insert(card, Script())
        reading = asyncio.create_task(bench.reader.read())
        await until_asked(card)
        reading.cancel()
        await asyncio.gather(reading, return_exceptions=True)
        assert reading.cancelled()
        line.relay.delay = 0.0
        assert is_of(await bench.reader.read(), person)
        assert threading.active_count() == threads
        assert EXTERNAL_AUTHENTICATE in card.seen


async def test_the_platform_where_the_psam_cannot(pcscd, platform: Platform, cast: Cast):
    person = cast["third_generation"]
    async with Line(platform) as line:
        both = InTurn(psam_keys(pcscd), line.authenticator)
        async with running(pcscd, both) as bench:
            assert bench.reader.capabilities.authenticator == "psam+platform"
            assert is_of(await read(bench, EmulatedCard(person)), person)


async def until_asked(card: EmulatedCard) -> None:
    """The card has given its second challenge: the platform is asked next."""
    async with asyncio.timeout(5.0):
        while card.seen.count(0x84) < 2:
            await asyncio.sleep(0.01)
    await asyncio.sleep(0.1)
