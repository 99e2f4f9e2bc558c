"""drivers: what our layer costs over the bare library that does the same exchange, in turn, round after round."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any, Final

from smartcard import scard

from bench.report import Figure
from deploy.local.household import CAST
from deploy.local.pcscd import Pcscd, PcscdUnavailable
from deploy.local.programs import ProgramError
from drivers.card_reader import CardReaderSettings, PcscCardReader, PsamAuthenticator, PsamSettings
from drivers.card_reader.authenticator import NoKeys
from drivers.card_reader.dialogue import read_holder
from drivers.device import CardHolder, DeviceEvent, Happening
from drivers.emulated.card import CardSlot, CastMember, EmulatedCard, EmulatedPsam, Script, read_cast, read_keys
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
    sending the same commands. Both begin with a card that is not powered and end with one powered down."""
    cast = read_cast(CAST)
    person, third = cast["employee"], cast["third_generation"]
    try:
        async with Pcscd(port=PORT) as pcscd, CardSlot(pcscd.port) as slot, CardSlot(pcscd.port + 1) as second:
            await second.insert(EmulatedPsam(read_keys(CAST)))
            keys = PsamAuthenticator(PsamSettings(f"{pcscd.friendly_name} 00 01", EXTERNAL_KEY, INTERNAL_KEY))
            reader = PcscCardReader(CardReaderSettings(pcscd.reader), authenticator=keys, today=lambda: TODAY)
            events: asyncio.Queue[DeviceEvent] = asyncio.Queue()
            running = asyncio.create_task(reader.run(events))
            try:
                await _put_in(slot, events, person)
                commands = _commands(person)
                ours, bare = await _in_turn(
                    rounds, lambda: _read(reader), lambda: asyncio.to_thread(_exchange, pcscd.reader, commands)
                )
                await slot.pull()
                await _happens(events, Happening.REMOVED)
                await _put_in(slot, events, third)
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


PARTS: Final[tuple[Callable[[int], Awaitable[list[Figure]]], ...]] = (card_figures,)


async def _in_turn(
    rounds: int, ours: Callable[[], Awaitable[object]], bare: Callable[[], Awaitable[object]]
) -> tuple[list[float], list[float]]:
    """Who begins alternates; the first round is not counted."""
    found: tuple[list[float], list[float]] = ([], [])
    for number in range(rounds + 1):
        order = ((0, ours), (1, bare)) if number % 2 == 0 else ((1, bare), (0, ours))
        for which, act in order:
            taken = await _timed(act)
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


async def _put_in(slot: CardSlot, events: asyncio.Queue[DeviceEvent], person: CastMember) -> None:
    await slot.insert(EmulatedCard(person))
    await _happens(events, Happening.INSERTED)


async def _happens(events: asyncio.Queue[DeviceEvent], happening: Happening) -> None:
    async with asyncio.timeout(10.0):
        while (await events.get()).happening is not happening:
            pass


def _commands(person: CastMember) -> list[bytes]:
    """What the driver sends to this card."""
    card, sent = EmulatedCard(person), []
    card.inserted(Script())
    talk = read_holder(TODAY, NoKeys(), card.atr)
    try:
        command = next(talk)
        while True:
            sent.append(command)
            command = talk.send(card.answer(command))
    except StopIteration:
        return sent


def _exchange(reader: str, commands: list[bytes]) -> None:
    """The same with pyscard alone."""
    context = _must(scard.SCardEstablishContext(scard.SCARD_SCOPE_SYSTEM))[0]
    try:
        protocols = scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1
        card, protocol = _must(scard.SCardConnect(context, reader, scard.SCARD_SHARE_EXCLUSIVE, protocols))
        try:
            for command in commands:
                _must(scard.SCardTransmit(card, protocol, list(command)))
        finally:
            scard.SCardDisconnect(card, scard.SCARD_UNPOWER_CARD)
    finally:
        scard.SCardReleaseContext(context)


def _must(result: tuple[Any, ...]) -> tuple[Any, ...]:
    code, *rest = result
    if code != scard.SCARD_S_SUCCESS:
        raise ProgramError(f"pyscard {code & 0xFFFFFFFF:08X}")
    return tuple(rest)
