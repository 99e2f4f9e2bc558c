"""``--tour all``: every one of the forty items to its end. What residents do by themselves; what is the counter's, once
as the resident alone finds it (the notice, the conditions looked up, both to take along) and once with a worker who
helps."""

from __future__ import annotations

from typing import Final

from contract.catalogue import Kind
from deploy.local.county import names_of, pins_of, workers_of
from deploy.local.filling import ITEMS, form
from deploy.local.household import CAST
from deploy.local.item_visits import ITEM_VISITS, LOOKED, PRINTED
from deploy.local.steps import (
    Answered,
    Delivered,
    Digits,
    Expect,
    Insert,
    Lay,
    Lift,
    Pull,
    Receipt,
    Reviewed,
    Rostered,
    ShowCode,
    Slip,
    Step,
    Tap,
    VisitPlan,
)
from deploy.local.visits import LEAVE, VISITS

PINS: Final = pins_of(CAST)
NAMES: Final = names_of(CAST)
(HELPER,) = workers_of(CAST)
CAN: Final = "县里的平台替您看了"
CANNOT: Final = "眼下还办不了"
MET: Final = "您够条件"
ACCEPTED: Final = "办好了，县里已经收到"
QUEUED: Final = "收下了，县里正在审核"
RATED: Final = (Expect("RatingView", ("这件事办得怎么样",)), Tap("非常满意"))
FINISHED: Final = (Tap("办完了，取卡"), *RATED, Expect("TakeAway"), Pull(), Expect("Attract"))
PLAYED: Final = {plan.name: plan for plan in (*VISITS, *ITEM_VISITS)}
"""Visits of the other tours that are whole in themselves."""


def to(number: int) -> tuple[Step, ...]:
    """From the menu to the item."""
    return Tap(ITEMS[number].group.value), Expect("ItemList"), Tap(ITEMS[number].name)


def proves(person: str) -> tuple[Step, ...]:
    return Expect("PinPad"), Digits(PINS[person], then="确定")


def comes(person: str, number: int) -> tuple[Step, ...]:
    """Somebody puts their card in and touches an item."""
    return Expect("Attract"), Insert(person), Expect("Menu", (NAMES[person],)), *to(number)


def handed_in(person: str, number: int, *words: str) -> tuple[Step, ...]:
    """From the sheet to what the terminal says, and to the slip. *words* stand on that as well."""
    said = QUEUED if ITEMS[number].working_days else ACCEPTED
    return (
        *(Expect("Confirm", wait=40.0), Tap("提交"), Expect("ResultView", (said,), wait=60.0), Receipt("accepted")),
        *(Slip((NAMES[person], ITEMS[number].name, *words)), Delivered(1)),
    )


def looks(number: int, name: str, person: str) -> VisitPlan:
    """What is looked up without proof: the list, an entry, its slip."""
    return VisitPlan(
        number, name, (*comes(person, number), Expect("ListingView"), *LOOKED, Expect("ListingView"), *LEAVE)
    )


def reads(number: int, name: str, person: str, *words: str) -> VisitPlan:
    """One's own records, and the slip of them."""
    seen = Expect("RecordsView", words)
    printed = (*PRINTED, Expect("RecordsView"), Slip((NAMES[person],)))
    return VisitPlan(number, name, (*comes(person, number), *proves(person), seen, *printed, *LEAVE))


def registers(
    number: int, name: str, person: str, steps: tuple[Step, ...], *before: Step, after: str = ""
) -> VisitPlan:
    """A registration by the resident: proof, where there are conditions their page, the form, the slip."""
    conditions = (Expect("Guide", (CAN,)), Tap("接着填")) if ITEMS[number].conditions else ()
    begin = (*before, *comes(person, number), Expect("Guide"), Tap("开始办理"), *proves(person))
    whole = (*begin, *conditions, *steps, *handed_in(person, number), *FINISHED)
    return VisitPlan(number, name, whole, outcome="accepted", after=after)


def fits(number: int, name: str, person: str, after: str) -> VisitPlan:
    """What fits what was registered before."""
    seen = (Expect("ListingView", ("合适",)), *LOOKED, Expect("ListingView"))
    return VisitPlan(number, name, (*comes(person, number), *proves(person), *seen, *LEAVE), after=after)


CLOSED: Final = "单位关门了"
CERTIFICATE: Final = form(
    22, occupation="电工", level="中级（四级）", issued="202608", certificate="S000014999999264000001"
)
ALONE_AT_THE_TERMINAL: Final = (
    registers(1, "wish", "employee", form(1, county="忻府区", wage="4000", years="12")),
    fits(2, "fitting", "employee", after="wish"),
    PLAYED["openings"],
    registers(4, "gig-wish", "builder", form(4, wage="80", years="3")),
    fits(5, "fitting-gigs", "builder", after="gig-wish"),
    looks(6, "gigs", "graduate"),
    registers(7, "gig-offered", "employee", form(7, county="忻府区", headcount="2", wage="300", days="5")),
    fits(8, "fitting-seekers", "employee", after="gig-offered"),
    looks(9, "seekers", "employee"),
    registers(10, "flexible", "farmer", form(10, work="卖早点")),
    registers(11, "unemployed", "laid_off", form(11, last_work="工厂", left="202607", reason=CLOSED)),
    looks(12, "policies", "graduate"),
    reads(13, "work-book", "jobless", "失业登记"),
    PLAYED["fairs"],
    looks(15, "archives", "graduate"),
    registers(22, "skill", "employee", CERTIFICATE),
    registers(23, "benefit", "laid_off", form(23, left="202607", reason=CLOSED), Reviewed(11), after="unemployed"),
    PLAYED["contributions"],
    reads(26, "retirement-paid", "retired", "银行卡"),
    reads(27, "benefit-paid", "jobless", "失业保险金"),
    PLAYED["paid-by-year"],
    PLAYED["payouts"],
)  # fmt: skip


# -- the counter's ---------------------------------------------------------------------------------------------------


def alone(number: int, person: str, *found: str) -> VisitPlan:
    """A counter's item as the resident finds it: the notice, and what the platform says of the conditions (*found*
    stands there); both to take along."""
    item = ITEMS[number]
    steps = (*comes(person, number), Expect("Guide", ("找村里的帮办员",)), *_take_along("打印带走", item.name))
    if item.conditions:
        look = "看看我的办到哪一步了" if item.kind is Kind.RECORDS else "看看我够不够条件"
        steps += (Tap(look), *proves(person), Expect("Guide", found))
        steps += (*_take_along("打印带走", NAMES[person], item.name), Tap("返回"), Expect("Guide"))
    return VisitPlan(number, f"alone-{number}", (*steps, *LEAVE), outcome="told")


def _take_along(key: str, *words: str) -> tuple[Step, ...]:
    printed = Expect("MessageView", ("凭条打印好了",))
    return Tap(key), printed, Tap("知道了"), Expect("Guide"), Slip(words)


SIGNS_IN: Final = (
    *(Expect("Attract"), Rostered(), Tap("请插入社保卡"), Expect("Menu"), Tap("帮办"), Expect("MessageView")),
    *(Tap("工作人员登录"), Expect("AskProof", ("工作人员登录帮办",)), ShowCode(HELPER.person)),
    *(Expect("PinPad", ("帮办密码",)), Digits(HELPER.pin, then="确定"), Expect("Menu", (HELPER.worker,), wait=40.0)),
)
"""A worker signs in for this visit: their code shown to the scanner, their PIN."""


def helped(
    number: int,
    person: str,
    *before: Step,
    item_first: bool = False,
    id_card: bool = False,
    after: str = "",
    **given: str,
) -> VisitPlan:
    """A counter's item with a worker who helps, to its slip. *item_first*: the resident shows who they are when the
    item asks."""
    item, name = ITEMS[number], NAMES[person]
    shows: tuple[Step, ...] = (Lay(person),) if id_card else (Insert(person),)
    begins = (*to(number), Expect("Guide"), Tap("开始办理"))
    both, lifted = both_read(number, person)
    ways = {
        True: (*begins, Expect("AskProof"), *shows, *both),
        False: (*shows, Expect("Menu", (name,)), *begins, *both),
    }
    leaves = (Tap("办完了"), *RATED, Expect("TakeAway"), Lift(), Expect("Attract")) if id_card else FINISHED
    whole = (
        *(*before, *SIGNS_IN, *ways[item_first]),
        *((Expect("Guide", (CAN,), wait=40.0), *lifted, Tap("接着填")) if item.conditions else ()),
        *(*form(number, **given), *handed_in(person, number, HELPER.worker), *leaves),
    )
    return VisitPlan(number, f"helped-{number}", whole, outcome="accepted", after=after)


def both_read(number: int, person: str) -> tuple[tuple[Step, ...], tuple[Step, ...]]:
    """Where an item wants both cards, the ID card is laid besides the card that is in; and taken away again."""
    item = ITEMS[number]
    if not item.both_cards:
        return (), ()
    who = (Expect("MessageView", ("谁来办",)), Tap("本人来了")) if item.agent else ()
    return (*who, Expect("AskProof", ("还要读身份证",)), Lay(person)), (Lift(),)


def helped_to_fit(number: int, person: str, after: str) -> VisitPlan:
    """What fits what was registered before, with a worker who helps."""
    begins = (Insert(person), Expect("Menu", (NAMES[person],)), *to(number), Expect("Guide"), Tap("开始办理"))
    seen = (Expect("ListingView", ("教您想学的",)), *LOOKED, Expect("ListingView"))
    return VisitPlan(number, f"helped-{number}", (*SIGNS_IN, *begins, *seen, *LEAVE), after=after)


def helped_to_read(number: int, person: str, *words: str, after: str = "") -> VisitPlan:
    """A look-up of the counter's with a worker who helps."""
    begins = (Insert(person), Expect("Menu", (NAMES[person],)), *to(number), Expect("Guide"), Tap("开始办理"))
    both, lifted = both_read(number, person)
    seen = (Expect("RecordsView", words), *lifted, *PRINTED, Expect("RecordsView"), Slip((NAMES[person],)))
    return VisitPlan(number, f"helped-{number}", (*SIGNS_IN, *begins, *both, *seen, *LEAVE), after=after)


BY_THE_COUNTER: Final = (
    alone(16, "graduate", MET),
    helped(16, "farmer", distance="外地也行"),
    alone(17, "graduate", CANNOT, "还没有登记"),
    helped_to_fit(17, "farmer", after="helped-16"),
    alone(18, "graduate", CANNOT, "还没有登记"),
    helped_to_read(18, "farmer", "等着反馈", after="helped-16"),
    alone(19, "graduate", CANNOT, "还没有登记"),
    helped(19, "farmer", Answered(16), item_first=True, after="helped-16"),
    alone(20, "farmer", MET),
    helped(20, "jobless"),
    alone(21, "grandmother", MET),
    helped(21, "grandmother", item_first=True),
    alone(24, "employee", CANNOT, "没有在发"),
    helped(24, "retired"),
    alone(28, "employee", CANNOT, "两样不能都参加"),
    helped(28, "newcomer", item_first=True),
    alone(29, "farmer", CANNOT, "已经参加了"),
    helped(29, "latecomer"),
    alone(30, "farmer", MET),
    helped(30, "farmer", address="杨树村", phone="13800000121"),
    alone(31, "farmer", MET),
    helped(31, "farmer", item_first=True, cause="别的原因"),
    alone(32, "latecomer", MET),
    helped(32, "latecomer", years="3"),
    alone(34, "employee", CANNOT, "满60周岁"),
    helped(34, "sixty"),
    alone(35, "farmer", CANNOT, "满65周岁"),
    helped(35, "grandmother", item_first=True),
    alone(37, "farmer", CANNOT, "没有在发"),
    helped(37, "old_card"),
    alone(38, "employee", CANNOT, "已经启用"),
    helped(38, "newcomer"),
    alone(39, "employee"),
    helped_to_read(39, "employee", "卡的状态"),
    alone(40, "builder", MET),
    helped(40, "builder", id_card=True),
)

ALL: Final = (*ALONE_AT_THE_TERMINAL, *BY_THE_COUNTER)


def chosen(plans: tuple[VisitPlan, ...], only: list[str]) -> list[VisitPlan]:
    """The visits that are asked for by name (``helped-34``), item (``34``) or items (``16-19``), each after the one it
    stands on; all of them when nothing is asked for."""
    if not only:
        return list(plans)
    numbers = {number for asked in only for number in _numbers(asked)}
    names = {plan.name for plan in plans if plan.name in only or plan.item in numbers}
    wanted = names | {plan.after for plan in plans if plan.name in names}
    return [plan for plan in plans if plan.name in wanted]


def _numbers(asked: str) -> range:
    first, _, last = asked.partition("-")
    if not (first.isdigit() and (last or first).isdigit()):
        return range(0)
    return range(int(first), int(last or first) + 1)
