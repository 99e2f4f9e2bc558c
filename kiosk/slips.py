"""Slips: what a resident takes home. Everything on them is masked; device-independent (contract.slip)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from contract import formatting, masking, wire
from contract.answers import describe, originals
from contract.catalogue import Item
from contract.conditions import Conditions
from contract.fields import FieldKind
from contract.formatting import Sign
from contract.slip import Line, Number, Pair, Qr, Rule, Slip, Table, Text, Title
from contract.texts import Text as Words
from kiosk import guide_pages, pages
from kiosk.house import House
from kiosk.person import Person
from kiosk.staff import Helper
from kiosk.views import GuideRow
from secure.business import Position

if TYPE_CHECKING:
    from kiosk.acts import Act


def _head(house: House, title: str, made: datetime) -> list[Line]:
    texts = house.texts
    return [
        Text(texts(Words.SLIP_HEAD), centred=True),
        Title(title),
        Rule(),
        Pair(texts(Words.SLIP_PLACE), house.settings.terminal.place),
        Pair(texts(Words.SLIP_TIME), formatting.moment(made)),
    ]


def who(house: House, person: Person) -> list[Line]:
    """Whose slip it is, masked."""
    texts = house.texts
    return [Pair(texts(Words.SLIP_NAME), person.masked_name), Pair(texts(Words.SLIP_ID), person.masked_id)]


def helped(house: House, helper: Helper | None, agent: wire.Reading | None) -> list[Line]:
    """Who helped, so that the resident knows whom to ask, and who came for them; nothing when nobody did."""
    texts = house.texts
    lines: list[Line] = []
    if agent is not None:
        who_came = f"{masking.name(agent.name)} {masking.id_number(agent.id_number)}"
        lines.append(Pair(texts(Words.SLIP_AGENT), who_came))
    if helper is not None:
        words = Words.SLIP_HELPER_OFFLINE if helper.offline else Words.SLIP_HELPER_TEXT
        lines.append(Pair(texts(Words.SLIP_HELPER), texts(words, name=helper.name, worker=helper.worker)))
    return lines


def _is_time(house: House, line: Line) -> bool:
    return isinstance(line, Pair) and line.label == house.texts(Words.SLIP_TIME)


def _fact(house: House, fact: wire.Fact) -> Pair:
    value = formatting.cell(fact.value, fact.cell)
    return Pair(fact.label, house.texts(Words.SLIP_YUAN, amount=value) if fact.cell is wire.Cell.MONEY else value)


def _foot(house: House) -> list[Line]:
    return [Rule(), Text(house.texts(Words.SLIP_CALL, telephone=house.settings.terminal.telephone))]


def submission(house: House, act: Act, person: list[Line], position: Position, made: datetime) -> Slip:
    """The slip of an act: its number, what was said, what happens next, and the log's witness line. *person*: what
    ``who`` said while they were here."""
    texts = house.texts
    state = {
        wire.Verdict.ACCEPTED: Words.SLIP_ACCEPTED,
        wire.Verdict.REFUSED: Words.SLIP_REFUSED,
        None: Words.SLIP_PENDING,
    }[act.verdict]
    lines = _head(house, act.item.name, made)
    lines += person
    lines += [Rule(), Text(texts(Words.SLIP_RECEIPT), centred=True), Number(formatting.receipt(act.receipt))]
    lines += [Text(texts(state), bold=True, centred=True)]
    if act.reason:
        lines.append(Text(act.reason))
    lines.append(Rule())
    for question in act.item.fields:
        value = act.answers.get(question.key)
        if value is not None or question.kind is FieldKind.DOCUMENT:
            lines.append(Pair(question.label, describe(question, value, masked=True)))
    lines += _original(house, act)
    lines += [Rule(), Pair(texts(Words.SLIP_LIMIT), act.item.time_limit)]
    if act.due is not None and act.verdict is not wire.Verdict.REFUSED:
        lines.append(Pair(texts(Words.SLIP_DUE), act.due.words))
    lines += _told_once(house, act)
    lines += [Qr(act.link, texts(Words.SLIP_FOLLOW)), Pair(texts(Words.SLIP_WITNESS), position.witness)]
    lines += [Text(texts(Words.SLIP_KEEP)), *_foot(house)]
    return Slip(tuple(lines))


def _told_once(house: House, act: Act) -> list[Line]:
    """一次性告知: what they will have and how they learn of it; where it was refused, what to do now."""
    texts = house.texts
    if act.verdict is wire.Verdict.REFUSED:
        return [Pair(texts(Words.FAULT_DO), texts(Words.SLIP_REFUSED_DO))]
    told = [Pair(texts(Words.RESULT_HAVE), act.item.result)]
    if act.verdict is None:
        told.append(Pair(texts(Words.RESULT_NEXT), texts(Words.RESULT_WHEN_PENDING)))
    return [*told, Pair(texts(Words.RESULT_HOW), texts(Words.SLIP_HOW))]


def _original(house: House, act: Act) -> list[Line]:
    """Which originals are still to be brought."""
    papers = originals(act.item, act.answers)
    if not papers or act.verdict is wire.Verdict.REFUSED:
        return []
    return [Text(house.texts(Words.SLIP_ORIGINAL, documents=papers), bold=True)]


def records(house: House, person: Person, item: Item, found: wire.Records) -> Slip:
    """The resident's own records, as on the screen."""
    lines = _head(house, item.name, house.clock())
    lines += who(house, person)
    lines.append(Rule())
    lines += [_fact(house, fact) for fact in found.facts]
    for table in found.tables:
        lines += _table(house, table)
    if found.note:
        lines += [Rule(), Text(found.note)]
    return Slip((*lines, *_foot(house)))


def _table(house: House, table: wire.Table) -> list[Line]:
    """A table; a last column of remarks, which most rows have none of, comes below it: side by side there is no room
    for it, and a label with nothing behind it on every row makes a slip of a foot."""
    columns, rows = table.columns, table.rows
    remarks: list[Line] = []
    if len(columns) > 2 and columns[-1].cell is wire.Cell.TEXT and any(not str(row[-1]) for row in rows):
        remarks = [Pair(formatting.cell(row[0], columns[0].cell), str(row[-1])) for row in rows if str(row[-1])]
        columns, rows = columns[:-1], tuple(row[:-1] for row in rows)
    heading = tuple(
        house.texts(Words.SLIP_IN_YUAN, label=column.label) if column.cell is wire.Cell.MONEY else column.label
        for column in columns
    )
    cells = tuple(
        tuple(formatting.cell(value, column.cell) for value, column in zip(row, columns, strict=True)) for row in rows
    )
    return [Rule(), Text(table.title, bold=True), Table(heading, cells), *remarks]


def detail(house: House, item: Item, found: wire.Detail) -> Slip:
    """One opening (or notice), with the QR of its public page."""
    lines = _head(house, found.title, house.clock())
    lines.append(Rule())
    lines += [_fact(house, fact) for fact in found.facts]
    if found.text:
        lines += [Rule(), Text(found.text)]
    if found.link:
        lines.append(Qr(found.link, house.texts(Words.DETAIL_QR_TITLE)))
    return Slip((*lines, *_foot(house)))


def matter(house: House, person: Person, done: wire.Matter) -> Slip:
    """A matter's slip once more, from what the platform has of it: the number, the state, the follow-up QR. What was
    said then and the log's witness stand on the first slip only."""
    texts = house.texts
    made = formatting.cell(done.made_at[:10], wire.Cell.DATE)
    lines = [line for line in _head(house, done.name, house.clock()) if not _is_time(house, line)]
    lines.append(Pair(texts(Words.SLIP_TIME), made))
    lines += who(house, person)
    lines += [Rule(), Text(texts(Words.SLIP_RECEIPT), centred=True), Number(formatting.receipt(done.receipt))]
    lines += [Text(formatting.cell(done.state, wire.Cell.STATE), bold=True, centred=True)]
    if done.detail:
        lines.append(Text(done.detail))
    due = pages.due_of(done)
    if due is not None:
        lines.append(Pair(texts(Words.SLIP_DUE), due.words))
    # The mark in the address is under the key of the terminal where it was done: another's only the platform knows.
    mine = done.receipt.startswith(f"{house.settings.terminal.number:04d}")
    if link := done.link or (house.follow(done.receipt) if mine else ""):
        lines += [Rule(), Qr(link, texts(Words.SLIP_FOLLOW))]
    return Slip((*lines, Text(texts(Words.SLIP_KEEP)), *_foot(house)))


def link_of(slip: Slip) -> str:
    """What is behind the QR of *slip*; empty when it has none."""
    return next((line.content for line in slip.lines if isinstance(line, Qr)), "")


def again(house: House, slip: Slip) -> Slip:
    """*slip*, marked 补打 with the time, so that nobody takes it for a second matter."""
    texts = house.texts
    time = formatting.moment(house.clock())
    mark = (Title(texts(Words.SLIP_AGAIN)), Text(texts(Words.SLIP_AGAIN_AT, time=time), centred=True), Rule())
    return Slip((*mark, *slip.lines))


def conditions(house: House, person: Person, item: Item, found: Conditions) -> Slip:
    """What the platform said of the conditions, and what to do: to take to whoever helps."""
    view = guide_pages.conditions(house, item, found, start=False)
    lines = [*_head(house, item.name, house.clock()), *who(house, person)]
    for row in view.rows:
        mark = f"：{_mark(house, row)}" if row.sign is not None else ""
        lines += [Rule(), Text(row.label + mark, bold=True), *(Text(line) for line in row.lines)]
    return Slip((*lines, *_foot(house)))


def _mark(house: House, row: GuideRow) -> str:
    """A sign in words: printers have no tick."""
    words = {Sign.OK: Words.CONDITION_MET, Sign.BAD: Words.CONDITION_UNMET, Sign.WAIT: Words.CONDITION_UNKNOWN}
    return house.texts(words[row.sign]) if row.sign is not None else ""


def guide(house: House, item: Item) -> Slip:
    """The one-time notice to take along, on paper and behind its QR."""
    lines = _head(house, item.name, house.clock())
    for row in guide_pages.guide_rows(house, item):
        lines += [Rule(), Text(row.label, bold=True), *(Text(line) for line in row.lines)]
    lines += [Rule(), Qr(house.notice(item.number), house.texts(Words.DETAIL_QR_TITLE))]
    return Slip((*lines, *_foot(house)))
