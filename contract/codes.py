"""Code tables: what a stored code means, with the standard it comes from. The tables are ``contract/codes/*.toml``."""

from __future__ import annotations

import functools
import re
from pathlib import Path
from typing import Final

import msgspec

TABLES: Final = Path(__file__).with_name("codes")
OWN: Final = "自定"
"""``standard`` of a table that follows no national standard."""

_NAME: Final = re.compile(r"[a-z][a-z0-9_]*")


class Code(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One row of a table."""

    code: str
    label: str
    """What residents and staff read."""
    official: str = ""
    """The standard's own name, where ``label`` says it more plainly."""
    major: str = ""
    """Major group (1 to 8) of the national classification of occupations, where it is sure."""
    offered: bool = True
    """Whether it can be chosen as an answer; the others are known, so that stored data can be read."""
    note: str = ""


class Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A code table with its source. Raises ValueError when two rows have the same code."""

    title: str
    standard: str
    """Number of the standard, or 「自定」."""
    source: str
    rows: tuple[Code, ...]

    def __post_init__(self) -> None:
        codes = [row.code for row in self.rows]
        double = sorted({code for code in codes if codes.count(code) > 1})
        if not codes or double:
            raise ValueError(f"代码表没有行，或代码重复：{double}")

    def find(self, code: str) -> Code | None:
        return next((row for row in self.rows if row.code == code), None)

    def label(self, code: str) -> str:
        """The words for *code*; the code itself where the table does not know it, so that newer data stays readable."""
        row = self.find(code)
        return row.label if row is not None else code

    @property
    def offered(self) -> tuple[Code, ...]:
        return tuple(row for row in self.rows if row.offered)


def load(path: Path) -> Table:
    """Read one table. Raises msgspec.ValidationError naming the file and the field that is wrong."""
    try:
        return msgspec.toml.decode(path.read_bytes(), type=Table)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise msgspec.ValidationError(f"{path.name}: {error}") from error


def names(folder: Path = TABLES) -> tuple[str, ...]:
    """Names of all tables, in order."""
    return tuple(sorted(path.stem for path in folder.glob("*.toml")))


@functools.cache
def table(name: str) -> Table:
    """The table called *name*, read once. Raises ValueError when there is none."""
    path = TABLES / f"{name}.toml"
    if _NAME.fullmatch(name) is None or not path.is_file():
        raise ValueError(f"没有叫 {name!r} 的代码表")
    return load(path)
