"""Each of the forty items as a list of steps: to its end by both ways in (the card first, the item first), and turned
down once with the reason named. What has conditions is held against the platform's real rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

import msgspec
import pytest

from central import rules
from central.rules import figures
from central.rules.life import Asked, Card, Certificate, Job, Life, Membership, Training, month_of, months_on
from contract import catalogue, wire
from contract.catalogue import Item, Kind, Proof
from contract.conditions import Conditions, ConditionsAsk
from contract.faults import Fault
from contract.working_days import Due
from drivers.device import Failure
from kiosk import guide_pages, pages
from kiosk.kinds.recommendation import REGISTRATION_OF
from kiosk.questions import Confirm, ConfirmChoice
from kiosk.views import (
    AskProof,
    Attract,
    DetailChoice,
    DetailView,
    Guide,
    GuideChoice,
    ListingView,
    Menu,
    MenuChoice,
    MessageView,
    Nav,
    OpenCard,
    PinPad,
    RecordsChoice,
    RecordsView,
    ResultChoice,
    ResultView,
    TakeAway,
)
from tests.kiosk.conftest import Stand
from tests.kiosk.helping import PIN, Village, by_code, help_key
from tests.kiosk.opening import DETAIL, LEAVE, LISTING, RECORDS, answers, beside, has, to_item
from tests.kiosk.scripted import Step
from tests.kiosk.test_conditions import both_read, filled
from tests.secure.pin_desk import Quick

TODAY = date(2026, 11, 25)
FIGURES = figures.load()
ITEMS = catalogue.load()
WAYS = pytest.mark.parametrize("way", ["card first", "item first"])
LAST_YEARS = frozenset(month_of(months_on(TODAY, -back)) for back in range(1, 25))
WORKS = Job(employer="杨树村砖厂", county="140902", insured=True)
LEFT = Job(employer="杨树村砖厂", county="140902", insured=False, left=date(2026, 9, 30), by_choice=False)
QUIT = replace(LEFT, by_choice=True)
NEW = Certificate(occupation="厨师", level="5", issued=date(2026, 9, 10))
OLD = Certificate(occupation="厨师", level="5", issued=date(2024, 1, 5))


def life(born: int = 1980, **more: Any) -> Life:
    return Life(born=date(born, 5, 20), household="140902", unemployment_months=LAST_YEARS, **more)


def member(*, years: int = 15, joined: int = 2011, **more: Any) -> Membership:
    return Membership(joined=date(joined, 7, 1), years=frozenset(range(joined, joined + years)), **more)


def card(state: str = "active", *, enabled: bool = True) -> Card:
    return Card(number="1", state=state, issued=date(2020, 1, 1), enabled=enabled)


SINCE = date(2024, 1, 1)
PAYS, DRAWS, LATE = member(), member(drawing=SINCE), member(joined=2018, years=8)
STOPPED_PENSION = member(drawing=SINCE, suspended=SINCE)


@dataclass(frozen=True)
class Row:
    """One item. ``why`` is read when it is turned down: by the rules, where ``may`` and ``may_not`` are lives; by
    ``fault`` where something is looked up; else the platform refuses what was handed in. Where the resident alone is
    only told, ``why`` stands in the notice."""

    why: str = ""
    may: Life | None = None
    may_not: Life | None = None
    fault: Fault | None = None
    given: Mapping[str, str] = field(default_factory=dict)
    """What somebody who may not says of themselves."""


NO_WISH: Final = "您还没有登记过想学什么"
WISH: Final = Training(
    registered=TODAY, wants="电焊工", due=Due(date(2026, 12, 2), False), answered=TODAY, starts=date(2026, 12, 8),
    told="电焊工班，2026年12月8日开班",
)  # fmt: skip
STOPPED: Final = "这张社保卡现在不能用"
BY_STAFF: Final = "这件事要由工作人员办"
FORTY: Final = {
    1: Row(STOPPED),
    2: Row(fault=Fault.PLATFORM_NOT_REGISTERED),
    3: Row(fault=Fault.PLATFORM_CARD_NOT_VALID),
    4: Row(STOPPED),
    5: Row(fault=Fault.PLATFORM_NOT_REGISTERED),
    6: Row(fault=Fault.PLATFORM_AWAY),
    7: Row(STOPPED),
    8: Row(fault=Fault.PLATFORM_NOT_REGISTERED),
    9: Row(fault=Fault.PLATFORM_SLOW),
    10: Row("还在给您缴社会保险", life(), life(job=WORKS)),
    11: Row("您从2024年1月1日起领城乡居民基本养老金", life(), life(1966, basic=DRAWS)),
    12: Row(fault=Fault.PLATFORM_BUSY),
    13: Row("还可以试 2 次"),
    14: Row(fault=Fault.PLATFORM_GARBLED),
    15: Row(fault=Fault.PLATFORM_NOT_FOUND),
    16: Row("您说都不是", life(groups=frozenset({"monitored"})), life(), given={"group": "none"}),
    17: Row(NO_WISH, life(training=WISH), life(), fault=Fault.PLATFORM_NOT_REGISTERED),
    18: Row(NO_WISH, life(training=WISH), life(), fault=Fault.PLATFORM_NOT_FOUND),
    19: Row(NO_WISH, life(training=WISH), life()),
    20: Row("已经参加了，不用再办", life(), life(employee=Membership(joined=SINCE))),
    21: Row("没有在领社会保险待遇", life(1955, basic=DRAWS), life()),
    22: Row("已经过了", life(job=WORKS, certificates=(NEW,)), life(job=WORKS, certificates=(OLD,))),
    23: Row("自己不干的不能领", life(job=LEFT, unemployed=SINCE), life(job=QUIT, unemployed=SINCE)),
    24: Row("平台上没有在发的企业职工基本养老金", life(1962, employee=DRAWS), life(1962, employee=PAYS)),
    25: Row("还可以试 2 次"),
    26: Row(fault=Fault.PLATFORM_SESSION_ENDED),
    27: Row(fault=Fault.PLATFORM_BAD_REQUEST),
    28: Row("毕业以后就能办", life(2009), life(2009, student=True)),
    29: Row("已经满 65 周岁", life(1985, basic=PAYS), life(1961, basic=PAYS)),
    30: Row("还没有参加城乡居民基本养老保险", life(basic=PAYS), life()),
    31: Row("已经在领养老金", life(basic=PAYS), life(1960, basic=DRAWS)),
    32: Row("四种补缴的情形您一种也不够", life(1965, basic=LATE), life(1985, basic=PAYS)),
    33: Row("还可以试 2 次"),
    34: Row("还差 1 年", life(1965, basic=PAYS), life(1965, basic=member(years=14))),
    35: Row("才满 65 周岁", life(1960, basic=DRAWS), life(1962, basic=DRAWS)),
    36: Row("还可以试 2 次"),
    37: Row("已经暂停了", life(1955, basic=DRAWS), life(1955, basic=STOPPED_PENSION, died=SINCE)),
    38: Row("已经启用", life(cards=(card(enabled=False),)), life(cards=(card(),))),
    39: Row(fault=Fault.PLATFORM_NOT_KNOWN),
    40: Row("已经注销", life(cards=(card(),)), life(cards=(card("cancelled"),))),
}
LOOKED_UP: Final = {Kind.BROWSE: "browse", Kind.RECORDS: "records", Kind.RECOMMENDATION: "recommend"}
"""What the platform is asked for by each kind that only looks something up."""


def of(*kinds: Kind, counter: bool) -> list[int]:
    return [item.number for item in ITEMS if item.kind in kinds and item.for_residents is not counter]


def test_every_one_of_the_forty_is_in_the_table_and_has_its_way() -> None:
    assert list(FORTY) == [item.number for item in ITEMS] == list(range(1, 41))
    walked = [*LOOKED, *HANDED_IN, *COUNTERS]
    assert sorted(walked) == list(FORTY)
    assert {item.number for item in ITEMS if item.conditions} == {n for n, row in FORTY.items() if row.may_not}


# -- steps ------------------------------------------------------------------------------------------------------------


def arrives(stand: Stand, item: Item, way: str, *, proof: str = "123456") -> list[Step]:
    """By the resident alone, until they are known and proved as the item asks."""
    card_first = way == "card first"
    steps = [Step(Attract, does=stand.insert) if card_first else Step(Attract, True), *to_item(item.group, item.number)]
    steps += [Step(Guide, GuideChoice.START)] if guide_pages.needs_notice(item) else []
    steps += [] if card_first else [Step(AskProof, does=stand.insert)]
    return steps + ([Step(PinPad, proof)] if item.proof is not Proof.SHOWN else [])


def helped_to(stand: Stand, item: Item, way: str) -> list[Step]:
    """A worker signs in first; the resident shows their card before the item, or where it asks."""
    steps = [Step(Attract, True), *help_key(Menu), *by_code(stand, PIN)]
    opened = [*to_item(item.group, item.number), Step(Guide, GuideChoice.START)]
    if way == "card first":
        return [*steps, Step(Menu, does=stand.insert), *opened, *both_read(stand, item)]
    return [*steps, *opened, Step(AskProof, does=stand.insert), *both_read(stand, item)]


def looks(item: Item) -> list[Step]:
    """What was looked up is seen, printed and left."""
    if item.kind is Kind.RECORDS:
        return [Step(RecordsView, RecordsChoice.PRINT), PRINTED, Step(RecordsView, RecordsChoice.DONE)]
    detail = (Step(DetailView, DetailChoice.PRINT), PRINTED, Step(DetailView, DetailChoice.DONE))
    return [Step(ListingView, OpenCard("7")), *detail, Step(ListingView, Nav.BACK)]


def hands_in(stand: Stand, item: Item, *words: str) -> list[Step]:
    """Its conditions, its form, its sheet; *words* stand on the page of the result."""
    conditions = [Step(Guide, GuideChoice.START, has("接着填"))] if item.conditions else []
    said = Step(ResultView, ResultChoice.FINISH, has(words[0])) if words else Step(ResultView, ResultChoice.FINISH)
    return [*conditions, *filled(stand, item.number), Step(Confirm, ConfirmChoice.SUBMIT), said]


PRINTED: Final = Step(MessageView, "ok", has("凭条打印好了"))
LOOKED: Final = of(*LOOKED_UP, counter=False)
HANDED_IN: Final = of(Kind.REGISTRATION, counter=False)
COUNTERS: Final = of(*Kind, counter=True)
WALKED: Final = [number for number in COUNTERS if ITEMS[number].kind is not Kind.GUIDE]
"""The counter's that can be done to their end where a worker helps."""


def by_the_rules(found: Life, given: Mapping[str, str]) -> Callable[[ConditionsAsk], Conditions]:
    """What the platform says of *found*: its real rules, on a day of the test. *given*: said besides."""

    def look(ask: ConditionsAsk) -> Conditions:
        asked = Asked(TODAY, FIGURES, answers={**ask.answers, **given}, counties={"140902": "忻府区"})
        return rules.look(ITEMS[ask.item], found, asked)

    return look


def lays_out(stand: Stand, number: int, found: Life | None = None) -> None:
    """A platform that has everything, for somebody with this life."""
    knows = {"browse": LISTING, "recommend": LISTING, "records": RECORDS, "detail": DETAIL, "deliver": stand.accepting}
    given = FORTY[number].given if found is FORTY[number].may_not else {}
    conditions = {} if found is None else {"conditions": by_the_rules(found, given)}
    stand.central.answers |= {**answers(), **knows, **conditions, "session_open": stand.central.answers["session_open"]}


def home(stand: Stand) -> list[Step]:
    return [*LEAVE, Step(TakeAway, does=stand.pull)]


@pytest.fixture
def village(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> Village:
    """A worker's desk; Argon2id stands aside, it is not what is tested here."""
    monkeypatch.setattr("secure.pin.Argon2id", Quick)
    monkeypatch.setattr("secure.reading.staff.Argon2id", Quick)
    return Village.of(stand)


# -- to the end -------------------------------------------------------------------------------------------------------


@WAYS
@pytest.mark.parametrize("number", LOOKED)
async def test_looked_up_printed_and_taken_along(stand: Stand, number: int, way: str) -> None:
    item = ITEMS[number]
    lays_out(stand, number)
    await stand.visit(*arrives(stand, item, way), *looks(item), *home(stand))
    assert len(stand.printer.slips) == 1


@WAYS
@pytest.mark.parametrize("number", HANDED_IN)
async def test_handed_in_to_its_slip(stand: Stand, number: int, way: str) -> None:
    item = ITEMS[number]
    lays_out(stand, number, FORTY[number].may)
    await stand.visit(*arrives(stand, item, way), *hands_in(stand, item), Step(TakeAway, does=stand.pull))
    [slip] = stand.printer.slips
    assert item.name in repr(slip)
    assert await stand.pending() == 0


@WAYS
@pytest.mark.parametrize("number", WALKED)
async def test_the_counters_done_where_a_worker_helps(stand: Stand, village: Village, number: int, way: str) -> None:
    item = ITEMS[number]
    lays_out(stand, number, FORTY[number].may)
    walk = [*looks(item), *home(stand)]
    if item.kind is Kind.REGISTRATION:
        walk = [*hands_in(stand, item), Step(TakeAway, does=stand.pull)]
    await stand.visit(*helped_to(stand, item, way), *walk)
    [slip] = stand.printer.slips
    assert item.kind is Kind.RECOMMENDATION or item.name in repr(slip)
    assert stand.delivered == (item.kind is Kind.REGISTRATION)


@WAYS
@pytest.mark.parametrize("number", COUNTERS)
async def test_the_counters_as_the_resident_alone_finds_them(stand: Stand, number: int, way: str) -> None:
    """The whole notice, the conditions where there are some, and both to take along: never the end of the road."""
    item, row = ITEMS[number], FORTY[number]
    lays_out(stand, number, row.may)
    if item.both_cards:
        beside(stand)
    card_first = way == "card first"
    begins = Step(Attract, does=stand.insert) if card_first else Step(Attract, True)
    notice = [Step(Guide, GuideChoice.PRINT, has(BY_STAFF)), PRINTED]
    asked: list[Step] = []
    if item.conditions:
        shows = [] if card_first else [Step(AskProof, does=stand.insert)]
        only_seen = item.kind is Kind.RECORDS
        asks, answer = ("看看我的办到哪一步了", "12333") if only_seen else ("看看我够不够条件", "您够条件")
        proves = [Step(Guide, GuideChoice.START, has(asks)), *shows, Step(PinPad, "123456")]
        asked = [*proves, Step(Guide, GuideChoice.PRINT, has(answer)), PRINTED, Step(Guide, Nav.BACK)]
    leaves = home(stand) if card_first or item.conditions else [*LEAVE, Step(TakeAway, None)]
    await stand.visit(begins, *to_item(item.group, number), *notice, *asked, Step(Guide, Nav.BACK), *leaves)
    assert len(stand.printer.slips) == 1 + bool(item.conditions)
    assert all(item.name in repr(slip) for slip in stand.printer.slips)
    assert not stand.delivered


# -- turned down ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", LOOKED)
async def test_what_cannot_be_looked_up_says_why(stand: Stand, number: int) -> None:
    """A fault of the platform has its page; a PIN that is wrong says how many tries are left, and then it goes on."""
    item, row = ITEMS[number], FORTY[number]
    lays_out(stand, number)
    if row.fault is None:
        wrong = arrives(stand, item, "card first", proof="000000")
        again = Step(PinPad, "123456", has(row.why))
        await stand.visit(*wrong, again, *looks(item), *home(stand))
        return
    stand.central.answers[LOOKED_UP[item.kind]] = Failure(row.fault)
    why = has(stand.faults[row.fault].what)
    after = home(stand)
    if row.fault in pages.NETWORK_FAULTS:
        page = Step(MessageView, pages.MENU, why)
        after = [Step(Menu, MenuChoice.LEAVE), Step(TakeAway, does=stand.pull)]
    else:
        page = Step(MessageView, "ok", why)
    if row.fault is Fault.PLATFORM_NOT_REGISTERED:
        after = [*filled(stand, REGISTRATION_OF[number]), Step(Confirm, ConfirmChoice.SUBMIT),
                 Step(ResultView, ResultChoice.FINISH), Step(TakeAway, does=stand.pull)]  # fmt: skip
    await stand.visit(*arrives(stand, item, "card first"), page, *after)


@pytest.mark.parametrize("number", HANDED_IN)
async def test_what_is_handed_in_and_not_taken_says_why(stand: Stand, number: int) -> None:
    item, row = ITEMS[number], FORTY[number]
    lays_out(stand, number, row.may_not)
    if row.may_not is not None:
        told = Step(Guide, Nav.BACK, has(row.why))
        await stand.visit(*arrives(stand, item, "card first"), told, *home(stand))
        assert not stand.delivered
        return

    def refuse(ask: wire.Delivery) -> wire.Receipt:
        return msgspec.structs.replace(stand.accepting(ask), verdict=wire.Verdict.REFUSED, reason=row.why)

    stand.central.answers["deliver"] = refuse
    walk = [*arrives(stand, item, "card first"), *hands_in(stand, item, row.why), Step(TakeAway, does=stand.pull)]
    await stand.visit(*walk)
    [result] = [view for view in stand.stage.seen if isinstance(view, ResultView)]
    said = [row.label for row in result.rows]
    assert said == ["为什么", "怎么办", "怎么知道"], "nothing is promised of what was not taken in"
    assert row.why in repr(stand.printer.slips)


@pytest.mark.parametrize("number", COUNTERS)
async def test_the_counters_turned_down_say_why(stand: Stand, village: Village, number: int) -> None:
    """Where a worker helps the same rule holds, and the same sentence stands there."""
    item, row = ITEMS[number], FORTY[number]
    lays_out(stand, number, row.may_not)
    if item.kind is Kind.GUIDE:
        begin = [Step(Attract, does=stand.insert), *to_item(item.group, number)]
        await stand.visit(*begin, Step(Guide, Nav.BACK, has(row.why)), *home(stand))
        return
    told = Step(Guide, Nav.BACK, has(row.why))
    if row.fault is not None:
        stand.central.answers[LOOKED_UP[item.kind]] = Failure(row.fault)
        told = Step(MessageView, "ok", has(stand.faults[row.fault].what))
    registers = row.fault is Fault.PLATFORM_NOT_REGISTERED  # what is missing is begun at once, and can be left
    after = [Step(Guide, Nav.BACK, has("接着填"))] if registers else []
    await stand.visit(*helped_to(stand, item, "card first"), told, *after, *home(stand))
    assert not stand.delivered
