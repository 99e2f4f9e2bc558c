"""A photographed page from the camera to the platform over real TLS: sealed all the way, delivered once."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

import pytest

from contract import limits, wire
from contract.faults import Fault
from contract.log_events import Event
from contract.log_format import INTL
from drivers.camera import CameraSettings, DocumentCamera
from drivers.device import DeviceEvent, Failure, Photo, State
from drivers.emulated.camera import EmulatedCamera
from kiosk.courier import Courier
from kiosk.photo_courier import PhotoCourier
from secure import identity
from secure.business import DiskFull, Draft, Entry, SealedPhoto, new_photo
from secure.ledger import Ledger
from secure.photo import PhotoSeal
from secure.photo_box import AROUND
from tests.kiosk.test_with_platform import CHINA, TERMINAL, Desk, Platform, central

SPECIALIST = "S-0001"


def now() -> datetime:
    return datetime.now(CHINA)


class PhotoDesk(Desk):
    """With the photographs' courier."""

    def __init__(self, platform: Platform, ledger: Path) -> None:
        super().__init__(platform, ledger)

        def check(receipt: wire.Receipt) -> bool:
            return identity.verify_receipt(receipt, self.keys.receipt_key)

        self.photos = PhotoCourier(TERMINAL, self.central, self.journal, check, now)
        self.courier = Courier(TERMINAL, self.central, self.journal, check, now, None, self.photos)
        self.seal = PhotoSeal(self.keys.hpke_key, TERMINAL)

    async def keep_photos(self, *photos: SealedPhoto) -> str:
        """Business with these pages; its receipt number."""
        draft = Draft(
            type="submission", terminal_number=1, body=lambda _k, _r, _p: b"{}",
            entry=lambda key, receipt, sha256: Entry(
                Event.SUBMITTED, {"item": 1, "receipt": receipt, "key": key, "sha256": sha256}
            ),
            photos=photos,
        )  # fmt: skip
        kept = await self.journal.do(lambda ledger: ledger.accept(draft, day=now().date()))
        assert not isinstance(kept, DiskFull)
        return kept.receipt

    async def waiting(self) -> list[str]:
        return [photo.key for photo in await self.journal.do(lambda ledger: ledger.photos.pending())]

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        courier = asyncio.create_task(self.courier.run())
        try:
            yield
        finally:
            courier.cancel()
            await asyncio.gather(courier, return_exceptions=True)

    async def until_delivered(self) -> None:
        async with asyncio.timeout(30):
            while await self.waiting():
                await asyncio.sleep(0.02)


def page(size: int = 50_000) -> bytes:
    return b"\xff\xd8" + os.urandom(size - 2)


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    made = Platform(tmp_path_factory.mktemp("house"))
    central("staff", "add", "--state", made.state, "--worker", SPECIALIST, "--specialist", "--person", "helper",
            "--point", "县人社局（示例）")  # fmt: skip
    made.start()
    yield made
    made.stop()


@pytest.fixture
async def desk(platform: Platform, tmp_path: Path) -> AsyncIterator[PhotoDesk]:
    made = PhotoDesk(platform, tmp_path / "ledger.db")
    await made.journal.open()
    yield made
    await made.close()


def show(platform: Platform, key: str, out: Path) -> bytes:
    where = ["--state", platform.state, "--terminal", TERMINAL]
    central("photo", *where, "--key", key, "--reason", "核对材料", "--by", SPECIALIST, "--out", out)
    return out.read_bytes()


async def test_from_the_camera_to_whoever_may_open_it(platform: Platform, desk: PhotoDesk, tmp_path: Path) -> None:
    with EmulatedCamera(tmp_path / "camera"):
        camera = DocumentCamera(CameraSettings(str(tmp_path / "camera"), "still"), desk.seal)
        running = asyncio.create_task(camera.run(asyncio.Queue[DeviceEvent]()))
        async with asyncio.timeout(20):
            while camera.state is not State.ONLINE:
                await asyncio.sleep(0.01)
        taken = await camera.capture()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    assert isinstance(taken, Photo)
    photo = new_photo(taken.sealed)
    before = platform.count("central_photorecord"), platform.count("central_photoopening")
    await desk.keep_photos(photo)
    async with desk.running():
        await desk.until_delivered()
    assert platform.count("central_photorecord") == before[0] + 1
    with contextlib.closing(sqlite3.connect(platform.state / "central.sqlite3")) as database:
        (stored,) = database.execute("SELECT sealed FROM central_photorecord WHERE key = ?", (photo.key,)).fetchone()
    assert stored == taken.sealed
    opened = show(platform, photo.key, tmp_path / "page.jpg")
    assert opened.startswith(b"\xff\xd8\xff")
    assert len(opened) == taken.size
    assert platform.count("central_photoopening") == before[1] + 1


async def test_the_largest_page_goes_through_and_a_larger_one_is_never_kept(
    platform: Platform, desk: PhotoDesk, tmp_path: Path
) -> None:
    picture = page(limits.PHOTO_BYTES)
    photo = new_photo(desk.seal.seal(picture))
    assert len(photo.sealed) == (limits.PHOTO_BYTES + AROUND[INTL])
    await desk.keep_photos(photo)
    async with desk.running():
        await desk.until_delivered()
    assert show(platform, photo.key, tmp_path / "page.jpg") == picture
    for photos in ([new_photo(photo.sealed + b"x")], [new_photo(b"x" * 48)] * (limits.PHOTOS_A_MATTER + 1)):
        with pytest.raises(ValueError, match="photograph"):
            await desk.keep_photos(*photos)
    assert await desk.waiting() == []


async def test_however_often_it_is_sent_it_is_kept_once_and_the_receipt_is_the_same(
    platform: Platform, desk: PhotoDesk
) -> None:
    """The platform took it in and the terminal never heard: what comes back to the courier is that same receipt."""
    before = platform.count("central_photorecord")
    photo = new_photo(desk.seal.seal(page()))
    await desk.keep_photos(photo)
    delivery = await desk.journal.do(lambda ledger: ledger.photos.delivery(photo.key))
    assert delivery is not None
    sent = [await desk.central.call(wire.DELIVER_PHOTO, wire.Receipt, delivery) for _ in range(3)]
    assert len({one.signature for one in sent if isinstance(one, wire.Receipt)}) == 1
    assert await desk.photos.round()
    assert await desk.waiting() == []
    assert not await desk.photos.round()
    assert platform.count("central_photorecord") == before + 1
    forged = await desk.central.call(
        wire.DELIVER_PHOTO, wire.Receipt,
        wire.Delivery(key=photo.key, type="photo", sha256="0" * 64, sealed=b"x" * 100, signature=delivery.signature),
    )  # fmt: skip
    assert isinstance(forged, Failure)
    assert forged.fault is Fault.PLATFORM_CONFLICT


async def test_kept_while_the_platform_is_away_with_business_first(
    platform: Platform, desk: PhotoDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "DELIVERY_RETRY_FIRST", 0.1)
    before = platform.count("central_photorecord")
    platform.stop()
    photos = [new_photo(desk.seal.seal(page())) for _ in range(limits.PHOTOS_A_ROUND + 1)]
    await desk.keep_photos(*photos)
    assert await desk.photos.round(everything=True)
    assert len(await desk.waiting()) == len(photos)
    async with desk.running():
        await asyncio.to_thread(platform.start)
        desk.courier.hurry()
        await desk.until_delivered()
    assert platform.count("central_photorecord") == before + len(photos)
    assert await desk.journal.do(Ledger.pending) == ()


async def test_one_that_the_platform_will_not_have_stays_and_holds_up_no_other(
    platform: Platform, desk: PhotoDesk
) -> None:
    stuck, fine = (new_photo(desk.seal.seal(page())) for _ in range(2))
    await desk.keep_photos(stuck, fine)
    await desk.journal.do(
        lambda ledger: ledger._connection.execute(
            "UPDATE photo SET signature = zeroblob(64) WHERE key = ?", (stuck.key,)
        )
    )
    await desk.photos.round()
    assert await desk.waiting() == [stuck.key]


async def test_without_the_receipt_it_stays(desk: PhotoDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody answers 200 with a receipt that the platform never signed."""
    photo = new_photo(desk.seal.seal(page()))
    await desk.keep_photos(photo)

    async def answered(_route: wire.Route, _answer: object, ask: wire.Delivery) -> wire.Receipt:
        return wire.Receipt(
            device=TERMINAL, key=ask.key, sha256=ask.sha256, verdict=wire.Verdict.ACCEPTED,
            at=now().isoformat(), signature=bytes(64),
        )  # fmt: skip

    monkeypatch.setattr(desk.central, "call", answered)
    await desk.photos.round()
    assert await desk.waiting() == [photo.key]
