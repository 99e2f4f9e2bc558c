"""``central enrol-code``, ``terminals``, ``revoke``, ``proxy``: the county's side of terminals."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import msgspec
import segno

from contract.enrolment import qr_text
from contract.log_format import INTL, suite_name

Loaded = Callable[[Path], ModuleType]
"""Gives central.commands once Django knows the state directory."""
Maker = Callable[..., argparse.ArgumentParser]


def add_parsers(command: Maker, loaded: Loaded) -> None:
    code = command("enrol-code", lambda parsed: _code(parsed, loaded), "给一台终端开入网编码：24 小时内用一次")
    code.add_argument("--point", required=True, help="服务点，如「忻府区 · 杨树村服务点」")
    code.add_argument("--serial", required=True, help="机身铭牌上的序列号：编码只能在这台机器上用")
    code.add_argument("--terminal", default="", help="终端编号；不写：这台机器原来的，或新编一个")
    code.add_argument("--number", type=int, default=None, help="四位号码，全市唯一；不写：原来的，或下一个空号")
    code.add_argument("--county", default="", help="县级区划代码：听哪个县签的名册和通知；不写：原来的")
    code.add_argument("--address", default="", help="终端连得到的地址；不写：平台自己的公开地址")
    code.add_argument("--png", type=Path, default=None, help="二维码另存为图片")
    code.add_argument("--json", action="store_true", help="给程序读")
    listed = command("terminals", lambda parsed: _terminals(parsed, loaded), "终端登记表")
    listed.add_argument("--json", action="store_true", help="给程序读，也是日志核验要的吊销时间和历来的密钥")
    revoke = command("revoke", lambda parsed: _revoke(parsed, loaded), "吊销一台终端，下一次请求起就不再应答")
    revoke.add_argument("name", nargs="?", default="", metavar="终端编号")
    revoke.add_argument("--terminal", default="", help=argparse.SUPPRESS)
    revoke.add_argument("--reason", default="", help="原因，记在登记表里")
    proxy = command("proxy", lambda parsed: _proxy(parsed, loaded), "给前置的 nginx 发证书，并记为唯一可信的代理")
    proxy.add_argument("--out", type=Path, required=True, help="写出 proxy.key、proxy.pem、ca.pem 的目录")


def _code(parsed: argparse.Namespace, loaded: Loaded) -> int:
    commands = loaded(parsed.state)
    try:
        given = commands.enrol_code(parsed.point, parsed.serial, parsed.terminal, parsed.number, parsed.county)
    except commands.NotGivenError as error:
        print(f"没有开：{error}", file=sys.stderr)
        return 1
    text = qr_text(parsed.address or commands.address(), given.code, commands.suite())
    qr = segno.make(text, error="m", micro=False)
    if parsed.png is not None:
        qr.save(str(parsed.png), kind="png", scale=8, border=4)
    if parsed.json:
        told = {"code": given.code, "qr": text, "terminal": given.terminal, "number": given.number}
        told["suite"] = commands.suite()
        print(msgspec.json.encode(told | {"expires_at": given.expires_at.isoformat()}).decode())
        return 0
    print(f"入网编码 code   {given.code}")
    print(f"终端 terminal   {given.terminal}，号码 number {given.number:04d}，序列号 serial {parsed.serial}")
    print(f"有效到 until    {given.expires_at.astimezone():%Y-%m-%d %H:%M}，只能用一次，输错五次作废")
    if commands.suite() != suite_name(INTL):
        print(f"算法 suite      {commands.suite()}：用编码入网时，kiosk enrol 加上 --suite {commands.suite()}")
    print("只显示这一次，平台也不留。二维码：")
    qr.terminal(out=sys.stdout, compact=True)
    print(text)
    return 0


def _terminals(parsed: argparse.Namespace, loaded: Loaded) -> int:
    loaded(parsed.state)
    register = importlib.import_module("central.register")
    entries = register.entries()
    print(msgspec.json.format(msgspec.json.encode(entries)).decode() if parsed.json else register.table(entries))
    return 0


def _revoke(parsed: argparse.Namespace, loaded: Loaded) -> int:
    if loaded(parsed.state).revoke(parsed.name or parsed.terminal, parsed.reason):
        return 0
    print("没有这台终端", file=sys.stderr)
    return 1


def _proxy(parsed: argparse.Namespace, loaded: Loaded) -> int:
    loaded(parsed.state).trust_proxy(parsed.out)
    print("已记入 config.json 的 trusted_proxy：重新启动平台后生效，原来的代理证书从此不再可信")
    return 0
