"""The dock over its own interface, and a terminal's drivers beside its peers."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from contract.faults import Fault
from contract.slip import PrintOutcome, Slip, Text
from drivers.camera import DocumentCamera
from drivers.card_reader import PcscCardReader
from drivers.card_reader.pcsc import Service
from drivers.device import DeviceEvent, Failure, Happening, Medium, Printed, State
from drivers.emulated.dock.desk import Desk
from drivers.id_reader import SamvIdReader
from drivers.power import NutPower
from drivers.presence import IioPresence
from drivers.printer import EscposPrinter
from drivers.scanner import SerialScanner
from drivers.speaker import AlsaSpeaker, tone
from kiosk import dock_command

PORT, VPCD = 18471, 36960
READER = "SSC Contact"
PSAM_READER = f"{READER} 00 01"
CAST = Path(__file__).parents[3] / "deploy" / "demo" / "cast.toml"
URL = f"http://127.0.0.1:{PORT}"
SLIP = Slip(tuple(Text(f"第 {number} 行") for number in range(1, 41)))
CHINESE = re.compile("[\u4e00-\u9fff]{4}")


class NoSeal:
    def seal(self, picture: bytes) -> bytes:
        return bytes(len(picture) % 256)


class Ledger:
    async def started(self, job: str) -> bool:
        return True

    async def ended(self, job: str, outcome: PrintOutcome) -> None:
        return


@dataclass
class Post:
    """The dock and the drivers beside its peers."""

    desk: Desk
    card: PcscCardReader
    id_reader: SamvIdReader
    printer: EscposPrinter
    camera: DocumentCamera
    speaker: AlsaSpeaker
    presence: IioPresence
    power: NutPower
    scanner: SerialScanner
    events: asyncio.Queue[DeviceEvent]
    jobs: int = 0

    def next_job(self) -> str:
        """A job that was asked for once is not printed again."""
        self.jobs += 1
        return f"job-{self.jobs}"

    async def dock(self, *commands: str) -> None:
        for command in commands:
            code = await asyncio.to_thread(dock_command.main, ["--at", URL, *command.split()])
            assert code == 0, command

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(15):
            while not condition():
                await asyncio.sleep(0.02)

    def told_of(self, device: str) -> list[DeviceEvent]:
        """What this device has told by itself since it was last asked."""
        heard = [self.events.get_nowait() for _ in range(self.events.qsize())]
        return [event for event in heard if event.device == device]

    async def told(self, then: str, commands: tuple[str, ...]) -> Fault | None:
        """What the terminal is told by its drivers."""
        if then == "slip first":
            printing = asyncio.create_task(self.printer.print(self.next_job(), SLIP))
            await self.until(lambda: bool(self.desk.has_printer().received))
            await self.dock(*commands)
            return (await printing).fault
        if then == "code":
            await self.scanner.arm()
        await self.dock(*commands)
        result = await self._asked(then)
        return result.fault if isinstance(result, Failure | Printed) else None

    async def _asked(self, then: str) -> object:
        match then:
            case "slip":
                return await self.printer.print(self.next_job(), SLIP)
            case "photo":
                there = State.NO_DEVICE if "camera" in self.desk.unplugged else State.ONLINE
                await self.until(lambda: self.camera.state is there)
                return await self.camera.capture()
            case "sound":
                there = State.NO_DEVICE if "speaker" in self.desk.unplugged else State.ONLINE
                await self.until(lambda: self.speaker.state is there)
                return await self.speaker.play(tone(seconds=0.05))
            case "code":
                await self.until(lambda: any(event.happening is Happening.INVALID for event in self.told_of("scanner")))
                return Failure(Fault.CODE_UNREADABLE)
            case "power":
                await self.until(lambda: self.power.seen.low)
                return Failure(Fault.POWER_LOW)
            case "id":
                if not self.desk.unplugged:
                    await self.until(lambda: self.desk.laid == "" or self.id_reader.state is not State.NO_DEVICE)
                    await asyncio.sleep(0.3)
                return await self.id_reader.read()
        await self.until(lambda: self.card.medium is Medium.PRESENT)
        read = await self.card.read()
        return read if then in ("card", "keys") else await self.card.verify_pin("999999")


def slot_holds(reader: str) -> bool:
    """Whether pcscd sees a card in *reader*."""
    service = Service.open()
    try:
        return service.look(reader).present
    finally:
        service.close()
