"""``central audit …``: the command line of central.audit, which is imported once Django is set up."""

from __future__ import annotations

import argparse
import getpass
import importlib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import msgspec

from secure.reading.keys import KeyFileError, audit_private_key

SEARCHES: Final = {
    "receipt": ("by_receipt", "受理号"),
    "resident": ("by_resident", "居民身份证号"),
    "operator": ("by_operator", "帮办工作人员编号"),
    "terminal": ("by_terminal", "终端编号"),
}
REFUSED: Final = 1
NAME: Final = 40
"""Characters of the name of who opens a log."""


def fill(parser: argparse.ArgumentParser) -> None:
    """The sub-commands; the platform's folder may stand before or after what is asked."""
    parser.add_argument("--state", type=Path, default=None, metavar="DIR", help="平台的数据目录")
    kinds = parser.add_subparsers(dest="audit", required=True)
    for name, (_, words) in SEARCHES.items():
        kinds.add_parser(name, help=f"按{words}查发生过的每一件事").add_argument("which", metavar=words)
    kinds.add_parser("alarms", help="哪些终端出现过两份日志历史")
    witness = kinds.add_parser("export-witness", help="写出平台为一台终端作过的全部见证（签名的清单）")
    log = kinds.add_parser("export-log", help="写出平台存的一台终端的日志（原样密封）")
    for made in (witness, log):
        made.add_argument("which", metavar="终端编号")
        made.add_argument("--to", type=Path, required=True, metavar="FILE")
    verify = kinds.add_parser("verify", help="核验平台存的一台终端的日志")
    opening = kinds.add_parser("open", help="用审计密钥看内容（先记下谁看、为什么）")
    for made in (verify, opening):
        made.add_argument("which", metavar="终端编号")
        made.add_argument("--audit-key", type=Path, required=made is opening, help="审计私钥，平时离线保管")
    opening.add_argument("--reason", required=True, help="为什么看")
    opening.add_argument("--who", default="", help="谁在看；登录的用户总会记下")
    opening.add_argument("--first", type=int, default=0, metavar="序号")
    opening.add_argument("--last", type=int, default=2**62, metavar="序号")
    for made in kinds.choices.values():
        # Not given here, it leaves what stood before.
        made.add_argument("--state", type=Path, default=argparse.SUPPRESS, metavar="DIR", help=argparse.SUPPRESS)


def run(parsed: argparse.Namespace, setup: Callable[[Path], None]) -> int:
    """Exit code 0: done; 1: not there, not sound, or not usable."""
    if parsed.state is None:
        print("要写平台的数据目录：--state DIR", file=sys.stderr)
        return REFUSED
    setup(parsed.state)
    audit = importlib.import_module("central.audit")
    try:
        return _run(audit, parsed)
    except audit.NoSuchTerminalError:
        print("没有这台终端", file=sys.stderr)
    except KeyFileError as error:
        print(f"密钥文件不对：{error}", file=sys.stderr)
    except ValueError as error:
        print(f"到这里为止：{error}", file=sys.stderr)
    return REFUSED


def _run(audit: Any, parsed: argparse.Namespace) -> int:
    if parsed.audit in SEARCHES:
        return _lines([one.line() for one in getattr(audit, SEARCHES[parsed.audit][0])(parsed.which)])
    if parsed.audit == "alarms":
        lines = audit.alarms()
        print("\n".join(lines) or "没有")
        return REFUSED if lines else 0
    if parsed.audit == "export-witness":
        listed = audit.witness_list(parsed.which)
        parsed.to.write_bytes(msgspec.json.encode(listed))
        print(f"{len(listed.cosignatures)} 次见证，{len(listed.forks)} 处不符")
        return 0
    if parsed.audit == "export-log":
        if parsed.to.exists():
            print("文件已经有了，换一个名字", file=sys.stderr)
            return REFUSED
        print(f"{audit.export_log(parsed.which, parsed.to)} 条")
        return 0
    key = None if parsed.audit_key is None else audit_private_key(parsed.audit_key)
    if parsed.audit == "verify":
        report = audit.verify(parsed.which, key)
        print(msgspec.json.format(msgspec.json.encode({"sound": report.sound, "report": report})).decode())
        return 0 if report.sound else REFUSED
    if not parsed.reason.strip():
        print("要写明为什么看", file=sys.stderr)
        return REFUSED
    # An auditor is no worker of the platform's: beside the name they give stands the account they gave it from.
    account = getpass.getuser()
    who = f"{parsed.who[:NAME]}（账号 {account}）" if parsed.who else account
    for record in audit.open_log(parsed.which, key, who, parsed.reason, parsed.first, parsed.last):
        values = "  ".join(f"{name}={value}" for name, value in record.values.items())
        print(f"{record.seq:8} {record.at.isoformat(timespec='seconds')} {record.event.name} {values}")
    return 0


def _lines(lines: list[str]) -> int:
    print("\n".join(lines) or "没有找到")
    return 0 if lines else REFUSED
