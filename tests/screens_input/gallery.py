"""The input and data views as the terminal really shows them, each with the longest content it can get."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from msgspec.structs import replace

from contract import answers, catalogue, code_rules, texts
from contract.catalogue import Group
from contract.fields import Answer, Field, FieldKind, check
from contract.slip import PrintOutcome
from contract.texts import Text
from contract.wire import Card, Cell, Column, Fact, Table
from kiosk import rating
from kiosk.asking import Place, question
from kiosk.questions import Confirm, ConfirmRow
from kiosk.views import (
    DetailView,
    GuideRow,
    ItemList,
    ItemRow,
    ListingView,
    PinPad,
    QrView,
    RecordsView,
    ResultView,
    View,
)

ITEMS = catalogue.load()
TEXTS = texts.load()
LONGEST = max((item.name for item in ITEMS), key=len)
FORM = ITEMS[1]
NEXT = "下一步"
VILLAGE = "五台山风景名胜区金岗库乡大甘河村西大街"
"""Twenty characters: the longest that item 1 takes."""
PAST = "在砖厂开过八年铲车，后来在县城的工地上当过三年钢筋工，这两年在家种玉米养羊，农忙"
PLACE = "五台山风景名胜区 金岗库乡大甘河村旧学校往东三百米"
EMPLOYER = "忻州市五台山风景名胜区晋北山川法兰锻造有限责任公司第二分公司"
WHO = "欧阳** 140999********0026"


@dataclass(frozen=True)
class Scene:
    """A view, and the keys touched before it is looked at."""

    view: View[Any]
    touches: tuple[str, ...] = ()
    most_pages: int = 1
    """Pages it may take at most, in any size and text size."""


def asked(item: int, key: str, value: Answer = None, error: str = "") -> View[Any]:
    fields = ITEMS[item].fields
    step = next(n for n, field in enumerate(fields, start=1) if field.key == key)
    return question(fields[step - 1], value, Place(ITEMS[item].name, step, len(fields), NEXT), error)


FILLED: dict[str, Answer] = {
    "occupations": ("repair", "livestock", "office"), "county": "140971", "distance": "away", "wage": 50000,
    "schooling": "40", "certificate": "driver_b", "years": 60, "hours": "flexible", "lodging": "both",
    "village": VILLAGE, "phone": "013800000101", "contact": "village", "start": "harvest", "past": PAST,
}  # fmt: skip


def sheet() -> Confirm:
    return Confirm(
        title="请您看一遍，对不对？",
        line="哪里不对，点旁边的「修改」。都对了，点「提交」。",
        rows=tuple(ConfirmRow(f.label, answers.describe(f, FILLED[f.key], masked=False)) for f in FORM.fields),
        declaration=FORM.declaration,
    )


MONTHS = [f"2026-{month:02d}" for month in range(12, 0, -1)]
BANK = "银行卡已注销，钱退回来了；请到银行办一张新卡，再来这里改一下卡号"
CONTRIBUTIONS = RecordsView(
    title=ITEMS[25].name,
    line=f"{WHO}　{ITEMS[25].plain}",
    facts=(
        Fact(label="累计缴费", value="31 年 11 个月", large=True),
        Fact(label="参保状态", value="ok:正常参保", cell=Cell.STATE),
        Fact(label="首次参保", value="1994-12", cell=Cell.MONTH),
        Fact(label="今年已缴", value="12 个月"),
        Fact(label="现在单位", value=EMPLOYER),
        Fact(label="个人账户累计", value=12345678_90, cell=Cell.MONEY),
    ),
    tables=(
        Table(
            title="历年缴费",
            columns=(
                Column(label="年度"),
                Column(label="月数"),
                Column(label="个人缴费", cell=Cell.MONEY),
                Column(label="单位缴费", cell=Cell.MONEY),
            ),
            rows=tuple((f"{2026 - n}年", "12 个月", 20_491_20 - n * 11, 40_982_40 - n * 23) for n in range(32)),
            opens=tuple(str(2027 - n) for n in range(32)),
        ),
    ),
    note="演示数据：人物是虚构的，金额是示例。",
    can_print=True,
)
CONTRIBUTIONS_YEAR = RecordsView(
    title="2026年每月缴费",
    line=f"{WHO}　{ITEMS[25].plain}",
    facts=(
        Fact(label="到账", value="10 个月"),
        Fact(label="个人缴费", value=17_076_00, cell=Cell.MONEY),
        Fact(label="单位缴费", value=34_152_00, cell=Cell.MONEY),
    ),
    tables=(
        Table(
            title="",
            columns=(
                Column(label="月份", cell=Cell.MONTH),
                Column(label="缴费基数", cell=Cell.MONEY),
                Column(label="个人缴费", cell=Cell.MONEY),
                Column(label="单位缴费", cell=Cell.MONEY),
                Column(label="到账", cell=Cell.STATE),
            ),
            rows=tuple((month, 21_345_00, 1_707_60, 3_415_20, "wait:还没到账" if n < 2 else "ok:已到账")
                       for n, month in enumerate(MONTHS)),
        ),
    ),
    note="演示数据：人物是虚构的，金额是示例。",
    can_print=True,
    has_older=True,
)  # fmt: skip


def matters(*rows: tuple[str, ...]) -> RecordsView:
    labels = (Text.MATTERS_ITEM, Text.SLIP_TIME, Text.SLIP_RECEIPT, Text.MATTERS_STATE, Text.MATTERS_DETAIL)
    cells = (Cell.TEXT, Cell.DATE, Cell.RECEIPT, Cell.STATE, Cell.TEXT)
    columns = tuple(Column(label=TEXTS(label), cell=cell) for label, cell in zip(labels, cells, strict=True))
    table = Table(title="", columns=columns[: len(rows[0])], rows=rows)
    return RecordsView(title=TEXTS(Text.MATTERS_TITLE), line=TEXTS(Text.MATTERS_LINE, total=len(rows)), facts=(),
                       tables=(table,), can_print=True, print_label=TEXTS(Text.MATTERS_PRINT))  # fmt: skip


DONE = ("固定工求职登记", "2026-11-23", "000126327001", "ok:已办结")
MATTERS_PLAIN = matters(DONE, (ITEMS[7].name, "2026-10-08", "000126281002", "wait:已受理"))
MATTERS = matters(
    (*DONE, ""),
    (LONGEST, "2026-11-20", "000126324002", "wait:已受理", "最晚2026年11月27日（星期五）有答复"),
    (ITEMS[23].name, "2026-11-20", "012326324003", "bad:没有通过", "您还没有登记失业，要先办失业登记，办好了再来"),
)

PAYOUTS = RecordsView(
    title=ITEMS[36].name,
    line=f"{WHO}　{ITEMS[36].plain}",
    facts=(
        Fact(label="2026年12月应发", value=1_234_50, cell=Cell.MONEY, large=True),
        Fact(label="结果", value="bad:没发成", cell=Cell.STATE),
        Fact(label="日期", value="2026-12-15", cell=Cell.DATE),
        Fact(label="原因", value=BANK),
    ),
    tables=(
        Table(
            title="2026年12月待遇由这几项组成",
            columns=(Column(label="项目"), Column(label="金额", cell=Cell.MONEY)),
            rows=(("基础养老金", 1_128_00), ("个人账户养老金", 76_50), ("缴费年限养老金", 20_00), ("高龄补贴", 10_00)),
        ),
        Table(
            title="发放记录",
            columns=(Column(label="月份", cell=Cell.MONTH), Column(label="金额", cell=Cell.MONEY),
                     Column(label="结果", cell=Cell.STATE), Column(label="日期", cell=Cell.DATE),
                     Column(label="说明")),
            rows=tuple(
                (month, 1_234_50, "bad:没发成" if n == 0 else "ok:已补发" if n == 3 else "ok:已发放", f"{month}-15",
                 BANK if n == 0 else "上个月退回来的，这个月一起补发" if n == 3 else "")
                for n, month in enumerate(MONTHS)
            ),
        ),
    ),
    note="凭条没有打出来。请找村里的帮办员，或打 12333。",
    can_print=True,
    has_older=True,
)  # fmt: skip


def openings(reasons: tuple[str, ...] = ()) -> tuple[Card, ...]:
    jobs = (
        "大货车、校车驾驶员",
        "洗煤厂皮带看护工（四班三倒）",
        "护工",
        "车间操作工",
        "面点师",
        "低压电工、物业维修电工",
    )
    return tuple(
        Card(id=f"1409{n:04d}", title=title,
             lines=(f"每月 {4 + n} 500 到 {9 + n} 000 元", f"五台山风景名胜区 · {PLACE}", EMPLOYER),
             tag=f"招 {12 * (n + 1)} 人", reasons=reasons)
        for n, title in enumerate(jobs)
    )  # fmt: skip


REASONS = (
    "是您想找的活儿：修车、修机器",
    "工资合适：4 500 元起，您想要 4 000 元",
    "就在您想去的五台山风景名胜区",
    "用得上您的本事：大货车、客车驾驶证",
    "上班时间合适：时间灵活",
    "离您村直线大约 12 公里",
)
BEYOND = "比您要的远：直线大约 112 公里，您说的是「就在村里」"
BEYOND_NOTE = "您要的范围里眼下没有合适的。下面这些都比您要的远，近的在前。"
LISTING = ListingView(title=ITEMS[3].name, line="一共 1 498 个。点一个看详细的。", cards=openings(), page=2, pages=250,
                      filter_label="换个条件")  # fmt: skip
DETAIL = DetailView(
    title="大货车、校车驾驶员（四班三倒）",
    facts=(
        Fact(label="工资", value="每月 4 500 到 9 000 元", large=True),
        Fact(label="单位", value=EMPLOYER),
        Fact(label="地点", value=PLACE),
        Fact(label="工种", value="修车、修机器"),
        Fact(label="上班时间", value="时间灵活"),
        Fact(label="证书", value="大货车、客车驾驶证"),
        Fact(label="经验", value="3 年以上"),
        Fact(label="吃住", value="管吃管住"),
        Fact(label="招多少人", value="12 人"),
        Fact(label="联系人", value="王** 138****0101"),
        Fact(label="发布", value="2026-11-20", cell=Cell.DATE),
        Fact(label="截止", value="2026-12-31", cell=Cell.DATE),
    ),
    text="拉石料，往返忻州和太原，一天两趟。身体好，有从业资格证。\n过年放假七天，满一年有年终奖。",
    can_print=True,
    can_qr=True,
)
LINK = "https://jiuye.example.invalid/o/1409020000123456"
RESULT = ResultView(
    title="办好了，县里已经收到",
    item=FORM.name,
    number="2611 2314 0902 0041",
    rows=(
        GuideRow("办好有", (FORM.result,)),
        GuideRow("什么时候", ("马上办好（即时）",)),
        GuideRow("怎么知道", ("再来看「我的办件」，或扫凭条上的码",)),
    ),
    slip=PrintOutcome.PRINTED,
    slip_line="凭条打印好了，请从下面取走。",
)
LONGEST_ITEM = max((item for item in ITEMS), key=lambda item: len(item.name))
PENDING = replace(
    RESULT,
    title="已收到，待平台确认",
    item=LONGEST_ITEM.name,
    rows=(
        GuideRow("接下来", ("现在连不上县里的平台，您填的已经锁好存在机器里",)),
        GuideRow("什么时候", ("连上平台就自动报送，您不用再来",)),
        GuideRow("怎么知道", ("再来看「我的办件」，或扫凭条上的码",)),
    ),
    slip=None,
    slip_line="这台机器没有凭条打印机。请用手机扫这个码，或抄下编号。",
    qr=LINK,
    pending=True,
)


def items(group: Group) -> ItemList:
    return ItemList(group=group, rows=tuple(
        ItemRow(item.number, item.name, item.plain, ("马上办好", "10 个工作日", "看办事指南", "现在办不了")[n % 4],
                enabled=n % 4 != 3)
        for n, item in enumerate(ITEMS.group(group))
    ))  # fmt: skip


def keys(letters: str) -> tuple[str, ...]:
    return tuple(f"key:{letter}" for letter in letters)


WORDS = asked(1, "village")
CERTIFICATE = "S000014999999264000001"
CREDIT = Field(key="credit", kind=FieldKind.CODE, question="单位的统一社会信用代码是多少？", label="信用代码",
               hint="照营业执照上的写，一共 18 位，里面没有字母 I、O、S、V、Z。", lengths=(18,), rule="gb32100",
               alphabet=code_rules.CREDIT_ALPHABET)  # fmt: skip
ANY_LETTER = Field(key="any", kind=FieldKind.CODE, question="户口本上的编号是多少？", label="户口编号", required=False,
                   alphabet=code_rules.CHARACTERS, lengths=(9, 32))  # fmt: skip


def code_asked(field: Field, value: Answer = None, error: str = "") -> View[Any]:
    return question(field, value, Place(ITEMS[22].name, 4, 6, NEXT), error)


SCENES: dict[str, Scene] = {
    "pin": Scene(PinPad(title="请输入社保卡密码", line="六位数字。用手挡一下，别让旁人看见。"),
                 ("digit:1", "digit:1", "digit:9")),
    "pin-wrong": Scene(PinPad(title="请输入服务密码", line="您在社保窗口设的六位服务密码。用手挡一下。",
                              error="密码不对，还可以试 2 次。")),
    "pin-staff": Scene(PinPad(title="请输入帮办密码", line="离线帮办。工作人员的密码，8 到 12 位数字。", length=12,
                              least=8, error="密码不对，还可以试 9 次。"), ("digit:1", "digit:1", "digit:9")),
    "choices": Scene(asked(1, "occupations", FILLED["occupations"]), most_pages=4),
    "choices-full": Scene(asked(1, "occupations", FILLED["occupations"]), ("page:before", "option:cook"), 4),
    "choice-county": Scene(asked(1, "county"), most_pages=3),
    "choice-skip": Scene(asked(3, "county"), most_pages=3),
    "word-skip": Scene(asked(3, "keyword")),
    "choice-schooling": Scene(asked(1, "schooling"), most_pages=3),
    "choice-certificate": Scene(asked(1, "certificate", "driver_b", "请从上面的里头点一个。"), most_pages=3),
    "choice-lodging": Scene(asked(1, "lodging", "both")),
    "choice-distance": Scene(asked(1, "distance")),
    "choice-start": Scene(asked(1, "start", "harvest")),
    "wage": Scene(asked(1, "wage", 50000, "月工资要在 500 到 50 000 元之间，请再看看。")),
    "phone": Scene(asked(1, "phone", "13800000101", "电话号码好像不对：手机是十一位，座机要先写区号，请再看看。")),
    "phone-full": Scene(asked(1, "phone", "035000000101"), ("digit:1",)),
    "years": Scene(asked(1, "years")),
    "village": Scene(WORDS),
    "village-spelt": Scene(WORDS, keys("yangshucun")),
    "village-more": Scene(WORDS, (*keys("yi"), "candidates:after")),
    "village-nothing": Scene(WORDS, keys("vvvuuuiii")),
    "village-digits": Scene(asked(1, "village", VILLAGE), ("page:digits",)),
    "village-capitals": Scene(asked(1, "village", VILLAGE), ("page:capitals", "key:A")),
    "village-full": Scene(asked(1, "village", VILLAGE), ("page:marks", "key:号")),
    "code": Scene(asked(22, "certificate")),
    "code-typed": Scene(asked(22, "certificate", CERTIFICATE[:-1]), ("key:1",)),
    "code-short": Scene(asked(22, "certificate", CERTIFICATE[:-1], check(ITEMS[22].fields[3], CERTIFICATE[:-1]) or "")),
    "code-full": Scene(asked(22, "certificate", CERTIFICATE), ("key:Y",)),
    "code-credit": Scene(code_asked(CREDIT), keys("91140902M")),
    "code-credit-wrong": Scene(code_asked(CREDIT, "91140902MA0XXXXX1Y", check(CREDIT, "91140902MA0XXXXX1Y") or "")),
    "code-any": Scene(code_asked(ANY_LETTER, "WWWWMMMMWWWWMMMMWWWWMMMMWWWWMMMM"), ("key:W",)),
    "past": Scene(asked(1, "past", PAST, "这里有不能用的字符，请改一改。"), keys("nongminggong")),
    "confirm": Scene(sheet(), most_pages=4),
    "confirm-short": Scene(replace(sheet(), rows=sheet().rows[10:13]), most_pages=2),
    "contributions": Scene(CONTRIBUTIONS, most_pages=6),
    "contributions-year": Scene(CONTRIBUTIONS_YEAR, most_pages=5),
    "payouts": Scene(PAYOUTS, most_pages=9),
    "matters": Scene(MATTERS, most_pages=4),
    "matters-plain": Scene(MATTERS_PLAIN, most_pages=3),
    "records-none": Scene(RecordsView(title=ITEMS[25].name, line=f"{WHO}　{ITEMS[25].plain}", facts=(), tables=(),
                          note="没有查到您的记录。要是觉得不对，请找村里的帮办员，或打 12333 问一问。")),
    "listing": Scene(LISTING, most_pages=6),
    "listing-back": Scene(replace(LISTING, first=-1)),
    "listing-none": Scene(replace(LISTING, cards=(), page=1, pages=0, line="一共 0 个。点一个看详细的。",
                                  empty="没有合适的。换个条件再看看。")),
    "recommended": Scene(
        replace(LISTING, title=ITEMS[2].name, line="按您登记的条件，找到 18 个。越靠前越合适。", page=1, pages=3,
                cards=openings(REASONS), filter_label="", action_label="改登记"), most_pages=6),
    "recommended-beyond": Scene(
        replace(LISTING, title=ITEMS[5].name, line=BEYOND_NOTE, page=1, pages=2, filter_label="", action_label="改登记",
                cards=tuple(replace(card, beyond=BEYOND) for card in openings(REASONS[:3]))), most_pages=6),
    "detail": Scene(DETAIL, most_pages=4),
    "qr": Scene(QrView(title="用手机扫一扫，带回家看", line="打开手机里的「扫一扫」，对着下面的图。", content=LINK)),
    "rating-why": Scene(rating.why(TEXTS, LONGEST, 2), ("option:wait", "option:words")),
    "rating-words": Scene(rating.own_words(TEXTS, LONGEST, 3)),
    "rating-call": Scene(rating.call(TEXTS, LONGEST, 3), ("option:yes",)),
    "result": Scene(RESULT, most_pages=2),
    "result-no-slip": Scene(replace(RESULT, slip=PrintOutcome.NOT_PRINTED, qr=LINK,
                                    slip_line="凭条没有打出来。请用手机扫这个码，或抄下编号。"), most_pages=2),
    "result-pending": Scene(PENDING, most_pages=3),
    **{f"items-{group.name.lower()}": Scene(items(group), most_pages=9) for group in Group},
}  # fmt: skip
