"""Visits of the tour that are about items: a list, own records, work by the day from both sides."""

from __future__ import annotations

from typing import Final

from deploy.local.steps import (
    Choose,
    Delivered,
    Digits,
    Expect,
    Insert,
    Pinyin,
    Receipt,
    Slip,
    Step,
    Tap,
    TapCard,
    VisitPlan,
)
from deploy.local.visits import LEAVE

SEEKER: Final = (
    Choose(("厨师、帮厨", "保洁、扫街")),
    Choose(("不限",)),
    Choose(("外地也行",)),
    Digits("80"),
    Choose(("都行",)),
    Choose(("这两天就开始",)),
    Choose(("没有",)),
    Digits("3"),
    Choose(("都不用",)),
    Pinyin("yangshucun", ("杨树村",)),
    Digits("13800000101"),
    Choose(("让服务点转告",)),
)
"""Item 4, all questions but the last, which may be skipped."""

HIRING: Final = (
    Choose(("保洁、扫街",)),
    Digits("2"),
    Choose(("忻府区",)),
    Pinyin("yangshucun", ("杨树村",)),
    Digits("300"),
    Digits("5"),
    Choose(("时间灵活",)),
    Choose(("一个月以内",)),
    Choose(("不要求",)),
    Choose(("管吃",)),
)
"""Item 7 until who hires, which may be skipped."""


def comes(person: str, name: str, group: str, item: str, pin: str = "") -> tuple[Step, ...]:
    """Somebody puts their card in and touches an item; with *pin*, the card asks for it."""
    proof = (Expect("PinPad"), Digits(pin, then="确定")) if pin else ()
    return (Insert(person), Expect("Menu", (name,)), Tap(group), Expect("ItemList"), Tap(item), *proof)


PRINTED: Final = (Tap("打印"), Expect("MessageView", ("凭条打印好了",)), Tap("知道了"))
LOOKED: Final = (TapCard(0), Expect("DetailView"), *PRINTED, Expect("DetailView"), Slip(), Tap("看完了"))

ITEM_VISITS: Final = (
    VisitPlan(
        14,
        "fairs",
        (
            Expect("Attract"),
            *comes("employee", "张*", "找工作", "招聘会信息查询"),
            Expect("ListingView", ("招聘会",)),
            *LOOKED,
            Expect("ListingView"),
            *LEAVE,
        ),
    ),
    VisitPlan(
        33,
        "paid-by-year",
        (
            *comes("farmer", "郝*", "办社保", "城乡居民养老保险缴费信息查询", "979797"),
            Expect("RecordsView", ("补充险",)),
            *PRINTED,
            Expect("RecordsView"),
            Slip(("郝*", "补充险")),
            Tap("更早的"),
            Expect("RecordsView"),
            *LEAVE,
        ),
    ),
    VisitPlan(
        5,
        "day-work",
        (
            *comes("builder", "赵*", "找工作", "零工岗位信息推荐", "135790"),
            Expect("MessageView", ("先登个记",)),
            Tap("知道了"),
            Expect("ChoiceQuestion", ("什么零活",)),
            *SEEKER,
            Expect("TextQuestion", ("以前干过",)),
            Tap("跳过"),
            Expect("Confirm", ("杨树村",)),
            Tap("提交"),
            Expect("ResultView", ("办好了，县里已经收到",), wait=40.0),
            Receipt("accepted"),
            Slip(("赵*", "零工求职登记")),
            Delivered(1),
            Tap("再办一件"),
            Expect("ItemList"),
            Tap("零工岗位信息推荐"),
            Expect("ListingView", ("合适",)),
            *LOOKED,
            Expect("ListingView"),
            *LEAVE,
        ),
        outcome="accepted",
    ),
    VisitPlan(
        7,
        "hiring",
        (
            *comes("employee", "张*", "找工作", "招聘零工登记"),
            Expect("Guide"),
            Tap("开始办理"),
            Expect("PinPad"),
            Digits("123456", then="确定"),
            Expect("ChoiceQuestion", ("什么活儿",)),
            *HIRING,
            Expect("TextQuestion", ("哪个单位",)),
            Tap("跳过"),
            Digits("13800000101"),
            Choose(("直接给我打电话",)),
            Expect("TextQuestion", ("还有什么",)),
            Tap("跳过"),
            Expect("Confirm", ("杨树村",)),
            Tap("提交"),
            Expect("ResultView", ("办好了，县里已经收到",), wait=40.0),
            Receipt("accepted"),
            Slip(("张*", "招聘零工登记")),
            Delivered(1),
            Tap("再办一件"),
            Expect("ItemList"),
            Tap("零工求职信息推荐"),
            Expect("ListingView", ("工钱合适",)),
            *LOOKED,
            Expect("ListingView"),
            *LEAVE,
        ),
        outcome="accepted",
    ),
)
