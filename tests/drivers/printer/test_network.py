"""The same printer behind a network plug (port 9100)."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

from contract.faults import Fault
from contract.slip import PrintOutcome, Slip, Text
from drivers.device import DeviceEvent, Printed, State
from drivers.emulated.printer import EmulatedPrinter
from drivers.printer import EscposPrinter, PrinterSettings
from drivers.printer.settings import Kind


class Ledger:
    async def started(self, job: str) -> bool:
        return True

    async def ended(self, job: str, outcome: PrintOutcome) -> None:
        return


async def _plug(link: Path, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """The network plug of a printer: bytes to and fro."""
    tty = os.open(link, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
    loop = asyncio.get_running_loop()
    loop.add_reader(tty, lambda: writer.write(os.read(tty, 4096)))
    try:
        while data := await reader.read(4096):
            os.write(tty, data)
    finally:
        loop.remove_reader(tty)
        os.close(tty)
        writer.close()


async def _until(driver: EscposPrinter, state: State) -> None:
    async with asyncio.timeout(10):
        while driver.state is not state:
            await asyncio.sleep(0.01)


async def test_a_printer_on_the_network_prints_and_its_loss_is_noticed(tmp_path):
    link = tmp_path / "printer"
    events: asyncio.Queue[DeviceEvent] = asyncio.Queue()
    plugs: list[asyncio.StreamWriter] = []

    async def plugged(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        plugs.append(writer)
        await _plug(link, reader, writer)

    async with EmulatedPrinter(link, millimetres_per_second=0) as peer:
        server = await asyncio.start_server(plugged, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        driver = EscposPrinter(PrinterSettings(kind=Kind.NETWORK, host="127.0.0.1", port=port), Ledger())
        running = asyncio.create_task(driver.run(events))
        await _until(driver, State.ONLINE)
        assert await driver.print("job-1", Slip((Text("网上打的"),))) == Printed(PrintOutcome.PRINTED)
        assert peer.slips[0].text[0] == "网上打的"
        server.close()
        plugs[0].close()
        await _until(driver, State.NO_DEVICE)
        assert await driver.print("job-2", Slip((Text("不会打"),))) == Printed(
            PrintOutcome.NOT_PRINTED, Fault.PRINTER_GONE
        )
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
