"""After a visit nothing of the resident is left: not in memory, not on the disk."""

from __future__ import annotations

import dataclasses
import gc
import random
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from contract import id_number
from contract.catalogue import Group, Proof
from kiosk.acts import Act
from kiosk.person import Person
from kiosk.story import Story
from kiosk.views import (
    Attract,
    Confirm,
    ConfirmChoice,
    Guide,
    GuideChoice,
    Menu,
    PinPad,
    ResultChoice,
    ResultView,
    TakeAway,
    View,
)
from kiosk.visit import Visit
from tests.kiosk.conftest import Stand
from tests.kiosk.scripted import MADE_UP, SESSION, Step
from tests.kiosk.test_story import ItemList, answers, form_steps


def someone(seed: int) -> Any:
    """A made-up person whose name and number stand nowhere else in this process."""
    dice = random.Random(seed)
    name = "".join(chr(dice.randrange(0x4E00, 0x9FA5)) for _ in range(3))
    first = (
        f"140999{dice.randrange(1950, 2005)}0{dice.randrange(1, 9)}1{dice.randrange(0, 9)}{dice.randrange(100, 999)}"
    )
    number = first + id_number.check_digit(first)
    return dataclasses.replace(MADE_UP, name=name, id_number=number)


@pytest.mark.parametrize("pulled", [False, True])
async def test_nothing_of_the_resident_stays(stand: Stand, tmp_path: Path, pulled: bool) -> None:
    person = someone(7 + pulled)
    secrets = [person.name, person.id_number]
    stand.central.answers = answers(
        session_open=lambda ask: session_of(ask.name, ask.id_number), deliver=stand.accepting
    )
    form = form_steps(stand)
    ending = (
        [Step(form[5].view, does=stand.pull), Step(View, "ok")]
        if pulled
        else [
            *form[5:],
            Step(Confirm, ConfirmChoice.SUBMIT),
            Step(ResultView, ResultChoice.FINISH),
            Step(TakeAway, does=stand.pull),
        ]
    )
    await stand.visit(
        Step(Attract, does=partial(stand.insert, person)),
        Step(Menu, Group.WORK),
        Step(ItemList, 1),
        Step(Guide, GuideChoice.START),
        Step(PinPad, "123456"),
        *form[:5],
        *ending,
    )
    # What the test itself held of them.
    assert stand.reader is not None
    stand.reader.card = None
    stand.stage.seen.clear()
    stand.printer.slips.clear()
    stand.central.asked.clear()
    stand.central.answers.clear()
    del person, ending, form
    gc.collect()
    left = [thing for thing in gc.get_objects() if isinstance(thing, Person | Act | Visit | Story)]
    assert left == []
    for path in tmp_path.iterdir():
        content = path.read_bytes()
        for secret in secrets:
            for encoding in ("utf-8", "gb18030", "utf-16-le"):
                assert secret.encode(encoding) not in content, path.name


def session_of(name: str, number: str) -> Any:
    return type(SESSION)(token="t", proof=Proof.SHOWN, name=name, id_number=number)
