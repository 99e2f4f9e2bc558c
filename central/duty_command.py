"""``central duty``: what the staff owe to those who want training, the overdue first, and their answers."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from contract import codes, formatting
from contract.answers import describe

GROUPS = "training_groups"


def fill(duty: argparse.ArgumentParser) -> None:
    doings = duty.add_subparsers(dest="doing", required=True)
    listing = doings.add_parser("list", help="还没办结的培训意向：过期的、最急的在前")
    known = [row.code for row in codes.table(GROUPS).offered]
    listing.add_argument("--group", default="", choices=["", *known], metavar="哪一类", help="只看六类里的一类")
    show = doings.add_parser("show", help="一件的登记内容，和教这些手艺、还没开的班")
    show.add_argument("receipt", metavar="受理号")
    answer = doings.add_parser("answer", help="记下反馈：开哪个班，或者眼下没有班开")
    answer.add_argument("receipt", metavar="受理号")
    answer.add_argument("--by", required=True, metavar="工号", help="谁反馈的")
    what = answer.add_mutually_exclusive_group(required=True)
    what.add_argument("--class", dest="number", type=int, default=None, metavar="编号", help="开的班")
    what.add_argument("--none", action="store_true", help="眼下没有班开")
    told = doings.add_parser("told", help="按登记的办法通知到了（打电话、发短信、让村里转告），本人不用再跑：办结")
    told.add_argument("receipt", metavar="受理号")
    told.add_argument("--by", required=True, metavar="工号", help="谁通知的")
    said = told.add_mutually_exclusive_group(required=True)
    said.add_argument("--comes", action="store_true", help="能去上课")
    said.add_argument("--cannot", action="store_true", help="去不了")


def run(parsed: argparse.Namespace, setup: Callable[[Path], None]) -> int:
    """Models can be imported once Django knows the state directory."""
    setup(parsed.state)
    duties, trainees = (importlib.import_module(f"central.{name}") for name in ("training_duties", "trainees"))
    try:
        if parsed.doing == "list":
            return _list(duties, trainees, parsed.group)
        if parsed.doing == "show":
            return _show(duties, trainees, parsed.receipt)
        if parsed.doing == "told":
            file = duties.tell(parsed.receipt, by=parsed.by, comes=parsed.comes)
        else:
            file = duties.answer(parsed.receipt, by=parsed.by, number=parsed.number)
    except (duties.NotAnsweredError, duties.workers.StaffError) as error:
        print(f"没有办：{error}", file=sys.stderr)
        return 1
    print(f"{formatting.receipt(file.registration.receipt)}  {trainees.words(file)}")
    return 0


def _list(duties: Any, trainees: Any, group: str) -> int:
    """No names here: who it is, is shown for one file at a time."""
    waiting = duties.waiting(group)
    label = codes.table(GROUPS).label
    for duty in waiting:
        receipt, over = formatting.receipt(duty.file.registration.receipt), "过期  " if duty.overdue else ""
        kind, wants = label(duty.file.group), trainees.trades(duty.file.registration)
        print(f"{receipt}  {over}{duty.step}  {duty.due.words}  {kind}  {wants}")
    counts = Counter(duty.file.group for duty in waiting)
    for code, count in sorted(counts.items()):
        print(f"{label(code)} {count} 件")
    print(f"一共 {len(waiting)} 件，过期 {sum(duty.overdue for duty in waiting)} 件")
    return 0


def _show(duties: Any, trainees: Any, receipt: str) -> int:
    """What whoever answers has to see, the telephone too; it is not logged that it was seen but by whoever runs this
    machine. Who it is, is told by ``central reach show``, and that is on record."""
    file = duties.find(receipt)
    item = trainees.find_item(trainees.WISH)
    for field in item.fields if item is not None else ():
        answer = file.registration.answers.get(field.key)
        print(f"{field.label}：{describe(field, answer, masked=False)}")
    print(f"到哪一步：{trainees.words(file)}")
    for one in trainees.fitting(file.registration, duties.clock.today()):
        print(f"  {trainees.class_words(one)}")
    return 0
