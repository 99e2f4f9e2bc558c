"""``central review …``: a specialist's desk, until the county's console has one."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from central import clock
from central.photo_command import write_once
from contract import formatting
from contract.answers import describe
from contract.conditions import Standing
from contract.fields import FieldKind

MARKS = {Standing.MET: "✓", Standing.UNMET: "✗", Standing.UNKNOWN: "？"}


def fill(review: argparse.ArgumentParser) -> None:
    doings = review.add_subparsers(dest="doing", required=True)
    doings.add_parser("list", help="等着审核的，最急的在前")
    show = doings.add_parser("show", help="一件的填写内容和条件")
    show.add_argument("receipt", metavar="受理号")
    decide = doings.add_parser("decide", help="通过，或写明原因不通过")
    decide.add_argument("receipt", metavar="受理号")
    decide.add_argument("--by", required=True, metavar="工号", help="谁审的：业务骨干")
    page = doings.add_parser("page", help="打开一页材料（先记下谁看、为什么）")
    page.add_argument("receipt", metavar="受理号")
    page.add_argument("--page", type=int, required=True, help="第几页，review show 里写着")
    page.add_argument("--by", required=True, metavar="工号", help="谁看：业务骨干")
    page.add_argument("--reason", required=True, help="为什么看")
    page.add_argument("--out", type=Path, required=True, metavar="FILE", help="存成哪个文件（JPEG），看完请删")
    doings.add_parser("prune", help="清除到期的材料照片（平台运行时每小时自己清一次）")
    verdict = decide.add_mutually_exclusive_group(required=True)
    verdict.add_argument("--approve", action="store_true", help="通过")
    verdict.add_argument("--refuse", default="", metavar="原因", help="不通过；原因群众看得到")


def run(parsed: argparse.Namespace, setup: Callable[[Path], None]) -> int:
    """Models can be imported once Django knows the state directory."""
    setup(parsed.state)
    deciding = importlib.import_module("central.deciding")
    matters = importlib.import_module("central.matters")
    if parsed.doing in ("page", "prune"):
        return _documents(importlib.import_module("central.documents"), parsed)
    try:
        if parsed.doing == "list":
            return _list(deciding, matters)
        if parsed.doing == "show":
            return _show(deciding, parsed.receipt)
        matter = deciding.decide(parsed.receipt, approve=parsed.approve, by=parsed.by, reason=parsed.refuse)
    except (deciding.NotDecidedError, deciding.workers.StaffError) as error:
        print(f"没有办：{error}", file=sys.stderr)
        return 1
    print(f"{formatting.receipt(matter.receipt)}  {matter.get_state_display()}")
    return 0


def _documents(documents: Any, parsed: argparse.Namespace) -> int:
    if parsed.doing == "prune":
        print(f"清除 {documents.prune(clock.now())} 页")
        return 0
    if not parsed.reason.strip():
        print("要写明为什么看", file=sys.stderr)
        return 1
    try:
        picture = documents.opened(parsed.receipt, parsed.page, parsed.by, parsed.reason)
    except (documents.NoSuchPageError, documents.workers.StaffError) as error:
        print(f"打不开：{error}", file=sys.stderr)
        return 1
    write_once(parsed.out, picture)
    return 0


def _list(deciding: Any, matters: Any) -> int:
    waiting = deciding.waiting()
    for matter in waiting:
        due = matters.due_of(matter)
        print(f"{formatting.receipt(matter.receipt)}  最晚{due.words}  {matters.name_of(matter.item)}")
    print(f"一共 {len(waiting)} 件")
    return 0


def _show(deciding: Any, receipt: str) -> int:
    """What a specialist has to see; it is not logged anywhere that it was seen but by whoever runs this machine."""
    matter = next((one for one in deciding.waiting() if one.receipt == receipt), None)
    if matter is None:
        raise deciding.NotDecidedError("没有这一件要审核的")
    item = importlib.import_module("central.offered").of(matter)
    if matter.cards_read:
        print(f"证件：身份证和社保卡都读过{'，两张上的名字不一样，请核对' if matter.names_differ else ''}")
    if matter.agent_id_number:
        print(f"代办人：{matter.agent_name} {matter.agent_id_number}")
    for field in item.fields:
        if field.kind is FieldKind.DOCUMENT:
            continue
        print(f"{field.label}：{describe(field, matter.answers.get(field.key), masked=False)}")
    for page in importlib.import_module("central.documents").listed(matter):
        print(f"{page.label}：{f'第 {page.place} 页，' if page.place else ''}{page.state}")
    for found in deciding.look(matter).findings:
        print(f"{MARKS[found.standing]} {found.text}：{found.words}")
    return 0
