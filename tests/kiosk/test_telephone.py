"""A resident's own telephone, a real Chromium, at the real platform: from the code on the terminal's screen to the
sealed page, and what is refused, as whoever holds the telephone sees it."""

from __future__ import annotations

import asyncio
import contextlib
import io
import sqlite3
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from PIL import Image

from central.state import State
from contract import limits, wire
from contract.catalogue import Group
from contract.texts import Text
from kiosk.questions import ChoiceQuestion, Confirm, ConfirmChoice
from kiosk.views import (
    Guide,
    GuideChoice,
    MessageView,
    PinPad,
    QrView,
    ResultChoice,
    ResultView,
    TakeAway,
)
from secure.reading.photo import open_photo
from tests.central.sheets import dark, encoded, sheet, stands_in
from tests.kiosk.opening import to_item
from tests.kiosk.scripted import Step
from tests.kiosk.test_conditions import filled
from tests.kiosk.test_lookups_with_platform import TEXTS, RealStand, opened
from tests.kiosk.test_lookups_with_platform import has as tells
from tests.kiosk.test_with_platform import TERMINAL, Platform
from tests.telephone import Telephone, telephone

ITEM = 22
T = TypeVar("T")
DOCUMENT = "skill_certificate"
ALBUM, CAMERA, SEND, DONE = "从相册里选", "拍一张", "传这一张", "传完了"
LARGER = 26
"""What somebody who sees badly sets on the telephone; usual is 16."""
FINGER = 48
"""A key is at least as high."""


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    made = Platform(tmp_path_factory.mktemp("house"))
    made.start()
    yield made
    made.stop()


@pytest.fixture
async def here(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[RealStand]:
    monkeypatch.setattr(limits, "FAREWELL", 0.05)
    monkeypatch.setattr(limits, "UPLOAD_POLL", 0.2)
    async with opened(platform) as made:
        yield made


@pytest.fixture
async def phone(platform: Platform, tmp_path: Path) -> AsyncIterator[Telephone]:
    async with telephone(tmp_path / "telephone", platform.state / "server.pem") as made:
        yield made


def picture(folder: Path, name: str, data: bytes) -> Path:
    file = folder / name
    file.write_bytes(data)
    return file


class Visit:
    """Somebody with their card in, who asks for links as the terminal does."""

    def __init__(self, here: RealStand, token: str) -> None:
        self.here, self.token = here, token
        self.given = wire.Upload(upload="", link="", seconds=0)

    async def link(self, pages: int = 2) -> str:
        ask = wire.UploadAsk(item=ITEM, document=DOCUMENT, pages=pages)
        self.given = await answered(self.here, wire.UPLOAD_OPEN, wire.Upload, ask, self.token)
        return self.given.link

    async def state(self, *, close: bool = False) -> wire.UploadState:
        look = wire.UploadLook(upload=self.given.upload, close=close)
        return await answered(self.here, wire.UPLOAD_LOOK, wire.UploadState, look, self.token)


async def answered(here: RealStand, route: wire.Route, kind: type[T], ask: wire.Message, token: str = "") -> T:
    found = await here.central.call(route, kind, ask, token)
    assert isinstance(found, kind), found
    return found


@pytest.fixture
async def visit(here: RealStand) -> Visit:
    card = here.holder("employee")
    shown = wire.SessionOpen(
        shown_by=wire.ShownBy.CARD, id_number=card.id_number, name=card.name, card_number=card.card_number,
        card_id_code=card.card_id_code, pin_verified=True,
    )  # fmt: skip
    return Visit(here, (await answered(here, wire.SESSION_OPEN, wire.Session, shown)).token)


async def fits(phone: Telephone) -> None:
    """The page is read without pushing it about, and its keys are hit."""
    found = await phone.measured()
    assert found["wide"] <= found["window"]
    assert not found["out"]
    assert found["letters"] >= 16
    assert found["keys"] >= FINGER


async def test_from_the_code_on_the_screen_to_the_sealed_page(
    platform: Platform, here: RealStand, phone: Telephone, tmp_path: Path
) -> None:
    sent = [encoded(sheet()), encoded(sheet(1600, 1200))]
    files = [picture(tmp_path, f"{number}.jpg", data) for number, data in enumerate(sent)]
    codes: list[str] = []
    one_came, both_came = asyncio.Event(), asyncio.Event()

    async def with_the_telephone() -> None:
        await phone.opens(codes[0])
        await phone.reads("证书照片", CAMERA, ALBUM)
        await phone.picks(CAMERA, files[0])
        await phone.reads("照片选好了")
        await phone.taps(SEND)
        await phone.reads("已收到 1 页")
        await one_came.wait()
        await phone.picks(ALBUM, files[1])
        await phone.taps(SEND)
        await phone.reads("已收到 2 页")
        await both_came.wait()
        await phone.taps(DONE)
        await phone.reads("传好了", "收到 2 页", "请回到机器跟前")

    async with asyncio.TaskGroup() as group:
        await here.visit(
            here.comes("employee"),
            *to_item(Group.INSURANCE, ITEM),
            Step(Guide, GuideChoice.START),
            Step(PinPad, "123456"),
            Step(Guide, GuideChoice.START),
            *filled(here, ITEM)[:-1],
            Step(ChoiceQuestion, ("phone",)),
            Step(QrView, check=lambda view: codes.append(view.content),
                 does=lambda: group.create_task(with_the_telephone()) and None),
            Step(MessageView, check=tells(TEXTS(Text.UPLOAD_CAME_TITLE, pages=1)), does=one_came.set),
            Step(MessageView, check=tells(TEXTS(Text.UPLOAD_CAME_TITLE, pages=2)), does=both_came.set),
            Step(ChoiceQuestion, ("done",), check=tells(TEXTS(Text.DOCUMENT_DONE, pages=2))),
            Step(Confirm, ConfirmChoice.SUBMIT, check=tells("2 页")),
            Step(ResultView, ResultChoice.FINISH, check=tells("县里正在审核")),
            Step(TakeAway, does=here.pull),
            patience=120,
        )  # fmt: skip
    await phone.opens(codes[0])
    await phone.reads("这个二维码已经用不了", "请看机器的屏幕")
    with contextlib.closing(sqlite3.connect(platform.state / "central.sqlite3")) as database:
        rows = database.execute(
            "SELECT photo.sealed FROM central_documentpage page JOIN central_photorecord photo"
            " ON photo.sha256 = page.reference ORDER BY page.place"
        ).fetchall()
    key = State(platform.state).hpke_key.private_bytes_raw()
    plain = [open_photo(sealed, TERMINAL, key) for (sealed,) in rows]
    assert [Image.open(io.BytesIO(page)).size for page in plain] == [(1200, 1600), (1600, 1200)]  # type: ignore[arg-type]
    everything = [file.read_bytes() for folder in (platform.state, platform.terminal, here.folder)
                  for file in folder.rglob("*") if file.is_file()]  # fmt: skip
    assert all(stands_in(sealed, everything) for (sealed,) in rows), "what is searched for is found where it is"
    assert not any(stands_in(data, everything) for data in (*sent, *plain))  # type: ignore[arg-type]


REFUSED = {
    "no picture": (lambda: b"%PDF-1.7" + bytes(4000), "这里只收照片"),
    "too dark": (lambda: encoded(dark()), "光太暗"),
    "too large": (lambda: encoded(sheet()) + bytes(20_000_000), "照片太大了"),
}


@pytest.mark.parametrize("letters", [16, LARGER])
async def test_whoever_holds_it_is_told_in_a_sentence_what_to_do(
    visit: Visit, phone: Telephone, tmp_path: Path, letters: int
) -> None:
    """What is refused, and what has ended; every page is read and touched as it is, in letters of both sizes."""
    good = picture(tmp_path, "good.jpg", encoded(sheet()))
    await phone.letters(letters)
    first = await visit.link()
    await phone.opens(first)
    await phone.reads(CAMERA, ALBUM)
    await fits(phone)
    for what, (make, words) in REFUSED.items():
        await phone.picks(ALBUM, picture(tmp_path, what, make()))
        await phone.reads("照片选好了")
        await fits(phone)
        await phone.taps(SEND)
        await phone.reads("这一张没有收下", words, CAMERA)
        await fits(phone)
    assert (await visit.state()).pages == ()
    await phone.picks(ALBUM, good)
    await phone.taps("换一张")
    await phone.reads(ALBUM)
    await phone.picks(ALBUM, good)
    await phone.taps(SEND)
    await phone.reads("已收到 1 页", DONE)
    await fits(phone)
    await phone.picks(ALBUM, good)
    assert len((await visit.state(close=True)).pages) == 1
    await phone.taps(SEND)
    await phone.reads("这个二维码已经用不了", "请看机器的屏幕")
    await fits(phone)
    await phone.opens(first)
    await phone.reads("这个二维码已经用不了")


async def test_while_it_is_sent_a_second_touch_does_no_harm(visit: Visit, phone: Telephone, tmp_path: Path) -> None:
    await phone.opens(await visit.link(pages=1))
    await phone.reads(ALBUM)
    await phone.picks(ALBUM, picture(tmp_path, "good.jpg", encoded(sheet())))
    await phone.reads("照片选好了")
    before = (await phone.picture()).convert("RGB").getpixel((10, 10))
    await phone.holding("*/u/*")
    key = await phone.place_of(SEND)
    await phone.touches(key)
    go_on = await phone.held()
    async with asyncio.timeout(60):
        while (await phone.picture()).convert("RGB").getpixel((10, 10)) == before:
            await asyncio.sleep(0.05)  # until "正在传" lies over everything
    await phone.touches(key)
    await go_on()
    await phone.reads("传好了", "收到 1 页", "请回到机器跟前")
    await fits(phone)
    assert len((await visit.state()).pages) == 1
