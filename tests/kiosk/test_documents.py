"""A document in a form: photographed here, several pages, retaken, taken back; or the original goes to the counter."""

from __future__ import annotations

import asyncio
import os
from typing import Any

import msgspec
import pytest

from contract import limits
from contract.catalogue import Catalogue, Group
from contract.faults import Fault
from contract.fields import FieldKind, PageWay
from contract.texts import Text, load
from drivers.device import Failure, Hint, Photo, State
from kiosk.acts import Act
from kiosk.questions import ChoiceQuestion, Confirm, ConfirmChoice
from kiosk.viewfinder import PageChoice, Viewfinder
from kiosk.views import (
    Attract,
    Guide,
    GuideChoice,
    MessageView,
    Nav,
    PinPad,
    ResultChoice,
    ResultView,
    TakeAway,
)
from secure.business import SealedPhoto
from secure.photo_box import AROUND
from tests.kiosk.conftest import Stand
from tests.kiosk.opening import answers, has, to_item
from tests.kiosk.scripted import FakeCamera, Step
from tests.kiosk.test_conditions import FINE, filled

ITEM = 22
WORDS = load()
DOCUMENT = "证书照片"


def sealed(size: int = 200) -> Photo:
    return Photo(os.urandom(size), 1000, 1400, size)


def begin(stand: Stand) -> tuple[Step, ...]:
    """Up to the document's question."""
    stand.central.answers = answers(conditions=FINE, deliver=stand.accepting)
    return (
        Step(Attract, does=stand.insert), *to_item(Group.INSURANCE, ITEM), Step(Guide, GuideChoice.START),
        Step(PinPad, "123456"), Step(Guide, GuideChoice.START), *filled(stand, ITEM)[:-1],
    )  # fmt: skip


def handed_in(stand: Stand, value: str, check: Any = lambda view: None) -> tuple[Step, ...]:
    def sheet(view: Confirm) -> None:
        assert (view.rows[-1].label, view.rows[-1].value) == (DOCUMENT, value)

    return (
        Step(Confirm, ConfirmChoice.SUBMIT, check=sheet), Step(ResultView, ResultChoice.FINISH, check=check),
        Step(TakeAway, does=stand.pull),
    )  # fmt: skip


async def kept(stand: Stand) -> list[tuple[str, bytes]]:
    """Reference and what is sealed, of every page that waits for the platform."""
    return await stand.journal.do(
        lambda ledger: ledger._connection.execute("SELECT sha256, sealed FROM photo ORDER BY ordinal").fetchall()
    )


def camera_offered(view: ChoiceQuestion) -> None:
    assert [one.code for one in view.options] == ["camera", "phone", "window"]
    assert view.hint


async def test_two_pages_one_retaken(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was photographed is kept with the matter, in order; what was retaken is nowhere."""
    first, blurred, second, bad = sealed(), Failure(Fault.CAMERA_BLURRED), sealed(), sealed()
    stand.camera = FakeCamera(blurred, bad, first, second)
    acts: list[Act] = []

    def made(*arguments: Any, **more: Any) -> Act:
        acts.append(Act(*arguments, **more))
        return acts[-1]

    monkeypatch.setattr("kiosk.kinds.registration.Act", made)

    def after_blurred(view: Viewfinder) -> None:
        assert view.error == stand.faults[Fault.CAMERA_BLURRED].do

    def second_page(view: Viewfinder) -> None:
        assert "第 2 页" in view.title
        assert view.choices == (PageChoice.TAKE,)

    def done(view: ChoiceQuestion) -> None:
        assert [one.code for one in view.options] == ["done", "camera", "phone", "again"]
        assert view.chosen == ("done",)

    await stand.visit(
        *begin(stand),
        Step(ChoiceQuestion, ("camera",), check=camera_offered),
        Step(Viewfinder, PageChoice.TAKE),
        Step(Viewfinder, PageChoice.TAKE, check=after_blurred),
        Step(Viewfinder, PageChoice.AGAIN, check=has(WORDS(Text.VIEWFINDER_TAKEN_TITLE, page=1))),
        Step(Viewfinder, PageChoice.TAKE),
        Step(Viewfinder, PageChoice.NEXT),
        Step(Viewfinder, PageChoice.TAKE, check=second_page),
        Step(Viewfinder, PageChoice.DONE),
        Step(ChoiceQuestion, ("done",), check=done),
        *handed_in(stand, "2 页"),
    )
    rows = await kept(stand)
    assert [row[1] for row in rows] == [first.sealed, second.sealed]
    assert acts[0].answers["skill_certificate"] == tuple(row[0] for row in rows)
    [slip] = stand.printer.slips
    assert "2 页" in repr(slip)
    assert "原件" not in repr(slip)


async def test_what_the_camera_sees_is_on_the_screen_and_gone_with_it(stand: Stand) -> None:
    stand.camera = FakeCamera(sealed())
    stand.camera.hint = Hint.DARK
    seen: list[Any] = []

    def looking(view: Viewfinder) -> None:
        seen.append(view.sight)

    async def dark() -> None:
        async with asyncio.timeout(10):
            while not seen or not seen[0].looks:
                await asyncio.sleep(0.01)
        seen.append((seen[0].line, seen[0].ready, seen[0].rgb))
        stand.pull()

    watching = asyncio.create_task(dark())
    await stand.visit(
        *begin(stand),
        Step(ChoiceQuestion, ("camera",)),
        Step(Viewfinder, check=looking, does=lambda: None),
        Step(MessageView, "ok"),
    )
    await watching
    assert seen[1] == (stand.faults[Fault.CAMERA_DARK].do, False, b"\x01\x02\x03" * 2)
    assert seen[0].rgb == b""
    assert await kept(stand) == []


@pytest.mark.parametrize("camera", [None, "gone", "lost"])
async def test_without_a_camera_the_original_goes_to_the_counter(stand: Stand, camera: str | None) -> None:
    """No camera, a broken one, and one that is unplugged in the middle: the item goes on, and the slip says it."""
    steps: tuple[Step, ...] = (Step(ChoiceQuestion, ("window",)),)
    if camera is not None:
        stand.camera = FakeCamera()
    if camera == "gone":
        assert stand.camera is not None
        stand.camera.state = State.HARDWARE_ERROR

    def unplugged(_view: Any) -> None:
        assert stand.camera is not None
        stand.camera.state = State.NO_DEVICE

    if camera == "lost":
        taking = (Step(ChoiceQuestion, ("camera",), check=unplugged), Step(MessageView, "ok", check=has("拍照的地方")))
        steps = (*taking, *steps)
    await stand.visit(
        *begin(stand), *steps,
        *handed_in(stand, "带原件到窗口", has(WORDS(Text.RESULT_ORIGINAL_TEXT, documents=DOCUMENT))),
    )  # fmt: skip
    [slip] = stand.printer.slips
    assert WORDS(Text.SLIP_ORIGINAL, documents=DOCUMENT) in repr(slip)
    assert await kept(stand) == []


async def test_taken_back_and_left_out(stand: Stand) -> None:
    """都去掉: what was taken is not kept with the matter."""
    stand.camera = FakeCamera(sealed())
    await stand.visit(
        *begin(stand),
        Step(ChoiceQuestion, ("camera",)),
        Step(Viewfinder, PageChoice.TAKE),
        Step(Viewfinder, PageChoice.DONE),
        Step(ChoiceQuestion, ("again",)),
        Step(ChoiceQuestion, ("window",)),
        *handed_in(stand, "带原件到窗口"),
    )
    assert await kept(stand) == []


async def test_no_more_pages_than_the_item_takes(stand: Stand) -> None:
    stand.camera = FakeCamera(*(sealed() for _ in range(3)))

    def full(view: Any) -> None:
        assert PageChoice.NEXT not in getattr(view, "choices", ())
        assert "camera" not in [one.code for one in getattr(view, "options", ())]

    pages: list[Step] = []
    for choice in (PageChoice.NEXT, PageChoice.NEXT):
        pages += [Step(Viewfinder, PageChoice.TAKE), Step(Viewfinder, choice)]
    await stand.visit(
        *begin(stand),
        Step(ChoiceQuestion, ("camera",)),
        *pages,
        Step(Viewfinder, PageChoice.TAKE),
        Step(Viewfinder, PageChoice.DONE, check=full),
        Step(ChoiceQuestion, ("done",), check=full),
        *handed_in(stand, "3 页"),
    )
    assert len(await kept(stand)) == 3


async def test_a_required_document_without_a_way_is_told_and_nothing_is_lost(stand: Stand) -> None:
    item = stand.catalogue[ITEM]
    fields = tuple(
        msgspec.structs.replace(one, required=True, ways=(PageWay.CAMERA,)) if one.kind is FieldKind.DOCUMENT else one
        for one in item.fields
    )
    stand.catalogue = Catalogue(
        msgspec.structs.replace(one, fields=fields) if one.number == ITEM else one for one in stand.catalogue
    )
    phone = filled(stand, ITEM)[-2]
    await stand.visit(
        *begin(stand),
        Step(MessageView, "ok", check=has(stand.faults[Fault.DOCUMENT_NO_WAY].what)),
        Step(phone.view, does=stand.pull),
        Step(MessageView, "ok"),
    )


async def test_the_largest_page_fits_and_the_matter_stands_when_the_visit_ends(stand: Stand) -> None:
    """The card is pulled on the result page: the pages were kept in the act's own transaction."""
    largest = limits.PHOTO_BYTES + next(iter(AROUND.values()))
    stand.camera = FakeCamera(sealed(largest))
    await stand.visit(
        *begin(stand),
        Step(ChoiceQuestion, ("camera",)),
        Step(Viewfinder, PageChoice.TAKE),
        Step(Viewfinder, PageChoice.DONE),
        Step(ChoiceQuestion, ("done",)),
        Step(Confirm, ConfirmChoice.SUBMIT),
        Step(ResultView, does=stand.pull),
        Step(MessageView, "ok"),
    )
    assert [len(row[1]) for row in await kept(stand)] == [largest]


async def test_given_up_on_the_sheet_nothing_is_kept(stand: Stand) -> None:
    stand.camera = FakeCamera(sealed())
    await stand.visit(
        *begin(stand),
        Step(ChoiceQuestion, ("camera",)),
        Step(Viewfinder, PageChoice.TAKE),
        Step(Viewfinder, Nav.BACK),
        Step(ChoiceQuestion, ("done",)),
        Step(Confirm, does=stand.pull),
        Step(MessageView, "ok"),
    )
    assert await kept(stand) == []
    assert SealedPhoto("k", b"secret").__repr__() == "SealedPhoto(key='k')"
