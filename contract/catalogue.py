"""The catalogue: what an item is. The forty items themselves are ``contract/items/*.toml``."""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

import msgspec

from contract.fields import Field

ITEMS: Final = Path(__file__).with_name("items")
INSTANT: Final = "即时"
"""As services.csv writes a limit of no days at all."""
_LIMIT: Final = re.compile(r"([1-9]\d?)个工作日", re.ASCII)


class Group(enum.StrEnum):
    """The four groups as residents see them (mission, services.csv column ``group``)."""

    WORK = "找工作"
    SKILL = "学技术"
    INSURANCE = "办社保"
    CARD = "用社保卡"


class Kind(enum.StrEnum):
    """The few kinds of item that are code; everything else about an item is data."""

    BROWSE = "browse"
    """A lookup without personal data: filters, a list of cards, one of them whole."""
    RECORDS = "records"
    """A lookup of the resident's own records: facts and tables."""
    REGISTRATION = "registration"
    """A form, confirmed and submitted; a receipt number comes back."""
    RECOMMENDATION = "recommendation"
    """Openings (workers, trainers) that fit what was registered, each with its reasons."""
    GUIDE = "guide"
    """Only the one-time notice: who, what to bring, where, how long."""


class Proof(enum.StrEnum):
    """How sure the terminal must be who is there."""

    OPEN = "open"
    """Nobody needs to be known (only signed configuration may set this, only for lookups without personal data)."""
    SHOWN = "shown"
    """Social-security card read, ID card read, or electronic card's QR resolved by the platform."""
    PROVED = "proved"
    """Card + card PIN; QR; or ID card + the service password that the platform checks."""
    OPERATOR = "operator"
    """A village worker signed in (帮办)."""

    def satisfies(self, needed: Proof) -> bool:
        """Whether somebody with this proof may do what needs *needed*; 帮办 is a role, never implied by a card."""
        if Proof.OPERATOR in (self, needed):
            return self is needed
        order = (Proof.OPEN, Proof.SHOWN, Proof.PROVED)
        return order.index(self) >= order.index(needed)


class Offline(enum.StrEnum):
    """What an item can do while the platform is out of reach."""

    LIVE = "live"
    """Nothing: it needs the platform's answer."""
    KEPT = "kept"
    """It is taken in, kept sealed and delivered when the platform is back."""
    LOCAL = "local"
    """All of it: the terminal knows it by itself."""


class Channel(enum.StrEnum):
    """Where an item is offered (services.csv column ``channels``)."""

    COUNTER = "柜面"
    TERMINAL = "自助机"


class Document(enum.StrEnum):
    """What a resident brings (services.csv column ``documents``, as structure)."""

    ID_CARD = "id_card"
    SOCIAL_SECURITY_CARD = "social_security_card"
    HOUSEHOLD_BOOK = "household_book"
    COMMITMENT_LETTER = "commitment_letter"
    """Filled in and signed at the counter (资格认证告知承诺书)."""


BOTH_CARDS: Final = (Document.SOCIAL_SECURITY_CARD, Document.ID_CARD)


class Condition(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One condition of an item: what it says, and which of the platform's rules looks whether it is met."""

    label: str
    """In two to six characters, beside the tick: 「年龄」."""
    text: str
    """The condition in a plain sentence: 「年满16周岁」."""
    rule: str
    """Name of a rule (central.rules.RULES). One that the platform does not know is left to whoever reviews."""
    number: int = 0
    """What the rule measures by: years of age, years or months paid."""


class Item(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One of the forty items, as data."""

    number: int
    group: Group
    name: str
    """Official name, exact."""
    plain: str
    """What a neighbour would say."""
    kind: Kind
    proof: Proof
    offline: Offline
    channels: tuple[Channel, ...]
    content: str
    audience: str
    documents: str
    time_limit: str
    """As published: 「即时」 or 「n个工作日」."""
    where: str
    result: str
    """What the resident has in hand afterwards (四公开: 结果)."""
    basis: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    """The procedure in a few plain sentences (四公开: 流程)."""
    fields: tuple[Field, ...] = ()
    """Questions of a form, or filters of a browse item, in order."""
    declaration: str = ""
    """What the resident declares by submitting."""
    bring: tuple[tuple[Document, ...], ...] = ()
    """``documents`` as structure: all of these, of each any one. Both cards are two groups of one."""
    agent: bool = False
    """Somebody else may come for the resident (代办): with both of the resident's cards, and with their own ID card."""
    youngest: int = 0
    """Years of age from which it may be had at all; what was read says so before the form, without the platform."""
    conditions: tuple[Condition, ...] = ()
    """Who may have it, one by one; all must be met."""

    def __post_init__(self) -> None:
        """Raises ValueError when two fields have the same key, for a limit that nobody can count, or for an agent where
        no cards are read that would say for whom they come."""
        keys = [field.key for field in self.fields]
        double = sorted({key for key in keys if keys.count(key) > 1})
        if double:
            raise ValueError(f"fields: key 重复 {double}")
        limit_of(self.time_limit)
        if self.agent and not self.both_cards:
            raise ValueError("agent：只有身份证和社保卡两样都要的事项能代办（bring 里各写一组）")

    @property
    def both_cards(self) -> bool:
        """Whether ID card and social-security card are wanted, not either: both are read in the visit then."""
        return all((card,) in self.bring for card in BOTH_CARDS)

    @property
    def working_days(self) -> int:
        """``time_limit`` as a number: 0 for 「即时」."""
        return limit_of(self.time_limit)

    @property
    def for_residents(self) -> bool:
        """Whether a resident alone may do it on the terminal."""
        return Channel.TERMINAL in self.channels


def limit_of(words: str) -> int:
    """Working days of a limit as it is published: 0 for 「即时」, n for 「n个工作日」. Raises ValueError."""
    if words == INSTANT:
        return 0
    found = _LIMIT.fullmatch(words)
    if found is None:
        raise ValueError(f"time_limit 要写「即时」或「n个工作日」：{words}")
    return int(found[1])


class Catalogue:
    """All items, by number and by group."""

    def __init__(self, items: Iterable[Item]) -> None:
        ordered = sorted(items, key=lambda item: item.number)
        self._items: Mapping[int, Item] = {item.number: item for item in ordered}
        if len(self._items) != len(ordered):
            numbers = [item.number for item in ordered]
            raise ValueError(f"number 重复 {sorted({number for number in numbers if numbers.count(number) > 1})}")

    def __getitem__(self, number: int) -> Item:
        return self._items[number]

    def __iter__(self) -> Iterator[Item]:
        return iter(self._items.values())

    def __len__(self) -> int:
        return len(self._items)

    def group(self, group: Group) -> tuple[Item, ...]:
        """The items of *group*: those a resident can do here to their end, then theirs, then the counter's."""
        mine = [item for item in self._items.values() if item.group is group]
        return tuple(sorted(mine, key=lambda item: (not item.for_residents, item.kind is Kind.GUIDE, item.number)))


def load(folder: Path = ITEMS) -> Catalogue:
    """Read every ``*.toml`` of *folder*.

    Raises msgspec.ValidationError naming the file and the field that is wrong, ValueError for two items of one number.
    """
    return Catalogue(_read(path) for path in sorted(folder.glob("*.toml")))


def _read(path: Path) -> Item:
    try:
        return msgspec.toml.decode(path.read_bytes(), type=Item)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise msgspec.ValidationError(f"{path.name}: {error}") from error
