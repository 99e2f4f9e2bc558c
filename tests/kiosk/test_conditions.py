"""Items with conditions, as lists of steps: looked at before the form, gone on with or told why not, slip and date."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from central.rules.life import months_on
from contract import conditions, wire, working_days
from contract.catalogue import Group, Item
from contract.conditions import Conditions, Finding, Standing
from contract.faults import Fault
from contract.formatting import Sign
from contract.id_number import check_digit
from drivers.device import Failure
from kiosk import guide_pages
from kiosk.questions import ChoiceQuestion, CodeQuestion, Confirm, ConfirmChoice, NumberQuestion, TextQuestion
from kiosk.views import (
    AskProof,
    Attract,
    Guide,
    GuideChoice,
    Menu,
    MenuChoice,
    MessageView,
    Nav,
    PinPad,
    RecordsChoice,
    RecordsView,
    ResultChoice,
    ResultView,
    TakeAway,
)
from tests.kiosk.conftest import CHINA, Stand
from tests.kiosk.helping import PIN, Village, by_code, help_key
from tests.kiosk.opening import LEAVE, answers, beside, has, to_item
from tests.kiosk.scripted import MADE_UP, Step
from tests.secure.pin_desk import Quick

FINE = Conditions(findings=(Finding(label="年龄", text="年满16周岁", standing=Standing.MET, words="您 46 岁"),))
WHY = "「杨树村饭店」还在给您缴社会保险"
AGAINST = Conditions(
    findings=(*FINE.findings, Finding(label="没有工作", text="没有单位", standing=Standing.UNMET, words=WHY))
)
TYPED = {"text": "在镇上饭店当厨师", "phone": "13800000101", "month": "202609", "number": "1", "money": "1000"}


def filled(stand: Stand, number: int) -> list[Step]:
    """The form of an item: first options, and something for everything that is typed."""
    steps = []
    for field in stand.catalogue[number].fields:
        kind = field.kind.value
        if kind == "document":
            steps.append(Step(ChoiceQuestion, ("window",)))
        elif kind in ("choice", "choices"):
            steps.append(Step(ChoiceQuestion, (stand.options(field)[0].code,)))
        elif kind == "code":
            steps.append(Step(CodeQuestion, field.example))
        else:
            steps.append(Step(TextQuestion if kind == "text" else NumberQuestion, TYPED[kind]))
    return steps


def ways_in(stand: Stand, group: Group, number: int, way: str) -> tuple[Step, ...]:
    """The card first, or the item first."""
    if way == "card first":
        return Step(Attract, does=stand.insert), *to_item(group, number), Step(Guide, GuideChoice.START), _pin()
    to = to_item(group, number)
    return Step(Attract, True), *to, Step(Guide, GuideChoice.START), Step(AskProof, does=stand.insert), _pin()


def _pin() -> Step:
    return Step(PinPad, "123456")


def due_words(item: Item) -> str:
    return working_days.load().due(datetime.now(CHINA).date(), item.working_days).words


WAYS = pytest.mark.parametrize("way", ["card first", "item first"])
SELF = {10: Group.WORK, 11: Group.WORK, 22: Group.INSURANCE, 23: Group.INSURANCE}
COUNTER = {
    16: Group.SKILL,
    19: Group.SKILL,
    28: Group.INSURANCE,
    32: Group.INSURANCE,
    34: Group.INSURANCE,
    40: Group.CARD,
    38: Group.CARD,
}


def helped_to(number: int, stand: Stand) -> tuple[Step, ...]:
    """A worker who helps signs in, then the resident's card goes in; the worker stands for its PIN."""
    return (
        Step(Attract, True),
        *help_key(Menu),
        *by_code(stand, PIN),
        Step(Menu, does=stand.insert),
        *to_item(COUNTER[number], number),
        Step(Guide, GuideChoice.START, check=has("开始办理")),
        *both_read(stand, stand.catalogue[number]),
    )


def both_read(stand: Stand, item: Item) -> tuple[Step, ...]:
    """Where the item wants both cards, the resident's ID card is laid too (tests/kiosk/test_both_cards.py)."""
    if not item.both_cards:
        return ()
    who = (Step(MessageView, "self"),) if item.agent else ()
    return (*who, Step(AskProof, does=beside(stand).insert))


@pytest.fixture
def village(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> Village:
    """A worker's desk; Argon2id stands aside, it is not what is tested here."""
    monkeypatch.setattr("secure.pin.Argon2id", Quick)
    monkeypatch.setattr("secure.reading.staff.Argon2id", Quick)
    return Village.of(stand)


@WAYS
@pytest.mark.parametrize("number", list(SELF))
async def test_the_whole_way_to_the_slip_with_its_due_date(stand: Stand, number: int, way: str) -> None:
    stand.central.answers = answers(conditions=FINE, deliver=stand.accepting)
    due = due_words(stand.catalogue[number])
    await stand.visit(
        *ways_in(stand, SELF[number], number, way),
        Step(Guide, GuideChoice.START, check=has("接着填")),
        *filled(stand, number),
        Step(Confirm, ConfirmChoice.SUBMIT),
        Step(ResultView, ResultChoice.FINISH, check=has(due)),
        Step(TakeAway, does=stand.pull),
    )
    [slip] = stand.printer.slips
    assert due in repr(slip)
    assert "张测试" not in repr(slip)
    assert await stand.pending() == 0
    asked = [ask for name, ask in stand.central.asked if name == "conditions"]
    assert [bool(ask.answers) for ask in asked] == [False, True]


@WAYS
@pytest.mark.parametrize("number", list(SELF))
async def test_what_is_not_met_is_said_and_nothing_is_filled_in(stand: Stand, number: int, way: str) -> None:
    stand.central.answers = answers(conditions=AGAINST)

    def told(view: Any) -> None:
        assert view.start == ""
        assert [row.sign for row in view.rows] == [Sign.BAD, Sign.OK, None]
        assert WHY in repr(view)
        assert "12333" in repr(view.rows[-1])

    await stand.visit(
        *ways_in(stand, SELF[number], number, way),
        Step(Guide, GuideChoice.PRINT, check=told),
        Step(MessageView, "ok"),
        Step(Guide, Nav.BACK, check=told),
        *LEAVE,
        Step(TakeAway, does=stand.pull),
    )
    [slip] = stand.printer.slips
    assert "没有工作：不够" in repr(slip)
    assert WHY in repr(slip)
    assert not stand.delivered


@pytest.mark.parametrize(("days", "old_enough"), [(0, True), (1, False)])
async def test_who_is_too_young_to_work_is_told_before_the_form(stand: Stand, days: int, old_enough: bool) -> None:
    """On the sixteenth birthday and the day before, by what the card says: the platform is not asked for it."""
    born = months_on(datetime.now(CHINA).date(), -12 * 16) + timedelta(days=days)
    first = f"140999{born:%Y%m%d}001"
    child = replace(MADE_UP, id_number=first + check_digit(first))
    to = (Step(Attract, does=lambda: stand.insert(child)), *to_item(Group.WORK, 1), Step(Guide, GuideChoice.START))
    stand.central.answers = answers()
    if old_enough:
        form = (Step(ChoiceQuestion, Nav.BACK), *LEAVE)
        await stand.visit(*to, _pin(), *form, Step(TakeAway, does=stand.pull))
        return

    def told(view: Any) -> None:
        assert (view.start, view.rows[0].sign) == ("", Sign.BAD)
        assert "满 16 周岁才能办" in repr(view.rows[0])

    await stand.visit(*to, _pin(), Step(Guide, Nav.BACK, check=told), *LEAVE, Step(TakeAway, does=stand.pull))
    assert not stand.delivered


async def test_what_was_filled_in_can_stand_against_it_and_can_be_changed(stand: Stand) -> None:
    """The second look is shown only where it says no; back from it are the questions."""
    seen: list[int] = []

    def look(ask: conditions.ConditionsAsk) -> Conditions:
        seen.append(len(ask.answers))
        return AGAINST if len(seen) == 2 else FINE

    stand.central.answers = answers(conditions=look, deliver=stand.accepting)
    form = filled(stand, 11)
    await stand.visit(
        *ways_in(stand, Group.WORK, 11, "card first"),
        Step(Guide, GuideChoice.START),
        *form,
        Step(Guide, Nav.BACK, check=has(WHY)),
        form[-1],
        Step(Confirm, ConfirmChoice.SUBMIT),
        Step(ResultView, ResultChoice.FINISH),
        Step(TakeAway, does=stand.pull),
    )
    assert seen == [0, 5, 5]


@pytest.mark.parametrize("fault", [None, Fault.PLATFORM_SLOW])
async def test_what_is_kept_does_not_wait_for_the_platform_to_look(stand: Stand, fault: Fault | None) -> None:
    """Away, or too slow to say: the form goes on, and the platform judges when it gets there."""
    stand.central.away = fault is None
    stand.central.answers = answers(conditions=None if fault is None else Failure(fault), deliver=stand.accepting)
    await stand.visit(
        *ways_in(stand, Group.WORK, 11, "card first"),
        *filled(stand, 11),
        Step(Confirm, ConfirmChoice.SUBMIT),
        Step(ResultView, ResultChoice.FINISH, check=has("已收到" if fault is None else "最晚")),
        Step(TakeAway, does=stand.pull),
    )


async def test_a_no_of_the_platform_is_told(stand: Stand) -> None:
    stand.central.answers = answers(conditions=Failure(Fault.PLATFORM_NOT_FOUND))
    await stand.visit(
        *ways_in(stand, Group.WORK, 11, "card first"),
        Step(MessageView, "ok"),
        *LEAVE,
        Step(TakeAway, does=stand.pull),
    )


@pytest.mark.parametrize(("days", "words"), [(0, "有答复"), (-1, "已经过了，请打")])
async def test_a_matter_that_is_late_says_whom_to_ask(stand: Stand, days: int, words: str) -> None:
    due = datetime.now(CHINA).date() + timedelta(days=days)
    one = wire.Matter(receipt="000126327001", item=11, name="失业登记", made_at="2026-11-02T10:00:00+08:00",
                      state="wait:已受理", due=due.isoformat())  # fmt: skip
    stand.central.answers = answers(matters=wire.Matters(matters=(one,)))

    def said(view: RecordsView) -> None:
        assert words in str(view.tables[0].rows[0][4])

    seen = Step(RecordsView, RecordsChoice.DONE, check=said)
    steps = (Step(Attract, does=stand.insert), Step(Menu, MenuChoice.MATTERS), _pin(), seen)
    await stand.visit(*steps, Step(Menu, MenuChoice.LEAVE), Step(TakeAway, does=stand.pull))


async def test_the_state_of_a_matter_is_seen_later_with_its_due_date_and_its_reason(stand: Stand) -> None:
    made = wire.Matter(receipt="000126112300", item=11, name="失业登记", made_at="2026-11-25T10:00:00+08:00",
                       state="wait:已受理", due="2099-01-05", due_provisional=True)  # fmt: skip
    no = wire.Matter(receipt="000126112301", item=11, name="失业登记", made_at="2026-11-25T10:00:00+08:00",
                     state="bad:没有通过", detail="您说已经上班了")  # fmt: skip

    def seen(view: RecordsView) -> None:
        rows = view.tables[0].rows
        assert rows[0][3:] == ("wait:已受理", "最晚2099年1月5日（暂定）有答复")
        assert rows[1][3:] == ("bad:没有通过", "您说已经上班了")

    stand.central.answers = answers(matters=wire.Matters(matters=(made, no)))
    await stand.visit(
        Step(Attract, does=stand.insert),
        Step(Menu, MenuChoice.MATTERS),
        _pin(),
        Step(RecordsView, RecordsChoice.DONE, check=seen),
        Step(Menu, MenuChoice.LEAVE),
        Step(TakeAway, does=stand.pull),
    )


# -- the counter's ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", list(COUNTER))
async def test_a_counters_item_is_done_to_its_slip_where_a_worker_helps(
    stand: Stand, village: Village, number: int
) -> None:
    stand.central.answers |= {"conditions": FINE, "deliver": stand.accepting}
    item = stand.catalogue[number]
    said = due_words(item) if item.working_days else "马上办好"
    await stand.visit(
        *helped_to(number, stand),
        Step(Guide, GuideChoice.START, check=has("接着填")),
        *filled(stand, number),
        Step(Confirm, ConfirmChoice.SUBMIT),
        Step(ResultView, ResultChoice.FINISH, check=has(said)),
        Step(TakeAway, does=stand.pull),
    )
    [slip] = stand.printer.slips
    assert (said in repr(slip)) is bool(item.working_days)
    assert await stand.pending() == 0


@pytest.mark.parametrize("number", list(COUNTER))
async def test_a_counters_item_names_its_reason_where_a_worker_helps(
    stand: Stand, village: Village, number: int
) -> None:
    stand.central.answers["conditions"] = AGAINST
    await stand.visit(
        *helped_to(number, stand),
        Step(Guide, Nav.BACK, check=has(WHY)),
        *LEAVE,
        Step(TakeAway, does=stand.pull),
    )
    assert not stand.delivered


@WAYS
@pytest.mark.parametrize("number", list(COUNTER))
@pytest.mark.parametrize("found", [FINE, AGAINST], ids=["fine", "against"])
async def test_a_resident_alone_sees_whether_they_may_and_whom_to_ask(
    stand: Stand, number: int, way: str, found: Conditions
) -> None:
    """Counter items stay guides for the resident; what the platform knows is shown once they proved who they are."""
    stand.central.answers = answers(conditions=found)
    whom = "找帮办员或到服务点窗口" if found.allowed else "找村里的帮办员"

    def told(view: Any) -> None:
        assert view.start == ""
        assert whom in repr(view.rows[-1])

    await stand.visit(
        *ways_in(stand, COUNTER[number], number, way),
        Step(Guide, Nav.BACK, check=told),
        Step(Guide, Nav.BACK, check=has("看看我够不够条件")),
        *LEAVE,
        Step(TakeAway, does=stand.pull),
    )
    assert not stand.delivered


async def test_the_platform_away_is_told_to_who_wants_to_know_the_conditions_of_a_counters_item(stand: Stand) -> None:
    stand.central.answers = answers(conditions=Failure(Fault.PLATFORM_AWAY))
    await stand.visit(
        *ways_in(stand, Group.CARD, 40, "card first"),
        Step(MessageView, "menu"),
        Step(Menu, MenuChoice.LEAVE),
        Step(TakeAway, does=stand.pull),
    )


async def test_every_guide_says_on_what_it_rests_or_that_the_place_says_it(stand: Stand) -> None:
    house = stand.house()
    for item in stand.catalogue:
        rows = {row.label: row.lines for row in guide_pages.guide_rows(house, item)}
        assert rows["依据"] == (item.basis or ("以当地公布的为准",))
        assert rows.get("要满足", ()) == tuple(condition.text for condition in item.conditions)
