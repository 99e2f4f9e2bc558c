"""``central reach``: whom to tell of new openings, who stands behind a number, and taking down what is over."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

from contract import formatting

DAYS: Final = 7


def fill(reach: argparse.ArgumentParser) -> None:
    doings = reach.add_subparsers(dest="doing", required=True)
    listing = doings.add_parser("list", help="登记过求职（事项 1）、新来了合适岗位的：等着告诉他们")
    listing.add_argument("--county", default="", metavar="代码", help="只看一个县")
    listing.add_argument("--since", type=date.fromisoformat, default=None, metavar="YYYY-MM-DD",
                         help=f"哪天以后发布的岗位；不写：{DAYS} 天以内")  # fmt: skip
    show = doings.add_parser("show", help="一个编号或受理号后面是谁、怎么联系（先记下谁看的）")
    down = doings.add_parser("withdraw", help="本人说找到活儿、找够人了：撤下来")
    for made, words in ((show, "编号或受理号"), (down, "受理号")):
        made.add_argument("number", metavar=words)
        made.add_argument("--by", required=True, metavar="工号")


def run(parsed: argparse.Namespace, setup: Callable[[Path], None]) -> int:
    """Models can be imported once Django knows the state directory."""
    setup(parsed.state)
    relaying = importlib.import_module("central.relaying")
    if parsed.doing == "list":
        return _list(relaying, parsed.since, parsed.county)
    number = parsed.number.replace(" ", "").upper()
    try:
        if parsed.doing == "show":
            return _show(relaying.behind(number, by=parsed.by))
        relaying.take_down(number, by=parsed.by)
    except (relaying.NotRelayedError, relaying.workers.StaffError) as error:
        print(f"没有办：{error}", file=sys.stderr)
        return 1
    print(f"{formatting.receipt(number)}  撤下了")
    return 0


def _list(relaying: Any, since: date | None, county: str) -> int:
    """No names here: who it is, is shown for one number at a time."""
    found = relaying.fitting(since or relaying.clock.today() - timedelta(days=DAYS), county)
    for one in found:
        receipt = formatting.receipt(one.registration.receipt)
        print(f"{receipt}  {one.how}  合适的 {one.total} 个，最合适的 {one.best.number} {one.best.title}")
    print(f"一共 {len(found)} 人")
    return 0


def _show(found: Any) -> int:
    for label, words in (("是谁", found.name), ("电话", formatting.phone(found.phone) or "没有"),
                         ("怎么联系", found.how), ("在哪儿", found.village)):  # fmt: skip
        print(f"{label}：{words}")
    return 0
