"""The pages of a visit, as sentences: nothing is said twice on one, and what is counted is true."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable

import pytest

from contract import faults, notice, wire
from contract.catalogue import Group, Proof
from contract.faults import Fault
from contract.slip import Pair, Qr, Table
from contract.slip import Text as SlipText
from contract.texts import Text
from drivers.device import Failure, State
from kiosk import guide_pages, pages, slips
from kiosk.person import Person
from kiosk.questions import Confirm, ConfirmChoice
from kiosk.views import (
    Attract,
    Guide,
    GuideChoice,
    ItemList,
    ListingView,
    Menu,
    MenuChoice,
    MessageView,
    Nav,
    OpenCard,
    PinPad,
    RecordsView,
    ResultChoice,
    ResultView,
    TakeAway,
    Way,
)
from tests.kiosk.conftest import Stand
from tests.kiosk.scripted import Step
from tests.kiosk.test_story import answers, form_steps

CLAUSE = re.compile(r"[。；：，、\s]")
LEAST = 4
"""Characters of a clause that would be noticed a second time."""

MATTER = wire.Matter(receipt="000126327001", item=1, name="固定工求职登记", made_at="2026-11-23", state="wait:已受理")


@pytest.mark.parametrize("number", range(1, 41))
def test_every_guide_shows_procedure_basis_limit_and_result(stand: Stand, number: int) -> None:
    """四公开, on the screen and on paper, of all forty; whether a worker helps or not."""
    house = stand.house()
    item = house.catalogue[number]
    wanted = {
        Text.GUIDE_STEPS: item.steps, Text.GUIDE_BASIS: item.basis, Text.GUIDE_RESULT: (item.result,),
        Text.GUIDE_LIMIT: (notice.limit(house.texts, item),),
    }  # fmt: skip
    printed = slips.guide(house, item).lines
    assert [line.content for line in printed if isinstance(line, Qr)] == [f"https://127.0.0.1/i/{number}"]
    slip = [line.text for line in printed if isinstance(line, SlipText)]
    for helped in (False, True):
        rows = {row.label: row.lines for row in guide_pages.guide(house, item, helped=helped).rows}
        for label, lines in wanted.items():
            assert rows[house.texts(label)] == lines
            assert set(lines) <= set(slip)


async def test_what_opens_at_once_is_public_too(stand: Stand) -> None:
    """From 政策和通知, without saying who one is: groups, items, the guide; printed."""
    await stand.visit(
        Step(Attract, True),
        Step(Menu, MenuChoice.NOTICES),
        Step(MessageView, pages.DISCLOSURE),
        Step(ListingView, OpenCard(Group.INSURANCE.value), check=lambda view: stand.expect(len(view.cards) == 4)),
        Step(ItemList, 25),
        Step(Guide, GuideChoice.PRINT, check=lambda view: stand.expect(not view.start and "依据" in repr(view))),
        Step(MessageView, "ok"),
        Step(Guide, Nav.BACK),
        Step(ItemList, Nav.BACK),
        Step(ListingView, Nav.BACK),
        Step(MessageView, "ok"),
        Step(Menu, MenuChoice.LEAVE),
        Step(TakeAway, None),
    )
    assert stand.central.asked == []
    assert len(stand.printer.slips) == 1


def counts(matters: int) -> Callable[[Menu], None]:
    def check(view: Menu) -> None:
        assert view.matters == matters

    return check


def said(view: MessageView) -> list[str]:
    sentences = [view.title, view.text, *(line for row in view.rows for line in row.lines)]
    return [clause for sentence in sentences for clause in CLAUSE.split(sentence) if len(clause) >= LEAST]


@pytest.mark.parametrize("fault", Fault)
def test_a_fault_page_says_nothing_twice(stand: Stand, fault: Fault) -> None:
    """Neither a clause nor whom to ask: the village's helper and the telephone stand on it once each."""
    view = pages.fault(stand.house(), Failure(fault, tries_left=2))
    clauses = said(view)
    doubled = [(one, other) for one, other in itertools.combinations(clauses, 2) if one in other or other in one]
    assert not doubled
    everything = "".join([view.text, *(line for row in view.rows for line in row.lines)])
    # What is said to a worker who signs in sends them to no worker.
    assert everything.count("帮办员") == (0 if fault.value.startswith("staff.") else 1)
    assert everything.count("12333") == 1


async def test_a_reader_that_went_away_says_whom_to_ask(stand: Stand) -> None:
    assert stand.reader is not None
    stand.reader.state = State.OFFLINE
    view = pages.pulled(stand.house(), None)
    assert view.title == stand.faults[Fault.READER_GONE].what
    assert ["没有报上去" in line for row in view.rows for line in row.lines] == [True, False]
    assert ["帮办员" in line for row in view.rows for line in row.lines] == [False, True]


async def test_what_is_kept_while_the_platform_is_away_is_not_called_done_at_once(stand: Stand) -> None:
    def tag(number: int) -> str:
        rows = pages.items(stand.house(), stand.catalogue[number].group).rows
        return next(row.tag for row in rows if row.number == number)

    texts = stand.house().texts
    assert tag(1) == texts(Text.TAG_INSTANT)
    stand.central.away = True
    assert tag(1) == texts(Text.TAG_KEPT)
    assert tag(3) == texts(Text.TAG_AWAY)
    assert tag(4) == texts(Text.TAG_KEPT)
    stand.reader = None
    assert tag(1) == texts(Text.TAG_AWAY)


async def test_the_menu_counts_what_was_just_handed_in(stand: Stand) -> None:
    stand.central.answers = answers(deliver=stand.accepting, matters=wire.Matters(matters=(MATTER, MATTER)))
    await stand.visit(
        Step(Attract, does=stand.insert),
        Step(Menu, Group.WORK, check=counts(0)),
        Step(ItemList, 1),
        Step(Guide, GuideChoice.START),
        Step(PinPad, "123456"),
        *form_steps(stand),
        Step(Confirm, ConfirmChoice.SUBMIT),
        Step(ResultView, ResultChoice.AGAIN),
        Step(ItemList, Nav.BACK),
        Step(Menu, MenuChoice.MATTERS, check=counts(1)),
        Step(RecordsView, Nav.BACK),
        Step(Menu, MenuChoice.LEAVE, check=counts(2)),
        Step(TakeAway, does=stand.pull),
    )


async def test_an_empty_list_counts_nothing_and_offers_nothing_to_touch(stand: Stand) -> None:
    nothing = wire.Listing(cards=(), total=0, page=1, pages=1)
    stand.central.answers = answers(browse=nothing, matters=wire.Matters(matters=()))
    await stand.visit(
        Step(Attract, does=stand.insert),
        Step(Menu, Group.WORK),
        Step(ItemList, 3),
        Step(ListingView, Nav.BACK, check=lambda view: stand.expect(not view.line and bool(view.empty))),
        Step(ItemList, Nav.BACK),
        Step(Menu, MenuChoice.MATTERS),
        Step(PinPad, "123456"),
        Step(RecordsView, Nav.BACK, check=lambda view: stand.expect(not view.line and bool(view.note))),
        Step(Menu, MenuChoice.LEAVE),
        Step(TakeAway, does=stand.pull),
    )


def test_a_slip_has_no_label_with_nothing_behind_it(stand: Stand) -> None:
    """Remarks that most rows have none of stand once, below their table."""
    columns = (
        wire.Column(label="月份", cell=wire.Cell.MONTH),
        wire.Column(label="金额", cell=wire.Cell.MONEY),
        wire.Column(label="说明"),
    )
    rows = (("2026-11", 12345, ""), ("2026-10", 12345, "上个月退回来的"), ("2026-09", 12345, ""))
    table = wire.Table(title="发放记录", columns=columns, rows=rows)
    found = wire.Records(as_of="2026-11-23T10:00:00+08:00", title="", facts=(), tables=(table,))
    person = Person(shown_by=wire.ShownBy.CARD, proof=Proof.PROVED, id_number="", name="")
    slip = slips.records(stand.house(), person, stand.catalogue[36], found)
    printed = [line for line in slip.lines if isinstance(line, Table)]
    assert [line.heading for line in printed] == [("月份", "金额(元)")]
    assert [line.value for line in slip.lines if isinstance(line, Pair)][-1] == "上个月退回来的"


INSTEAD = [fault for fault, sentence in faults.load().items() if sentence.others]


@pytest.mark.parametrize("fault", INSTEAD)
@pytest.mark.parametrize("shown", [None, *Way])
@pytest.mark.parametrize("works", [(), (Way.CARD,), (Way.CARD, Way.CODE), tuple(Way)], ids="+".join)
def test_no_way_is_advised_that_this_terminal_has_not(
    stand: Stand, monkeypatch: pytest.MonkeyPatch, works: tuple[Way, ...], shown: Way | None, fault: Fault
) -> None:
    sentence, house = stand.faults[fault], stand.house()
    monkeypatch.setattr(house.bay, "ways", lambda: works)
    said = pages.fault(house, Failure(fault), shown).rows[0].lines[0]
    failed = shown if sentence.failed == "shown" else Way(sentence.failed)
    names = [house.texts(pages.WAY_NAMES[way]) for way in works if way != failed]
    assert said == sentence.do + (sentence.others.format(ways="，或".join(names)) if names else "")
    assert "{" not in said


def test_sentences_leave_the_ways_to_what_this_terminal_has() -> None:
    """「可以用身份证」 in a fixed sentence would be untrue where there is no reader for it."""
    for fault, sentence in faults.load().items():
        assert bool(sentence.others) == bool(sentence.failed), fault
        assert not sentence.others or "{ways}" in sentence.others, fault
        for told in ("可以用身份证", "可以用社保卡", "可以用手机里", "请用身份证", "请用社保卡", "插社保卡"):
            assert told not in sentence.do, fault
