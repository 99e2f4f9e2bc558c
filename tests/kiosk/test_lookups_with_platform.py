"""Items 4 to 9, 12 to 15, 26, 27, 33, 39 as whole visits on the test stage, against the real platform over mutual TLS.

Each is a list of steps, a second one where there is nothing to show: one sentence, and what to do.
"""

from __future__ import annotations

import dataclasses
import re
import tomllib
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from contract import limits
from contract.catalogue import Group, Item
from contract.faults import Fault
from contract.fields import Field
from contract.texts import Text
from contract.texts import load as load_texts
from drivers.device import CardHolder
from kiosk.central import Access, Central
from kiosk.courier import Courier
from kiosk.questions import ChoiceQuestion, CodeQuestion, Confirm, ConfirmChoice, NumberQuestion, TextQuestion
from kiosk.views import (
    AskProof,
    Attract,
    DetailChoice,
    DetailView,
    Guide,
    GuideChoice,
    ItemList,
    ListChoice,
    ListingView,
    Menu,
    MessageView,
    Nav,
    OpenCard,
    PinPad,
    QrView,
    RecordsChoice,
    RecordsView,
    ResultChoice,
    ResultView,
    TakeAway,
)
from secure import identity
from secure.ledger import Ledger
from tests.kiosk.conftest import CHINA, Stand
from tests.kiosk.opening import LEAVE, to_item
from tests.kiosk.scripted import Step
from tests.kiosk.test_with_platform import CAST, TERMINAL, Platform

TEXTS = load_texts()
ANY_LINK = re.compile(r"https://127\.0\.0\.1:\d+/g/[A-Z]{2}\d+")
TYPED: dict[str, Any] = {
    "wage": "120", "years": "3", "village": "杨树村", "phone": "13800000101", "headcount": "2", "place": "南河镇",
    "days": "5", "employer": None, "note": None, "past": None, "keyword": None,
}  # fmt: skip
CHOSEN: dict[str, Any] = {
    "occupations": ("cook", "cleaner", "builder"), "county": ("any",), "distance": ("away",), "occupation": ("cook",),
    "certificate": ("none",), "start": ("now",), "times": ("any",),
}  # fmt: skip


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    made = Platform(tmp_path_factory.mktemp("house"), residents=60, openings=600)
    made.start()
    yield made
    made.stop()


class RealStand(Stand):
    """The stand with the real platform behind it; what is said of a device is played as ever."""

    def __init__(self, platform: Platform, folder: Path) -> None:
        self.mine, self.keys = identity.load(platform.terminal), identity.load_platform(platform.terminal)
        super().__init__(folder)
        self.central = Central(Access(self.keys.url, self.mine.ca, self.mine.certificate, self.mine.tls_key))  # type: ignore[assignment]
        self.courier = Courier(
            TERMINAL,
            self.central,  # type: ignore[arg-type]
            self.journal,
            lambda receipt: identity.verify_receipt(receipt, self.keys.receipt_key),
            lambda: datetime.now(CHINA),
        )

    def _ledger(self) -> Ledger:
        return Ledger.open(
            self.folder / "ledger.db",
            device=self.mine.device,
            device_id=TERMINAL,
            audit_key=self.keys.audit_key,
            platform_key=self.keys.hpke_key,
            clock=lambda: datetime.now(CHINA),
        )

    def holder(self, key: str) -> CardHolder:
        """What the card of somebody of the cast says."""
        person = next(one for one in tomllib.loads(CAST.read_text(encoding="utf-8"))["person"] if one["key"] == key)
        card = person["card"]
        return CardHolder(
            id_number=person["id_number"], name=person["name"], sex=person["sex"], ethnicity=person["ethnicity"],
            born=person["born"], card_number=card["card_number"], card_id_code=card["card_id_code"],
            version=card["version"], issued=card["issued"], expires=card["expires"],
        )  # fmt: skip

    def comes(self, key: str) -> Step:
        """Somebody of the cast puts their card in."""
        holder = self.holder(key)
        return Step(Attract, does=lambda: self.insert(holder))

    def goes(self) -> tuple[Step, ...]:
        return (*LEAVE, Step(TakeAway, does=self.pull))


@asynccontextmanager
async def opened(platform: Platform) -> AsyncIterator[RealStand]:
    """One ledger for all at a platform: no receipt number is used twice."""
    made = RealStand(platform, platform.terminal)
    await made.journal.open()
    try:
        yield made
    finally:
        await made.central.close()  # type: ignore[attr-defined]
        await made.journal.close()


@pytest.fixture
async def here(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[RealStand]:
    monkeypatch.setattr(limits, "FAREWELL", 0.05)
    async with opened(platform) as made:
        yield made


def told(view: Any) -> str:
    """All that a view says. What comes from the platform is in no repr, so it is opened field by field."""
    if isinstance(view, tuple):
        return "\n".join(map(told, view))
    if isinstance(view, msgspec.Struct):
        return told(msgspec.structs.astuple(view))
    if dataclasses.is_dataclass(view):
        return told(tuple(getattr(view, field.name) for field in dataclasses.fields(view)))
    return str(view)


def has(*words: str) -> Callable[[Any], None]:
    def check(view: Any) -> None:
        missing = [word for word in words if word not in told(view)]
        assert not missing, f"{missing} not in {told(view)}"

    return check


def accepted(view: ResultView) -> None:
    assert not view.pending
    assert "收到" in view.title, told(view)


def proof() -> Step:
    return Step(PinPad, "123456")


def open_first(text: str = "") -> Step:
    """The first card of the list is touched, whichever it is."""
    step = Step(ListingView)

    def check(view: ListingView) -> None:
        assert view.cards, f"nothing is listed: {view!r}"
        assert text in told(view), f"{text!r} is not in {told(view)}"
        step.answer = OpenCard(view.cards[0].id)

    step.check = check
    return step


def question(field: Field, answer: Any = ...) -> Step:
    if field.kind.value == "code":
        return Step(CodeQuestion, field.example)
    kind = {"choice": ChoiceQuestion, "choices": ChoiceQuestion, "text": TextQuestion}.get(
        field.kind.value, NumberQuestion
    )
    if answer is not ...:
        return Step(kind, answer)
    if field.key in TYPED:
        return Step(kind, TYPED[field.key] if kind is not ChoiceQuestion else ("100",))
    return Step(kind, CHOSEN.get(field.key))


def form(stand: Stand, item: Item) -> list[Step]:
    """The form filled in: what is typed or chosen above, the first option where nothing is said."""
    steps = []
    for field in item.fields:
        offered = [option.code for option in stand.options(field)] if field.kind.value.startswith("choice") else []
        chosen = CHOSEN.get(field.key, (offered[0],) if offered else None)
        if offered and chosen is not None and not set(chosen) <= set(offered):
            chosen = (offered[0],)
        steps.append(question(field, chosen) if offered else question(field))
    return steps


def submitted(stand: Stand, item: int) -> tuple[Step, ...]:
    return (
        *form(stand, stand.catalogue[item]),
        Step(Confirm, ConfirmChoice.SUBMIT, check=has("138 0000 0101")),
        Step(ResultView, ResultChoice.AGAIN, check=stand.note_result),
    )


# -- lists: 6, 9, 12, 14, 15 -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("item", [6, 9, 12, 14, 15])
async def test_a_list_is_narrowed_looked_into_printed_and_taken_along(here: RealStand, item: int) -> None:
    fields = here.catalogue[item].fields
    taken = (Step(DetailView, DetailChoice.QR), Step(QrView, None, check=_has_link)) if item != 9 else ()
    await here.visit(
        here.comes("employee"),
        *to_item(Group.WORK, item),
        Step(ListingView, ListChoice.FILTER, check=has("一共 ")),
        *(question(field, None) for field in fields),
        open_first(),
        *taken,
        Step(DetailView, DetailChoice.PRINT),
        Step(MessageView, "ok", check=has("凭条打印好了")),
        Step(DetailView, DetailChoice.DONE),
        Step(ListingView, Nav.BACK),
        *here.goes(),
    )
    assert len(here.printer.slips) == 1


def _has_link(view: QrView) -> None:
    assert ANY_LINK.fullmatch(view.content), view.content


async def test_without_a_card_a_list_asks_to_show_something_first(here: RealStand) -> None:
    await here.visit(
        Step(Attract, True),
        *to_item(Group.WORK, 14),
        Step(AskProof, does=here.comes("farmer").does),
        Step(ListingView, Nav.BACK),
        *here.goes(),
    )


@pytest.mark.parametrize(("item", "key"), [(6, "keyword"), (12, "keyword")])
async def test_conditions_that_nothing_meets_are_said_to_be_so(here: RealStand, item: int, key: str) -> None:
    fields = here.catalogue[item].fields
    await here.visit(
        here.comes("employee"),
        *to_item(Group.WORK, item),
        Step(ListingView, ListChoice.FILTER),
        *(question(field, "没有这种" if field.key == key else None) for field in fields),
        Step(ListingView, Nav.BACK, check=has(TEXTS(Text.LISTING_EMPTY))),
        *here.goes(),
    )


# -- own records: 13, 26, 27, 33 -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("item", "who", "words"),
    [(13, "jobless", "失业登记"), (26, "retired", "没发成"), (27, "jobless", "没发成"), (33, "farmer", "补充险已交")],
)
async def test_own_records_are_shown_and_printed_masked(here: RealStand, item: int, who: str, words: str) -> None:
    await here.visit(
        here.comes(who),
        *to_item(here.catalogue[item].group, item),
        proof(),
        Step(RecordsView, RecordsChoice.PRINT, check=has(words)),
        Step(MessageView, "ok", check=has("凭条打印好了")),
        Step(RecordsView, RecordsChoice.DONE),
        *here.goes(),
    )
    (slip,) = here.printer.slips
    assert words in told(slip)
    assert here.reader is not None
    assert isinstance(here.reader.card, CardHolder)
    assert here.reader.card.id_number not in told(slip)
    assert here.reader.card.name not in told(slip)


@pytest.mark.parametrize("item", [13, 26, 27, 33])
async def test_without_a_record_one_sentence_says_what_to_do(here: RealStand, item: int) -> None:
    def says(view: RecordsView) -> None:
        assert "没有" in view.note
        assert "帮办员" in view.note or "服务点" in view.note
        assert not view.can_print

    await here.visit(
        here.comes("employee"),
        *to_item(here.catalogue[item].group, item),
        proof(),
        Step(RecordsView, RecordsChoice.DONE, check=says),
        *here.goes(),
    )


async def test_older_years_are_on_the_next_page(here: RealStand) -> None:
    await here.visit(
        here.comes("farmer"),
        *to_item(Group.INSURANCE, 33),
        proof(),
        Step(RecordsView, RecordsChoice.OLDER),
        Step(RecordsView, Nav.BACK, check=has("2012年")),
        Step(RecordsView, RecordsChoice.DONE),
        *here.goes(),
    )


# -- registered, then recommended: 4 and 5, 7 and 8 ------------------------------------------------------------------


@pytest.mark.parametrize(("recommendation", "registration", "who"), [(5, 4, "graduate"), (8, 7, "outside_gbk")])
async def test_without_registration_the_way_leads_through_it_and_then_there_are_reasons(
    here: RealStand, platform: Platform, recommendation: int, registration: int, who: str
) -> None:
    before = platform.count("central_matterrecord")
    await here.visit(
        here.comes(who),
        *to_item(Group.WORK, recommendation),
        proof(),
        Step(MessageView, "ok", check=has(here.faults[Fault.PLATFORM_NOT_REGISTERED].what)),
        *submitted(here, registration),
        Step(ItemList, recommendation),
        open_first("合适："),
        Step(DetailView, DetailChoice.PRINT),
        Step(MessageView, "ok"),
        Step(DetailView, DetailChoice.DONE),
        Step(ListingView, Nav.BACK, check=has("合适")),
        *here.goes(),
    )
    assert platform.count("central_matterrecord") == before + 1
    registered, detail = here.printer.slips
    assert here.result is not None
    assert here.result.number in told(registered)
    assert "13800000101" not in told(registered).replace(" ", "")
    assert detail != registered
    assert await here.pending() == 0


@pytest.mark.parametrize("item", [4, 7])
async def test_a_registration_begins_with_its_notice_and_ends_with_number_and_slip(here: RealStand, item: int) -> None:
    await here.visit(
        here.comes("farmer"),
        *to_item(Group.WORK, item),
        Step(Guide, GuideChoice.START, check=has(here.catalogue[item].documents)),
        proof(),
        *form(here, here.catalogue[item]),
        Step(Confirm, ConfirmChoice.SUBMIT, check=has(here.catalogue[item].declaration)),
        Step(ResultView, ResultChoice.FINISH, check=here.note_result),
        Step(TakeAway, does=here.pull),
    )
    assert here.result is not None
    assert not here.result.pending
    assert here.result.number
    assert len(here.printer.slips) == 1


async def test_nothing_that_fits_says_what_to_do_and_leads_to_the_registration(here: RealStand) -> None:
    fields = {field.key: field for field in here.catalogue[4].fields}
    steps = [question(field, "5000") if key == "wage" else None for key, field in fields.items()]
    filled = [mine or other for mine, other in zip(steps, form(here, here.catalogue[4]), strict=True)]
    place = list(fields).index("occupations")
    filled[place] = question(fields["occupations"], ("teaching",))
    filled[list(fields).index("distance")] = question(fields["distance"], ("village",))
    filled[list(fields).index("lodging")] = question(fields["lodging"], ("both",))
    await here.visit(
        here.comes("rare_character"),
        *to_item(Group.WORK, 5),
        proof(),
        Step(MessageView, "ok"),
        *filled,
        Step(Confirm, ConfirmChoice.SUBMIT),
        Step(ResultView, ResultChoice.AGAIN, check=accepted),
        Step(ItemList, 5),
        Step(ListingView, ListChoice.ACTION, check=has(TEXTS(Text.RECOMMEND_EMPTY))),
        Step(ChoiceQuestion, Nav.BACK),
        *here.goes(),
    )


# -- 39: the counter's -----------------------------------------------------------------------------------------------


async def test_the_state_of_a_card_is_a_notice_for_a_resident_alone(here: RealStand) -> None:
    await here.visit(
        here.comes("farmer"),
        Step(Menu, Group.CARD),
        Step(ItemList, 39),
        Step(Guide, GuideChoice.PRINT, check=lambda view: here.expect(view.start == "")),
        Step(MessageView, "ok"),
        Step(Guide, Nav.BACK),
        *here.goes(),
    )
