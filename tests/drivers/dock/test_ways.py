"""docs/faults.md is current, every fault of a device has a way, and the ways lead where they say: by the command line,
over the dock's interface, to the peer, over its line, to the driver."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest

from contract import limits
from contract.faults import Fault, load
from contract.slip import PrintOutcome, Slip, Text
from drivers.device import Medium, Printed, State, Supply
from drivers.emulated.dock.troubles import DEVICES, TROUBLES
from drivers.emulated.ways import WAYS, Way, of_device, page
from drivers.emulated.ways import main as ways_main
from kiosk import dock_command
from tests.drivers.dock.post import CHINESE, URL, Post

ROOT = Path(__file__).parents[3]
SENTENCES = load()
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


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("fault", DRIVEN, ids=lambda fault: fault.value)
async def test_the_way_leads_there(post: Post, fault: Fault, monkeypatch: pytest.MonkeyPatch) -> None:
    way = DRIVEN[fault]
    if fault is Fault.PRINTER_HOT:
        monkeypatch.setattr(limits, "PRINT_JOB", 3.0)  # a hot head is waited for until then
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


@pytest.mark.asyncio(loop_scope="session")
async def test_unplugged_in_the_middle_of_a_document_and_plugged_in_again(post: Post) -> None:
    assert await post.told("id", ("script id-reader --unplug-at 200", "lay zhang")) is Fault.READER_GONE
    assert post.desk.unplugged == {"id-reader"}, "and the dock says so"
    await post.dock("well id-reader", "plug id-reader")
    assert not post.desk.unplugged
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
    await post.dock("unplug scanner")
    for command, words in (
        ("insert nobody", "没有这个人"),
        ("unplug card", "pcscd"),
        ("script printer --jam-at-line 5000", "之间"),
        ("script printer", "--help"),
        ("show zhang", "没有接平台"),
        ("scan 1234567890", "拔掉了"),
    ):
        assert await asyncio.to_thread(dock_command.main, ["--at", URL, *command.split()]) == 1
        assert words in capsys.readouterr().err


def test_without_a_dock_it_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert dock_command.main(["--at", "http://127.0.0.1:9", "state"]) == 2
    assert "演示台没有开着" in capsys.readouterr().err
    assert dock_command.main(["--at", "http://elsewhere.example:80", "state"]) == 2
