"""``kiosk log verify``: the verdict on a sealed log. ``kiosk log events``: the page of all its events."""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from contract.log_events import Event, Level
from contract.log_format import FormatError
from secure.reading import keys
from secure.reading.log import Verifier
from secure.reading.report import Kind, Reason, Report

SOUND, NOT_SOUND, NOT_USABLE = 0, 1, 2

KINDS: Final = {Kind.CHAIN: "链核验（未用审计密钥）", Kind.FULL: "全核验（用审计密钥）"}
REASONS: Final = {
    Reason.UNREADABLE: "文件损坏，读不到底",
    Reason.UNSEALED: "不是封存格式，或有记录不属于任何一段",
    Reason.EMPTY: "一条记录也没有",
    Reason.WRONG_DEVICE: "有一段属于另一台终端",
    Reason.GAP: "中间缺了记录",
    Reason.BAD_ORDER: "记录不在它原来的位置",
    Reason.FORK: "出现了两份历史：与已经写下的或凭条上的不一致",
    Reason.BAD_SEGMENT_SIG: "段头的终端签名不对",
    Reason.BAD_PREV: "段头接的不是前一段的末尾",
    Reason.WRONG_KEY: "这把审计密钥不是封存时用的那一把",
    Reason.BAD_SEGMENT_KEY: "段的密钥打不开",
    Reason.BAD_MAC: "防伪码不对：内容被改过",
    Reason.BAD_HASH: "散列不对：内容被改过",
    Reason.BAD_SEAL: "内容打不开",
    Reason.TRUNCATED_BELOW_WITNESS: "末尾被截：凭条或待递交的办件证明后面还有记录",
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
    return _events(parsed.write) if parsed.log_command == "events" else _verify(parsed)


def describe(report: Report) -> str:
    """The verdict in Chinese, one statement a line."""
    lines = [f"核验方式：{KINDS[report.kind]}", f"终端：{report.device or '（读不出）'}"]
    if report.reason is None:
        lines.append("结论：在能看到的范围内，没有发现改动")
    else:
        where = "" if report.bad_seq is None else f"，序号 {report.bad_seq}"
        where += "" if report.bad_segment is None else f"（第 {report.bad_segment} 段）"
        lines.append(f"结论：有问题，{report.reason.value}：{REASONS[report.reason]}{where}")
    span = "没有" if report.last_seq is None else f"序号 0 到 {report.last_seq}，{report.first_at} 至 {report.last_at}"
    lines += [
        f"完好的记录：{report.records} 条，{report.segments} 段（{span}）",
        f"办件：{report.outbox_rows} 件，凭条核验码：对上 {report.slips} 张",
        f"平台见证之外的记录：{report.beyond_cosignature} 条",
        "看不到的：",
    ]
    return "\n".join(lines + [f"  - {line}" for line in report.cannot_see])


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
    verify.add_argument("--db", type=Path, required=True, help="终端的数据文件")
    verify.add_argument("--device-key", type=Path, required=True, help="终端的公钥 log.pub")
    verify.add_argument("--audit-key", type=Path, help="审计私钥：有它才核验内容")
    verify.add_argument("--device", default="", help="终端编号：给了就必须是它")
    verify.add_argument("--slip", action="append", default=[], metavar="核验码", help="凭条上的核验码，可以给多次")
    verify.add_argument("--json", action="store_true", help="给程序读的结果")
    events = commands.add_parser("events", help="日志事件表")
    events.add_argument("--write", type=Path, metavar="FILE", help="写进文件，不给就显示")


def _verify(parsed: argparse.Namespace) -> int:
    try:
        audit = None if parsed.audit_key is None else keys.audit_private_key(parsed.audit_key)
        device_key = keys.device_public_key(parsed.device_key)
        verifier = Verifier(device_key, audit, device=parsed.device, slips=parsed.slip)
        report = verifier.verify(parsed.db)
    except keys.KeyFileError as error:
        print(f"密钥文件不对：{error}", file=sys.stderr)
        return NOT_USABLE
    except FormatError:
        print("凭条核验码不对：应是数字、短横和十个字符，如 12-ABCDEFGHIJ", file=sys.stderr)
        return NOT_USABLE
    except OSError as error:
        print(f"打不开文件：{error.strerror or error}", file=sys.stderr)
        return NOT_USABLE
    print(as_json(report) if parsed.json else describe(report))
    return SOUND if report.sound else NOT_SOUND


def _events(target: Path | None) -> int:
    if target is None:
        print(events_page(), end="")
    else:
        target.write_text(events_page(), "utf-8")
    return SOUND
