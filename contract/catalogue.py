"""The catalogue: what an item is. The forty items themselves are ``contract/items/*.toml``."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

import msgspec

from contract.fields import Field

ITEMS: Final = Path(__file__).with_name("items")


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

    def __post_init__(self) -> None:
        """Raises ValueError when two fields have the same key."""
        keys = [field.key for field in self.fields]
        double = sorted({key for key in keys if keys.count(key) > 1})
        if double:
            raise ValueError(f"fields: key 重复 {double}")

    @property
    def for_residents(self) -> bool:
        """Whether a resident alone may do it on the terminal."""
        return Channel.TERMINAL in self.channels


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
