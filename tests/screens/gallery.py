"""Views as the terminal really shows them: long names, long notices, everything optional there and not there."""

from __future__ import annotations

from msgspec.structs import replace

from contract import catalogue, faults, texts
from contract.catalogue import Group
from contract.faults import Fault
from contract.fields import FieldKind, Option
from contract.formatting import Sign
from contract.texts import Text
from kiosk import rating
from kiosk.questions import ChoiceQuestion
from kiosk.viewfinder import PageChoice, Sight, Viewfinder
from kiosk.views import (
    Action,
    AskProof,
    Attract,
    Countdown,
    GroupTile,
    Guide,
    GuideRow,
    ItemList,
    ItemRow,
    Menu,
    MessageView,
    Notice,
    Picture,
    Progress,
    QrView,
    Surroundings,
    TakeAway,
    View,
    Way,
)
from tests.kiosk.posters import POSTER

PLACE = Surroundings(place="示例县 · 杨树村服务点", telephone="12333")
ITEMS = catalogue.load()
WORDS = texts.load()
HELPER = WORDS(Text.STAFF_HEAD, name="温*", worker="G-0001")
HELPER_OFFLINE = WORDS(Text.STAFF_HEAD_OFFLINE, name="温*", worker="G-0001")
LONGEST = max((item.name for item in ITEMS), key=len)
ALL_WAYS = (Way.CARD, Way.ID_CARD, Way.CODE)
NOTICES = (
    Notice("春季招聘会", "腊月廿六上午九点，镇便民服务中心，三十多家用人单位现场招人。"),
    Notice("养老待遇资格认证", "每十二个月一次，拿身份证来这里就能办，不用跑县里。"),
    Notice("免费技能培训", "育婴、家政、电工三个班正在报名，农忙以后开课。"),
)
LINES = {Group.WORK: "找岗位、打零工、招人", Group.SKILL: "想学什么、去哪儿学", Group.INSURANCE: "养老、失业、补贴",
         Group.CARD: "启用、查状态、挂失"}  # fmt: skip
TILES = tuple(GroupTile(group, len(ITEMS.group(group)), LINES[group]) for group in Group)
TAGS = ("马上办好", "5 个工作日", "找人帮办", "现在办不了")
CARD_IN = "您的社保卡在机器里，办完会提醒您取走。"
NO_WAY = "读卡和扫码的地方都用不了。请点「帮办」，找村里的工作人员。"
READER = "读卡的地方出了毛病，请出示电子社保卡的码。"
AWAY = "现在连不上县里的平台：能看办事指南，求职登记先收下、连上后自动报送。"


def sheet_seen(width: int = 640, height: int = 360) -> bytes:
    """A light sheet on a dark tray, as the camera gives it."""
    dark, light, ink = b"\x2e\x30\x33", b"\xf1\xef\xe8", b"\x60\x60\x66"
    left, right = width * 3 // 8, width * 5 // 8
    blank = dark * left + light * (right - left) + dark * (width - right)
    written = dark * left + light * 12 + ink * (right - left - 24) + light * 12 + dark * (width - right)
    rows = [blank if y % 14 > 4 or not 40 < y < height - 60 else written for y in range(20, height - 20)]
    return dark * width * 20 + b"".join(rows) + dark * width * 20


SHEET = ((0.375, 0.056), (0.625, 0.056), (0.625, 0.944), (0.375, 0.944))


def seen(line: str, *, ready: bool = False, corners: bool = True) -> Sight:
    return Sight(line, ready, 640, 360, sheet_seen(), SHEET if corners else (), 1)


DARK = faults.load()[Fault.CAMERA_DARK].do


def document_question(**more: object) -> ChoiceQuestion:
    """Of the certificate (item 22)."""
    asked = next(one for one in ITEMS[22].fields if one.kind is FieldKind.DOCUMENT)
    fixed = {"item": ITEMS[22].name, "step": 6, "steps": 6, "question": asked.question, "hint": asked.hint}
    return ChoiceQuestion(**(fixed | more))  # type: ignore[arg-type]


def fault_page(fault: Fault) -> MessageView:
    sentence = faults.load()[fault]
    rows = (GuideRow(WORDS(Text.FAULT_DO), (sentence.do,)),
            GuideRow(WORDS(Text.FAULT_STAFF), (WORDS(Text.FAULT_STAFF_TEXT, telephone="12333"),)))  # fmt: skip
    return MessageView(title=sentence.what, text="", picture=Picture(sentence.picture), rows=rows, helper=HELPER)


def options(*texts_of: Text, pages: int = 0) -> tuple[Option, ...]:
    return tuple(
        Option(one.value, WORDS(one, pages=pages) if one is Text.DOCUMENT_DONE else WORDS(one)) for one in texts_of
    )


def item_rows(group: Group) -> tuple[ItemRow, ...]:
    return tuple(
        ItemRow(item.number, item.name, item.plain, TAGS[n % 4], enabled=n % 4 != 3)
        for n, item in enumerate(ITEMS.group(group))
    )


def guide_of(number: int, start: str = "开始办理") -> Guide:
    item = ITEMS[number]
    rows = (
        ("办什么", (item.content,)), ("谁能办", (item.audience,)), ("要带", (item.documents,)), ("怎么办", item.steps),
        ("多久", (item.time_limit,)), ("在哪办", (item.where,)), ("办完拿到", (item.result,)), ("依据", item.basis),
    )  # fmt: skip
    return Guide(title=item.name, line="办之前先看看这些，说一遍，带一次。", start=start, can_print=bool(start),
                 rows=tuple(GuideRow(label, lines) for label, lines in rows if any(lines)))  # fmt: skip


VIEWS: dict[str, View[object]] = {
    "attract": Attract(ways=ALL_WAYS, notices=NOTICES),
    "attract-trouble": Attract(ways=(Way.CODE,), notices=NOTICES[:1], trouble=READER),
    "attract-bare": Attract(ways=()),
    "attract-poster": Attract(ways=ALL_WAYS, pictures=(POSTER,)),
    "menu": Menu(title="张*，您好，想办什么事？", line=CARD_IN, groups=TILES, matters=2),
    "menu-trouble": Menu(title="您好，想办什么事？", line="没插卡也能看；要办事的时候再插卡。", groups=TILES,
                         trouble=AWAY, leave="不办了，退出"),
    "menu-rare": Menu(title="𬱖𫖮*，您好，想办什么事？", line=CARD_IN, groups=TILES),
    "items-insurance": ItemList(group=Group.INSURANCE, rows=item_rows(Group.INSURANCE)),
    "items-card": ItemList(group=Group.CARD, rows=item_rows(Group.CARD)),
    "guide-form": guide_of(1),
    "guide-counter": guide_of(23, ""),
    "guide-code": replace(guide_of(39, WORDS(Text.GUIDE_STATE)), can_print=False, can_qr=True),
    "conditions-against": Guide(
        title=ITEMS[23].name, line="眼下还办不了，为什么写在下面。", can_print=True,
        rows=(GuideRow("缴费", ("失业保险缴了 30 个月，满 12 个月了",), Sign.OK),
              GuideRow("为什么停", ("单位没有报为什么，要看您怎么填",), Sign.WAIT),
              GuideRow("登记", ("您还没有登记失业，要先办失业登记（事项 11），办好了再来",), Sign.BAD),
              GuideRow("找活儿", ("您登记了想找活儿",), Sign.OK),
              GuideRow("参保地", ("您最后在忻府区参保",), Sign.OK),
              GuideRow("没在领", ("您现在没有在领失业金",), Sign.OK),
              GuideRow("怎么办", ("觉得不对，带上证件找村里的帮办员，或打 12333 问一问。",))),
    ),
    "conditions-fine": Guide(
        title=ITEMS[11].name, line="县里的平台替您看了，一条一条写在下面。", can_print=True, start="接着填",
        rows=(GuideRow("年龄", ("您 46 岁，满 16 周岁了",), Sign.OK),
              GuideRow("没有工作", ("没有单位在给您缴社会保险",), Sign.OK)),
    ),
    "ask-all": AskProof(title="请让机器认一下您是谁", line="下面的办法，哪个方便用哪个。", ways=ALL_WAYS),
    "ask-one": AskProof(title="请让机器认一下您是谁", line="下面的办法，哪个方便用哪个。", ways=(Way.CARD,)),
    "ask-none": AskProof(title="现在没法认出您是谁", line=NO_WAY, ways=()),
    "fault": MessageView(
        title="现在连不上县里的平台", text="不是您的问题。机器每隔一会儿自己再试。", picture=Picture.NETWORK,
        rows=(GuideRow("还能办", ("固定工求职登记：先收下，连上以后自动报送",)),
              GuideRow("还能看", ("政策和通知、四十件事的办事指南",)),
              GuideRow("暂时不能", ("查缴费、查养老金",)),
              GuideRow("着急的话", ("村里的帮办员在办公室，或者打 12333",))),
        actions=(Action("again", "再试一次"), Action("menu", "看看能办什么", True)),
    ),
    "message": MessageView(title="密码不对", text="", picture=Picture.LOCK,
                           rows=(GuideRow("怎么办", ("还可以试 2 次。想不起来，请点「忘了密码」。",)),)),
    "menu-helped": Menu(title="张*，您好，想办什么事？", line=CARD_IN, groups=TILES, matters=2, helper=HELPER),
    "menu-helped-offline": Menu(title="您好，想办什么事？", line=CARD_IN, groups=TILES, helper=HELPER_OFFLINE),
    "staff-ask": AskProof(title=WORDS(Text.STAFF_TITLE), line=WORDS(Text.STAFF_LINE_BOTH), ways=(Way.CODE, Way.CARD)),
    "both-who": MessageView(
        title=WORDS(Text.BOTH_WHO_TITLE), text=WORDS(Text.BOTH_WHO_TEXT), picture=Picture.PERSON, helper=HELPER,
        actions=(Action("agent", WORDS(Text.BOTH_WHO_AGENT)), Action("self", WORDS(Text.BOTH_WHO_SELF), True)),
    ),
    "both-card": AskProof(title=WORDS(Text.BOTH_CARD_TITLE), line=WORDS(Text.BOTH_CARD_LINE, name="欧*"),
                          ways=(Way.CARD,), helper=HELPER),
    "both-id": AskProof(title=WORDS(Text.BOTH_ID_TITLE), line=WORDS(Text.BOTH_ID_LINE_CARD_IN, name="欧*"),
                        ways=(Way.ID_CARD,), helper=HELPER),
    "both-agent": AskProof(title=WORDS(Text.BOTH_AGENT_TITLE), line=WORDS(Text.BOTH_AGENT_LINE, name="欧*"),
                           ways=(Way.ID_CARD,), helper=HELPER),
    "both-names": MessageView(
        title=WORDS(Text.BOTH_NAMES_TITLE), text=WORDS(Text.BOTH_NAMES_TEXT), picture=Picture.PERSON, helper=HELPER,
        rows=(GuideRow("社保卡", ("欧*",)), GuideRow("身份证", ("区*",))),
        actions=(Action("stop", WORDS(Text.BOTH_NAMES_STOP)), Action("go_on", WORDS(Text.BOTH_NAMES_GO_ON), True)),
    ),
    "both-other": fault_page(Fault.CARDS_OTHER_PERSON),
    "both-no-reader": fault_page(Fault.CARDS_NO_ID_READER),
    "staff-wait": Countdown(title=WORDS(Text.STAFF_WAIT_TITLE), text=WORDS(Text.STAFF_WAIT_TEXT), seconds=240),
    "staff-page": MessageView(
        title=WORDS(Text.STAFF_PAGE_TITLE), text=WORDS(Text.STAFF_PAGE_TEXT), picture=Picture.PERSON,
        helper=HELPER_OFFLINE,
        rows=(GuideRow(WORDS(Text.STAFF_WHO), (WORDS(Text.STAFF_WHO_TEXT, name="温*", worker="G-0001"),)),
              GuideRow(WORDS(Text.STAFF_HOW), (WORDS(Text.STAFF_HOW_OFFLINE, items=ITEMS[1].name),)),
              GuideRow(WORDS(Text.STAFF_UNTIL), (WORDS(Text.STAFF_UNTIL_TEXT),))),
        actions=(Action("sign_out", WORDS(Text.STAFF_SIGN_OUT)), Action("ok", WORDS(Text.STAFF_GO_ON), True)),
    ),
    "staff-disabled": MessageView(
        title="帮办密码已停用", text="", picture=Picture.LOCK,
        rows=(GuideRow("怎么办", ("连着输错十次，这台机器先不让再试。请打电话给县里，请平台解锁；群众可以自己办。",)),
              GuideRow("给帮办员", ("县里核实本人以后在平台解锁，机器连上平台自己就解开。",)),
              GuideRow(WORDS(Text.STAFF_LOCKOUT), (WORDS(Text.STAFF_LOCKOUT_TEXT, lockout="ab12 cd34 ef56 7890"),))),
    ),
    "slip-code": QrView(
        title=WORDS(Text.SLIP_PAGE_UNKNOWN), content="https://platform.example.gov.cn:8443/i/39",
        line=f"{faults.load()[Fault.PRINTER_GONE].what}。{WORDS(Text.SLIP_PAGE_SCAN)}"),
    "message-bare": MessageView(title="凭条打印好了，请从下面取走。", text="", picture=Picture.PAPER),
    "rating": rating.faces(WORDS, LONGEST, helped=False),
    "rating-helped": replace(rating.faces(WORDS, ITEMS[1].name, helped=True), helper=HELPER),
    "document": document_question(
        options=options(Text.DOCUMENT_CAMERA, Text.DOCUMENT_PHONE, Text.DOCUMENT_WINDOW)),
    "document-more": document_question(
        hint=WORDS(Text.DOCUMENT_HAS, pages=2, most=3), chosen=(Text.DOCUMENT_DONE.value,),
        options=options(Text.DOCUMENT_DONE, Text.DOCUMENT_MORE_CAMERA, Text.DOCUMENT_MORE_PHONE, Text.DOCUMENT_AGAIN,
                        pages=2)),
    "document-window": document_question(hint=WORDS(Text.DOCUMENT_ONLY_WINDOW), options=options(Text.DOCUMENT_WINDOW)),
    "upload-code": QrView(
        title=WORDS(Text.UPLOAD_TITLE, document="证书照片"), line=WORDS(Text.UPLOAD_LINE),
        button=WORDS(Text.UPLOAD_BACK), content="https://platform.example.gov.cn:8443/u/" + "Ab3" * 14 + "x"),
    "upload-came": MessageView(
        title=WORDS(Text.UPLOAD_CAME_TITLE, pages=1), text=WORDS(Text.UPLOAD_CAME_TEXT), picture=Picture.DONE,
        actions=(Action("done", WORDS(Text.UPLOAD_DONE), True),)),
    "viewfinder-wait": Viewfinder(
        title=WORDS(Text.VIEWFINDER_TITLE, document="证书照片", page=1), line=WORDS(Text.VIEWFINDER_LINE),
        sight=Sight(WORDS(Text.VIEWFINDER_WAIT)), choices=(PageChoice.TAKE,)),
    "viewfinder-dark": Viewfinder(
        title=WORDS(Text.VIEWFINDER_TITLE, document="证书照片", page=1), line=WORDS(Text.VIEWFINDER_LINE),
        sight=seen(DARK, corners=False), choices=(PageChoice.TAKE,), error=faults.load()[Fault.CAMERA_BLURRED].do),
    "viewfinder-ready": Viewfinder(
        title=WORDS(Text.VIEWFINDER_TITLE, document="证书照片", page=2), line=WORDS(Text.VIEWFINDER_LINE),
        sight=seen(WORDS(Text.VIEWFINDER_READY), ready=True), choices=(PageChoice.TAKE,)),
    "viewfinder-taken": Viewfinder(
        title=WORDS(Text.VIEWFINDER_TAKEN_TITLE, page=2), line=WORDS(Text.VIEWFINDER_TAKEN_LINE),
        sight=seen("", ready=True), choices=(PageChoice.AGAIN, PageChoice.NEXT, PageChoice.DONE)),
    "progress": Progress(words="正在查您的缴费记录", advice="比平时慢一些，请再等一会儿。不想等了，点「首页」。"),
    "take-both": TakeAway(card=True, slip=True),
    "take-card": TakeAway(card=True, slip=False),
    "take-none": TakeAway(card=False, slip=False),
}  # fmt: skip
