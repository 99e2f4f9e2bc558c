"""``kiosk dock …``: plays with the emulated devices of a demonstration, over the HTTP interface of its dock.

A small client and nothing else: what can go wrong with which device, the running dock says itself. In a product
there is no dock, and the command says so.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from typing import Any, Final

import httpx

USUAL: Final = "http://127.0.0.1:8601"
"""The dock of ``scripts/demo``."""
SECONDS: Final = 30.0
REFUSED, NO_DOCK = 1, 2


class Dock:
    """One running dock. Only this machine's is spoken to."""

    def __init__(self, address: str) -> None:
        self._client = httpx.Client(base_url=address, trust_env=False, timeout=SECONDS)

    def get(self, what: str) -> Any:
        return self._client.get(f"/api/{what}").raise_for_status().json()

    def do(self, what: str, **body: object) -> dict[str, Any]:
        """One act. Raises Refused with the dock's own sentence."""
        answer = self._client.post(f"/api/{what}", json=body)
        said: dict[str, Any] = answer.json()
        if answer.is_error:
            raise RefusedError(said.get("problem", f"HTTP {answer.status_code}"))
        return said

    def slip(self, number: int, kind: str) -> bytes:
        answer = self._client.get(f"/api/slips/{number}.{kind}")
        if answer.is_error:
            raise RefusedError("没有这张凭条")
        return answer.content

    def close(self) -> None:
        self._client.close()


class RefusedError(Exception):
    """The dock would not; its text is for whoever asked."""


def main(arguments: Sequence[str]) -> int:
    """What stands after ``kiosk dock``. Exit code 1: refused; 2: no dock, or not a command."""
    given = list(arguments)
    address = os.environ.get("KIOSK_DOCK", USUAL)
    if given[:1] == ["--at"] and len(given) > 1:
        address, given = given[1], given[2:]
    if not address.startswith(("http://127.0.0.1:", "http://localhost:")):
        return _tell("演示台只在本机 the dock is on this machine: http://127.0.0.1:PORT", NO_DOCK)
    dock = Dock(address)
    try:
        return _do(dock, _parser(dock.get("troubles")).parse_args(given))
    except RefusedError as refused:
        return _tell(f"✗ {refused}", REFUSED)
    except (httpx.HTTPError, ValueError, KeyError):
        return _tell(f"演示台没有开着：{address}。先运行 scripts/demo，或用 --at 说它在哪。 No dock there.", NO_DOCK)
    finally:
        dock.close()


def _tell(words: str, code: int) -> int:
    print(words, file=sys.stderr)
    return code


def _parser(table: dict[str, Any]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="kiosk dock [--at http://127.0.0.1:PORT]",
        description="演示台：插卡、放身份证、出毛病  play with the devices",
    )
    acts = parser.add_subparsers(dest="act", required=True, metavar="ACT")

    def act(name: str, words: str) -> argparse.ArgumentParser:
        return acts.add_parser(name, help=words)

    for name, words in (
        ("insert", "插卡  put in a card"), ("lay", "放上身份证  lay down an ID card"),
        ("show", "出示电子社保卡  show an electronic card to the scanner"),
    ):  # fmt: skip
        act(name, words).add_argument("person", help="zhang、张建平、employee …")
    act("pull", "拔卡  pull the card")
    act("lift", "拿开身份证  lift the ID card")
    act("take", "取走凭条  take the slips out")
    act("come", "有人走到跟前  somebody comes")
    act("leave", "人走开了  they go away")
    act("scan", "扫一个码  scan a code").add_argument("code")
    act("paper", "纸  the paper").add_argument("supply", choices=("full", "low", "out"))
    act("cover", "打印机盖  the printer's cover").add_argument("how", choices=("open", "closed"))
    line = act("line", "到平台的线  the line to the platform")
    line.add_argument("how", choices=("up", "cut"))
    line.add_argument("--delay", type=float, default=0.0, help="每次应答慢几秒 seconds each answer takes longer")
    devices: dict[str, str] = table["devices"]
    for name, words in (
        ("unplug", "拔掉插头  pull the plug"),
        ("plug", "插上  plug in"),
        ("well", "毛病都好了  all is well"),
    ):
        act(name, words).add_argument("device", choices=tuple(devices), type=_device)
    act("people", "有哪些人  who is there")
    act("state", "现在的样子  how things are")
    slips = act("slips", "凭条  the slips")
    slips.add_argument("--png", metavar="FILE", help="最新一张存成图片 the newest one as a picture")
    script = act("script", "按步出毛病  make things go wrong")
    of = script.add_subparsers(dest="device", required=True, metavar="DEVICE")
    ill = {row["device"] for row in table["troubles"]}
    for device, title in ((name, devices[name]) for name in devices if name in ill):
        _fill(of.add_parser(device, help=title), device, table)
        _fill(act(device, f"{title}出毛病  the same as script {device}"), device, table)
    return parser


def _device(text: str) -> str:
    return text.replace("_", "-")


def _fill(parser: argparse.ArgumentParser, device: str, table: dict[str, Any]) -> None:
    parser.set_defaults(device=device)
    for row in table["troubles"]:
        if row["device"] != device:
            continue
        words = f"{row['title'].replace('{n}', 'N')}  {row['english']}".replace("%", "%%")
        flag, dest = f"--{row['name']}", f"trouble:{row['name']}"
        if row["number"] is None:
            parser.add_argument(flag, dest=dest, action="store_const", const=0, help=words)
        else:
            usual = row["number"]
            parser.add_argument(
                flag, dest=dest, type=int, nargs="?", const=usual, metavar="N", help=f"{words} ({usual})"
            )


def _do(dock: Dock, asked: argparse.Namespace) -> int:
    act: str = asked.act
    match act:
        case "insert" | "lay" | "show":
            dock.do(act, person=asked.person)
        case "pull" | "lift" | "take":
            dock.do(act)
        case "come" | "leave":
            dock.do("stand", somebody=act == "come")
        case "scan":
            dock.do(act, code=asked.code)
        case "paper":
            dock.do(act, supply=asked.supply)
        case "cover":
            dock.do(act, open=asked.how == "open")
        case "line":
            dock.do("relay", up=asked.how == "up", delay=asked.delay)
        case "plug" | "unplug" | "well":
            dock.do(act, device=asked.device)
        case "people":
            for person in dock.get("state")["people"]:
                print(f"{person['called']:8} {person['name']}  {person['story']}")
            return 0
        case "slips":
            return _slips(dock, asked.png)
        case "state":
            print(json.dumps(_without_people(dock.get("state")), ensure_ascii=False, indent=1))
            return 0
        case _:
            return _troubles(dock, asked)
    print(_in_words(dock.get("state")))
    return 0


def _troubles(dock: Dock, asked: argparse.Namespace) -> int:
    """In the order of the table; none at all: what there is."""
    wanted = {
        name.removeprefix("trouble:"): number
        for name, number in vars(asked).items()
        if name.startswith("trouble:") and number is not None
    }
    if not wanted:
        raise RefusedError(f"要出什么毛病？看 kiosk dock script {asked.device} --help")
    for name, number in wanted.items():
        dock.do("trouble", device=asked.device, name=name, number=number)
    print(_in_words(dock.get("state")))
    return 0


def _slips(dock: Dock, picture: str | None) -> int:
    slips = dock.get("slips")["slips"]
    if picture is not None:
        if not slips:
            raise RefusedError("还没有打过凭条")
        with open(picture, "wb") as file:
            file.write(dock.slip(slips[0]["n"], "png"))
        return 0
    for slip in reversed(slips):
        print(f"── {slip['n']} ──\n{slip['text']}")
    return 0


def _without_people(state: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in state.items() if name != "people"}


def _in_words(state: dict[str, Any]) -> str:
    names = {person["key"]: person["name"] for person in state["people"]}
    parts = [
        f"卡 {names.get(state['card'], '没有')}",
        f"身份证 {names.get(state['laid'], '没有')}",
        f"纸 {state['paper'] or '没有打印机'}",
        f"凭条 {state['slips']}，没取走 {state['hanging']}",
    ]
    if state["somebody"] is not None:
        parts.append("跟前有人" if state["somebody"] else "跟前没人")
    if state["unplugged"]:
        parts.append(f"拔掉了 {'、'.join(state['unplugged'])}")
    parts += [f"{device} {'、'.join(names)}" for device, names in state["trouble"].items()]
    return " · ".join(parts)
