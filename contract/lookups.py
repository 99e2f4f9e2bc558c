"""What is looked up at the platform and comes back to be shown: records, lists, one entry, one's own matters."""

from __future__ import annotations

import enum

from contract.fields import Answer
from contract.message import Message


class Cell(enum.StrEnum):
    TEXT = "text"
    MONEY = "money"
    """fen"""
    DATE = "date"
    MONTH = "month"
    RECEIPT = "receipt"
    """A receipt number: in fours, to be read out or copied; never broken."""
    STATE = "state"
    """``ok:words`` or ``bad:words`` or ``wait:words``"""


class Fact(Message, frozen=True, kw_only=True):
    label: str
    value: str | int
    cell: Cell = Cell.TEXT
    large: bool = False


class Column(Message, frozen=True, kw_only=True):
    label: str
    cell: Cell = Cell.TEXT


class Table(Message, frozen=True, kw_only=True):
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str | int, ...], ...]
    opens: tuple[str, ...] = ()
    """Where there is more behind each row: the marks that ask for it (RecordsAsk.before), one a row."""

    def __post_init__(self) -> None:
        """Raises ValueError (msgspec: ValidationError) for a row that has another number of cells than the heading."""
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError("rows do not fit the columns")
        if self.opens and len(self.opens) != len(self.rows):
            raise ValueError("marks do not fit the rows")


class RecordsAsk(Message, frozen=True, kw_only=True):
    item: int
    before: str = ""
    """Older than this page's mark; empty for the newest."""


class Records(Message, frozen=True, kw_only=True):
    """The resident's own records as the platform has them."""

    title: str
    facts: tuple[Fact, ...]
    tables: tuple[Table, ...]
    as_of: str
    note: str = ""
    older: str = ""
    """Mark of the next older page, empty when there is none."""


class BrowseAsk(Message, frozen=True, kw_only=True):
    item: int
    filters: dict[str, Answer] = {}  # noqa: RUF012 - msgspec copies it
    page: int = 1


class Card(Message, frozen=True, kw_only=True):
    """One entry of a list."""

    id: str
    title: str
    lines: tuple[str, ...]
    tag: str = ""
    reasons: tuple[str, ...] = ()
    """Why it fits, for recommendations: 「工资合适：3 200 元起」."""
    beyond: str = ""
    """That it is farther than was wished, and how far; recommended only where nothing else is."""


class Listing(Message, frozen=True, kw_only=True):
    total: int
    page: int
    pages: int
    cards: tuple[Card, ...]
    as_of: str = ""
    note: str = ""
    """For the resident: where there is nothing at all, whatever is asked, why, and what to do; above a recommendation,
    what is to be said of all of it."""


class DetailAsk(Message, frozen=True, kw_only=True):
    item: int
    id: str


class Detail(Message, frozen=True, kw_only=True):
    id: str
    title: str
    facts: tuple[Fact, ...]
    text: str = ""
    link: str = ""
    """Address of the public page, for the QR."""


class RecommendAsk(Message, frozen=True, kw_only=True):
    item: int
    page: int = 1


class Matter(Message, frozen=True, kw_only=True):
    receipt: str
    item: int
    name: str
    made_at: str
    state: str
    """``ok:…``, ``wait:…`` or ``bad:…`` as in Cell.STATE"""
    detail: str = ""
    due: str = ""
    """The last working day of the limit, while it is under way."""
    due_provisional: bool = False
    """The State Council has not said yet which days of that year are worked."""
    link: str = ""
    """Its follow-up page, for a slip that is printed once more, at whichever terminal."""


class Matters(Message, frozen=True, kw_only=True):
    matters: tuple[Matter, ...]
