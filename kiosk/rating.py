"""好差评: once after each act, five faces, one touch to skip; with the poorer ones why, and whether to be called.

What was said is kept as an outbox row of its own (contract.ratings): sealed, delivered once, without who said it.
"""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass, field

import msgspec

from contract import codes, limits, ratings, wire
from contract.catalogue import Item
from contract.faults import Fault
from contract.fields import Option
from contract.log_events import Event
from contract.texts import Text, Texts
from drivers.device import Failure
from kiosk.house import House
from kiosk.questions import ChoiceQuestion, TextQuestion
from kiosk.views import Nav, RatingView
from kiosk.visit import Visit
from secure.business import DiskFull, Draft, Entry, Position

YES = "yes"
NO = "no"


@dataclass
class Given:
    """What somebody says, as far as they have come."""

    item: Item
    level: int
    operator: str
    reasons: tuple[str, ...] = ()
    words: str = ""
    id_number: str = field(default="", repr=False)
    """Only of who wishes to be called back."""


async def ask(visit: Visit) -> None:
    """Ask how it was, of the act that was just done; of the same act once a visit. Whatever has been said when they
    leave, counts."""
    done, visit.done = visit.done, None
    if done is None or visit.person is None or done.key in visit.asked_of:
        return
    visit.asked_of.add(done.key)
    house = visit.house
    level = await visit.ask(faces(house.texts, done.item.name, helped=visit.helper is not None))
    if not isinstance(level, str):
        return
    operator = "" if visit.helper is None else visit.helper.worker
    given = Given(done.item, int(level), operator)
    try:
        await _more(visit, given)
    except BaseException:
        # The card pulled, the time over, 首页: it is kept by the terminal, and the visit ends as it would have.
        visit.aside(keep(house, given))
        raise
    thanked = visit.busy(Text.RATING_THANKS, _kept(visit, given), may_leave=False)
    if not await thanked:
        await visit.tell(Failure(Fault.DISK_FULL), done.item.number)


def faces(texts: Texts, item: str, *, helped: bool) -> RatingView:
    title = texts(Text.RATING_TITLE)
    line = Text.RATING_LINE_HELPED if helped else Text.RATING_LINE
    return RatingView(title=title, line=texts(line, item=item), levels=_options(ratings.LEVELS), speech=title)


def _options(table: str) -> tuple[Option, ...]:
    return tuple(Option(row.code, row.label) for row in codes.table(table).offered)


def why(texts: Texts, item: str, steps: int) -> ChoiceQuestion:
    """Where it was not well done, by touch."""
    question, reasons = texts(Text.RATING_WHY), _options(ratings.REASONS)
    return ChoiceQuestion(
        item=item,
        step=1,
        steps=steps,
        question=question,
        hint=texts(Text.RATING_WHY_HINT),
        required=False,
        next=texts(Text.FILTER_NEXT if steps > 1 else Text.RATING_DONE),
        options=reasons,
        most=len(reasons),
        speech=question,
    )


def own_words(texts: Texts, item: str, steps: int) -> TextQuestion:
    """For who touched that they would write a few."""
    question = texts(Text.RATING_WORDS)
    return TextQuestion(
        item=item,
        step=2,
        steps=steps,
        question=question,
        hint=texts(Text.RATING_WORDS_HINT),
        required=False,
        next=texts(Text.FILTER_NEXT if steps > 2 else Text.RATING_DONE),
        most=ratings.WORDS_CHARS,
        example=texts(Text.RATING_WORDS_EXAMPLE),
        speech=question,
    )


def call(texts: Texts, item: str, step: int) -> ChoiceQuestion:
    """Whether to be called back; always the last."""
    question = texts(Text.RATING_CALL)
    return ChoiceQuestion(
        item=item,
        step=step,
        steps=step,
        question=question,
        hint=texts(Text.RATING_CALL_HINT, days=limits.RATING_DUE_DAYS),
        required=False,
        next=texts(Text.RATING_DONE),
        options=(Option(YES, texts(Text.RATING_CALL_YES)), Option(NO, texts(Text.RATING_CALL_NO))),
        speech=question,
    )


async def _more(visit: Visit, given: Given) -> None:
    """Why, for who was not well served. Each may be passed over; 返回 is no more to say."""
    if not ratings.asks_why(given.level):
        return
    texts, item, bad = visit.house.texts, given.item.name, ratings.is_bad(given.level)
    said = await visit.ask(why(texts, item, 1 + bad))
    if said is Nav.BACK:
        return
    given.reasons = said if isinstance(said, tuple) else ()
    own = ratings.OWN_WORDS in given.reasons
    if own:
        said = await visit.ask(own_words(texts, item, 2 + bad))
        given.words = said if isinstance(said, str) else ""
    if bad and await visit.ask(call(texts, item, 2 + own)) == YES:
        given.id_number = visit.known.id_number


async def _kept(visit: Visit, given: Given) -> bool:
    """Whether it is on the disk; the thanks stay for a moment."""
    kept = await keep(visit.house, given)
    if kept:
        await asyncio.sleep(limits.RATING_THANKS)
    return kept


async def keep(house: House, given: Given) -> bool:
    """In the outbox, sealed, with its record in the log; delivered when the platform is there."""
    made = house.clock()
    terminal = house.settings.terminal

    def body(key: str, _receipt: str, _position: Position) -> bytes:
        return msgspec.json.encode(
            ratings.Rating(
                key=key,
                item=given.item.number,
                terminal=terminal.id,
                made_on=made.date().isoformat(),
                level=given.level,
                reasons=given.reasons,
                words=given.words,
                operator=given.operator,
                id_number=given.id_number,
                salt=secrets.token_hex(16),
            )
        )

    def entry(key: str, _receipt: str, sha256: str) -> Entry:
        return Entry(Event.RATED, {"item": given.item.number, "key": key, "sha256": sha256})

    draft = Draft(type=wire.RATING, terminal_number=terminal.number, body=body, entry=entry, numbered=False)
    kept = await house.journal.do(lambda ledger: ledger.accept(draft, day=made.date()))
    house.courier.hurry()
    return not isinstance(kept, DiskFull)
