"""``central staff …``: workers' accounts, their PINs, the roster, unlocks. Loaded whole once Django is set up."""

from __future__ import annotations

import argparse
import getpass
import importlib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from central.configuration.files import CeremonyError
from central.configuration.keys import KeyFileError
from contract import limits

Setup = Callable[[Path], None]


def add_parsers(commands: Any, setup: Setup) -> None:
    """Mount ``staff``."""
    whole = commands.add_parser("staff", help="帮办工作人员：账号、密码、名册、解锁")
    kinds = whole.add_subparsers(required=True)

    def command(name: str, run: Callable[[Any, argparse.Namespace], int], words: str) -> argparse.ArgumentParser:
        made: argparse.ArgumentParser = kinds.add_parser(name, help=words, description=words)
        made.set_defaults(run=lambda parsed: _told(run, parsed, setup))
        made.add_argument("--state", type=Path, required=True, metavar="DIR", help="平台的数据目录")
        return made

    add = command("add", _add, "新增一名工作人员（实名，先要在平台上有这个人）")
    add.add_argument("--worker", default="", help="工号；不写：下一个")
    add.add_argument("--person", default="", help="演示人物的 key；不写：问身份证号")
    add.add_argument("--point", required=True, help="服务点，写法同终端登记表；业务骨干写单位")
    add.add_argument("--specialist", action="store_true", help="县里定的业务骨干：能审核、看材料")
    right = command("specialist", _specialist, "定为业务骨干，或不再是：能不能审核、看材料")
    right.add_argument("--worker", required=True)
    right.add_argument("--no", action="store_true", help="不再是")
    pin = command("set-pin", _set_pin, "本人输入密码（两遍）；只存各终端加盐后的结果")
    pin.add_argument("--worker", required=True)
    pin.add_argument("--tpm", action="store_true", help="这个服务点的终端都有 TPM：六位也行")
    retire = command("retire", _retire, "注销：平台马上不认，终端等下一份名册")
    retire.add_argument("--worker", required=True)
    retire.add_argument("--reason", default="")
    listed = command("list", _list, "工作人员一览")
    listed.add_argument("--point", default="")
    listed.add_argument("--json", action="store_true")
    issue = command("issue", _issue, "为一个县的每台终端做名册（草稿，县里签；--key 当场签名、发布、下发）")
    issue.add_argument("--county", required=True)
    issue.add_argument("--days", type=int, default=limits.ROSTER_DAYS, help="名册有效几天")
    issue.add_argument("--offline-items", type=int, nargs="*", default=[], metavar="N", help="离线帮办能办的事项")
    issue.add_argument("--key", type=Path, default=None, help="县里的私钥，只在县里自己的机器上用")
    unlock = command("unlock", _unlock, "解开被停用的密码：平台签名，终端自己来取")
    unlock.add_argument("--worker", required=True)
    unlock.add_argument("--terminal", default="")
    unlock.add_argument("--lockout", default="", help="屏幕上的停用编号：终端连不上平台、电话里报来时用")


def _told(run: Callable[[Any, argparse.Namespace], int], parsed: argparse.Namespace, setup: Setup) -> int:
    setup(parsed.state)
    staff = importlib.import_module("central.staff")
    try:
        return run(staff, parsed)
    except (staff.StaffError, CeremonyError, KeyFileError) as error:
        print(f"没有做成：{error}", file=sys.stderr)
        return 1


def typed(words: str) -> str:
    """A line that is not to be seen: typed without echo, or read from what is piped in. Never an argument, which other
    programs of the machine could read."""
    return getpass.getpass(words) if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")


def _add(staff: Any, parsed: argparse.Namespace) -> int:
    id_number = "" if parsed.person else typed("身份证号：")
    print(staff.add(parsed.worker, parsed.person, id_number, parsed.point, reviews=parsed.specialist))
    return 0


def _specialist(staff: Any, parsed: argparse.Namespace) -> int:
    staff.set_specialist(parsed.worker, reviews=not parsed.no)
    print("不能再审核、看材料" if parsed.no else "能审核、看材料了")
    return 0


def _set_pin(staff: Any, parsed: argparse.Namespace) -> int:
    staff.find(parsed.worker)
    pin = typed("密码（数字）：")
    if sys.stdin.isatty() and pin != typed("再输一遍："):
        raise staff.StaffError("两遍不一样")
    print("、".join(staff.set_pin(parsed.worker, pin, tpm=parsed.tpm)))
    print("下一份名册签发以后生效：central staff issue")
    return 0


def _retire(staff: Any, parsed: argparse.Namespace) -> int:
    staff.retire(parsed.worker, parsed.reason)
    print("平台上已注销。终端上要签发新的名册才注销：central staff issue")
    return 0


def _list(staff: Any, parsed: argparse.Namespace) -> int:
    rows = staff.listed(parsed.point)
    if parsed.json:
        print(msgspec.json.format(msgspec.json.encode(rows)).decode())
        return 0
    for row in rows:
        state = f"已注销 {row['retired_at'][:10]}" if row["retired_at"] else f"{row['digits']} 位密码"
        state = "没有密码" if not row["retired_at"] and not row["digits"] else state
        role = "  业务骨干" if row["specialist"] else ""
        more = f"  没有密码的终端 {'、'.join(row['without_pin'])}" if row["without_pin"] else ""
        more += f"  停用 {'、'.join(row['locked'])}" if row["locked"] else ""
        print(f"{row['worker']}  {row['name']}  {row['point']}{role}  {state}{more}")
    return 0


def _issue(staff: Any, parsed: argparse.Namespace) -> int:
    given, draft = staff.issue(parsed.county, parsed.days, tuple(parsed.offline_items), parsed.key)
    print(f"名册 {len(given)} 份：{'、'.join(given)}")
    if parsed.key is None:
        print(f"草稿：{draft}，县里签名，再 central config publish、push-county")
    return 0


def _unlock(staff: Any, parsed: argparse.Namespace) -> int:
    done = staff.unlock(parsed.worker, parsed.terminal, parsed.lockout)
    print("、".join(done) or "没有停用的")
    return 0
