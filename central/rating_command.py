"""``central ratings``: figures of 好差评, and the bad ones that wait for somebody to look into them and call back."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from contract import codes, formatting
from contract.ratings import REASONS


def fill(ratings: argparse.ArgumentParser) -> None:
    doings = ratings.add_subparsers(dest="doing", required=True)
    figures = doings.add_parser("figures", help="各等级多少、满意的占多少")
    figures.add_argument("--by", choices=("county", "point", "item", "worker"), default="county",
                         help="按县、按服务点、按事项、按帮办员")  # fmt: skip
    figures.add_argument("--since", type=date.fromisoformat, default=None, metavar="YYYY-MM-DD")
    figures.add_argument("--until", type=date.fromisoformat, default=None, metavar="YYYY-MM-DD")
    figures.add_argument("--county", default="", metavar="代码", help="只看一个县")
    figures.add_argument("--json", action="store_true")
    doings.add_parser("waiting", help="等着核实、回电话的差评，最急的在前")
    show = doings.add_parser("show", help="一件差评：说了什么，要不要回电话、打给谁")
    show.add_argument("number", type=int, metavar="编号")
    show.add_argument("--by", default="", metavar="工号", help="要看打给谁：先记下谁看的")
    close = doings.add_parser("close", help="核实过了、电话打过了：写明谁办的、结果怎样")
    close.add_argument("number", type=int, metavar="编号")
    close.add_argument("--by", required=True, metavar="工号")
    close.add_argument("--outcome", required=True, metavar="结果")


def run(parsed: argparse.Namespace, setup: Callable[[Path], None]) -> int:
    """Models can be imported once Django knows the state directory."""
    setup(parsed.state)
    ratings = importlib.import_module("central.ratings")
    if parsed.doing == "figures":
        return _figures(ratings, parsed)
    if parsed.doing == "waiting":
        return _waiting(ratings)
    if parsed.doing == "show":
        return _show(ratings, parsed.number, parsed.by)
    try:
        row = ratings.close(parsed.number, by=parsed.by, outcome=parsed.outcome)
    except (ratings.NotClosedError, ratings.workers.StaffError) as error:
        print(f"没有办：{error}", file=sys.stderr)
        return 1
    print(f"{row.pk}  办结")
    return 0


def _figures(ratings: Any, parsed: argparse.Namespace) -> int:
    found = ratings.figures(parsed.by, parsed.since, parsed.until, parsed.county)
    labels = [label for _, label in sorted(ratings.levels().items(), reverse=True)]
    if parsed.json:
        rows = [{"name": line.name, "counts": dict(zip(labels, line.counts, strict=True)), "total": line.total,
                 "bad": line.bad, "good_percent": line.good_percent} for line in found]  # fmt: skip
        print(msgspec.json.format(msgspec.json.encode(rows)).decode())
        return 0
    for line in found:
        counts = "  ".join(f"{label} {count}" for label, count in zip(labels, line.counts, strict=True))
        print(f"{line.name}：{line.total} 件，满意 {line.good_percent}%（{counts}）")
    return 0


def _waiting(ratings: Any) -> int:
    waiting = ratings.waiting()
    for row in waiting:
        call = "，要回电话" if row.caller_id is not None else ""
        late = "，已经过了" if row.due < ratings.clock.today() else ""
        when = formatting.date_with_weekday(row.due) + late
        print(f"{row.pk}  最晚{when}  {ratings.levels()[row.level]}  {_what(ratings, row)}{call}")
    print(f"一共 {len(waiting)} 件")
    return 0


def _show(ratings: Any, number: int, by: str) -> int:
    row = ratings.find(number)
    if row is None:
        print("没有这一件差评", file=sys.stderr)
        return 1
    table = codes.table(REASONS)
    lines = [
        ("评价", ratings.levels()[row.level]),
        ("哪件事", _what(ratings, row)),
        ("哪天", formatting.date(row.made_on)),
        ("终端", row.terminal_id),
        ("谁帮办的", row.operator or "自己办的"),
        ("哪里没做好", "；".join(table.label(code) for code in row.reasons) or "没说"),
        ("说的话", row.words or "没说"),
    ]
    if row.caller_id is not None:
        lines.append(("回电话", _whom(ratings, number, by)))
    if row.closed_at is not None:
        lines.append(("办结", f"{row.closed_by}：{row.outcome}"))
    for label, words in lines:
        print(f"{label}：{words}")
    return 0


def _whom(ratings: Any, number: int, by: str) -> str:
    if not by:
        return "要。加 --by 工号，看打给谁（会记下谁看的）"
    try:
        whom = ratings.caller(number, by=by)
    except (ratings.NotClosedError, ratings.workers.StaffError) as error:
        return f"要。没有给看：{error}"
    return f"{whom.name} {formatting.phone(whom.phone) or '没有登记电话，请上门'}"


def _what(ratings: Any, row: Any) -> str:
    return f"{ratings.name_of(row.item)}，{row.point or '没有登记服务点'}"
