"""docs/faults.md is current, every fault of a device has a way, and the ways lead where they say: by the command line,
over the dock's interface, to the peer, over its line, to the driver."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp import web

from contract import limits
from contract.faults import Fault, load
from contract.slip import PrintOutcome, Slip, Text
from deploy.local.pcscd import Pcscd
from drivers.camera import CameraSettings, DocumentCamera
from drivers.card_reader import CardReaderSettings, PcscCardReader, PsamAuthenticator, PsamSettings
from drivers.card_reader.pcsc import Service
from drivers.device import DeviceEvent, Failure, Medium, Printed, State, Supply
from drivers.emulated.card import CardSlot, EmulatedPsam, read_cast, read_keys
from drivers.emulated.card.psam import EXTERNAL_KEY, INTERNAL_KEY
from drivers.emulated.dock.desk import Desk
from drivers.emulated.dock.peers import lay_out
from drivers.emulated.dock.troubles import DEVICES, TROUBLES, find
from drivers.emulated.dock.web import application
from drivers.emulated.ways import WAYS, Way, of_device, page
from drivers.emulated.ways import main as ways_main
from drivers.id_reader import IdReaderSettings, SamvIdReader
from drivers.power import NutPower, PowerSettings
from drivers.presence import IioPresence, PresenceSettings
from drivers.printer import EscposPrinter, PrinterSettings
from drivers.speaker import AlsaSpeaker, SpeakerSettings, tone
from kiosk import dock_command

ROOT = Path(__file__).parents[3]
PORT, VPCD = 18471, 36960
CAST = ROOT / "deploy" / "demo" / "cast.toml"
URL = f"http://127.0.0.1:{PORT}"
SLIP = Slip(tuple(Text(f"第 {number} 行") for number in range(1, 41)))
SENTENCES = load()
CHINESE = re.compile("[\u4e00-\u9fff]{4}")
DRIVEN = {fault: way for fault, way in WAYS.items() if way.then}


def test_the_page_is_current() -> None:
    assert (ROOT / "docs" / "faults.md").read_text(encoding="utf-8") == page()


@pytest.mark.parametrize("fault", [fault for fault in Fault if of_device(fault)])
def test_every_fault_of_a_device_has_a_way_and_a_test(fault: Fault) -> None:
    way = WAYS.get(fault)
    assert way is not None, f"{fault}: a row in drivers/emulated/ways.py"
    assert way.at_dock
    assert way.test


@pytest.mark.parametrize("fault", Fault)
def test_every_fault_has_a_sentence_for_residents_one_for_staff_and_a_test(fault: Fault) -> None:
    """In the one table: docs/faults.md is made of just these."""
    sentence = SENTENCES[fault]
    for said in (sentence.what, sentence.do, sentence.staff):
        assert CHINESE.search(said), f"{fault}: {said!r}"
    row = next(line for line in page().splitlines() if line.startswith(f"| `{fault}` |"))
    assert all(said in row for said in (sentence.what, sentence.do, sentence.staff))
    assert WAYS[fault].test, f"{fault}: a test in drivers/emulated/ways.py"


def test_every_device_of_the_dock_can_be_made_ill() -> None:
    """All but the speaker, which can only be unplugged."""
    assert {trouble.device for trouble in TROUBLES} == set(DEVICES) - {"speaker"}


@pytest.mark.parametrize("way", WAYS.values(), ids=[fault.value for fault in WAYS])
def test_the_tests_that_are_named_exist(way: Way) -> None:
    if way.test:
        file, _, name = way.test.partition("::")
        assert re.search(
            rf"def {name}\w*\(" if name else "def test_", (ROOT / "tests" / file).read_text(encoding="utf-8")
        )


def test_every_trouble_that_shows_something_shows_what_has_a_sentence() -> None:
    assert {trouble.shows for trouble in TROUBLES} - {None} <= set(WAYS)
    assert len({(trouble.device, trouble.name) for trouble in TROUBLES}) == len(TROUBLES)


class NoSeal:
    def seal(self, picture: bytes) -> bytes:
        return bytes(len(picture) % 256)


class Ledger:
    async def started(self, job: str) -> bool:
        return True

    async def ended(self, job: str, outcome: PrintOutcome) -> None:
        return


@dataclass
class Post:
    """The dock and the drivers beside its peers."""

    desk: Desk
    card: PcscCardReader
    id_reader: SamvIdReader
    printer: EscposPrinter
    camera: DocumentCamera
    speaker: AlsaSpeaker
    presence: IioPresence
    power: NutPower
    jobs: int = 0

    def next_job(self) -> str:
        """A job that was asked for once is not printed again."""
        self.jobs += 1
        return f"job-{self.jobs}"

    async def dock(self, *commands: str) -> None:
        for command in commands:
            code = await asyncio.to_thread(dock_command.main, ["--at", URL, *command.split()])
            assert code == 0, command

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(15):
            while not condition():
                await asyncio.sleep(0.02)

    async def told(self, then: str, commands: tuple[str, ...]) -> Fault | None:
        """What the terminal is told by its drivers."""
        if then == "slip first":
            printing = asyncio.create_task(self.printer.print(self.next_job(), SLIP))
            await self.until(lambda: bool(self.desk.has_printer().received))
            await self.dock(*commands)
            return (await printing).fault
        await self.dock(*commands)
        result = await self._asked(then)
        return result.fault if isinstance(result, Failure | Printed) else None

    async def _asked(self, then: str) -> object:
        match then:
            case "slip":
                return await self.printer.print(self.next_job(), SLIP)
            case "photo":
                there = State.NO_DEVICE if "camera" in self.desk.unplugged else State.ONLINE
                await self.until(lambda: self.camera.state is there)
                return await self.camera.capture()
            case "sound":
                there = State.NO_DEVICE if "speaker" in self.desk.unplugged else State.ONLINE
                await self.until(lambda: self.speaker.state is there)
                return await self.speaker.play(tone(seconds=0.05))
            case "power":
                await self.until(lambda: self.power.seen.low)
                return Failure(Fault.POWER_LOW)
            case "id":
                if not self.desk.unplugged:
                    await self.until(lambda: self.desk.laid == "" or self.id_reader.state is not State.NO_DEVICE)
                    await asyncio.sleep(0.3)
                return await self.id_reader.read()
        await self.until(lambda: self.card.medium is Medium.PRESENT)
        read = await self.card.read()
        return read if then in ("card", "keys") else await self.card.verify_pin("999999")


def slot_holds(reader: str) -> bool:
    """Whether pcscd sees a card in *reader*."""
    service = Service.open()
    try:
        return service.look(reader).present
    finally:
        service.close()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def pcscd() -> AsyncIterator[Pcscd]:
    async with Pcscd(port=VPCD, friendly_name="SSC Contact") as session:
        yield session


@pytest_asyncio.fixture(loop_scope="session")
async def post(pcscd: Pcscd, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Post]:
    polls = ("PRINTER", "ID_READER", "CAMERA", "SPEAKER", "POWER", "PRESENCE")
    for name in (*(f"{poll}_POLL" for poll in polls), "PRESENCE_GONE"):
        monkeypatch.setattr(limits, name, 0.1)
    monkeypatch.setattr(limits, "DEVICE_REOPEN_LAST", 0.5)
    async with AsyncExitStack() as stack:
        slot = await stack.enter_async_context(CardSlot(pcscd.port))
        desk = Desk(read_cast(CAST), slot)
        psam_slot = await stack.enter_async_context(CardSlot(pcscd.port + 1))
        desk.psam = EmulatedPsam(read_keys(CAST))
        kept = asyncio.create_task(psam_slot.keep(desk.psam), name="PSAM")
        stack.callback(kept.cancel)
        await lay_out(desk, tmp_path, 80, stack)
        runner = web.AppRunner(application(desk, PORT), access_log=None)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, "127.0.0.1", PORT).start()
        post = Post(
            desk,
            PcscCardReader(
                CardReaderSettings(pcscd.friendly_name),
                authenticator=PsamAuthenticator(
                    PsamSettings(f"{pcscd.friendly_name} 00 01", EXTERNAL_KEY, INTERNAL_KEY)
                ),
            ),
            SamvIdReader(IdReaderSettings(str(tmp_path / "id_reader"))),
            EscposPrinter(PrinterSettings(path=str(tmp_path / "printer")), Ledger()),
            DocumentCamera(CameraSettings(str(tmp_path / "camera"), "still"), NoSeal()),
            AlsaSpeaker(SpeakerSettings("null"), cards=tmp_path / "sound_cards"),
            IioPresence(PresenceSettings("prox"), devices=tmp_path / "sensors" / "devices"),
            NutPower(PowerSettings("village", port=desk.has_power().port)),
        )
        events: asyncio.Queue[DeviceEvent] = asyncio.Queue()
        small = (post.camera, post.speaker, post.presence, post.power)
        devices = (post.card, post.id_reader, post.printer, *small)
        running = [asyncio.create_task(device.run(events)) for device in devices]
        await post.until(lambda: all(device.state is State.ONLINE for device in devices))
        await post.until(lambda: slot_holds(f"{pcscd.friendly_name} 00 01"))
        yield post
        await slot.pull()
        await post.until(lambda: post.card.medium is not Medium.PRESENT)
        # A PSAM that went and came between two of pcscd's looks would still be the old one to it, silent or not.
        kept.cancel()
        await asyncio.gather(kept, return_exceptions=True)
        await psam_slot.pull()
        await post.until(lambda: not slot_holds(f"{pcscd.friendly_name} 00 01"))
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("fault", DRIVEN, ids=lambda fault: fault.value)
async def test_the_way_leads_there(post: Post, fault: Fault) -> None:
    way = DRIVEN[fault]
    assert await post.told(way.then, way.at_dock) is fault


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize(
    ("ill", "device", "ask"),
    [
        (("printer --jam-at-line 3",), "printer", "slip"),
        (("script printer --out", "cover open"), "printer", "slip"),
        (("unplug printer",), "", "slip"),
        (("script id-reader --garble",), "id-reader", "id"),
    ],
)
async def test_well_again(post: Post, ill: tuple[str, ...], device: str, ask: str) -> None:
    await post.dock("lay zhang")
    assert await post.told(ask, ill) is not None
    await post.dock(f"well {device}" if device else "plug printer")
    await post.until(lambda: post.printer.state is State.ONLINE)
    assert await post.told(ask, ()) is None


def test_the_page_is_written_and_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ways_main(["--write", str(tmp_path / "faults.md")]) == 0
    assert (tmp_path / "faults.md").read_text(encoding="utf-8") == page()
    assert ways_main([]) == 0
    assert capsys.readouterr().out == page()


SHOWN = ("silent-after", "cutter", "cover-at-line", "hold", "broken", "jam-at-line", "out-at-line", "silent")


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("name", SHOWN)
async def test_each_trouble_of_the_printer_shows_what_it_says_and_is_well_again(
    post: Post, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "PRINT_JOB", 3.0)
    trouble = find("printer", name)
    assert trouble is not None
    if name == "silent":
        assert await post.told("slip first", ("printer --silent",)) is trouble.shows
    else:
        assert await post.told("slip", (f"printer --{name}",)) is trouble.shows
    await post.dock("well printer")
    await post.until(lambda: post.printer.state is State.ONLINE)
    assert await post.told("slip", ()) is None


@pytest.mark.asyncio(loop_scope="session")
async def test_unplugged_in_the_middle_of_a_document_and_plugged_in_again(post: Post) -> None:
    assert await post.told("id", ("script id-reader --unplug-at 200", "lay zhang")) is Fault.READER_GONE
    await post.dock("well id-reader", "plug id-reader")
    await post.until(lambda: post.id_reader.medium is Medium.PRESENT)
    assert await post.told("id", ()) is None


@pytest.mark.asyncio(loop_scope="session")
async def test_paper_low_and_then_out(post: Post) -> None:
    await post.dock("printer --low-then-out 5")
    await post.until(lambda: post.printer.seen.supply is Supply.LOW)
    assert await post.told("slip", ()) is Fault.PAPER_OUT
    await post.until(lambda: post.printer.seen.supply is Supply.OUT)
    await post.dock("well printer")
    await post.until(lambda: post.printer.state is State.ONLINE)
    assert await post.told("slip", ()) is None


@pytest.mark.asyncio(loop_scope="session")
async def test_somebody_comes_and_goes(post: Post) -> None:
    assert post.presence.somebody is False
    await post.dock("come")
    await post.until(lambda: post.presence.somebody is True)
    await post.dock("presence --garble")
    await post.until(lambda: post.presence.state is State.NO_DEVICE)
    await post.dock("well presence", "leave")
    await post.until(lambda: post.presence.somebody is False)


@pytest.mark.asyncio(loop_scope="session")
async def test_power_lost_low_silent_and_back(post: Post) -> None:
    await post.dock("power --lost 60")
    await post.until(lambda: post.power.seen.on_battery)
    assert (post.power.seen.charge, post.power.seen.low) == (60, False)
    await post.dock("power --low")
    await post.until(lambda: post.power.seen.low)
    await post.dock("unplug power")
    await post.until(lambda: post.power.state is State.NO_DEVICE)
    assert post.power.seen.low
    await post.dock("well power", "plug power")
    await post.until(lambda: post.power.state is State.ONLINE and not post.power.seen.on_battery)


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize(("device", "ask"), [("camera", "photo"), ("speaker", "sound")])
async def test_small_devices_unplugged_and_plugged_in_again(post: Post, device: str, ask: str) -> None:
    assert await post.told(ask, (f"unplug {device}",)) is not None
    assert await post.told(ask, (f"plug {device}",)) is None


@pytest.mark.asyncio(loop_scope="session")
async def test_a_page_is_photographed_again_when_the_camera_is_well(post: Post) -> None:
    assert await post.told("photo", ("camera --dark",)) is Fault.CAMERA_DARK
    assert await post.told("photo", ("well camera",)) is None


@pytest.mark.asyncio(loop_scope="session")
async def test_every_trouble_can_be_made_and_undone_by_command(post: Post) -> None:
    await post.dock("lay zhang")
    for trouble in TROUBLES:
        await post.dock(f"script {trouble.device} --{trouble.name}", f"well {trouble.device}")
    await post.dock("plug id-reader")
    await post.until(lambda: all(one.state is State.ONLINE for one in (post.printer, post.id_reader, post.card)))
    assert await post.told("slip", ()) is None


@pytest.mark.asyncio(loop_scope="session")
async def test_the_command_line_says_what_is_and_refuses_in_words(
    post: Post, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert await post.printer.print("job", Slip((Text("凭条一张"),))) == Printed(PrintOutcome.PRINTED)
    picture = tmp_path / "slip.png"
    await post.dock("people", "state", "slips", f"slips --png {picture}", "take")
    out = capsys.readouterr().out
    assert "张建平" in out
    assert '"hanging": 1' in out
    assert "凭条一张" in out
    assert "没取走 0" in out
    assert picture.read_bytes().startswith(b"\x89PNG")
    for command, words in (
        ("insert nobody", "没有这个人"),
        ("unplug card", "pcscd"),
        ("script printer --jam-at-line 5000", "之间"),
        ("script printer", "--help"),
        ("show zhang", "没有接平台"),
    ):
        assert await asyncio.to_thread(dock_command.main, ["--at", URL, *command.split()]) == 1
        assert words in capsys.readouterr().err


def test_without_a_dock_it_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert dock_command.main(["--at", "http://127.0.0.1:9", "state"]) == 2
    assert "演示台没有开着" in capsys.readouterr().err
    assert dock_command.main(["--at", "http://elsewhere.example:80", "state"]) == 2
