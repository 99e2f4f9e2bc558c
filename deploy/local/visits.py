"""The visits of the tour, as data: what is touched, inserted and expected, in order. deploy/local/tour.py plays them.

Labels are what stands on the screen. A touch looks for its label on the following pages too, as a person would.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, TypeAlias


@dataclass(frozen=True)
class Tap:
    """Touch what bears this label."""

    label: str


@dataclass(frozen=True)
class TapCard:
    """Touch the n-th card of a list, whatever it is called."""

    place: int = 0


@dataclass(frozen=True)
class Choose:
    """Mark these answers of a question, then go on."""

    labels: tuple[str, ...]


@dataclass(frozen=True)
class Digits:
    """Type digits on the pad, then touch ``then``."""

    digits: str
    then: str = "下一步"


@dataclass(frozen=True)
class Pinyin:
    """Type letters, choose these candidates one after the other, then go on."""

    letters: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class Insert:
    """Insert this person's card (a key of deploy/demo/cast.toml)."""

    person: str


@dataclass(frozen=True)
class Pull:
    """Pull the card."""


@dataclass(frozen=True)
class Expect:
    """This view is shown, and all these words stand on it."""

    view: str
    words: tuple[str, ...] = ()
    wait: float = 20.0


@dataclass(frozen=True)
class Absent:
    """None of these words stands on the screen."""

    words: tuple[str, ...]


@dataclass(frozen=True)
class Slip:
    """A slip came out of the printer; it is kept, and these words stand on it."""

    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Receipt:
    """Remember the number on the screen; what it says is the visit's outcome."""

    outcome: str


@dataclass(frozen=True)
class Platform:
    """The wire between terminal and platform is whole, or cut."""

    up: bool


@dataclass(frozen=True)
class Delivered:
    """So many more submissions have had an effect on the platform than when this visit began, and none waits."""

    more: int
    waiting: int = 0
    wait: float = 60.0


Step: TypeAlias = (
    Tap | TapCard | Choose | Digits | Pinyin | Insert | Pull | Expect | Absent | Slip | Receipt | Platform | Delivered
)


@dataclass(frozen=True)
class VisitPlan:
    """One visit, or one item within a sitting. ``outcome`` is what its end is called when every step was reached."""

    item: int
    name: str
    steps: tuple[Step, ...]
    outcome: str = "done"
    people: tuple[str, ...] = field(default=())


PIN: Final = Digits("123456", then="确定")
COME: Final = (Insert("employee"), Expect("Menu", ("张*",)))
LEAVE: Final = (Tap("首页"), Expect("Menu"), Tap("办完了，取卡"), Expect("TakeAway"), Pull(), Expect("Attract"))

FORM: Final = (
    Choose(("电焊工", "工厂普工")),
    Choose(("忻府区",)),
    Choose(("县里",)),
    Digits("4000"),
    Choose(("高中",)),
    Choose(("电焊证",)),
    Digits("12"),
    Choose(("白班",)),
    Choose(("要管吃",)),
    Pinyin("yangshucun", ("杨树村",)),
    Digits("13800000101"),
    Choose(("打电话",)),
    Choose(("一个星期以内",)),
)
"""Item 1, all questions but the last, which may be skipped."""

VISITS: Final = (
    VisitPlan(
        25,
        "contributions",
        (
            Expect("Attract"),
            *COME,
            Tap("办社保"),
            Expect("ItemList"),
            Tap("企业职工基本养老保险参保情况查询"),
            Expect("PinPad"),
            PIN,
            Expect("RecordsView", ("元",)),
            Tap("打印"),
            Expect("MessageView", ("凭条打印好了",)),
            Tap("知道了"),
            Expect("RecordsView"),
            Slip(("张*",)),
            *LEAVE,
        ),
    ),
    VisitPlan(
        36,
        "payouts",
        (
            Insert("grandmother"),
            Expect("Menu", ("李*",)),
            Tap("办社保"),
            Expect("ItemList"),
            Tap("城乡居民养老保险待遇发放记录查询"),
            Expect("PinPad"),
            Digits("246810", then="确定"),
            Expect("RecordsView", ("银行卡", "补发")),
            Tap("打印"),
            Expect("MessageView", ("凭条打印好了",)),
            Tap("知道了"),
            Expect("RecordsView"),
            Slip(("李*",)),
            *LEAVE,
        ),
    ),
    VisitPlan(
        3,
        "openings",
        (
            *COME,
            Tap("找工作"),
            Expect("ItemList"),
            Tap("固定工岗位信息查询"),
            Expect("ListingView"),
            Tap("换个条件"),
            Expect("ChoiceQuestion", ("哪个县",)),
            Choose(("忻府区",)),
            Expect("ChoiceQuestion", ("最少",)),
            Choose(("3 000 元以上",)),
            Expect("ChoiceQuestion", ("什么活儿",)),
            Tap("跳过"),
            Expect("TextQuestion"),
            Tap("跳过"),
            Expect("ListingView", ("忻府区",)),
            TapCard(0),
            Expect("DetailView", ("元",)),
            Tap("打印"),
            Expect("MessageView", ("凭条打印好了",)),
            Tap("知道了"),
            Expect("DetailView"),
            Slip(),
            Tap("扫码带走"),
            Expect("QrView"),
            Tap("好了"),
            Expect("DetailView"),
            Tap("看完了"),
            Expect("ListingView"),
            *LEAVE,
        ),
    ),
    VisitPlan(
        1,
        "registration",
        (
            *COME,
            Tap("找工作"),
            Expect("ItemList"),
            Tap("固定工求职登记"),
            Expect("Guide"),
            Tap("开始办理"),
            Expect("PinPad"),
            PIN,
            Expect("ChoiceQuestion", ("什么活儿",)),
            *FORM,
            Expect("TextQuestion", ("以前干过",)),
            Tap("跳过"),
            Expect("Confirm", ("杨树村",)),
            Tap("提交"),
            Expect("ResultView", ("办好了，县里已经收到",), wait=40.0),
            Receipt("accepted"),
            Slip(("张*", "固定工求职登记")),
            Delivered(1),
        ),
        outcome="accepted",
    ),
    VisitPlan(
        2,
        "recommendation",
        (
            Tap("再办一件"),
            Expect("ItemList"),
            Tap("固定工岗位信息推荐"),
            Expect("ListingView", ("合适",)),
            TapCard(0),
            Expect("DetailView", ("元",)),
            Tap("打印"),
            Expect("MessageView", ("凭条打印好了",)),
            Tap("知道了"),
            Expect("DetailView"),
            Slip(),
            Tap("看完了"),
            Expect("ListingView"),
            *LEAVE,
        ),
    ),
    VisitPlan(
        1,
        "pulled",
        (
            *COME,
            Tap("找工作"),
            Expect("ItemList"),
            Tap("固定工求职登记"),
            Expect("Guide"),
            Tap("开始办理"),
            Expect("PinPad"),
            PIN,
            Expect("ChoiceQuestion", ("什么活儿",)),
            *FORM[:10],
            Expect("NumberQuestion", ("电话",)),
            Pull(),
            Expect("MessageView", ("卡取出来了", "没有报上去")),
            Absent(("张*", "140999", "电焊工", "4 000")),
            Delivered(0),
            Tap("知道了"),
            Expect("Attract"),
        ),
        outcome="pulled",
    ),
    VisitPlan(
        1,
        "unreachable",
        (
            Platform(up=False),
            *COME,
            Tap("找工作"),
            Expect("ItemList"),
            Tap("固定工岗位信息查询"),
            Expect("MessageView", ("还能办", "暂时不能"), wait=30.0),
            Tap("看看能办什么"),
            Expect("Menu", ("现在连不上",)),
            Tap("找工作"),
            Expect("ItemList"),
            Tap("固定工求职登记"),
            Expect("Guide"),
            Tap("开始办理"),
            Expect("PinPad"),
            PIN,
            Expect("ChoiceQuestion", ("什么活儿",), wait=30.0),
            *FORM,
            Expect("TextQuestion", ("以前干过",)),
            Tap("跳过"),
            Expect("Confirm", ("杨树村",)),
            Tap("提交"),
            Expect("ResultView", ("已收到，待平台确认",), wait=60.0),
            Receipt("kept"),
            Slip(("已收到，待平台确认",)),
            Delivered(0, waiting=1),
            Tap("办完了，取卡"),
            Expect("TakeAway"),
            Pull(),
            Expect("Attract"),
            Platform(up=True),
            Delivered(1),
        ),
        outcome="kept, then delivered once",
    ),
)
