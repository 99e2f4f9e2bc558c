"""``scripts/soak devices --cycles N --seed S``: a long day of all devices, and what of it stays.

Every cycle something happens to one device, drawn by the seed: unplugged and plugged in, a card put in and
pulled, an identity card laid down, read and lifted, a slip printed, a code shown, a page photographed, a sound played,
somebody comes and goes, the mains fail and come back. It must go well each time; handles, threads and tasks at the end
must be those of the beginning.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import os
import random
import sys
import tempfile
import threading
import time
import tomllib
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from contract import limits
from contract.slip import PrintOutcome, Slip, Text
from deploy.local.pcscd import Pcscd, PcscdUnavailable
from drivers.camera import CameraSettings, DocumentCamera
from drivers.card_reader import CardReaderSettings, PcscCardReader
from drivers.device import CardHolder, Device, DeviceEvent, IdCardHolder, Medium, Photo, State
from drivers.emulated.camera import EmulatedCamera
from drivers.emulated.card import CardSlot, EmulatedCard, read_cast
from drivers.emulated.presence import NAME, EmulatedPresence
from drivers.emulated.printer import EmulatedPrinter
from drivers.emulated.sam_v import Document, EmulatedSamV
from drivers.emulated.scanner import EmulatedScanner
from drivers.emulated.sound_card import EmulatedSoundCard
from drivers.emulated.upsd import EmulatedUpsd
from drivers.id_reader import IdReaderSettings, SamvIdReader
from drivers.power import NutPower, PowerSettings
from drivers.presence import IioPresence, PresenceSettings
from drivers.printer import EscposPrinter, PrinterSettings
from drivers.scanner import ScannerSettings, SerialScanner
from drivers.speaker import AlsaSpeaker, SpeakerSettings, tone

CAST: Final = Path("deploy/demo/cast.toml")
PEOPLE: Final = ("employee", "grandmother", "graduate")
WAIT: Final = 20.0
"""Nothing takes this long (seconds)."""
WARM_UP: Final = 40
"""Cycles after which everything has been loaded that ever will be."""
GROWTH_KB: Final = 6_000
"""More than this after the warm-up is a leak, however many cycles there were; smaller ones show in the slope."""
BRISK: Final = {
    "PRINTER_POLL": 0.1,
    "ID_READER_POLL": 0.02,
    "DEVICE_REOPEN_FIRST": 0.02,
    "DEVICE_REOPEN_LAST": 0.1,
    "CAMERA_POLL": 0.05,
    "SPEAKER_POLL": 0.05,
    "POWER_POLL": 0.05,
    "PRESENCE_POLL": 0.02,
    "PRESENCE_GONE": 0.05,
}
"""The same waits as in the field, shorter: so many cycles, and not a week."""


class SoakError(Exception):
    """Something did not go well; the text says what, in which cycle."""


@dataclass(frozen=True)
class Used:
    handles: int
    threads: int
    tasks: int
    rss_kb: int

    @classmethod
    def now(cls) -> Used:
        gc.collect()
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        resident = pages * os.sysconf("SC_PAGE_SIZE") // 1024
        return cls(len(os.listdir("/proc/self/fd")), threading.active_count(), len(asyncio.all_tasks()), resident)


class Seal:
    def seal(self, picture: bytes) -> bytes:
        return bytes(len(picture))


class Ledger:
    """Takes every job."""

    async def started(self, job: str) -> bool:
        return bool(job)

    async def ended(self, job: str, outcome: PrintOutcome) -> None:
        assert job


@dataclass
class Day:
    """The devices beside their peers, and what can happen to them."""

    folder: Path
    dice: random.Random
    events: asyncio.Queue[DeviceEvent] = field(default_factory=asyncio.Queue)
    done: Counter[str] = field(default_factory=Counter)
    acts: dict[str, Callable[[], Awaitable[None]]] = field(default_factory=dict)

    async def open(self, stack: AsyncExitStack, pcscd: Pcscd | None) -> None:
        people = tomllib.loads(CAST.read_text(encoding="utf-8"))["person"]
        cast = read_cast(CAST)
        self._documents = [Document.of(person) for person in people if person["key"] in PEOPLE]
        self._cards = [EmulatedCard(cast[key]) for key in PEOPLE]
        paths = {name: self.folder / name for name in ("scanner", "id_reader", "printer")}
        self._scanner = await stack.enter_async_context(EmulatedScanner(paths["scanner"]))
        self._sam_v = await stack.enter_async_context(EmulatedSamV(paths["id_reader"]))
        self._printer = await stack.enter_async_context(EmulatedPrinter(paths["printer"], 80, 0.0))
        self.scanner = SerialScanner(ScannerSettings(str(paths["scanner"])))
        self.id_reader = SamvIdReader(IdReaderSettings(str(paths["id_reader"])))
        self.printer = EscposPrinter(PrinterSettings(path=str(paths["printer"])), Ledger())
        self.devices: list[Device] = [self.scanner, self.id_reader, self.printer]
        self.acts = {"unplug": self.unplug, "identity card": self.lay, "slip": self.print, "code": self.scan}
        await self._open_small(stack)
        if pcscd is not None:
            self._slot = await stack.enter_async_context(CardSlot(pcscd.port))
            self.card_reader = PcscCardReader(CardReaderSettings(pcscd.friendly_name))
            self.devices.append(self.card_reader)
            self.acts["card"] = self.insert

    async def _open_small(self, stack: AsyncExitStack) -> None:
        stack.enter_context(EmulatedCamera(self.folder / "camera"))
        self._sound_card = stack.enter_context(EmulatedSoundCard(self.folder / "sound_cards"))
        self._sensor = stack.enter_context(EmulatedPresence(self.folder / "sensors"))
        self._ups = await stack.enter_async_context(EmulatedUpsd())
        self.camera = DocumentCamera(CameraSettings(str(self.folder / "camera"), "still"), Seal())
        self.speaker = AlsaSpeaker(SpeakerSettings("null"), cards=self.folder / "sound_cards")
        self.presence = IioPresence(PresenceSettings(NAME), devices=self._sensor.sysfs.devices)
        self.power = NutPower(PowerSettings(self._ups.ups, port=self._ups.port))
        self.devices += [self.camera, self.speaker, self.presence, self.power]
        self.acts |= {"page": self.photograph, "sound": self.play, "somebody": self.stand, "mains": self.lose_mains}

    async def until(self, condition: Callable[[], bool], what: str) -> None:
        try:
            async with asyncio.timeout(WAIT):
                while not condition():  # noqa: ASYNC110  # a device's state tells nobody
                    await asyncio.sleep(0.005)
        except TimeoutError:
            raise SoakError(f"{what}: not within {WAIT:.0f} s") from None

    async def online(self) -> None:
        await self.until(lambda: all(one.state is State.ONLINE for one in self.devices), "all online")

    async def cycle(self) -> None:
        name = self.dice.choice(tuple(self.acts))
        await self.acts[name]()
        self.done[name] += 1
        while not self.events.empty():
            self.events.get_nowait()

    async def unplug(self) -> None:
        pairs: tuple[tuple[Any, Device], ...] = (
            (self._scanner, self.scanner),
            (self._sam_v, self.id_reader),
            (self._printer, self.printer),
            (self._sound_card, self.speaker),
            (self._sensor, self.presence),
        )
        peer, device = self.dice.choice(pairs)
        peer.unplug()
        await self.until(lambda: device.state is not State.ONLINE, f"{device.name} unplugged")
        await asyncio.sleep(self.dice.choice((0.0, 0.01, 0.1)))
        peer.plug()
        await self.online()

    async def lay(self) -> None:
        self._sam_v.lay(self.dice.choice(self._documents))
        await self.until(lambda: self.id_reader.medium is Medium.PRESENT, "identity card laid")
        if not isinstance(await self.id_reader.read(), IdCardHolder):
            raise SoakError("an identity card was not read")
        self._sam_v.lift()
        await self.until(lambda: self.id_reader.medium is Medium.NOT_PRESENT, "identity card lifted")

    async def insert(self) -> None:
        await self._slot.insert(self.dice.choice(self._cards))
        await self.until(lambda: self.card_reader.medium is Medium.PRESENT, "card put in")
        if self.dice.random() < 0.8 and not isinstance(await self.card_reader.read(), CardHolder):
            raise SoakError("a card was not read")
        await self._slot.pull()
        await self.until(lambda: self.card_reader.medium is Medium.NOT_PRESENT, "card pulled")

    async def print(self) -> None:
        lines = tuple(Text(f"第 {number} 行 䶮") for number in range(self.dice.randint(1, 8)))
        printed = await self.printer.print(f"job-{self.done['slip']}", Slip(lines))
        if printed.outcome is not PrintOutcome.PRINTED:
            raise SoakError(f"a slip was not printed: {printed}")
        self._printer.slips.clear()
        self._printer.received.clear()

    async def used(self) -> Used:
        """What is used now, with the camera at work: it ends by itself when nobody asks for pages (two handles and a
        thread), which must not be taken for a leak or hide one."""
        await self.photograph()
        return Used.now()

    async def photograph(self) -> None:
        if not isinstance(await self.camera.capture(), Photo):
            raise SoakError("a page was not photographed")

    async def play(self) -> None:
        if (failure := await self.speaker.play(tone(seconds=0.05))) is not None:
            raise SoakError(f"a sound was not played: {failure.detail}")

    async def stand(self) -> None:
        self._sensor.stand(True)
        await self.until(lambda: self.presence.somebody is True, "somebody came")
        self._sensor.stand(False)
        await self.until(lambda: self.presence.somebody is False, "they went")

    async def lose_mains(self) -> None:
        low = self.dice.random() < 0.5
        self._ups.says("OB DISCHRG LB" if low else "OB DISCHRG", 8 if low else 80, 100 if low else 1500)
        await self.until(lambda: self.power.seen.on_battery and self.power.seen.low is low, "mains lost")
        self._ups.well()
        await self.until(lambda: not self.power.seen.on_battery, "mains back")

    async def scan(self) -> None:
        await self.scanner.arm()
        code = f"opaque-{self.dice.randrange(10**9)}"
        # Without pauses: on a busy machine a pause can be as long as the silence that ends a code without suffix.
        await self._scanner.send(code, piece=self.dice.choice((0, 3)), pause=0.0)
        try:
            async with asyncio.timeout(WAIT):
                while not (heard := (await self.events.get()).code):
                    pass
        except TimeoutError:
            raise SoakError("a code was not heard") from None
        if heard != code:
            raise SoakError(f"half a code: {heard!r} of {code!r}")


async def soak(cycles: int, seed: int, *, card: bool, every: int = 0) -> dict[str, Any]:
    """The report: what was done, what is used before and after. Raises SoakError when something did not go well."""
    for name, seconds in BRISK.items():
        setattr(limits, name, seconds)
    dice = random.Random(seed)  # noqa: S311  # a day drawn by its number, not a secret
    began = time.monotonic()
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="soak-")))
        pcscd = await stack.enter_async_context(Pcscd()) if card else None
        day = Day(folder, dice)
        await day.open(stack, pcscd)
        tasks = [asyncio.create_task(device.run(day.events), name=device.name) for device in day.devices]
        try:
            await day.online()
            marks = [Used.now()]
            for number in range(WARM_UP + cycles):
                try:
                    await day.cycle()
                except SoakError as error:
                    raise SoakError(f"cycle {number}, seed {seed}: {error}") from error
                if number + 1 == WARM_UP or (every and number % every == every - 1):
                    marks.append(await day.used())
                    if every:
                        print(f"{number + 1:6} {marks[-1]}", file=sys.stderr, flush=True)
                if number + 1 == WARM_UP:
                    marks[0] = marks[-1]
            await asyncio.sleep(0.5)
            after = await day.used()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
    before = marks[0]
    grown = {name: getattr(after, name) - getattr(before, name) for name in asdict(after)}
    return {
        "cycles": cycles,
        "seed": seed,
        "seconds": round(time.monotonic() - began, 1),
        "done": dict(sorted(day.done.items())),
        "before": asdict(before),
        "after": asdict(after),
        "grown": grown,
        "rss_bytes_a_cycle": round(grown["rss_kb"] * 1024 / cycles) if cycles else 0,
        "ok": grown["handles"] <= 0 and grown["threads"] <= 0 and grown["tasks"] <= 0 and grown["rss_kb"] < GROWTH_KB,
    }


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="scripts/soak", description="设备的一天，看漏不漏  what stays of a long day")
    parser.add_argument("what", choices=("devices",))
    parser.add_argument("--cycles", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--without-card", action="store_true", help="不用 pcscd  without pcscd")
    options = parser.parse_args(arguments)
    try:
        report = asyncio.run(
            soak(options.cycles, options.seed, card=not options.without_card, every=max(1, options.cycles // 10))
        )
    except (SoakError, PcscdUnavailable) as error:
        print(f"✗ {error}", file=sys.stderr)
        return 1
    print(json.dumps(report, ensure_ascii=False, indent=1))
    return 0 if report["ok"] else 1


if __name__ == "__main__":
    sys.exit(main())
