"""What lies on the dock: the cast, their cards, the peers of the other devices, the line to the platform."""

from __future__ import annotations

import asyncio
import shlex
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final, Protocol

from drivers.emulated.camera import PAGE, EmulatedCamera
from drivers.emulated.card import CardSlot, CastMember, EmulatedCard, EmulatedPsam, Script
from drivers.emulated.card.psam import EXTERNAL_KEY
from drivers.emulated.dock.troubles import DEVICES, find
from drivers.emulated.presence import EmulatedPresence
from drivers.emulated.printer import EmulatedPrinter
from drivers.emulated.sam_v import Document, EmulatedSamV
from drivers.emulated.sam_v import Script as ModuleScript
from drivers.emulated.scanner import EmulatedScanner
from drivers.emulated.sound_card import EmulatedSoundCard
from drivers.emulated.upsd import EmulatedUpsd

ECODE_WAIT: Final = 20.0
SLOWEST: Final = 60.0
"""The line to the platform is made no slower than this (seconds)."""


LONG_AGO: Final = date(2010, 1, 1)


def misprint(number: str) -> str:
    """The same with another check digit."""
    return number[:-1] + ("1" if number[-1] != "1" else "2")


class Refused(Exception):
    """What was asked cannot be done now; the text is for the person at the dock."""


class Pluggable(Protocol):
    """A peer with a plug."""

    def plug(self) -> None: ...

    def unplug(self) -> None: ...


class Line(Protocol):
    """The line to the platform (drivers.emulated.relay.Relay)."""

    delay: float

    @property
    def up(self) -> bool: ...

    async def cut(self) -> None: ...

    async def heal(self) -> None: ...


@dataclass
class Desk:
    """State of the dock. Every act is one method; each raises Refused with a sentence when it cannot be."""

    cast: dict[str, CastMember]
    slot: CardSlot
    printer: EmulatedPrinter | None = None
    scanner: EmulatedScanner | None = None
    id_reader: EmulatedSamV | None = None
    psam: EmulatedPsam | None = None
    psam_slot: CardSlot | None = None
    """Where it is kept."""
    camera: EmulatedCamera | None = None
    speaker: EmulatedSoundCard | None = None
    presence: EmulatedPresence | None = None
    power: EmulatedUpsd | None = None
    line: Line | None = None
    ecode_command: str = ""
    inserted: str = field(default="", init=False)
    laid: str = field(default="", init=False)
    paper: str = field(default="full", init=False)
    cover_open: bool = field(default=False, init=False)
    card_script: Script = field(default=Script(), init=False)
    """What will go wrong with the next card that is put in."""
    misprinted: bool = field(default=False, init=False)
    """The cards that are put in say a number whose check digit is wrong."""
    id_expired: bool = field(default=False, init=False)
    """The identity cards that are laid down have expired."""
    _pulled: set[str] = field(default_factory=set, init=False)
    trouble: dict[str, dict[str, int]] = field(default_factory=dict, init=False)
    """Device -> what was made to go wrong with it since it was last well, and the numbers given."""
    taken: int = field(default=0, init=False)
    """So many slips have been taken out of the printer."""
    _cards: dict[str, EmulatedCard] = field(default_factory=dict, init=False)
    """A card keeps its PIN counter for as long as the dock runs."""

    def person(self, who: str) -> CastMember:
        """By key, by name, or by family name in letters (``zhang``)."""
        if who in self.cast:
            return self.cast[who]
        for person in self.cast.values():
            if who in (person.name, person.raw.get("called")):
                return person
        raise Refused("没有这个人")

    @property
    def card_in(self) -> str:
        """Key of the person whose card is in, empty when none is."""
        return self.inserted if self.slot.occupied else ""

    async def insert(self, key: str, script: Script | None = None) -> None:
        """Without *script*, what was last made to go wrong with the card reader goes wrong with this card."""
        person = self.person(key)
        card = self._cards.setdefault(person.key, EmulatedCard(person))
        if self.misprinted:
            card = EmulatedCard(replace(person, id_number=misprint(person.id_number)))
        try:
            await self.slot.insert(card, self.card_script if script is None else script)
        except OSError:
            raise Refused("读卡服务（pcscd）没有运行") from None
        self.inserted = person.key

    async def pull(self) -> None:
        await self.slot.pull()
        self.inserted = ""

    def lay(self, key: str) -> None:
        person = self.person(key)
        document = Document.of(person.raw)
        if self.id_expired:
            document = replace(document, valid_from=LONG_AGO, valid_to=LONG_AGO)
        self.has_id_reader().lay(document)
        self.laid = person.key

    def lift(self) -> None:
        self.has_id_reader().lift()
        self.laid = ""

    async def ecode(self, key: str) -> str:
        """A fresh code of this person's electronic card, made by the platform's own command."""
        if not self.ecode_command:
            raise Refused("演示台没有接平台，出不了电子社保卡")
        key = self.person(key).key
        command = [part.replace("{person}", key) for part in shlex.split(self.ecode_command)]
        if "{person}" not in self.ecode_command:
            command.append(key)
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            async with asyncio.timeout(ECODE_WAIT):
                out, _ = await process.communicate()
        except TimeoutError:
            process.kill()
            await process.wait()
            raise Refused("平台没有在时限内给出电子社保卡") from None
        lines = out.decode("utf-8", "replace").split()
        if process.returncode != 0 or not lines:
            raise Refused("平台不认识这个人，没有给出电子社保卡")
        return lines[-1]

    async def scan(self, code: str) -> None:
        scanner = self.has_scanner()
        if "scanner" in self.unplugged:
            raise Refused("扫码器的插头拔掉了，先插上")
        await scanner.send(code)

    async def show(self, key: str) -> None:
        """This person's electronic card, fresh, held before the scanner."""
        self.has_scanner()
        await self.scan(await self.ecode(key))

    def set_paper(self, supply: str) -> None:
        printer = self.has_printer()
        if supply not in {"full", "low", "out"}:
            raise Refused("纸只能是 full、low、out")
        printer.set_paper(supply)
        self.paper = supply

    def set_cover(self, open_: bool) -> None:
        self.has_printer().set_cover(open_)
        self.cover_open = open_

    def take(self) -> int:
        """Take out every slip that hangs in the printer; how many they were."""
        hanging = self.hanging
        self.taken += hanging
        if self.has_printer().waiting:
            self.has_printer().take()
        return hanging

    @property
    def hanging(self) -> int:
        return max(0, len(self.has_printer().slips) - self.taken)

    # -- what goes wrong ----------------------------------------------------------------------------------------------
    def start_trouble(self, device: str, name: str, number: int | None = None) -> None:
        """One row of drivers.emulated.dock.troubles.TROUBLES."""
        trouble = find(device, name)
        if trouble is None:
            raise Refused("没有这种毛病")
        given = trouble.number if number is None else number
        if given is not None and not trouble.least <= given <= trouble.most:
            raise Refused(f"要 {trouble.least} 到 {trouble.most} 之间的数")
        trouble.start(self, given or 0)
        self.trouble.setdefault(device, {})[name] = given or 0

    def make_well(self, device: str) -> None:
        """What was made to go wrong with it goes wrong no more; paper is put in, the cover closed, a jam cleared."""
        match device:
            case "card":
                self.card_script, self.misprinted = Script(), False
                if self.slot.card is not None:
                    self.slot.card.script = Script()
            case "id-reader":
                module = self.has_id_reader()
                module.script = ModuleScript()
                module.play()
                self.id_expired = False
                if self.laid:
                    self.lay(self.laid)
            case "psam":
                psam = self.has_psam()
                if psam.script.silent and self.psam_slot is not None:
                    self.psam_slot.reseat()
                psam.script, psam.external_key = Script(), EXTERNAL_KEY
            case "scanner" | "speaker":
                self._plug_of(device)
            case "camera":
                self.has_camera().shows(PAGE)
            case "presence":
                self.has_presence().well()
            case "power":
                self.has_power().well()
            case "printer":
                printer = self.has_printer()
                printer.mend()
                printer.have_presenter(False)
                self.set_cover(False)
                self.set_paper("full")
            case _:
                raise Refused("没有这样设备")
        self.trouble.pop(device, None)

    def unplug(self, device: str) -> None:
        self._plug_of(device).unplug()
        self._pulled.add(device)

    async def plug(self, device: str) -> None:
        peer = self._plug_of(device)
        peer.unplug()  # it may have pulled itself out meanwhile
        if isinstance(peer, EmulatedUpsd):
            await peer.plug()
        else:
            peer.plug()
        self._pulled.discard(device)

    @property
    def unplugged(self) -> frozenset[str]:
        """Whose plug is out, pulled by hand or in the middle of a document."""
        by_itself = {"id-reader"} if self.id_reader is not None and not self.id_reader.plugged else set[str]()
        return frozenset(self._pulled | by_itself)

    def _plug_of(self, device: str) -> Pluggable | EmulatedUpsd:
        match device:
            case "camera":
                return self.has_camera()
            case "speaker":
                return self.has_speaker()
            case "presence":
                return self.has_presence()
            case "power":
                return self.has_power()
            case "printer":
                return self.has_printer()
            case "scanner":
                return self.has_scanner()
            case "id-reader":
                return self.has_id_reader()
            case "card" | "psam":
                raise Refused("读卡器接在 pcscd 上，这里拔不了；可以拔卡")
            case _:
                raise Refused(f"只有 {'、'.join(DEVICES)}")

    def has_psam(self) -> EmulatedPsam:
        if self.psam is None:
            raise Refused("没有 PSAM")
        return self.psam

    def has_printer(self) -> EmulatedPrinter:
        if self.printer is None:
            raise Refused("没有打印机")
        return self.printer

    def has_scanner(self) -> EmulatedScanner:
        if self.scanner is None:
            raise Refused("没有扫码器")
        return self.scanner

    def has_id_reader(self) -> EmulatedSamV:
        if self.id_reader is None:
            raise Refused("没有身份证阅读器")
        return self.id_reader

    def has_camera(self) -> EmulatedCamera:
        if self.camera is None:
            raise Refused("没有高拍仪")
        return self.camera

    def has_speaker(self) -> EmulatedSoundCard:
        if self.speaker is None:
            raise Refused("没有喇叭")
        return self.speaker

    def has_presence(self) -> EmulatedPresence:
        if self.presence is None:
            raise Refused("没有人体感应")
        return self.presence

    def has_power(self) -> EmulatedUpsd:
        if self.power is None:
            raise Refused("没有备用电源")
        return self.power

    @property
    def here(self) -> list[str]:
        """The devices that stand at the dock; the card reader always does."""
        peers = {
            "psam": self.psam, "id-reader": self.id_reader, "scanner": self.scanner, "printer": self.printer,
            "camera": self.camera, "speaker": self.speaker, "presence": self.presence, "power": self.power,
        }  # fmt: skip
        return ["card", *(name for name, peer in peers.items() if peer is not None)]

    async def set_line(self, up: bool, delay: float = 0.0) -> None:
        """Whole or cut; and how many seconds each answer of the platform takes longer (a slow platform)."""
        if self.line is None:
            raise Refused("终端和平台之间没有接中继")
        if not 0.0 <= delay <= SLOWEST:
            raise Refused(f"最多慢 {SLOWEST:.0f} 秒")
        self.line.delay = delay
        await (self.line.heal() if up else self.line.cut())
