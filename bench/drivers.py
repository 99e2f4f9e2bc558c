"""drivers: what our layer costs over the bare library that does the same exchange, in turn, round after round."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import date
from typing import Any, Final

from smartcard import scard

from bench.id_reading import id_figures
from bench.report import Figure
from deploy.local.household import CAST, python
from deploy.local.pcscd import Pcscd, PcscdUnavailable
from deploy.local.programs import ProgramError
from drivers.card_reader import CardReaderSettings, PcscCardReader, PsamAuthenticator, PsamSettings
from drivers.card_reader.authenticator import NoKeys
from drivers.card_reader.dialogue import read_holder
from drivers.device import CardHolder, DeviceEvent, Happening
from drivers.emulated.card import EmulatedCard, Script, read_cast
from drivers.emulated.card.psam import EXTERNAL_KEY, INTERNAL_KEY

GOAL: Final = 1.1
"""Ours to the bare library's."""
READS_A_ROUND: Final = 8
PAUSE: Final = 0.005
REAL_PACE: Final = 0.01
"""Seconds before each answer: of the order of a real card at 9600 to 38400 bit/s, which the emulated one is not."""
TODAY: Final = date(2026, 11, 23)
PORT: Final = 36890


async def figures(rounds: int) -> list[Figure]:
    """Every driver's part, one after the other."""
    return [figure for part in PARTS for figure in await part(rounds)]


async def card_figures(rounds: int) -> list[Figure]:
    """Seconds for the whole of EF05 and EF06: the driver from ``read`` to the person, beside pyscard's own calls
    sending the same commands. Both begin with a card that is not powered and end with one powered down; the card is a
    process of its own."""
    try:
        async with Pcscd(port=PORT) as pcscd:
            keys = PsamAuthenticator(PsamSettings(f"{pcscd.friendly_name} 00 01", EXTERNAL_KEY, INTERNAL_KEY))
            reader = PcscCardReader(CardReaderSettings(pcscd.reader), authenticator=keys, today=lambda: TODAY)
            events: asyncio.Queue[DeviceEvent] = asyncio.Queue()
            running = asyncio.create_task(reader.run(events))
            try:
                async with _card(events, "employee"):
                    ours, threaded, bare = await _beside_pyscard(reader, pcscd.reader, _commands("employee"), rounds)
                async with _card(events, "employee", REAL_PACE):
                    paced, paced_bare, _ = await _beside_pyscard(
                        reader, pcscd.reader, _commands("employee"), max(2, rounds // 6)
                    )
                async with _card(events, "third_generation"):
                    (with_psam,) = await _in_turn(rounds, lambda: _timed(lambda: _read(reader)))
            finally:
                running.cancel()
                await asyncio.gather(running, return_exceptions=True)
    except PcscdUnavailable as error:
        raise ProgramError(f"pcscd: {error}") from error
    return [
        Figure("card: read", ours, "s", "pyscard in a thread of the loop", threaded, GOAL),
        Figure("card: read, no event loop", ours, "s", "pyscard, blocking", bare, GOAL),
        Figure("card: read, 10 ms an answer", paced, "s", "pyscard in a thread of the loop", paced_bare, GOAL),
        Figure("card: third generation, PSAM", with_psam, "s"),
    ]


async def _beside_pyscard(
    reader: PcscCardReader, name: str, commands: list[bytes], rounds: int
) -> tuple[list[float], ...]:
    """Ours; pyscard called from an event loop as a terminal must; pyscard that blocks its caller."""
    (context,) = _must(scard.SCardEstablishContext(scard.SCARD_SCOPE_SYSTEM))
    try:
        return await _in_turn(
            rounds,
            lambda: _timed(lambda: _read(reader)),
            lambda: _timed(lambda: asyncio.to_thread(_exchange, context, name, commands)),
            lambda: asyncio.to_thread(_timed_exchange, context, name, commands),
        )
    finally:
        scard.SCardReleaseContext(context)


@asynccontextmanager
async def _card(events: asyncio.Queue[DeviceEvent], person: str, delay: float = 0.0) -> AsyncIterator[None]:
    """The card of *person* is in while the block runs."""
    command = python("bench.peer.card", "--port", str(PORT), "--person", person, "--delay", str(delay))
    peer = await asyncio.create_subprocess_exec(*command, stdin=asyncio.subprocess.PIPE)
    try:
        await _happens(events, Happening.INSERTED)
        yield
    finally:
        assert peer.stdin is not None
        peer.stdin.close()
        await peer.wait()
        await _happens(events, Happening.REMOVED)


PARTS: Final[tuple[Callable[[int], Awaitable[list[Figure]]], ...]] = (card_figures, id_figures)


async def _in_turn(rounds: int, *acts: Callable[[], Awaitable[float]]) -> tuple[list[float], ...]:
    """The median of several of each in every round, one by one in turn: the machine is the same for all of them. Who
    begins changes; the first round is not counted."""
    found: tuple[list[float], ...] = tuple([] for _ in acts)
    for number in range(rounds + 1):
        taken: tuple[list[float], ...] = tuple([] for _ in acts)
        for turn in range(READS_A_ROUND * len(acts)):
            which = (turn + turn // len(acts)) % len(acts)
            await asyncio.sleep(PAUSE)
            taken[which].append(await acts[which]())
        if number:
            for all_rounds, one_round in zip(found, taken, strict=True):
                all_rounds.append(statistics.median(one_round))
    return found


async def _timed(act: Callable[[], Awaitable[object]]) -> float:
    began = time.perf_counter()
    await act()
    return time.perf_counter() - began


async def _read(reader: PcscCardReader) -> None:
    outcome = await reader.read()
    if not isinstance(outcome, CardHolder):
        raise ProgramError(f"card: {outcome}")


async def _happens(events: asyncio.Queue[DeviceEvent], happening: Happening) -> None:
    async with asyncio.timeout(20.0):
        while (await events.get()).happening is not happening:
            pass


def _commands(person: str) -> list[bytes]:
    """What the driver sends to this person's card."""
    card, sent = EmulatedCard(read_cast(CAST)[person]), list[bytes]()
    card.inserted(Script())
    talk = read_holder(TODAY, NoKeys(), lambda: card.atr)
    try:
        command = next(talk)
        while True:
            sent.append(command)
            command = talk.send(card.answer(command))
    except StopIteration:
        return sent


def _timed_exchange(context: Any, reader: str, commands: list[bytes]) -> float:
    """Timed in the thread itself: the event loop is no part of it."""
    began = time.perf_counter()
    _exchange(context, reader, commands)
    return time.perf_counter() - began


def _exchange(context: Any, reader: str, commands: list[bytes]) -> None:
    """The same with pyscard alone, on a connection to pcscd that stands, as the driver's does."""
    protocols = scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1
    card, protocol = _must(scard.SCardConnect(context, reader, scard.SCARD_SHARE_EXCLUSIVE, protocols))
    try:
        for command in commands:
            _must(scard.SCardTransmit(card, protocol, list(command)))
    finally:
        scard.SCardDisconnect(card, scard.SCARD_UNPOWER_CARD)


def _must(result: tuple[Any, ...]) -> tuple[Any, ...]:
    code, *rest = result
    if code != scard.SCARD_S_SUCCESS:
        raise ProgramError(f"pyscard {code & 0xFFFFFFFF:08X}")
    return tuple(rest)
