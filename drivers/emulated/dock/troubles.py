"""The table of what can be made to go wrong at the dock. A new trouble is one row here; page and command line show it.

Each row belongs to one device, may take a number, and names the fault that a resident or the staff is then told.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from contract.faults import Fault
from drivers.emulated.card import Script
from drivers.emulated.sam_v import Script as ModuleScript
from drivers.emulated.sam_v.module import FIND, READ, SELECT

if TYPE_CHECKING:
    from drivers.emulated.dock.desk import Desk

DEVICES: Final = {"card": "读卡器", "id-reader": "身份证阅读器", "scanner": "扫码器", "printer": "打印机"}
_FOR_EVER: Final = 3600.0
_FRAMES: Final = (FIND, SELECT, READ)
"""What a reading of an identity card consists of, in order."""


@dataclass(frozen=True)
class Trouble:
    device: str
    name: str
    title: str
    """In Chinese; ``{n}`` stands for the number."""
    english: str
    start: Callable[[Desk, int], None]
    number: int | None = None
    """What the number is when none is given; None: the trouble takes none."""
    least: int = 0
    most: int = 999
    shows: Fault | None = None
    """What a person is told; None: nothing, the terminal bears it."""


def _card(desk: Desk, script: Script) -> None:
    """For the card that is in, counted from now, and otherwise for the next one that is put in."""
    card = desk.slot.card if desk.slot.occupied else None
    if card is None:
        desk.card_script = script
        return
    begins = {
        name: now + card.count
        for name in ("pull_after", "garbage_from")
        if (now := getattr(script, name)) is not None
    }  # fmt: skip
    late = {number + card.count: word for number, word in script.status_at.items()}
    card.script = replace(script, **begins, status_at=late)


def _pulled(desk: Desk, number: int) -> None:
    _card(desk, Script(pull_after=number))


def _refuses(desk: Desk, number: int) -> None:
    _card(desk, Script(status_at={number: "6982"}))


def _garbled(desk: Desk, number: int) -> None:
    _card(desk, Script(garbage_from=number))


def _card_silent(desk: Desk, number: int) -> None:
    _card(desk, Script(delay=_FOR_EVER))


def _card_slow(desk: Desk, number: int) -> None:
    _card(desk, Script(delay=number / 1000))


def _locked(desk: Desk, number: int) -> None:
    _card(desk, Script(status_at={number: "6A81"}))


def _misprinted(desk: Desk, number: int) -> None:
    desk.misprinted = True


def _expired(desk: Desk, number: int) -> None:
    desk.id_expired = True
    if desk.laid:
        desk.lay(desk.laid)


def _bad_frame(desk: Desk, number: int) -> None:
    desk.has_id_reader().script = ModuleScript(bad_checksum=True, only=_FRAMES[number - 1], times=1)


def _module(**fields: object) -> Callable[[Desk, int], None]:
    def start(desk: Desk, number: int) -> None:
        values = {name: number if value is ... else value for name, value in fields.items()}
        desk.has_id_reader().script = ModuleScript(**values)  # type: ignore[arg-type]

    return start


def _rubbish(desk: Desk, number: int) -> None:
    desk.has_scanner().say(bytes(range(0x80, 0x80 + number)) + b"\r")


def _printer_silent(desk: Desk, number: int) -> None:
    desk.has_printer().silent = True


TROUBLES: Final = (
    Trouble("card", "pull-after", "第 {n} 条指令后卡被拔出", "the card leaves after its n-th answer", _pulled, 5,
            shows=Fault.CARD_PULLED),
    Trouble("card", "refuse-at", "第 {n} 条指令答「没有权限」", "the n-th answer is 6982", _refuses, 8, 1,
            shows=Fault.CARD_NOT_AUTHORISED),
    Trouble("card", "garble-from", "从第 {n} 条起答的是乱码", "noise from the n-th answer on", _garbled, 4, 1,
            shows=Fault.CARD_UNREADABLE),
    Trouble("card", "locked-at", "第 {n} 条指令答「已锁定」", "the n-th answer is 6A81", _locked, 1, 1,
            shows=Fault.CARD_LOCKED),
    Trouble("card", "wrong-number", "下一张卡里的号码校验位不对", "the next card's number has a wrong check digit",
            _misprinted, shows=Fault.CARD_FIELDS_INVALID),
    Trouble("card", "slow", "每条指令慢 {n} 毫秒", "each answer takes n milliseconds longer", _card_slow, 300, 0, 9999),
    Trouble("card", "silent", "卡不再应答", "the card answers nothing any more", _card_silent,
            shows=Fault.CARD_UNREADABLE),
    Trouble("id-reader", "garble-frame", "第 {n} 帧校验和不对（1 找 2 选 3 读）",
            "the n-th frame has a wrong checksum, once", _bad_frame, 2, 1, 3),
    Trouble("id-reader", "garble", "每一帧校验和都不对", "every frame has a wrong checksum", _module(bad_checksum=True),
            shows=Fault.ID_CARD_UNREADABLE),
    Trouble("id-reader", "pieces", "应答拆成 {n} 字节一块", "answers come in pieces of n bytes",
            _module(piece=...), 3, 1),
    Trouble("id-reader", "status", "只答状态 {n}（十进制，65 读失败）", "every answer is this status (decimal)",
            _module(sw3=..., only=READ), 0x41, 0, 255, shows=Fault.ID_CARD_UNREADABLE),
    Trouble("id-reader", "expired", "身份证过了有效期", "the identity card has expired", _expired,
            shows=Fault.ID_CARD_EXPIRED),
    Trouble("id-reader", "broken", "模块自检没过", "the module's self-test fails", _module(sw3=0x60),
            shows=Fault.READER_GONE),
    Trouble("id-reader", "silent", "模块不应答", "the module answers nothing", _module(silent=True),
            shows=Fault.ID_CARD_UNREADABLE),
    Trouble("scanner", "rubbish", "扫出 {n} 个字节的乱码", "n bytes that are no code", _rubbish, 40, 1, 120,
            shows=Fault.CODE_UNREADABLE),
    Trouble("printer", "jam-at-line", "再打 {n} 行卡纸", "the paper jams after n more lines",
            lambda desk, number: desk.has_printer().jam_after(number), 7, 1, shows=Fault.PRINTER_JAM),
    Trouble("printer", "out-at-line", "再打 {n} 行没纸", "the paper ends after n more lines",
            lambda desk, number: desk.has_printer().out_after(number), 7, 1, shows=Fault.PAPER_OUT),
    Trouble("printer", "low", "纸快没了", "the paper is nearly at its end", lambda desk, _: desk.set_paper("low")),
    Trouble("printer", "out", "没纸", "no paper", lambda desk, _: desk.set_paper("out"), shows=Fault.PAPER_OUT),
    Trouble("printer", "cover", "盖子开着", "the cover is open", lambda desk, _: desk.set_cover(True),
            shows=Fault.PRINTER_COVER),
    Trouble("printer", "hot", "打印头过热", "the head is hot", lambda desk, _: desk.has_printer().set_hot(True)),
    Trouble("printer", "silent", "打印机不回话", "the printer answers nothing", _printer_silent,
            shows=Fault.PRINT_UNKNOWN),
)  # fmt: skip


def find(device: str, name: str) -> Trouble | None:
    return next((one for one in TROUBLES if (one.device, one.name) == (device, name)), None)
