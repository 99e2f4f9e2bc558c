"""How scripted visits begin: what the platform has to say, who stands there, and the first steps."""

from __future__ import annotations

import dataclasses
import random
from typing import Any

from contract import id_number, wire
from contract.catalogue import Group, Proof
from drivers.device import CardHolder
from kiosk.questions import ChoiceQuestion, NumberQuestion, TextQuestion
from kiosk.views import (
    Attract,
    Guide,
    GuideChoice,
    ItemList,
    Menu,
    MenuChoice,
    Nav,
    PinPad,
)
from tests.kiosk.conftest import Stand
from tests.kiosk.scripted import MADE_UP, SESSION, FakeCardReader, Step

RECORDS = wire.Records(
    title="您的养老保险",
    facts=(wire.Fact(label="一共交了", value="240 个月", large=True),),
    tables=(
        wire.Table(
            title="2026年",
            columns=(wire.Column(label="月份", cell=wire.Cell.MONTH), wire.Column(label="个人", cell=wire.Cell.MONEY)),
            rows=(("2026-10", 32000), ("2026-09", 32000)),
        ),
    ),
    as_of="2026-11-23",
)
LISTING = wire.Listing(total=1, page=1, pages=1, cards=(wire.Card(id="7", title="厨师", lines=("杨树村饭店",)),))
DETAIL = wire.Detail(id="7", title="厨师", facts=(), link="https://127.0.0.1/o/7")


def answers(**more: Any) -> dict[str, Any]:
    return {"session_open": SESSION, "session_elevate": SESSION, "health": wire.Health(at="", version=""), **more}


def has(text: str) -> Any:
    def check(view: Any) -> None:
        assert text in repr(view), f"{text!r} is not in {view!r}"

    return check


def to_item(group: Group, number: int) -> tuple[Step, ...]:
    return (Step(Menu, group), Step(ItemList, number))


LEAVE = (Step(ItemList, Nav.BACK), Step(Menu, MenuChoice.LEAVE))


def begin(stand: Stand) -> tuple[Step, ...]:
    """A registration, up to its first question."""
    return (
        Step(Attract, does=stand.insert),
        *to_item(Group.WORK, 1),
        Step(Guide, GuideChoice.START),
        Step(PinPad, "123456"),
    )


FORM: dict[str, Any] = {
    "occupations": ("cook",),
    "wage": "3000",
    "years": "5",
    "village": "杨树村",
    "phone": "13800000101",
    "past": None,
}


def form_steps(stand: Stand) -> list[Step]:
    """The form filled in as its own data ask: first options where nothing else is said."""
    steps: list[Step] = []
    kinds = {"choice": ChoiceQuestion, "choices": ChoiceQuestion, "text": TextQuestion}
    for field in stand.catalogue[1].fields:
        kind = kinds.get(field.kind.value, NumberQuestion)
        if field.key in FORM and field.key != "occupations":
            steps.append(Step(kind, FORM[field.key]))
        else:
            first_code = stand.options(field)[0].code
            steps.append(Step(kind, (first_code,)))
    return steps


class FakeIdReader(FakeCardReader):
    name = "id_reader"


def with_id_reader(stand: Stand, holder: CardHolder = MADE_UP) -> FakeIdReader:
    """A terminal with an ID card reader instead of a card reader."""
    stand.without_card_reader()
    return beside(stand, holder)


def beside(stand: Stand, holder: CardHolder = MADE_UP) -> FakeIdReader:
    """A terminal with an ID card reader beside its card reader."""
    reader, real = FakeIdReader(holder), stand.house

    def house() -> Any:
        made = real()
        made.bay.id_reader = reader  # type: ignore[assignment]
        return made

    stand.house = house  # type: ignore[method-assign]
    return reader


def someone(seed: int) -> Any:
    """A made-up person whose name and number stand nowhere else in this process."""
    dice = random.Random(seed)
    name = "".join(chr(dice.randrange(0x4E00, 0x9FA5)) for _ in range(3))
    first = (
        f"140999{dice.randrange(1950, 2005)}0{dice.randrange(1, 9)}1{dice.randrange(0, 9)}{dice.randrange(100, 999)}"
    )
    number = first + id_number.check_digit(first)
    return dataclasses.replace(MADE_UP, name=name, id_number=number)


def session_of(name: str, number: str) -> Any:
    return type(SESSION)(token="t", proof=Proof.SHOWN, name=name, id_number=number)
