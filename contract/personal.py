"""What the terminal comes to know of a resident (contract/personal.toml), and the page that says so.

``python -m contract.personal --write docs/personal-information.md``
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Final

import msgspec

from contract import catalogue
from contract.catalogue import Item

DECLARED: Final = Path(__file__).with_name("personal.toml")
BEGIN, END = "<!-- fields: begin -->\n", "<!-- fields: end -->\n"
FORM: Final = "form:"
ANY: Final = "form:*"


class PersonalField(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One thing that is known of a resident."""

    name: str
    sensitive: bool
    """As 个人信息保护法, article 28, has it."""
    why: str
    items: str
    """In words; or ``form:…``: the items whose forms ask for it."""
    where: str
    keep: str
    basis: str
    covers: tuple[str, ...]
    """Where the code has it: ``Class.field``, ``Event.NAME.field``, ``form:KEY``."""


class _Whole(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    field: tuple[PersonalField, ...]


@cache
def load() -> tuple[PersonalField, ...]:
    """As declared."""
    return msgspec.toml.decode(DECLARED.read_bytes(), type=_Whole).field


def page(text: str, items: Iterable[Item]) -> str:
    """*text* of the page with the tables as they are declared now."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}{_tables(tuple(items))}{END}{after}"


def _tables(items: tuple[Item, ...]) -> str:
    lines = [
        "| 什么 what | 敏感 | 为什么 why | 事项 items | 在哪里 where | 多久 how long | 依据 basis（个人信息保护法）|",
        "|---|---|---|---|---|---|---|",
    ]
    for one in load():
        sensitive = "是 yes" if one.sensitive else "否 no"
        columns = (one.name, sensitive, one.why, _items(one, items), one.where, one.keep, one.basis)
        lines.append(f"| {' | '.join(columns)} |")
    lines += ["", "| 事项 item | 问什么 what its form asks |", "|---|---|"]
    lines += [
        f"| {item.number} {item.name} | {'、'.join(f.label for f in item.fields)} |" for item in items if _asks(item)
    ]
    return "\n".join(lines) + "\n"


def _asks(item: Item) -> bool:
    """Filters of public listings ask nothing of anybody: only what is submitted is a resident's."""
    return item.kind is catalogue.Kind.REGISTRATION


def _items(one: PersonalField, items: tuple[Item, ...]) -> str:
    if not one.items.startswith(FORM):
        return one.items
    key = one.items.removeprefix(FORM)
    found = [item for item in items if _asks(item) and (key == "*" or any(f.key == key for f in item.fields))]
    return "、".join(str(item.number) for item in found)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description="个人信息一览 the table of personal information")
    parser.add_argument("--write", type=Path, required=True, metavar="FILE")
    target: Path = parser.parse_args(arguments).write
    target.write_text(page(target.read_text("utf-8"), catalogue.load()), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
