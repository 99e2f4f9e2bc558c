"""The driver on the real pcscd, with emulated cards in vpcd's slot."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from deploy.local.pcscd import Pcscd
from drivers.card_reader import Authenticator, CardReaderSettings, PcscCardReader, PsamAuthenticator, PsamSettings
from drivers.card_reader.pcsc import Service
from drivers.device import CardHolder, DeviceEvent, Failure, Happening, Medium
from drivers.emulated.card import CardSlot, CastMember, Chip, EmulatedPsam, Script, read_keys
from drivers.emulated.card.psam import EXTERNAL_KEY, INTERNAL_KEY

CAST = Path(__file__).parents[3] / "deploy" / "demo" / "cast.toml"
TODAY = date(2026, 11, 23)
PORT = 36870


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

    async def insert(self, card: Chip, script: Script | None = None) -> None:
        await self.slot.insert(card, script)
        await self.happens(Happening.INSERTED)

    async def pull(self) -> None:
        await self.slot.pull()
        await self.happens(Happening.REMOVED)


def is_of(holder: CardHolder | Failure, person: CastMember) -> bool:
    assert isinstance(holder, CardHolder), holder
    said = (holder.name, holder.id_number, holder.sex, holder.ethnicity, holder.born, holder.card_number)
    meant = (person.name, person.id_number, person.sex, person.ethnicity, person.born, person.card_number)
    more = (holder.card_id_code, holder.version, holder.issued, holder.expires)
    return said == meant and more == (person.card_id_code, person.version, person.issued, person.expires)


def second_reader(pcscd: Pcscd) -> str:
    return f"{pcscd.friendly_name} 00 01"


def psam_keys(pcscd: Pcscd, *, internal: bool = True) -> PsamAuthenticator:
    """Keys from the PSAM in vpcd's second slot."""
    return PsamAuthenticator(PsamSettings(second_reader(pcscd), EXTERNAL_KEY, INTERNAL_KEY if internal else None))


@contextlib.asynccontextmanager
async def running(
    pcscd: Pcscd, authenticator: Authenticator | None = None, settings: CardReaderSettings | None = None
) -> AsyncIterator[Bench]:
    reader = PcscCardReader(
        settings or CardReaderSettings(pcscd.friendly_name), authenticator=authenticator, today=lambda: TODAY
    )
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


@dataclass
class PsamBench:
    """A reader, and a PSAM in the second slot."""

    bench: Bench
    slot: CardSlot
    psam: EmulatedPsam

    async def psam_in(self, script: Script | None = None) -> None:
        """Put the PSAM in (anew) and wait until pcscd has seen it."""
        await self.psam_out()
        await self.slot.insert(self.psam, script)
        await self._seen(True)

    async def psam_out(self) -> None:
        await self.slot.pull()
        await self._seen(False)

    async def _seen(self, present: bool) -> None:
        async with asyncio.timeout(6.0):
            while await asyncio.to_thread(self._look) is not present:
                await asyncio.sleep(0.02)

    def _look(self) -> bool:
        service = Service.open()
        try:
            return service.look(second_reader(self.bench.pcscd)).present
        finally:
            service.close()


@contextlib.asynccontextmanager
async def with_psam(
    pcscd: Pcscd, *, internal: bool = True, psam: EmulatedPsam | None = None
) -> AsyncIterator[PsamBench]:
    async with CardSlot(pcscd.port + 1) as slot, running(pcscd, psam_keys(pcscd, internal=internal)) as bench:
        made = PsamBench(bench, slot, psam or EmulatedPsam(read_keys(CAST)))
        await made.psam_in()
        try:
            yield made
        finally:
            await made.psam_out()
