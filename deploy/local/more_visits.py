"""What goes otherwise: other ways to show who one is, and everything that goes wrong; each visit ends with its page."""

from __future__ import annotations

from typing import Final

from deploy.local.county import workers_of
from deploy.local.household import CAST
from deploy.local.steps import (
    Absent,
    Choose,
    Delivered,
    Digits,
    Expect,
    Insert,
    Lay,
    Lift,
    Paper,
    Pull,
    Receipt,
    Rostered,
    ShowCode,
    Slip,
    Slow,
    Step,
    Tap,
    VisitPlan,
)
from deploy.local.visits import FORM, LEAVE, PIN

LEAVE_WITHOUT_CARD: Final = (Tap("首页"), Expect("Menu"), Tap("办完了"), Expect("TakeAway"), Expect("Attract"))
CONTRIBUTIONS: Final = (Tap("办社保"), Expect("ItemList"), Tap("企业职工基本养老保险参保情况查询"))
REGISTER: Final = (
    *(Tap("找工作"), Expect("ItemList"), Tap("固定工求职登记")),
    *(Expect("Guide"), Tap("开始办理"), Expect("PinPad")),
)
STAFF: Final = "帮办员"
(HELPER,) = workers_of(CAST)
SIGNS_IN: Final = (
    *(Expect("Attract"), Rostered(), Tap("请插入社保卡"), Expect("Menu"), Tap("帮办"), Expect("MessageView")),
    *(Tap("工作人员登录"), Expect("AskProof", ("工作人员登录帮办",)), ShowCode(HELPER.person), Expect("PinPad")),
)
"""A worker's code is shown to the scanner; their PIN is asked for."""


def told(name: str, person: str, words: str) -> VisitPlan:
    """A card that does not work is put in, its page says why and what to do, and goes when the card is out."""
    steps: tuple[Step, ...] = (
        *(Expect("Attract"), Insert(person), Expect("MessageView", (words, STAFF)), Absent(("错误", "异常", "Error"))),
        *(Pull(), Expect("Attract")),
    )
    return VisitPlan(0, name, steps, outcome="told")


MORE: Final = (
    VisitPlan(
        25,
        "code",
        (
            *(Expect("Attract"), ShowCode("employee"), Expect("Menu", ("张*",)), *CONTRIBUTIONS),
            *(Expect("RecordsView", ("元",)), *LEAVE_WITHOUT_CARD),
        ),
    ),
    VisitPlan(
        36,
        "id-card-password",
        (
            *(Lay("grandmother"), Expect("Menu", ("李*",)), Lift(), Tap("办社保"), Expect("ItemList")),
            *(Tap("城乡居民养老保险待遇发放记录查询"), Expect("PinPad", ("服务密码",))),
            *(Digits("047253", then="确定"), Expect("RecordsView", ("银行卡",)), *LEAVE_WITHOUT_CARD),
        ),
    ),
    VisitPlan(
        3,
        "id-card",
        (
            *(Lay("builder"), Expect("Menu", ("赵*",)), Tap("找工作"), Expect("ItemList")),
            *(Tap("固定工岗位信息查询"), Expect("ListingView"), Lift(), *LEAVE_WITHOUT_CARD),
        ),
    ),
    told("silent", "silent_card", "机器没认出这张卡"),
    told("bank", "bank_card", "这不是社保卡"),
    told("garbled", "garbled_card", "这张卡没有读全"),
    told("expired", "expired_card", "这张卡过了有效期"),
    told("other-keys", "other_keys", "这张卡和机器没对上"),
    VisitPlan(
        25,
        "third-generation",
        (
            *(Insert("third_generation"), Expect("Menu", ("何*",)), *CONTRIBUTIONS, Expect("PinPad")),
            *(Digits("737373", then="确定"), Expect("RecordsView", ("元",)), *LEAVE),
        ),
    ),
    told("lost", "lost_card", "这张社保卡已经停用"),
    VisitPlan(
        25,
        "blocked-pin",
        (
            *(Insert("blocked_pin"), Expect("Menu", ("冯*",)), *CONTRIBUTIONS, Expect("PinPad")),
            *(Digits("909090", then="确定"), Expect("MessageView", ("卡的密码锁住了", STAFF))),
            *(Tap("知道了"), Expect("ItemList"), *LEAVE),
        ),
        outcome="told",
    ),
    VisitPlan(
        25,
        "wrong-pin",
        (
            *(Insert("employee"), Expect("Menu", ("张*",)), *CONTRIBUTIONS, Expect("PinPad")),
            *(Digits("111111", then="确定"), Expect("PinPad", ("还可以试 2 次",))),
            *(Digits("222222", then="确定"), Expect("PinPad", ("还可以试 1 次",))),
            *(PIN, Expect("RecordsView", ("元",)), *LEAVE),
        ),
    ),
    VisitPlan(
        1,
        "stranger",
        (
            *(Insert("stranger"), Expect("Menu", ("周*",)), *REGISTER, Digits("654321", then="确定")),
            *(
                Expect("MessageView", ("平台上还没有您的信息", STAFF)),
                Delivered(0),
                Tap("知道了"),
                Expect("Guide"),
                *LEAVE,
            ),
        ),
        outcome="told",
    ),
    VisitPlan(
        0,
        "pulled-while-reading",
        (
            *(Insert("employee", pull_after=4), Expect("MessageView", ("卡还没读完就拔出来了",)), Pull()),
            *(Tap("知道了"), Expect("Attract")),
        ),
        outcome="told",
    ),
    VisitPlan(
        1,
        "no-paper",
        (
            *(
                Paper("out"),
                Expect("Attract", ("凭条纸用完了",)),
                Insert("employee"),
                Expect("Menu", ("凭条纸用完了",)),
            ),
            *(*REGISTER, PIN, Expect("ChoiceQuestion", ("什么活儿",)), *FORM, Expect("TextQuestion", ("以前干过",))),
            *(
                Tap("跳过"),
                Expect("Confirm"),
                Tap("提交"),
                Expect("ResultView", ("凭条没有打出来", "扫这个码"), wait=40.0),
            ),
            *(Receipt("accepted"), Delivered(1), Tap("办完了，取卡"), Expect("TakeAway"), Pull(), Expect("Attract")),
            *(Paper("full"), Expect("Attract")),
        ),
        outcome="accepted, nothing printed",
    ),
    VisitPlan(
        25,
        "rated-poorly",
        (
            *(Insert("employee"), Expect("Menu", ("张*",)), *CONTRIBUTIONS, Expect("PinPad"), PIN),
            *(
                Expect("RecordsView", ("元",)),
                Tap("看完了"),
                Expect("RatingView", ("不记您的名字",)),
                Tap("非常不满意"),
            ),
            *(Expect("ChoiceQuestion", ("哪里没做好",)), Choose(("等得太久", "机器不好使"))),
            *(Expect("ChoiceQuestion", ("回个电话",)), Tap("要，打我登记的电话"), Tap("说完了")),
            *(Expect("ItemList"), Delivered(0), *LEAVE),
        ),
    ),
    VisitPlan(
        3,
        "slow",
        (
            *(Insert("employee"), Expect("Menu", ("张*",)), Tap("找工作"), Expect("ItemList"), Slow(30.0)),
            *(Tap("固定工岗位信息查询"), Expect("Progress", ("比平时慢",)), Expect("MessageView", ("回话太慢", STAFF))),
            *(Slow(0.0), Tap("再试一次"), Expect("ListingView"), *LEAVE),
        ),
    ),
    VisitPlan(
        1,
        "helped",
        (
            *(*SIGNS_IN, Digits("13572468", then="确定"), Expect("PinPad", ("还可以试",), wait=40.0)),
            *(Digits(HELPER.pin, then="确定"), Expect("Menu", (HELPER.worker,), wait=40.0)),
            *(Insert("employee"), Expect("Menu", ("张*", HELPER.worker)), Tap("帮办")),
            *(Expect("MessageView", ("正在帮办", HELPER.worker)), Tap("接着办"), Expect("Menu"), *REGISTER, PIN),
            *(Expect("ChoiceQuestion", ("什么活儿",)), *FORM, Expect("TextQuestion", ("以前干过",)), Tap("跳过")),
            *(Expect("Confirm", (HELPER.worker,)), Tap("提交"), Expect("ResultView", wait=40.0), Receipt("accepted")),
            *(Slip(("张*", "帮办", HELPER.worker)), Delivered(1), Tap("办完了，取卡"), Expect("TakeAway"), Pull()),
            *(Expect("Attract"), Absent((HELPER.worker,))),
        ),
        outcome="accepted, in the worker's name",
    ),
)
