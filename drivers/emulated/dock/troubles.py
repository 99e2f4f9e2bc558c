"""The table of what can be made to go wrong at the dock. A new trouble is one row here; page and command line show it.

Each row belongs to one device, may take a number, and names the fault that a resident or the staff is then told.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from contract.faults import Fault
from drivers.emulated.card import Script
from drivers.emulated.sam_v import Script as ModuleScript
from drivers.emulated.sam_v.module import FIND, READ, SELECT
from drivers.emulated.upsd import Trouble as UpsdTrouble

if TYPE_CHECKING:
    from drivers.emulated.dock.desk import Desk

DEVICES: Final = {
    "card": "读卡器",
    "psam": "PSAM",
    "id-reader": "身份证阅读器",
    "scanner": "扫码器",
    "printer": "打印机",
    "camera": "高拍仪",
    "speaker": "喇叭",
    "presence": "人体感应",
    "power": "备用电源",
}
_FOR_EVER: Final = 3600.0
OTHER_KEY: Final = -1
"""No key of any PSAM."""
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
    """What a person is told; None: nothing of its own, the terminal bears it."""
    borne: str = ""
    """In Chinese, where it shows nothing: what the terminal does about it."""


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


def _nth_bad(desk: Desk, number: int) -> None:
    desk.has_id_reader().play(*(ModuleScript() for _ in range(number - 1)), ModuleScript(bad_checksum=True))


def _pulled_out(desk: Desk, number: int) -> None:
    """In the middle of a document: where the plug is pulled it stays until it is plugged in again."""
    desk.has_id_reader().script = ModuleScript(unplug_after=number, only=READ, times=1)


def _no_psam(desk: Desk, number: int) -> None:
    desk.has_psam().script = Script(silent=True)
    if desk.psam_slot is not None:
        desk.psam_slot.reseat()  # one that is powered up pcscd would not ask again


def _other_psam(desk: Desk, number: int) -> None:
    desk.has_psam().external_key = OTHER_KEY


def _module(**fields: object) -> Callable[[Desk, int], None]:
    def start(desk: Desk, number: int) -> None:
        values = {name: number if value is ... else value for name, value in fields.items()}
        desk.has_id_reader().script = ModuleScript(**values)  # type: ignore[arg-type]

    return start


def _rubbish(desk: Desk, number: int) -> None:
    desk.has_scanner().say(bytes(range(0x80, 0x80 + number)) + b"\r")


def _printer_silent(desk: Desk, number: int) -> None:
    desk.has_printer().silent = True


def _silent_after(desk: Desk, number: int) -> None:
    printer = desk.has_printer()
    printer.at_byte(number, printer.fall_silent)


def _cutter(desk: Desk, number: int) -> None:
    printer = desk.has_printer()
    printer.at_cut(printer.jam)


def _low_then_out(desk: Desk, number: int) -> None:
    desk.set_paper("low")
    desk.has_printer().out_after(number)


def _scene(name: str) -> Callable[[Desk, int], None]:
    return lambda desk, _: desk.has_camera().shows(name)


def _mains_lost(desk: Desk, number: int) -> None:
    desk.has_power().says("OB DISCHRG", number, 1500)


def _nearly_empty(desk: Desk, number: int) -> None:
    desk.has_power().says("OB DISCHRG LB", 8, 120)


def _upsd(trouble: UpsdTrouble) -> Callable[[Desk, int], None]:
    def start(desk: Desk, _number: int) -> None:
        desk.has_power().trouble = trouble

    return start


def _delayed(desk: Desk, number: int) -> None:
    desk.has_printer().delay = number / 1000


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
    Trouble("card", "slow", "每条指令慢 {n} 毫秒", "each answer takes n milliseconds longer", _card_slow, 300, 0, 9999,
            borne="照样读，只是慢一些；到时限还没有读完，就请群众再插一次。"),
    Trouble("card", "silent", "卡不再应答", "the card answers nothing any more", _card_silent,
            shows=Fault.CARD_UNREADABLE),
    Trouble("id-reader", "garble-frame", "第 {n} 帧校验和不对（1 找 2 选 3 读）",
            "the n-th frame has a wrong checksum, once", _bad_frame, 2, 1, 3, borne="自己再问一遍，群众看不出来。"),
    Trouble("id-reader", "garble", "每一帧校验和都不对", "every frame has a wrong checksum", _module(bad_checksum=True),
            shows=Fault.ID_CARD_UNREADABLE),
    Trouble("id-reader", "pieces", "应答拆成 {n} 字节一块", "answers come in pieces of n bytes",
            _module(piece=...), 3, 1, borne="拼起来照样读。"),
    Trouble("id-reader", "status", "只答状态 {n}（十进制，65 读失败）", "every answer is this status (decimal)",
            _module(sw3=..., only=READ), 0x41, 0, 255, shows=Fault.ID_CARD_UNREADABLE),
    Trouble("id-reader", "expired", "身份证过了有效期", "the identity card has expired", _expired,
            shows=Fault.ID_CARD_EXPIRED),
    Trouble("id-reader", "broken", "模块自检没过", "the module's self-test fails", _module(sw3=0x60),
            shows=Fault.ID_READER_SELF_TEST),
    Trouble("id-reader", "not-authorised", "模块没有授权", "the module was never authorised", _module(sw3=0x66),
            shows=Fault.ID_READER_NOT_AUTHORISED),
    Trouble("id-reader", "other-kind", "放的不是身份证件", "what lies there is no identity document",
            _module(sw3=0x40, only=READ), shows=Fault.ID_CARD_OTHER_KIND),
    Trouble("id-reader", "garble-nth", "往后第 {n} 个应答校验和不对", "the n-th answer from now has a wrong checksum",
            _nth_bad, 3, 1, borne="自己再问一遍，群众看不出来。"),
    Trouble("id-reader", "unplug-at", "读证的应答出了 {n} 字节就拔掉", "unplugged after n bytes of a document",
            _pulled_out, 200, 1, 1295, shows=Fault.READER_GONE),
    Trouble("id-reader", "silent", "模块不应答", "the module answers nothing", _module(silent=True),
            shows=Fault.ID_CARD_UNREADABLE),
    Trouble("scanner", "rubbish", "扫出 {n} 个字节的乱码", "n bytes that are no code", _rubbish, 40, 1, 120,
            shows=Fault.CODE_UNREADABLE),
    Trouble("psam", "missing", "PSAM 不应答", "the PSAM does not answer", _no_psam, shows=Fault.PSAM_MISSING),
    Trouble("psam", "refusing", "PSAM 里没有这把钥匙", "the PSAM has no such key", _other_psam,
            shows=Fault.PSAM_REFUSED),
    Trouble("printer", "jam-at-line", "再打 {n} 行卡纸", "the paper jams after n more lines",
            lambda desk, number: desk.has_printer().jam_after(number), 7, 1, shows=Fault.PRINTER_JAM),
    Trouble("printer", "out-at-line", "再打 {n} 行没纸", "the paper ends after n more lines",
            lambda desk, number: desk.has_printer().out_after(number), 7, 1, shows=Fault.PAPER_OUT),
    Trouble("printer", "low", "纸快没了", "the paper is nearly at its end", lambda desk, _: desk.set_paper("low"),
            shows=Fault.PAPER_LOW),
    Trouble("printer", "out", "没纸", "no paper", lambda desk, _: desk.set_paper("out"), shows=Fault.PAPER_OUT),
    Trouble("printer", "low-then-out", "纸快没了，再打 {n} 行打完", "paper low, and out after n more lines",
            _low_then_out, 7, 1, shows=Fault.PAPER_OUT),
    Trouble("printer", "cover", "盖子开着", "the cover is open", lambda desk, _: desk.set_cover(True),
            shows=Fault.PRINTER_COVER),
    Trouble("printer", "hot", "打印头过热", "the head is hot", lambda desk, _: desk.has_printer().set_hot(True),
            shows=Fault.PRINTER_HOT),
    Trouble("printer", "silent", "打印机不回话", "the printer answers nothing", _printer_silent,
            shows=Fault.PRINT_UNKNOWN),
    Trouble("printer", "silent-after", "再收 {n} 字节就不回话", "silent after n more bytes", _silent_after, 100, 1,
            99_999, shows=Fault.PRINT_UNKNOWN),
    Trouble("printer", "cutter", "下一刀卡住", "the cutter sticks at the next cut", _cutter, shows=Fault.PRINTER_JAM),
    Trouble("printer", "cover-at-line", "再打 {n} 行盖子被打开", "the cover is opened after n more lines",
            lambda desk, number: desk.has_printer().at_line(number, lambda: desk.set_cover(True)), 7, 1,
            shows=Fault.PRINTER_COVER),
    Trouble("printer", "presenter", "凭条停在出纸口等人取（型号要写 citizen-ppu）",
            "slips wait in a presenter (profile citizen-ppu)", lambda desk, _: desk.has_printer().have_presenter(True),
            borne="凭条等人来取；写对了型号，取走记一笔。"),
    Trouble("printer", "hold", "叫主机等（XOFF），不往下打", "XOFF: makes the sender wait and prints nothing",
            lambda desk, _: desk.has_printer().hold(), shows=Fault.PRINT_UNKNOWN),
    Trouble("printer", "report", "没问它就报一次状态（ASB）", "tells its state unasked",
            lambda desk, _: desk.has_printer().report_now(), borne="听得懂就用，听不懂就放过，照样打。"),
    Trouble("printer", "garble", "回的话是乱码", "answers rubbish", lambda desk, _: desk.has_printer().garble(),
            shows=Fault.PRINT_UNKNOWN),
    Trouble("printer", "slow", "每句回话慢 {n} 毫秒", "each answer takes n milliseconds longer", _delayed, 300, 0,
            9999, borne="照样打，只是慢一些；慢过时限就当没有回话。"),
    Trouble("printer", "broken", "坏了，断电才能好", "broken until it is switched off",
            lambda desk, _: desk.has_printer().break_down(), shows=Fault.PRINTER_BROKEN),
    Trouble("camera", "no-page", "台面上什么也没有", "nothing lies there", _scene("no-page"),
            shows=Fault.CAMERA_NO_PAGE),
    Trouble("camera", "several", "放了两张纸", "two pages", _scene("several"), shows=Fault.CAMERA_SEVERAL),
    Trouble("camera", "covered", "手压住一角", "a hand lies on it", _scene("covered"), shows=Fault.CAMERA_COVERED),
    Trouble("camera", "moving", "一边拍一边挪纸", "the page is being moved", _scene("moving"),
            shows=Fault.CAMERA_MOVING),
    Trouble("camera", "blurred", "没对上焦", "out of focus", _scene("blurred"), shows=Fault.CAMERA_BLURRED),
    Trouble("camera", "dark", "灯没亮，太暗", "too dark", _scene("dark"), shows=Fault.CAMERA_DARK),
    Trouble("camera", "glare", "纸面反光", "a lamp's reflection", _scene("glare"), shows=Fault.CAMERA_GLARE),
    Trouble("presence", "garble", "感应说的不是数", "the sensor says what is no number",
            lambda desk, _: desk.has_presence().garble(), borne="当作没有感应：碰一下屏幕就亮。"),
    Trouble("power", "lost", "停电了，电池还有百分之 {n}", "mains lost, so much of the battery left (percent)",
            _mains_lost, 80, 21, 100, borne="照样办事，日志里记一笔；快空了才停接新办事。"),
    Trouble("power", "low", "停电了，电池快空", "mains lost and the battery nearly empty", _nearly_empty,
            shows=Fault.POWER_LOW),
    Trouble("power", "stale", "备用电源不理 upsd", "the UPS does not answer upsd", _upsd(UpsdTrouble.STALE),
            borne="当作不知道有没有电，照样办事。"),
    Trouble("power", "silent", "upsd 不回话", "upsd answers nothing", _upsd(UpsdTrouble.SILENT),
            borne="当作没有备用电源，照样办事；已经快空的仍算快空。"),
    Trouble("power", "garble", "upsd 回的是乱码", "upsd answers rubbish", _upsd(UpsdTrouble.GARBLED),
            borne="同上：当作没有备用电源，照样办事。"),
)  # fmt: skip

UNPLUGGED: Final[Mapping[str, Fault | str]] = MappingProxyType(
    {
        "id-reader": Fault.READER_GONE,
        "scanner": "空闲页说一句，请改用社保卡或身份证；插上自己就好。",
        "printer": Fault.PRINTER_GONE,
        "camera": Fault.CAMERA_GONE,
        "speaker": Fault.SPEAKER_GONE,
        "presence": "当作没有感应：碰一下屏幕就亮。",
        "power": "当作没有备用电源，照样办事；拔掉以前快空的仍算快空。",
    }
)
"""What is told when the plug is pulled, or what the terminal does about it. The card reader hangs on pcscd."""


def find(device: str, name: str) -> Trouble | None:
    return next((one for one in TROUBLES if (one.device, one.name) == (device, name)), None)
