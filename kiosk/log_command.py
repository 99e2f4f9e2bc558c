"""``kiosk log verify``: the verdict on a sealed log. ``kiosk log events``: the page of all its events.
``show``, ``check-slip``, ``export``: kiosk.log_tools."""

from __future__ import annotations

import argparse
import dataclasses
import json
import sqlite3
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from contract.log_events import Event, Level
from contract.log_format import FormatError
from kiosk import log_tools
from secure.export import ExportError, opened
from secure.reading import keys
from secure.reading.report import Kind, Reason, Report
from secure.reading.witness import ListError

SOUND, NOT_SOUND, NOT_USABLE = 0, 1, 2

KINDS: Final = {Kind.CHAIN: "链核验（未用审计密钥）", Kind.FULL: "全核验（用审计密钥）"}
REASONS: Final = {
    Reason.UNREADABLE: "文件损坏，读不到底",
    Reason.UNSEALED: "不是封存格式，或有记录不属于任何一段",
    Reason.EMPTY: "一条记录也没有",
    Reason.WRONG_DEVICE: "有一段属于另一台终端",
    Reason.GAP: "中间缺了记录",
    Reason.BAD_ORDER: "记录不在它原来的位置",
    Reason.FORK: "出现了两份历史：与已经写下的、平台见证过的或凭条上的不一致",
    Reason.BAD_SEGMENT_SIG: "段头的终端签名不对",
    Reason.BAD_PREV: "段头接的不是前一段的末尾",
    Reason.WRONG_KEY: "这把审计密钥不是封存时用的那一把",
    Reason.BAD_SEGMENT_KEY: "段的密钥打不开",
    Reason.BAD_MAC: "防伪码不对：内容被改过",
    Reason.BAD_HASH: "散列不对：内容被改过",
    Reason.BAD_SEAL: "内容打不开",
    Reason.AFTER_REVOCATION: "终端吊销之后写的",
    Reason.BAD_COSIGNATURE: "文件里的平台见证不对",
    Reason.BAD_PRUNE: "开头没有了，而清除凭据不对",
    Reason.TRUNCATED_BELOW_WITNESS: "末尾被截：平台的见证、凭条或待递交的办件证明后面还有记录",
    Reason.OUTBOX_MISMATCH: "日志与待递交的办件对不上",
}
LEVELS: Final = {
    Level.ROUTINE: "日常",
    Level.BUSINESS: "业务",
    Level.WARNING: "提醒",
    Level.FAULT: "故障",
    Level.SECURITY: "安全",
}


def main(arguments: Sequence[str]) -> int:
    """What stands after ``kiosk log``. Exit code 0: sound as far as it can be seen; 1: not sound; 2: not usable."""
    parser = argparse.ArgumentParser(prog="kiosk log", description="封存日志")
    _fill(parser)
    parsed = parser.parse_args(arguments)
    if parsed.log_command == "events":
        return _events(parsed.write)
    run = {"verify": _verify, "show": log_tools.show, "check-slip": log_tools.check_slip}
    return _guarded(run.get(parsed.log_command, log_tools.take_away), parsed)


def describe(report: Report) -> str:
    """The verdict in Chinese, one statement a line."""
    lines = [f"核验方式：{KINDS[report.kind]}", f"终端：{report.device or '（读不出）'}"]
    if report.reason is None:
        lines.append("结论：在能看到的范围内，没有发现改动")
    else:
        where = "" if report.bad_seq is None else f"，序号 {report.bad_seq}"
        where += "" if report.bad_segment is None else f"（第 {report.bad_segment} 段）"
        lines.append(f"结论：有问题，{report.reason.value}：{REASONS[report.reason]}{where}")
    span = "没有"
    if report.last_seq is not None:
        span = f"序号 {report.sound_from} 到 {report.last_seq}，{report.first_at} 至 {report.last_at}"
    lines += [
        f"完好的记录：{report.records} 条，{report.segments} 段（{span}）",
        f"办件：{report.outbox_rows} 件，凭条核验码：对上 {report.slips} 张",
        f"平台见证：{report.cosignatures} 次{_times(report)}；最后一次见证之后的记录：{report.beyond_cosignature} 条",
        "看不到的：",
    ]
    return "\n".join(lines + [f"  - {line}" for line in report.cannot_see])


def _times(report: Report) -> str:
    return f"，{report.trusted_from} 至 {report.trusted_to}" if report.trusted_from else ""


def as_json(report: Report) -> str:
    """The same for programs: the report's fields, ``sound`` beside them."""
    return json.dumps({"sound": report.sound, **dataclasses.asdict(report)}, ensure_ascii=False, indent=1)


def events_page() -> str:
    """docs/log-events.md, from contract/log_events.py."""
    lines = [
        "# 封存日志的事件 Events of the sealed log",
        "",
        "由 `kiosk log events --write docs/log-events.md` 生成，来源是 `contract/log_events.py`；不要手改。",
        "全部内容都封存，只有审计密钥能打开。任何字段都不含密码、二维码内容。",
        "",
        "| 编号 | 事件 | 级别 | 含义 | 字段 |",
        "|---:|---|---|---|---|",
    ]
    for event in sorted(Event, key=lambda event: event.code):
        fields = "、".join(f"`{name}`" for name in event.value.fields) or "无"
        lines.append(f"| {event.code} | `{event.name}` | {LEVELS[event.level]} | {event.value.meaning} | {fields} |")
    return "\n".join(lines) + "\n"


def _fill(parser: argparse.ArgumentParser) -> None:
    commands = parser.add_subparsers(dest="log_command", required=True)
    verify = commands.add_parser("verify", help="核验一份封存日志")
    _of_a_log(verify)
    verify.add_argument("--audit-key", type=Path, help="审计私钥：有它才核验内容")
    verify.add_argument("--platform-copy", action="store_true", help="平台存的那一份：没有终端的待递交箱")
    verify.add_argument("--slip", action="append", default=[], metavar="核验码", help="凭条上的核验码，可以给多次")
    verify.add_argument("--json", action="store_true", help="给程序读的结果")
    slip = commands.add_parser("check-slip", help="拿一张凭条上的核验码来对照")
    slip.add_argument("slip", metavar="核验码", help="如 12-ABCDEFGHIJ")
    _of_a_log(slip)
    show = commands.add_parser("show", help="用审计密钥看内容（查看本身会记进日志）")
    _of_a_log(show)
    show.add_argument("--audit-key", type=Path, required=True, help="审计私钥")
    show.add_argument("--reason", required=True, help="为什么看")
    show.add_argument("--who", default="", help="谁在看，默认是登录的用户")
    show.add_argument("--first", type=int, default=0, metavar="序号")
    show.add_argument("--last", type=int, metavar="序号")
    export = commands.add_parser("export", help="把日志拷到介质（终端不用停）")
    export.add_argument("--db", type=Path, required=True, help="终端的数据文件")
    export.add_argument("--to", type=Path, required=True, metavar="DIR", help="介质挂在哪个目录")
    export.add_argument("--who", default="", help="谁在拷，默认是登录的用户")
    events = commands.add_parser("events", help="日志事件表")
    events.add_argument("--write", type=Path, metavar="FILE", help="写进文件，不给就显示")


def _of_a_log(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--db", type=Path, required=True, help="终端的数据文件，或 export 出的目录")
    parser.add_argument("--device-key", type=Path, required=True, help="终端的公钥 log.pub")
    parser.add_argument("--device", default="", help="终端编号：给了就必须是它")
    parser.add_argument("--platform-key", type=Path, help="platform.json 或平台的签名公钥：有它才核验平台的见证")
    parser.add_argument(
        "--witness", type=Path, action="append", default=[], metavar="FILE",
        help="平台自己的见证清单（central audit export-witness）",
    )  # fmt: skip


def _verify(parsed: argparse.Namespace) -> int:
    report = log_tools.verifier(parsed, *parsed.slip).verify(opened(parsed.db))
    print(as_json(report) if parsed.json else describe(report))
    return SOUND if report.sound else NOT_SOUND


def _guarded(run: Callable[[argparse.Namespace], int], parsed: argparse.Namespace) -> int:
    """*run*'s exit code; what cannot be used is said in a line."""
    try:
        return run(parsed)
    except BrokenPipeError:  # nobody reads any more: kiosk.__main__ sees to it
        raise
    except keys.KeyFileError as error:
        print(f"密钥文件不对：{error}", file=sys.stderr)
        return NOT_USABLE
    except FormatError:
        print("凭条核验码不对：应是数字、短横和十个字符，如 12-ABCDEFGHIJ", file=sys.stderr)
        return NOT_USABLE
    except ListError:
        print("见证清单不是这个平台为这台终端出的（或没有给 --platform-key）", file=sys.stderr)
        return NOT_USABLE
    except ExportError as error:
        print(f"没有做成：{error}", file=sys.stderr)
        return NOT_USABLE
    except OSError as error:
        print(f"打不开文件：{error.strerror or error}", file=sys.stderr)
        return NOT_USABLE
    except sqlite3.Error:
        print("数据文件读不出", file=sys.stderr)
        return NOT_USABLE


def _events(target: Path | None) -> int:
    if target is None:
        print(events_page(), end="")
    else:
        target.write_text(events_page(), "utf-8")
    return SOUND
