"""``kiosk log show``, ``check-slip`` and ``export``: opening a log with the audit key, holding a slip against it, and
taking it away on a stick. Who opens or takes it away leaves a notice, which the terminal seals into the log."""

from __future__ import annotations

import argparse
import getpass
import shutil
import sqlite3
import sys
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from contract.log_events import Event
from contract.log_format import parse_witness
from secure import notices
from secure.export import ExportError, export, opened
from secure.reading import keys
from secure.reading.log import Opened, Verifier
from secure.reading.report import Reason, Report
from secure.reading.source import NotALogError
from secure.reading.witness import read_list

SOUND, NOT_SOUND, NOT_USABLE = 0, 1, 2
CHINA: Final = ZoneInfo("Asia/Shanghai")


def verifier(parsed: argparse.Namespace, *slips: str) -> Verifier:
    """As the command line says. Raises KeyFileError, FormatError, ListError, OSError."""
    audit = getattr(parsed, "audit_key", None)
    return Verifier(
        keys.device_public_key(parsed.device_key),
        None if audit is None else keys.audit_private_key(audit),
        device=parsed.device,
        slips=slips,
        witness_key=None if parsed.platform_key is None else keys.platform_key(parsed.platform_key),
        outbox=not getattr(parsed, "platform_copy", False),
        witnessed=[read_list(path) for path in parsed.witness],
    )


def check_slip(parsed: argparse.Namespace) -> int:
    """Whether a slip's line fits the log, in one sentence."""
    seq, _ = parse_witness(parsed.slip)
    report = verifier(parsed, parsed.slip).verify(opened(parsed.db))
    said, code = _judged(report, seq)
    print(f"凭条核验码 {parsed.slip}：{said}")
    return code


def _judged(report: Report, seq: int) -> tuple[str, int]:
    if seq < report.sound_from:
        return "这条记录已按期清除，这里对不了，要用平台存的那一份对", NOT_USABLE
    if report.reason is Reason.FORK and report.bad_seq == seq:
        return "对不上：这份日志不是打凭条时的那一份，那之后有人另写过（FORK）", NOT_SOUND
    if report.reason is Reason.TRUNCATED_BELOW_WITNESS and report.last_seq is not None and seq > report.last_seq:
        return "对不上：打凭条时有这条记录，现在没有了（TRUNCATED_BELOW_WITNESS）", NOT_SOUND
    if report.reason is not None:
        return f"日志本身有问题，先看 kiosk log verify：{report.reason.value}，序号 {report.bad_seq}", NOT_SOUND
    return f"对得上：序号 {seq} 及之前的每一条都和打凭条时一样", SOUND


def show(parsed: argparse.Namespace) -> int:
    """The contents, each record verified before it is shown. The opening is written down first, or nothing is shown."""
    if not parsed.reason.strip():
        print("要写明为什么看：--reason", file=sys.stderr)
        return NOT_USABLE
    path, reader = opened(parsed.db), verifier(parsed)
    first, last = parsed.first, 2**62 if parsed.last is None else parsed.last
    try:
        notices.leave(
            path,
            Event.LOG_OPENED,
            {"who": parsed.who or getpass.getuser(), "reason": parsed.reason, "first": first, "last": last},
        )
    except OSError as error:
        print(f"查看要先记下来，这里写不了（{error.strerror}）：把日志拷到能写的地方再看", file=sys.stderr)
        return NOT_USABLE
    try:
        for record in reader.read(path):
            if first <= record.seq <= last:
                print(line(record))
    except (ValueError, NotALogError, sqlite3.Error) as error:
        print(f"到这里为止：{error}", file=sys.stderr)
        return NOT_SOUND
    return SOUND


def line(record: Opened) -> str:
    """One record, as the audit key shows it."""
    values = "  ".join(f"{name}={value}" for name, value in record.values.items())
    at = record.at.astimezone(CHINA).isoformat(timespec="seconds")
    return f"{record.seq:8} {at} {record.event.name:14} {record.event.value.meaning}  {values}".rstrip()


def take_away(parsed: argparse.Namespace) -> int:
    """Copy the log to a stick; the running terminal goes on writing meanwhile."""
    folder, manifest = export(parsed.db, parsed.to, now=datetime.now(CHINA))
    values: dict[str, str | int] = {
        "who": parsed.who or getpass.getuser(), "records": manifest.records, "sha256": manifest.sha256,
    }  # fmt: skip
    try:
        notices.leave(parsed.db, Event.LOG_EXPORTED, values)
    except BaseException as error:
        shutil.rmtree(folder, ignore_errors=True)
        if isinstance(error, OSError):
            raise ExportError(f"拷走要先记下来，这里写不了（{error.strerror}），拷出来的已删掉") from None
        raise
    print(f"已拷到 {folder}：{manifest.segments} 段，{manifest.records} 条，到序号 {manifest.last_seq}")
    print(f"SHA-256 {manifest.sha256}")
    return SOUND
