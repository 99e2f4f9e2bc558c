"""What a terminal says and offers: the packaged data, with the objects of a signed configuration laid over it.

Pure: bytes in, contents out. An object that cannot be taken is named with its reason and the rest stands. Objects are
data of the kinds in ``KINDS``; none of them is ever executed or imported.
"""

from __future__ import annotations

import string
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Final

import msgspec

from contract import catalogue, faults, png, roster, texts, working_days
from contract.catalogue import Catalogue, Item, Kind, Proof
from contract.codes import Table
from contract.faults import Fault, Sentence
from contract.roster import Roster
from contract.texts import Text, Texts
from contract.waits import Wait, Waits, checked
from contract.working_days import Calendar, WorkingDays

LONGEST: Final = 200
"""Characters of one sentence of the terminal's own."""
MOST_PICTURES: Final = 6
PERSONAL: Final = frozenset({Kind.RECORDS, Kind.REGISTRATION, Kind.RECOMMENDATION})


class Notice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A notice on the idle screen."""

    title: Annotated[str, msgspec.Meta(min_length=1, max_length=20)]
    text: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class _Notices(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    notices: Annotated[tuple[Notice, ...], msgspec.Meta(max_length=6)] = ()


@dataclass(frozen=True, slots=True)
class Contents:
    """All of it, for one visit."""

    catalogue: Catalogue
    texts: Texts
    faults: Mapping[Fault, Sentence]
    waits: Waits = field(default_factory=Waits)
    notices: tuple[Notice, ...] | None = None
    """None: those of terminal.toml."""
    calendar: WorkingDays = field(default_factory=working_days.load)
    """The packaged years with those that came signed laid over."""
    pictures: tuple[bytes, ...] = field(default=(), repr=False)
    """PNG files that take their turn with the notices, in the order of their names."""
    rosters: Mapping[str, Roster] = field(default_factory=dict, repr=False)
    """Terminal, in small letters → its service point's staff, as the county signed it."""


def packaged() -> Contents:
    """What runs without any configuration."""
    return Contents(catalogue.load(), texts.load(), faults.load())


def build(objects: Mapping[str, bytes]) -> tuple[Contents, dict[str, str]]:
    """Contents with *objects* (full name → bytes) laid over the packaged data; and name → reason of those not taken."""
    work = _Build()
    # Tables before the items whose fields take their options from them.
    for name in sorted(objects, key=lambda name: (not _kind(name).startswith("codes-"), name)):
        try:
            work.take(name, objects[name])
        except (msgspec.MsgspecError, ValueError, RecursionError) as error:
            work.refused[name] = str(error)[:LONGEST]
    return work.contents(), work.refused


def _kind(name: str) -> str:
    return name.rpartition("/")[2]


class _Build:
    def __init__(self) -> None:
        self.refused: dict[str, str] = {}
        self._tables: dict[str, Table] = {}
        self._items: dict[int, bytes] = {}
        self._mine: dict[int, Item] = {}
        self._base = catalogue.load()
        self._texts: dict[str, str] = {}
        self._faults: dict[str, Sentence] = {}
        self._waits: dict[Wait, float] = {}
        self._notices: dict[str, tuple[Notice, ...]] = {}
        self._calendar: list[Calendar] = []
        self._pictures: dict[str, bytes] = {}
        self._rosters: dict[str, Roster] = {}

    def take(self, name: str, data: bytes) -> None:
        """Raises ValueError or msgspec's errors when the object cannot be taken."""
        kind = _kind(name)
        county = name.startswith("county/")
        head, _, rest = kind.partition("-")
        taken = (COUNTY_KINDS if county else KINDS).get(head)
        if taken is None:
            raise ValueError("没有这一类配置")
        taken(self, rest, data)

    def contents(self) -> Contents:
        items = {item.number: self._inlined(item) for item in self._base} | self._mine
        notices = tuple(notice for key in sorted(self._notices, reverse=True) for notice in self._notices[key])
        return Contents(
            catalogue=Catalogue(items.values()),
            texts=Texts({text: self._texts.get(text.value, words) for text, words in texts.load().words.items()}),
            faults={fault: self._faults.get(fault.value, said) for fault, said in faults.load().items()},
            waits=Waits(self._waits),
            notices=notices if self._notices else None,
            calendar=working_days.load().with_years(self._calendar),
            pictures=tuple(self._pictures[name] for name in sorted(self._pictures)),
            rosters=self._rosters,
        )

    # -- the kinds ---------------------------------------------------------------------------------------------------

    def codes(self, rest: str, data: bytes) -> None:
        table = _toml(data, Table)
        before, self._tables = self._tables, {**self._tables, rest: table}
        try:
            for item in self._base:
                self._inlined(item)
        except (msgspec.MsgspecError, ValueError):
            self._tables = before
            raise

    def item(self, rest: str, data: bytes) -> None:
        raw = _toml(data, dict[str, Any])
        item = self._convert(raw)
        if not rest.isdigit() or item.number != int(rest) or not 1 <= item.number <= 999:
            raise ValueError("事项编号和名字对不上")
        known = item.number in {each.number for each in self._base}
        before = self._base[item.number] if known else None
        # An item brings words and questions. A kind of recommendation needs its code, which only a release brings.
        if item.kind is Kind.RECOMMENDATION and (before is None or before.kind is not Kind.RECOMMENDATION):
            raise ValueError("推荐类事项要随程序发布")
        if item.proof is Proof.OPEN and item.kind in PERSONAL:
            raise ValueError("涉及本人信息的事项不能不验身份")
        if before is not None and before.kind in PERSONAL and not item.proof.satisfies(before.proof):
            raise ValueError("配置不能把身份要求降低")
        self._mine[item.number] = item

    def words(self, _rest: str, data: bytes) -> None:
        packaged_words = texts.load()
        given = _toml(data, dict[str, str])
        for key, words in given.items():
            if key not in {text.value for text in Text}:
                raise ValueError(f"{key}: 没有这个键")
            _check_words(key, words, packaged_words.placeholders(Text(key)))
        self._texts |= given

    def sentences(self, _rest: str, data: bytes) -> None:
        given = _toml(data, dict[str, Sentence])
        packaged_sentences = faults.load()
        drawn = {sentence.picture for sentence in packaged_sentences.values()}
        for key, sentence in given.items():
            if key not in {fault.value for fault in Fault}:
                raise ValueError(f"{key}: 没有这种故障")
            if len(sentence.what) > 16 or sentence.picture not in drawn:
                raise ValueError(f"{key}: what 最多 16 个字，picture 要是画得出来的")
            before = packaged_sentences[Fault(key)]
            for words, packaged_words in zip(
                (sentence.what, sentence.do, sentence.staff), (before.what, before.do, before.staff), strict=True
            ):
                _check_words(key, words, _placeholders(packaged_words))
        self._faults |= given

    def limits(self, _rest: str, data: bytes) -> None:
        self._waits |= checked(_toml(data, dict[str, float]))

    def days(self, rest: str, data: bytes) -> None:
        calendar: Calendar = _toml(data, Calendar)
        if rest and rest != str(calendar.year):
            raise ValueError("日历的年份和名字对不上")
        self._calendar.append(calendar)

    def idle_notices(self, _rest: str, data: bytes) -> None:
        self._notices["obj"] = _toml(data, _Notices).notices

    def village_notices(self, _rest: str, data: bytes) -> None:
        self._notices["village"] = _toml(data, _Notices).notices

    def picture(self, rest: str, data: bytes) -> None:
        if len(self._pictures) >= MOST_PICTURES:
            raise ValueError(f"图片最多 {MOST_PICTURES} 张")
        png.check(data)
        self._pictures[rest] = data

    def roster(self, rest: str, data: bytes) -> None:
        self._rosters[rest] = roster.decode(data)

    # -- inside ------------------------------------------------------------------------------------------------------

    def _inlined(self, item: Item) -> Item:
        """*item* with the options of the configured tables written into its fields."""
        if not any(asked.codes in self._tables for asked in item.fields):
            return item
        return self._convert(msgspec.to_builtins(item))

    def _convert(self, raw: dict[str, Any]) -> Item:
        fields = raw.get("fields", ())
        for asked in fields if isinstance(fields, list | tuple) else ():
            table = self._tables.get(asked.get("codes", "")) if isinstance(asked, dict) else None
            if table is not None:
                rows = [{"code": row.code, "label": row.label} for row in table.offered]
                asked["options"], asked["codes"] = [*asked.get("options", ()), *rows], ""
        return msgspec.convert(raw, Item)


Taken = Callable[[_Build, str, bytes], None]

KINDS: Final[Mapping[str, Taken]] = {
    "codes": _Build.codes,
    "item": _Build.item,
    "texts": _Build.words,
    "faults": _Build.sentences,
    "limits": _Build.limits,
    "calendar": _Build.days,
    "notices": _Build.idle_notices,
    "media": _Build.picture,
}
"""What ``content`` may sign, by the first part of the name: ``obj/item-41``, ``obj/codes-hours``, ``obj/texts``,
``obj/calendar-2027``."""
COUNTY_KINDS: Final[Mapping[str, Taken]] = {"notices": _Build.village_notices, "roster": _Build.roster}
"""What a county may sign: ``county/140902/notices``, ``county/140902/roster-xz-0007``."""


def _toml(data: bytes, kind: Any) -> Any:
    try:
        return msgspec.toml.decode(data, type=kind)
    except UnicodeDecodeError as error:
        raise ValueError("不是 UTF-8") from error


def _placeholders(words: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(words) if name}


def _check_words(key: str, words: str, placeholders: set[str]) -> None:
    """Only the placeholders that the code fills in, by name and nothing else (no attribute, no conversion): words are
    words. Raises ValueError."""
    if (
        not words
        or len(words) > LONGEST
        or any(unicodedata.category(c) in {"Cc", "Cf", "Co", "Cs"} for c in words.replace("\n", ""))
    ):
        raise ValueError(f"{key}: 要有话，不超过 {LONGEST} 个字，没有看不见的字符")
    if not placeholders and ("{" in words or "}" in words):
        raise ValueError(f"{key}: 这句话没有空位")
    for _, name, spec, conversion in string.Formatter().parse(words):
        if name is not None and (name not in placeholders or spec or conversion):
            raise ValueError(f"{key}: 没有空位 {name!r}")
