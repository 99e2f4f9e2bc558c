"""What lies on the dock: the cast, their cards, the peers of the other devices, the line to the platform."""

from __future__ import annotations

import asyncio
import shlex
from dataclasses import dataclass, field
from typing import Final, Protocol

from drivers.emulated.card import CardSlot, CastMember, EmulatedCard, Script
from drivers.emulated.printer import EmulatedPrinter
from drivers.emulated.sam_v import Document, EmulatedSamV
from drivers.emulated.scanner import EmulatedScanner

ECODE_WAIT: Final = 20.0
SLOWEST: Final = 60.0
"""The line to the platform is made no slower than this (seconds)."""


class Refused(Exception):
    """What was asked cannot be done now; the text is for the person at the dock."""


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
    line: Line | None = None
    ecode_command: str = ""
    inserted: str = field(default="", init=False)
    laid: str = field(default="", init=False)
    paper: str = field(default="full", init=False)
    cover_open: bool = field(default=False, init=False)
    _cards: dict[str, EmulatedCard] = field(default_factory=dict, init=False)
    """A card keeps its PIN counter for as long as the dock runs."""

    def person(self, key: str) -> CastMember:
        try:
            return self.cast[key]
        except KeyError:
            raise Refused("没有这个人") from None

    @property
    def card_in(self) -> str:
        """Key of the person whose card is in, empty when none is."""
        return self.inserted if self.slot.occupied else ""

    async def insert(self, key: str, script: Script) -> None:
        person = self.person(key)
        card = self._cards.setdefault(key, EmulatedCard(person))
        try:
            await self.slot.insert(card, script)
        except OSError:
            raise Refused("读卡服务（pcscd）没有运行") from None
        self.inserted = key

    async def pull(self) -> None:
        await self.slot.pull()
        self.inserted = ""

    def lay(self, key: str) -> None:
        if self.id_reader is None:
            raise Refused("没有身份证阅读器")
        self.id_reader.lay(Document.of(self.person(key).raw))
        self.laid = key

    def lift(self) -> None:
        if self.id_reader is None:
            raise Refused("没有身份证阅读器")
        self.id_reader.lift()
        self.laid = ""

    async def ecode(self, key: str) -> str:
        """A fresh code of this person's electronic card, made by the platform's own command."""
        if not self.ecode_command:
            raise Refused("演示台没有接平台，出不了电子社保卡")
        self.person(key)
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
        if self.scanner is None:
            raise Refused("没有扫码器")
        await self.scanner.send(code)

    def set_paper(self, supply: str) -> None:
        if self.printer is None:
            raise Refused("没有打印机")
        if supply not in {"full", "low", "out"}:
            raise Refused("纸只能是 full、low、out")
        self.printer.set_paper(supply)
        self.paper = supply

    def set_cover(self, open_: bool) -> None:
        if self.printer is None:
            raise Refused("没有打印机")
        self.printer.set_cover(open_)
        self.cover_open = open_

    async def set_line(self, up: bool, delay: float = 0.0) -> None:
        """Whole or cut; and how many seconds each answer of the platform takes longer (a slow platform)."""
        if self.line is None:
            raise Refused("终端和平台之间没有接中继")
        if not 0.0 <= delay <= SLOWEST:
            raise Refused(f"最多慢 {SLOWEST:.0f} 秒")
        self.line.delay = delay
        await (self.line.heal() if up else self.line.cut())
