"""Training, 16 to 19, as lists of steps: with a worker really signed in, and for a resident alone, every way in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from contract import texts, wire
from contract.catalogue import Group
from contract.conditions import Conditions, Finding, Standing
from contract.faults import Fault
from contract.formatting import Sign
from contract.texts import Text
from drivers.device import Failure
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
    RecordsChoice,
    RecordsView,
    ResultChoice,
    ResultView,
    TakeAway,
)
from tests.kiosk.conftest import Stand
from tests.kiosk.helping import PIN, Village, by_code, help_key
from tests.kiosk.opening import LEAVE, answers, has, to_item
from tests.kiosk.scripted import Step
from tests.kiosk.test_conditions import AGAINST, FINE, WAYS, WHY, filled, ways_in
from tests.secure.pin_desk import Quick

CLASS = "电焊工班（1003 号），2026年12月8日 08:30 开班，在南河镇教学点，禾谷职业培训学校（示例）"
TOLD = f"请按时参加培训：{CLASS}"
LISTING = wire.Listing(
    total=1, page=1, pages=1,
    cards=(wire.Card(id="PK00003", title="禾谷职业培训学校（示例） · 电焊工", lines=("学 10 天",),
                     reasons=("教您想学的：电焊工", "离您村很近，直线大约 3 公里")),),
)  # fmt: skip
DETAIL = wire.Detail(id="PK00003", title="禾谷职业培训学校（示例） · 电焊工",
                     facts=(wire.Fact(label="1003 号班", value="2026年12月8日 08:30，南河镇教学点"),))  # fmt: skip
STATE = wire.Records(
    title="培训意向跟踪反馈", as_of="2026-11-25", tables=(), note="",
    facts=(wire.Fact(label="到哪一步", value="wait:等着反馈", cell=wire.Cell.STATE, large=True),
           wire.Fact(label="最晚反馈", value="2026年12月2日")),
)  # fmt: skip
WAITING = Conditions(
    findings=(
        Finding(label="登记", text="登记过", standing=Standing.MET, words="您在2026年11月25日登记过，想学：电焊工"),
        Finding(label="反馈", text="告诉您", standing=Standing.UNKNOWN, words="工作人员最晚2026年12月2日告诉您"),
    )
)
HELPED = pytest.mark.parametrize("way", ["worker first", "card first", "item first"])


@pytest.fixture
def village(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> Village:
    """A worker's desk; Argon2id stands aside, it is not what is tested here."""
    monkeypatch.setattr("secure.pin.Argon2id", Quick)
    monkeypatch.setattr("secure.reading.staff.Argon2id", Quick)
    return Village.of(stand)


def to_begin(stand: Stand, number: int, way: str) -> tuple[Step, ...]:
    """A worker signs in, and the item is begun for the resident, whose card comes sooner or later."""
    item = (*to_item(Group.SKILL, number), Step(Guide, GuideChoice.START, check=has("开始办理")))
    sign_in = (*help_key(Menu), *by_code(stand, PIN))
    if way == "worker first":
        return Step(Attract, True), *sign_in, Step(Menu, does=stand.insert), *item
    if way == "card first":
        return Step(Attract, does=stand.insert), *sign_in, *item
    return Step(Attract, True), *sign_in, *item, Step(AskProof, does=stand.insert)


def saying(stand: Stand, words: str) -> Callable[[wire.Delivery], wire.Receipt]:
    """The platform, which says what was done."""
    return lambda ask: msgspec.structs.replace(stand.accepting(ask), reason=words)


@HELPED
@pytest.mark.parametrize(("number", "words"), [(16, "登记好了。工作人员最晚2026年12月2日告诉您"), (19, TOLD)])
async def test_what_was_done_stands_on_the_page_and_on_the_slip(
    stand: Stand, village: Village, number: int, words: str, way: str
) -> None:
    stand.central.answers |= {"conditions": FINE, "deliver": saying(stand, words)}

    def told(view: ResultView) -> None:
        assert view.rows[0].label == "办成了"
        assert view.rows[0].lines == (words,)

    await stand.visit(
        *to_begin(stand, number, way),
        Step(Guide, GuideChoice.START, check=has("接着填")),
        *filled(stand, number),
        Step(Confirm, ConfirmChoice.SUBMIT),
        Step(ResultView, ResultChoice.FINISH, check=told),
        Step(TakeAway, does=stand.pull),
    )
    [slip] = stand.printer.slips
    assert words in repr(slip)
    assert "张测试" not in repr(slip)
    assert "13800000101" not in repr(slip)
    assert await stand.pending() == 0


@HELPED
@pytest.mark.parametrize("number", [16, 19])
async def test_what_stands_against_it_is_named_before_anything_is_filled_in(
    stand: Stand, village: Village, number: int, way: str
) -> None:
    stand.central.answers["conditions"] = AGAINST
    await stand.visit(
        *to_begin(stand, number, way), Step(Guide, Nav.BACK, check=has(WHY)), *LEAVE, Step(TakeAway, does=stand.pull)
    )
    assert not stand.delivered


async def test_who_is_in_no_group_is_told_so_after_the_form(stand: Stand, village: Village) -> None:
    looks: list[int] = []

    def look(ask: Any) -> Conditions:
        looks.append(len(ask.answers))
        return AGAINST if ask.answers else FINE

    stand.central.answers["conditions"] = look
    form = filled(stand, 16)
    await stand.visit(
        *to_begin(stand, 16, "worker first"),
        Step(Guide, GuideChoice.START),
        *form,
        Step(Guide, Nav.BACK, check=has(WHY)),
        Step(form[-1].view, Nav.HOME),
        Step(MessageView, "leave"),
        Step(Menu, MenuChoice.LEAVE),
        Step(TakeAway, does=stand.pull),
    )
    assert looks == [0, len(form)]
    assert not stand.delivered


@HELPED
async def test_institutions_nearby_are_shown_with_their_reasons_and_printed(
    stand: Stand, village: Village, way: str
) -> None:
    # by hand all of it is beyond the reach: the platform's sentence stands above, in place of 「越靠前越合适」
    note = "" if way == "card first" else "下面这些都比您要的远，近的在前。"
    found = msgspec.structs.replace(LISTING, note=note)
    stand.central.answers |= {"recommend": found, "detail": DETAIL}

    def reasons(view: ListingView) -> None:
        assert view.cards[0].reasons == LISTING.cards[0].reasons
        assert view.line == (note or texts.load()(Text.RECOMMEND_LINE, total=1))

    await stand.visit(
        *to_begin(stand, 17, way),
        Step(ListingView, OpenCard("PK00003"), check=reasons),
        Step(DetailView, DetailChoice.PRINT),
        Step(MessageView, "ok"),
        Step(DetailView, DetailChoice.DONE),
        Step(ListingView, Nav.BACK),
        *LEAVE,
        Step(TakeAway, does=stand.pull),
    )
    [slip] = stand.printer.slips
    assert "1003 号班" in repr(slip)


async def test_without_a_wish_the_way_leads_to_its_registration(stand: Stand, village: Village) -> None:
    stand.central.answers |= {
        "recommend": Failure(Fault.PLATFORM_NOT_REGISTERED), "conditions": FINE, "deliver": stand.accepting,
    }  # fmt: skip
    await stand.visit(
        *to_begin(stand, 17, "worker first"),
        Step(MessageView, "ok", check=has(stand.faults[Fault.PLATFORM_NOT_REGISTERED].what)),
        Step(Guide, GuideChoice.START),
        *filled(stand, 16),
        Step(Confirm, ConfirmChoice.SUBMIT),
        Step(ResultView, ResultChoice.FINISH),
        Step(TakeAway, does=stand.pull),
    )
    assert stand.delivered == 1


@HELPED
async def test_the_worker_sees_what_is_due_and_what_is_known_and_prints_it(
    stand: Stand, village: Village, way: str
) -> None:
    stand.central.answers["records"] = STATE

    def seen(view: RecordsView) -> None:
        assert [fact.value for fact in view.facts] == ["wait:等着反馈", "2026年12月2日"]

    await stand.visit(
        *to_begin(stand, 18, way),
        Step(RecordsView, RecordsChoice.PRINT, check=seen),
        Step(MessageView, "ok"),
        Step(RecordsView, RecordsChoice.DONE),
        *LEAVE,
        Step(TakeAway, does=stand.pull),
    )
    assert "2026年12月2日" in repr(stand.printer.slips)


async def test_without_a_wish_there_is_nothing_to_answer_and_it_says_so(stand: Stand, village: Village) -> None:
    note = "平台上还没有登记过想学什么。请帮办员先办「培训意向登记」。"
    stand.central.answers["records"] = wire.Records(title="", facts=(), tables=(), as_of="2026-11-25", note=note)

    def seen(view: RecordsView) -> None:
        assert view.note == note
        assert not view.can_print

    await stand.visit(
        *to_begin(stand, 18, "worker first"),
        Step(RecordsView, RecordsChoice.DONE, check=seen),
        *LEAVE,
        Step(TakeAway, does=stand.pull),
    )


# -- a resident alone ------------------------------------------------------------------------------------------------


@WAYS
async def test_a_resident_alone_sees_how_far_the_answer_is(stand: Stand, way: str) -> None:
    """The guide, and once they proved who they are, what the staff owe them or found."""
    stand.central.answers = answers(conditions=WAITING)

    def told(view: Guide) -> None:
        assert view.start == ""
        assert [row.sign for row in view.rows] == [Sign.OK, Sign.WAIT, None]
        assert "最晚2026年12月2日告诉您" in repr(view.rows[1])
        assert "12333" in repr(view.rows[2])

    await stand.visit(
        *ways_in(stand, Group.SKILL, 18, way),
        Step(Guide, GuideChoice.PRINT, check=told),
        Step(MessageView, "ok"),
        Step(Guide, Nav.BACK),
        Step(Guide, Nav.BACK, check=has("看看我的办到哪一步了")),
        *LEAVE,
        Step(TakeAway, does=stand.pull),
    )
    assert "最晚2026年12月2日告诉您" in repr(stand.printer.slips)
    assert [ask.item for name, ask in stand.central.asked if name == "conditions"] == [18]


@WAYS
@pytest.mark.parametrize("number", [16, 17, 18, 19])
async def test_a_resident_alone_reads_why_not(stand: Stand, number: int, way: str) -> None:
    stand.central.answers = answers(conditions=AGAINST)
    await stand.visit(
        *ways_in(stand, Group.SKILL, number, way),
        Step(Guide, Nav.BACK, check=has(WHY)),
        Step(Guide, Nav.BACK, check=has("要满足")),
        *LEAVE,
        Step(TakeAway, does=stand.pull),
    )
    assert not stand.delivered
