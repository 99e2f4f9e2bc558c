"""The driver on the real pcscd, with emulated cards in vpcd's slot."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from Crypto.Cipher import DES3

from deploy.local.pcscd import Pcscd
from drivers.card_reader import Authenticator, CardReaderSettings, PcscCardReader, Preface
from drivers.card_reader.apdu import Dialogue
from drivers.device import DeviceEvent, Happening, Medium
from drivers.emulated.card import CardSlot, EmulatedCard, Script
from drivers.emulated.card.card import DEMO_KEY

CAST = Path(__file__).parents[3] / "deploy" / "demo" / "cast.toml"
TODAY = date(2026, 11, 23)
PORT = 36870


class DemoKeys:
    """Stands for a PSAM: knows the emulated cards' key."""

    def authenticate(self, card: Preface) -> Dialogue[bool]:
        assert card.version == b"3.00"
        assert card.algorithm == "SM4"
        challenge = (yield bytes.fromhex("0084000008"))[:-2]
        cryptogram = DES3.new(DEMO_KEY, DES3.MODE_ECB).encrypt(challenge)
        return (yield bytes.fromhex("0082000A10") + cryptogram + challenge) == b"\x90\x00"


@dataclass
class Bench:
    """A running reader and the slot behind it."""

    pcscd: Pcscd
    slot: CardSlot
    reader: PcscCardReader
    events: asyncio.Queue[DeviceEvent] = field(default_factory=asyncio.Queue)

    async def happens(self, happening: Happening, within: float = 6.0) -> DeviceEvent:
        async with asyncio.timeout(within):
            while True:
                event = await self.events.get()
                if event.happening is happening:
                    return event

    async def insert(self, card: EmulatedCard, script: Script | None = None) -> None:
        await self.slot.insert(card, script)
        await self.happens(Happening.INSERTED)

    async def pull(self) -> None:
        await self.slot.pull()
        await self.happens(Happening.REMOVED)


@contextlib.asynccontextmanager
async def running(pcscd: Pcscd, authenticator: Authenticator | None = None) -> AsyncIterator[Bench]:
    reader = PcscCardReader(CardReaderSettings(pcscd.friendly_name), authenticator=authenticator, today=lambda: TODAY)
    async with CardSlot(pcscd.port) as slot:
        bench = Bench(pcscd, slot, reader)
        task = asyncio.create_task(reader.run(bench.events))
        try:
            await bench.happens(Happening.STATE_CHANGED)
            yield bench
        finally:
            await slot.pull()
            async with asyncio.timeout(6.0):
                while reader.medium is Medium.PRESENT:
                    await asyncio.sleep(0.02)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
