"""After a visit nothing of the resident is left: not in memory, not on the disk."""

from __future__ import annotations

import gc
from functools import partial
from pathlib import Path

import pytest

from contract.catalogue import Group
from kiosk.acts import Act
from kiosk.person import Person
from kiosk.questions import Confirm, ConfirmChoice
from kiosk.story import Story
from kiosk.views import (
    Attract,
    Guide,
    GuideChoice,
    ItemList,
    Menu,
    PinPad,
    ResultChoice,
    ResultView,
    TakeAway,
    View,
)
from kiosk.visit import Visit
from tests.kiosk.conftest import Stand
from tests.kiosk.opening import (
    answers,
    form_steps,
    session_of,
    someone,
)
from tests.kiosk.scripted import Step


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
