"""drivers: what our layer costs over the bare library that does the same exchange, in turn, round after round."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import date
from typing import Any, Final

from smartcard import scard

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
                    ours, bare = await _beside_pyscard(reader, pcscd.reader, _commands("employee"), rounds)
                async with _card(events, "third_generation"):
                    with_psam = [await _timed(lambda: _read(reader)) for _ in range(rounds)]
            finally:
                running.cancel()
                await asyncio.gather(running, return_exceptions=True)
    except PcscdUnavailable as error:
        raise ProgramError(f"pcscd: {error}") from error
    return [
        Figure("card: read", ours, "s", "pyscard", bare, GOAL),
        Figure("card: third generation, PSAM", with_psam, "s"),
    ]


async def _beside_pyscard(
    reader: PcscCardReader, name: str, commands: list[bytes], rounds: int
) -> tuple[list[float], list[float]]:
    (context,) = _must(scard.SCardEstablishContext(scard.SCARD_SCOPE_SYSTEM))
    try:
        return await _in_turn(
            rounds,
            lambda: _timed(lambda: _read(reader)),
            lambda: asyncio.to_thread(_timed_exchange, context, name, commands),
        )
    finally:
        scard.SCardReleaseContext(context)


@asynccontextmanager
async def _card(events: asyncio.Queue[DeviceEvent], person: str) -> AsyncIterator[None]:
    """The card of *person* is in while the block runs."""
    command = python("bench.peer.card", "--port", str(PORT), "--person", person)
    peer = await asyncio.create_subprocess_exec(*command, stdin=asyncio.subprocess.PIPE)
    try:
        await _happens(events, Happening.INSERTED)
        yield
    finally:
        assert peer.stdin is not None
        peer.stdin.close()
        await peer.wait()
        await _happens(events, Happening.REMOVED)


PARTS: Final[tuple[Callable[[int], Awaitable[list[Figure]]], ...]] = (card_figures,)


async def _in_turn(
    rounds: int, ours: Callable[[], Awaitable[float]], bare: Callable[[], Awaitable[float]]
) -> tuple[list[float], list[float]]:
    """Who begins alternates; the first round is not counted."""
    found: tuple[list[float], list[float]] = ([], [])
    for number in range(rounds + 1):
        order = ((0, ours), (1, bare)) if number % 2 == 0 else ((1, bare), (0, ours))
        for which, act in order:
            taken = await act()
            if number:
                found[which].append(taken)
    return found


async def _timed(act: Callable[[], Awaitable[object]]) -> float:
    began = time.perf_counter()
    for _ in range(READS_A_ROUND):
        await act()
    return (time.perf_counter() - began) / READS_A_ROUND


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
    talk = read_holder(TODAY, NoKeys(), card.atr)
    try:
        command = next(talk)
        while True:
            sent.append(command)
            command = talk.send(card.answer(command))
    except StopIteration:
        return sent


def _timed_exchange(context: Any, reader: str, commands: list[bytes]) -> float:
    """Seconds of one of several, timed in the thread itself: the event loop is no part of the bare exchange."""
    began = time.perf_counter()
    for _ in range(READS_A_ROUND):
        _exchange(context, reader, commands)
    return (time.perf_counter() - began) / READS_A_ROUND


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
