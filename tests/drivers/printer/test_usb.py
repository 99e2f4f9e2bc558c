"""The printer on USB. No USB hardware here: below pyusb, at the boundary pyusb itself has for libusb, stands a bus of
ours (usb.backend.IBackend); python-escpos, pyusb and the driver are the real ones."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import usb.backend.libusb1

from contract import limits
from contract.faults import Fault
from contract.slip import PrintOutcome, Slip, Text
from drivers.device import DeviceEvent, Printed, State, Supply
from drivers.emulated.printer import EmulatedPrinter
from drivers.emulated.printer.usb_bus import UsbBus
from drivers.printer import EscposPrinter, Kind, PrinterSettings, profile
from tests.drivers.printer.conftest import Bench, Ledger

VENDOR, PRODUCT = 0x04B8, 0x0E15
LONG = Slip(tuple(Text(f"第{number}行，办件结果在这里。") for number in range(60)))


class UsbBench(Bench):
    bus: UsbBus


@pytest.fixture
async def on_bus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[UsbBench]:
    link = tmp_path / "printer"
    async with EmulatedPrinter(link, millimetres_per_second=300) as peer:
        bus = UsbBus(link, VENDOR, PRODUCT)
        monkeypatch.setattr(usb.backend.libusb1, "get_backend", lambda *_, **__: bus)
        ledger = Ledger(peer)
        settings = PrinterSettings(kind=Kind.USB, vendor=VENDOR, product=PRODUCT, profile=profile("epson-tm"))
        driver = EscposPrinter(settings, ledger)
        together = UsbBench(driver, peer, ledger)
        together.bus = bus
        running = asyncio.create_task(driver.run(together.events))
        try:
            await together.until(lambda: driver.state is State.ONLINE)
            yield together
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)


async def test_over_a_bus_below_pyusb_a_slip_comes_out_and_the_printer_reports_by_itself(on_bus):
    assert await on_bus.driver.print("job-1", LONG) == Printed(PrintOutcome.PRINTED)
    assert "第59行，办件结果在这里。" in on_bus.peer.slips[0].text
    on_bus.peer.set_paper("low")
    await on_bus.until(lambda: on_bus.driver.supply is Supply.LOW)


async def test_over_a_bus_below_pyusb_paper_out_in_the_middle_is_told(on_bus):
    on_bus.peer.out_after(10)
    assert await on_bus.driver.print("job-1", LONG) == Printed(PrintOutcome.NOT_PRINTED, Fault.PAPER_OUT)
    assert on_bus.peer.slips == []


async def test_over_a_bus_below_pyusb_unplugged_in_the_middle_and_plugged_again(on_bus):
    def pull() -> None:
        on_bus.bus.plugged = False
        on_bus.peer.unplug()

    on_bus.peer.at_line(10, pull)
    assert (await on_bus.driver.print("job-1", LONG)).outcome is not PrintOutcome.PRINTED
    await on_bus.until(lambda: on_bus.driver.state is State.NO_DEVICE)
    on_bus.peer.plug()
    on_bus.bus.plugged = True
    await on_bus.until(lambda: on_bus.driver.state is State.ONLINE)
    assert (await on_bus.driver.print("job-2", LONG)).outcome is PrintOutcome.PRINTED
    assert len(on_bus.peer.slips) <= 2
    assert [job for job, outcome in on_bus.ledger.entries if outcome is None] == ["job-1", "job-2"]


async def test_over_a_bus_below_pyusb_a_silent_printer_prints_and_nobody_claims_to_know(on_bus):
    """It is on the bus, so it has power: a status that cannot be had is nothing against printing."""
    on_bus.peer.silent = True
    assert await on_bus.driver.print("job-1", LONG) == Printed(PrintOutcome.UNKNOWN, Fault.PRINT_UNKNOWN)
    assert on_bus.driver.supply is Supply.UNKNOWN
    await on_bus.until(lambda: len(on_bus.peer.slips) == 1)


async def test_over_a_bus_below_pyusb_every_command_ends_and_no_thread_stays(on_bus, monkeypatch):
    monkeypatch.setattr(limits, "PRINT_JOB", 3.0)
    on_bus.peer.silent = True
    on_bus.peer._pty.pause()  # takes nothing: NAK for ever
    deadlines = on_bus.driver.capabilities.deadlines
    async with asyncio.timeout(deadlines["print"]):
        assert (await on_bus.driver.print("job-1", LONG)).outcome is not PrintOutcome.PRINTED
    async with asyncio.timeout(deadlines["status"]):
        await on_bus.driver.status()
    on_bus.bus.plugged = False
    await on_bus.until(lambda: on_bus.driver.state is State.NO_DEVICE)
    await on_bus.until(lambda: not any(thread.name.startswith("printer usb") for thread in threading.enumerate()))
    await on_bus.until(lambda: on_bus.bus.opened == on_bus.bus.closed)


async def test_without_libusb_the_printer_is_not_there(monkeypatch):
    for library in ("libusb1", "libusb0", "openusb"):
        monkeypatch.setattr(f"usb.backend.{library}.get_backend", lambda *_, **__: None)
    events: asyncio.Queue[DeviceEvent] = asyncio.Queue()
    driver = EscposPrinter(PrinterSettings(kind=Kind.USB, vendor=VENDOR, product=PRODUCT), None)  # type: ignore[arg-type]
    running = asyncio.create_task(driver.run(events))
    await asyncio.sleep(0.3)
    assert not running.done()
    assert (await driver.print("job-1", LONG)).fault is Fault.PRINTER_GONE
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_over_a_bus_below_pyusb_what_was_closed_takes_no_answer_from_what_is_open_now(tmp_path, monkeypatch):
    """The reading of a printer that was closed ends a moment later: until then nobody opens it again."""
    async with EmulatedPrinter(tmp_path / "printer", millimetres_per_second=300) as peer:
        bus = UsbBus(tmp_path / "printer", VENDOR, PRODUCT)
        monkeypatch.setattr(usb.backend.libusb1, "get_backend", lambda *_, **__: bus)
        settings = PrinterSettings(kind=Kind.USB, vendor=VENDOR, product=PRODUCT, profile=profile("epson-tm"))
        together = UsbBench(EscposPrinter(settings, Ledger(peer)), peer, Ledger(peer))
        for _ in range(5):
            running = asyncio.create_task(together.driver.run(together.events))
            await together.until(lambda: together.driver.state is State.ONLINE)
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            assert bus.opened == bus.closed
