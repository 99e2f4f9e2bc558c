"""``central``: make, seed and run the reference platform; admit terminals to it."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import django
from django.core.management import call_command
from django.db import OperationalError, ProgrammingError

from central import (
    audit_command,
    duty_command,
    openapi,
    photo_command,
    rating_command,
    reach_command,
    review_command,
    staff_command,
    state,
    terminal_commands,
)
from central.authority import NotACsrError
from central.configuration import ceremony
from central.configuration.files import CeremonyError

PUBLIC_PORT_OFFSET = 1
NOBODY_READS = 141
"""As a shell tells of a program that SIGPIPE ended (128 + 13)."""


def main(arguments: Sequence[str] | None = None) -> int:
    parsed = _parser().parse_args(arguments)
    os.umask(0o077)  # keys and residents lie in what is written here
    try:
        result: int = parsed.run(parsed)
        sys.stdout.flush()
    except BrokenPipeError:  # whoever read has enough (``| head``)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return NOBODY_READS
    except (OperationalError, ProgrammingError) as error:  # an older database, or one that somebody holds for long
        print(
            f"数据库现在用不了（{type(error).__name__}）。换了新版本，先运行 central init；不是，就等一会儿再试",
            file=sys.stderr,
        )
        return 1
    except OSError as error:  # a file that is not there, a port that somebody holds: a line, not a trace
        print(f"没有做成：{error}", file=sys.stderr)
        return 1
    return result


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="central", description="「就近办」参考平台")
    commands = parser.add_subparsers(required=True)

    def command(name: str, run: object, words: str, *, state_needed: bool = True) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=words, description=words)
        made.set_defaults(run=run)
        if state_needed:
            made.add_argument("--state", type=Path, required=True, metavar="DIR", help="平台的数据目录")
        return made

    init = command("init", _init, "建目录、密钥、证书和数据库（可重复执行）")
    init.add_argument("--host", default="127.0.0.1")
    init.add_argument("--port", type=int, required=True)
    init.add_argument("--public-port", type=int, default=None, help="公开页面的端口，默认是 --port 加一")
    init.add_argument("--suite", type=state.Suite, choices=list(state.Suite), default=None,
                      help="新密钥用国际算法还是国密（docs/gm.md），默认国际算法；建好以后不变")  # fmt: skip
    seed = command("seed", _seed, "写入虚构的居民、缴费、待遇和岗位（可重复执行）")
    seed.add_argument("--cast", type=Path, required=True)
    seed.add_argument("--residents", type=int, default=200)
    seed.add_argument("--openings", type=int, default=1500)
    seed.add_argument("--seed", type=int, default=7)
    seed.add_argument("--today", type=date.fromisoformat, default=None, help="YYYY-MM-DD，默认是今天")
    seed.add_argument("--once", action="store_true", help="今天写过同样的就不再写")
    admit = command("admit", _admit, "接纳一台终端：签发证书，写出给终端的文件")
    admit.add_argument("--terminal", required=True)
    admit.add_argument("--csr", type=Path, required=True)
    admit.add_argument("--log-key", type=Path, required=True, help="终端的 log.pub（十六进制、裸字节或 PEM）")
    admit.add_argument("--out", type=Path, required=True)
    admit.add_argument("--number", type=int, default=None, help="四位号码，全市唯一：受理号以它开头")
    admit.add_argument("--point", default="", help="服务点")
    admit.add_argument("--serial", default="", help="机身序列号")
    admit.add_argument("--county", default="", help="县级区划代码：这台终端听哪个县签的名册和通知")
    terminal_commands.add_parsers(command, _commands)
    ecode = command("ecode", _ecode, "出一个电子社保卡二维码的内容：60 秒内有效，只能用一次")
    ecode.add_argument("--person", required=True, help="演示人物的 key")
    unblock = command("unblock", _unblock, "解锁服务密码")
    unblock.add_argument("--person", required=True, help="演示人物的 key")
    command("serve", _serve, "开始服务，直到收到 SIGTERM")
    ceremony.add_parser(commands)
    staff_command.add_parsers(commands, setup)
    about = "按受理号、居民、工作人员、终端查发生过的事；见证与日志"
    audit_command.fill(command("audit", _audit, about, state_needed=False))
    review_command.fill(command("review", _review, "业务骨干审核：等着审的、一件的情况、通过或不通过"))
    duty_command.fill(command("duty", _duty, "培训意向：限期反馈，过期的在前；记下开哪个班，或没有班"))
    photo_command.fill(command("photo", _photo, "打开一张终端递交的材料照片（先记下谁看、为什么）"))
    rating_command.fill(command("ratings", _ratings, "好差评：各县、各服务点、各事项的评价；差评的核实和回电话"))
    reach_command.fill(command("reach", _reach, "找工作的登记：新来了合适的岗位告诉谁、替谁转告、撤下来"))
    command("openapi", _openapi, "打印接口文档", state_needed=False)
    return parser


def _init(parsed: argparse.Namespace) -> int:
    public_port = parsed.public_port if parsed.public_port is not None else parsed.port + PUBLIC_PORT_OFFSET
    proxy = state.trusted_proxy(parsed.state)  # making again changes where it listens, never whom it trusts
    config = state.Config(host=parsed.host, port=parsed.port, public_port=public_port, trusted_proxy=proxy)
    made = state.make(parsed.state, config, parsed.suite or state.Suite.INTL)
    if parsed.suite not in (None, made.suite):
        print(f"平台早已建好，密钥是 {made.suite.value} 的，不会改成 {parsed.suite.value}", file=sys.stderr)
        return 1
    setup(parsed.state)
    call_command("migrate", verbosity=0, interactive=False)
    print(f"平台已建好：{parsed.state}")
    print("audit.key 能打开所有终端的密封日志：正式使用时移到离线介质，不要留在这台机器上")
    return 0


def _seed(parsed: argparse.Namespace) -> int:
    # Models can only be imported once Django knows the state directory: the commands that need them live in a module
    # of their own, loaded after that.
    words = _commands(parsed.state).seed(
        parsed.cast, parsed.residents, parsed.openings, parsed.seed, parsed.today, once=parsed.once
    )
    print(words)
    return 0


def _admit(parsed: argparse.Namespace) -> int:
    try:
        _commands(parsed.state).admit(
            parsed.terminal,
            parsed.csr,
            parsed.log_key,
            parsed.out,
            parsed.number,
            parsed.point,
            parsed.serial,
            parsed.county,
        )
    except (NotACsrError, CeremonyError) as error:
        print(f"没有接纳：{error}", file=sys.stderr)
        return 1
    return 0


def _ecode(parsed: argparse.Namespace) -> int:
    code = _commands(parsed.state).ecode(parsed.person)
    if code is not None:
        print(code)
    return _told(code is not None, "平台上没有这个人")


def _unblock(parsed: argparse.Namespace) -> int:
    return _told(_commands(parsed.state).unblock(parsed.person), "平台上没有这个人")


def _serve(parsed: argparse.Namespace) -> int:
    commands = _commands(parsed.state)
    try:
        ready = commands.serve()
    except commands.NotLoopbackError as error:
        print(f"只在本机服务，{error} 不是本机地址：改 config.json 里的 host", file=sys.stderr)
        return 1
    return _told(ready, "数据库是旧的，先运行 central init 补上新的表")


def _audit(parsed: argparse.Namespace) -> int:
    return audit_command.run(parsed, setup)


def _review(parsed: argparse.Namespace) -> int:
    return review_command.run(parsed, setup)


def _duty(parsed: argparse.Namespace) -> int:
    return duty_command.run(parsed, setup)


def _photo(parsed: argparse.Namespace) -> int:
    return photo_command.run(parsed, setup)


def _ratings(parsed: argparse.Namespace) -> int:
    return rating_command.run(parsed, setup)


def _reach(parsed: argparse.Namespace) -> int:
    return reach_command.run(parsed, setup)


def _openapi(parsed: argparse.Namespace) -> int:
    del parsed
    sys.stdout.buffer.write(openapi.document())
    return 0


def _told(done: object, otherwise: str) -> int:
    if done:
        return 0
    print(otherwise, file=sys.stderr)
    return 1


def setup(folder: Path) -> None:
    """Have Django know the state directory; models can be imported afterwards."""
    os.environ["CENTRAL_STATE"] = str(folder.resolve())
    os.environ["DJANGO_SETTINGS_MODULE"] = "central.settings"
    django.setup()


def _commands(folder: Path):  # type: ignore[no-untyped-def]
    setup(folder)
    return importlib.import_module("central.commands")


if __name__ == "__main__":
    sys.exit(main())
