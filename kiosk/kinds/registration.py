"""A form: a question a screen, one sheet to confirm, the point of no return, the number and the slip."""

from __future__ import annotations

from contract import formatting, notice
from contract.answers import check, describe, documents, originals, pages_of
from contract.catalogue import Item
from contract.fields import Answers, FieldKind
from contract.slip import PrintOutcome
from contract.texts import Text
from contract.wire import Verdict
from drivers.device import Failure
from kiosk import conditions
from kiosk.acts import Act
from kiosk.asking import Place, question, understood
from kiosk.documents import Album, Step
from kiosk.pages import LEAVE, leaving, slip_line
from kiosk.questions import Confirm, ConfirmChoice, ConfirmRow
from kiosk.views import GuideRow, Nav, ResultChoice, ResultView
from kiosk.visit import Done, LeaveError, Reason, Visit


async def walk(visit: Visit, item: Item) -> None:
    if not await conditions.old_enough(visit, item):
        return
    if item.conditions and not await conditions.passed(visit, item):
        return
    visit.act = None  # an earlier one has its number: what is begun now is another matter
    answers: Answers = {}
    album = Album()
    step = 0
    while True:
        if not await _fill(visit, item, answers, album, step):
            return
        step = len(item.fields) - 1
        if item.conditions and not await conditions.passed(visit, item, answers):
            continue
        if await _confirmed(visit, item, answers, album):
            break
    photos = album.of(item, answers)
    act = await visit.perform(Act(visit.house, item, visit.known, answers, photos, helper=visit.helper))
    if act.kept:
        visit.done = Done(item, act.receipt)
    if act.verdict is not None:  # it stands under 我的办件 from now on; a pending one comes with the next visit
        visit.known.matters += 1
    if act.fault is not None:
        await visit.tell(Failure(act.fault), item.number)
    elif await visit.ask(_result(visit, act)) is ResultChoice.FINISH:
        raise LeaveError(Reason.DONE)


async def _confirmed(visit: Visit, item: Item, answers: Answers, album: Album) -> bool:
    """The sheet, until it is handed in; False: back to the questions."""
    while True:
        choice = await visit.ask(_sheet(visit, item, answers), leaving(visit.house))
        if isinstance(choice, int):
            await _ask_one(visit, item, answers, album, choice)
        else:
            return choice is ConfirmChoice.SUBMIT


async def _fill(visit: Visit, item: Item, answers: Answers, album: Album, step: int) -> bool:
    """Walk the questions from *step*; False when the resident went back before the first, and means it where something
    is filled in already."""
    while step < len(item.fields):
        step += 1 if await _ask_one(visit, item, answers, album, step) else -1
        if step < 0:
            if not answers or await visit.ask(leaving(visit.house)) == LEAVE:
                return False
            step = 0
    return True


async def _ask_one(visit: Visit, item: Item, answers: Answers, album: Album, step: int) -> bool:
    """Ask until the answer is one; False: one step back."""
    field, error = item.fields[step], ""
    value = answers.get(field.key)
    place = Place(item.name, step + 1, len(item.fields), visit.house.texts(Text.FILTER_NEXT))
    if field.kind is FieldKind.DOCUMENT:
        others = sum(len(pages_of(one, answers)) for one in documents(item) if one is not field)
        paper = Step(visit, item, field, place, album, others)
        pages = await paper.ask(pages_of(field, answers))
        if isinstance(pages, Nav):
            return False
        answers[field.key] = pages
        return True
    while True:
        raw = await visit.ask(question(field, value, place, error), leaving(visit.house) if answers else None)
        if raw is Nav.BACK:
            return False
        value = understood(field, raw)
        error = check(field, value) or ""
        if not error:
            answers[field.key] = value
            return True


def _sheet(visit: Visit, item: Item, answers: Answers) -> Confirm:
    texts = visit.house.texts
    rows = tuple(
        ConfirmRow(field.label, describe(field, answers.get(field.key), masked=False)) for field in item.fields
    )
    return Confirm(
        title=texts(Text.CONFIRM_TITLE), line=texts(Text.CONFIRM_LINE), rows=rows, declaration=item.declaration
    )


def _when(visit: Visit, act: Act) -> str:
    if act.due is None:
        return notice.limit(visit.house.texts, act.item)
    return visit.house.texts(Text.RESULT_DUE, due=act.due.words, limit=act.item.time_limit)


def _result(visit: Visit, act: Act) -> ResultView:
    texts = visit.house.texts
    printed = act.printed
    title = {
        Verdict.ACCEPTED: Text.RESULT_ACCEPTED,
        Verdict.REFUSED: Text.RESULT_REFUSED,
        None: Text.RESULT_PENDING,
    }[act.verdict]
    pending = act.verdict is None
    if act.due is not None and act.verdict is Verdict.ACCEPTED:
        title = Text.RESULT_TAKEN
    # Nothing is promised of what was not taken in: only what to do now.
    rows = [GuideRow(texts(Text.FAULT_DO), (texts(Text.SLIP_REFUSED_DO),))]
    if act.verdict is not Verdict.REFUSED:
        rows = [
            GuideRow(texts(Text.RESULT_NEXT), (texts(Text.RESULT_NEXT_PENDING),))
            if pending
            else GuideRow(texts(Text.RESULT_HAVE), (act.item.result,)),
            GuideRow(
                texts(Text.RESULT_WHEN),
                (texts(Text.RESULT_WHEN_PENDING) if pending else _when(visit, act),),
            ),
        ]
    rows.append(GuideRow(texts(Text.RESULT_HOW), (texts(Text.RESULT_HOW_TEXT),)))
    papers = "" if act.verdict is Verdict.REFUSED else originals(act.item, act.answers)
    if papers:
        rows.insert(0, GuideRow(texts(Text.RESULT_ORIGINAL), (texts(Text.RESULT_ORIGINAL_TEXT, documents=papers),)))
    if act.reason:
        said = Text.RESULT_REASON if act.verdict is Verdict.REFUSED else Text.RESULT_SAID
        rows.insert(0, GuideRow(texts(said), (act.reason,)))
    by_card = visit.known.by_card
    assert printed is not None
    return ResultView(
        title=texts(title),
        item=act.item.name,
        number=formatting.receipt(act.receipt),
        rows=tuple(rows),
        slip=printed.outcome,
        slip_line=slip_line(visit.house, printed),
        qr="" if printed.outcome is PrintOutcome.PRINTED else act.link,
        pending=pending,
        finish=texts(Text.MENU_LEAVE_CARD if by_card else Text.MENU_LEAVE),
        speech=texts(title),
    )
