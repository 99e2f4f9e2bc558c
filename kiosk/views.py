"""What a visit can show. A view is a frozen struct: it says what is shown and asked, never how. (msgspec's are made a
hundred times as fast as dataclasses, and all of them are made before the first picture.)

Each view names the type of its answer as ``View[Answer]``. Every text in a view is ready to be read by a resident:
Chinese, masked, with numbers grouped.
"""

from __future__ import annotations

import enum
from typing import Generic, TypeVar

import msgspec

from contract.catalogue import Group
from contract.fields import Option
from contract.formatting import Sign
from contract.slip import PrintOutcome
from contract.wire import Card, Fact, Table

A_co = TypeVar("A_co", covariant=True)


class Nav(enum.Enum):
    """The foot, always there and always in this order; LEAVE and AGAIN come from buttons of single views."""

    BACK = "返回"
    HOME = "首页"
    HELP = "帮办"


class View(msgspec.Struct, Generic[A_co], frozen=True, kw_only=True, weakref=True):
    """Base of all views."""

    frame: bool = True
    """Head and foot are drawn around it."""
    speech: str = ""
    """What is read aloud when it appears, when sound is on."""
    helper: str = ""
    """Who helps (帮办), said in the head for as long as they are signed in."""
    held: bool = False
    """What was begun is carried to its end: 返回 and 首页 rest until then, and are seen to."""


class Way(enum.StrEnum):
    """Ways to show who one is that work at this moment; also the picture that is drawn."""

    CARD = "card"
    ID_CARD = "id_card"
    CODE = "code"


class Picture(enum.StrEnum):
    WARNING = "warning"
    CARD = "card"
    NETWORK = "network"
    PAPER = "paper"
    CLOCK = "clock"
    LOCK = "lock"
    PERSON = "person"
    DONE = "done"


class Notice(msgspec.Struct, frozen=True):
    """One of the idle screen's notices."""

    title: str
    text: str


class Attract(View[Group | bool], frozen=True, kw_only=True):
    """Nobody is there. Answer: the group that was touched, or True for the rest of the sheet."""

    ways: tuple[Way, ...]
    notices: tuple[Notice, ...] = ()
    pictures: tuple[bytes, ...] = ()
    """PNG files, after the notices in their turn."""
    trouble: str = ""
    """One line when something does not work now (platform away, no paper)."""
    items: int = 40
    frame: bool = False


class GroupTile(msgspec.Struct, frozen=True):
    group: Group
    count: int
    line: str
    """「找岗位、打零工、招人」"""


class MenuChoice(enum.Enum):
    MATTERS = "我的办件"
    NOTICES = "政策和通知"
    LEAVE = "办完了，取卡"


class Menu(View[Group | MenuChoice], frozen=True, kw_only=True):
    """The home of a visit: four groups, two more, and the way out."""

    title: str
    """「张*，您好，想办什么事？」"""
    line: str
    groups: tuple[GroupTile, ...]
    matters: int = 0
    leave: str = "办完了，取卡"
    trouble: str = ""


class ItemRow(msgspec.Struct, frozen=True):
    number: int
    name: str
    plain: str
    tag: str
    """「马上办好」「5 个工作日」「找人帮办」「现在办不了」"""
    enabled: bool = True


class ItemList(View[int], frozen=True, kw_only=True):
    """The items of a group, paged by the screen itself. Answer: the item's number."""

    group: Group
    rows: tuple[ItemRow, ...]


class GuideRow(msgspec.Struct, frozen=True):
    label: str
    lines: tuple[str, ...]
    sign: Sign | None = None
    """Drawn before it: a condition is met, not met, or still to be looked at."""


class GuideChoice(enum.Enum):
    START = "开始办理"
    PRINT = "打印带走"
    QR = "扫码带走"


class Guide(View[GuideChoice], frozen=True, kw_only=True):
    """The one-time notice: who, what to bring, how long, who answers, basis."""

    title: str
    line: str
    rows: tuple[GuideRow, ...]
    start: str = ""
    """Label of the start button; empty when the resident cannot do it alone here."""
    can_print: bool = False
    can_qr: bool = False
    """Instead of paper it can be taken along on one's own telephone."""


class AskProof(View[None], frozen=True, kw_only=True):
    """Please insert the card (lay the ID card, show the code). A device answers, not a touch; BACK gives up."""

    title: str
    line: str
    ways: tuple[Way, ...]


class PinChoice(enum.Enum):
    FORGOTTEN = "忘了密码"


class PinPad(View["str | PinChoice"], frozen=True, kw_only=True):
    """Digits behind dots. The answer is wiped by the visit after use; the screen keeps nothing."""

    title: str
    line: str
    length: int = 6
    least: int = 0
    """Where a PIN may be shorter: so many digits at least; 0: exactly ``length``."""
    error: str = ""


class Countdown(View[None], frozen=True, kw_only=True):
    """Nothing can be done before so many seconds are over; then it answers by itself."""

    title: str
    text: str
    seconds: int


class Progress(View[None], frozen=True, kw_only=True):
    """What is happening, in words, with a moving sign. Never answers: the visit cancels it."""

    words: str
    advice: str = ""
    """Shown after limits.PROGRESS_ADVICE."""


class RecordsChoice(enum.Enum):
    PRINT = "打印"
    OLDER = "更早的"
    DONE = "看完了"


class OpenRow(msgspec.Struct, frozen=True):
    """What lies behind a row of a table."""

    mark: str


class RecordsView(View[RecordsChoice | OpenRow], frozen=True, kw_only=True):
    """The resident's own records: facts above, tables below, scrolled or paged by the screen. ``first``: what was
    opened last, on whose page it begins."""

    title: str
    line: str
    facts: tuple[Fact, ...]
    tables: tuple[Table, ...]
    note: str = ""
    can_print: bool = False
    print_label: str = ""
    """Words of the print button, where it is not a picture of this page that is printed."""
    has_older: bool = False
    first: str = ""


class OpenCard(msgspec.Struct, frozen=True):
    id: str


class TurnPage(msgspec.Struct, frozen=True):
    page: int


class ListChoice(enum.Enum):
    FILTER = "换个条件"
    ACTION = "action"
    """The one extra button a list can have."""


class ListingView(View["OpenCard | TurnPage | ListChoice"], frozen=True, kw_only=True):
    """A list of cards, with reasons for recommendations."""

    title: str
    line: str
    cards: tuple[Card, ...]
    page: int
    pages: int
    filter_label: str = ""
    """Label of the filter button; empty when there is none."""
    action_label: str = ""
    empty: str = ""
    """What to say and do when there is no card."""
    first: int = 0
    """Index of the card that must be in sight when it appears: the one the resident comes back from; -1 for the last,
    when they turned back from the page after it."""


class DetailChoice(enum.Enum):
    PRINT = "打印"
    QR = "扫码带走"
    DONE = "看完了"


class DetailView(View[DetailChoice], frozen=True, kw_only=True):
    title: str
    facts: tuple[Fact, ...]
    text: str = ""
    can_print: bool = False
    can_qr: bool = False


class QrView(View[None], frozen=True, kw_only=True):
    """A QR to photograph with one's own phone. BACK or the one button leaves it (answer None)."""

    title: str
    line: str
    content: str
    button: str = "好了"


class ResultChoice(enum.Enum):
    AGAIN = "再办一件"
    FINISH = "办完了，取卡"


class ResultView(View[ResultChoice], frozen=True, kw_only=True):
    """It is done: the number, what happens next, and what became of the slip."""

    title: str
    item: str
    number: str
    """Grouped for reading: 「2611 2300 0417」"""
    rows: tuple[GuideRow, ...]
    slip: PrintOutcome | None
    """None: none was tried (no printer)."""
    slip_line: str
    qr: str = ""
    """Shown when there is no slip, so that nobody leaves with nothing."""
    pending: bool = False
    """True: taken in, the platform has not confirmed yet."""
    finish: str = "办完了，取卡"


class RatingChoice(enum.Enum):
    SKIP = "不评了"


class RatingView(View["str | RatingChoice"], frozen=True, kw_only=True):
    """How was it? One touch on one of five says it (answer: its code), one touch on 不评了 leaves it."""

    title: str
    line: str
    levels: tuple[Option, ...]
    """The best first; each is a face with its words."""


class Action(msgspec.Struct, frozen=True):
    id: str
    label: str
    primary: bool = False


class MessageView(View[str], frozen=True, kw_only=True):
    """What happened · what you can do · whom to call. Answer: the id of the action touched."""

    title: str
    text: str
    picture: Picture = Picture.WARNING
    rows: tuple[GuideRow, ...] = ()
    actions: tuple[Action, ...] = (Action("ok", "知道了", True),)


class TakeAway(View[None], frozen=True, kw_only=True):
    """Please take your card (and slip). A device answers, not a touch."""

    card: bool
    slip: bool
    qr: str = ""
    frame: bool = False
    line: str = "您的信息已经从屏幕上清掉了。"


class StillThere(View[bool], frozen=True, kw_only=True):
    """The warning before an idle visit ends, over the view that stays beneath. Answer True: still there."""

    seconds: int
    frame: bool = False


class Resting(View[bool], frozen=True, kw_only=True):
    """Nobody is there: darkness over the view that stays beneath. Answer True: touched; nothing else comes of that."""

    seconds: None = None
    """It lasts until it is touched or taken away."""
    frame: bool = False


class Surroundings(msgspec.Struct, frozen=True):
    """What the frame says around every view."""

    place: str
    """「示例县 · 杨树村服务点」"""
    telephone: str = ""
    items: int = 40
    extra: tuple[str, ...] = ()
