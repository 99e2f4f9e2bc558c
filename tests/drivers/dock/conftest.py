"""One pcscd for each file's tests; the dock and the drivers anew for each test."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp import web

from contract import limits
from deploy.local.pcscd import Pcscd
from drivers.camera import CameraSettings, DocumentCamera
from drivers.card_reader import CardReaderSettings, PcscCardReader, PsamAuthenticator, PsamSettings
from drivers.device import Medium, State
from drivers.emulated.card import CardSlot, EmulatedPsam, read_cast, read_keys
from drivers.emulated.card.psam import EXTERNAL_KEY, INTERNAL_KEY
from drivers.emulated.dock.desk import Desk
from drivers.emulated.dock.peers import lay_out
from drivers.emulated.dock.web import application
from drivers.id_reader import IdReaderSettings, SamvIdReader
from drivers.power import NutPower, PowerSettings
from drivers.presence import IioPresence, PresenceSettings
from drivers.printer import EscposPrinter, PrinterSettings
from drivers.scanner import ScannerSettings, SerialScanner
from drivers.speaker import AlsaSpeaker, SpeakerSettings
from tests.drivers.dock.post import CAST, PORT, PSAM_READER, READER, VPCD, Ledger, NoSeal, Post, slot_holds


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def pcscd() -> AsyncIterator[Pcscd]:
    async with Pcscd(port=VPCD, friendly_name=READER) as session:
        yield session


@pytest_asyncio.fixture(loop_scope="session")
async def post(pcscd: Pcscd, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Post]:
    polls = ("PRINTER", "ID_READER", "CAMERA", "SPEAKER", "POWER", "PRESENCE")
    for name in (*(f"{poll}_POLL" for poll in polls), "PRESENCE_GONE"):
        monkeypatch.setattr(limits, name, 0.1)
    monkeypatch.setattr(limits, "DEVICE_REOPEN_LAST", 0.5)
    monkeypatch.setattr(limits, "CAMERA_START", 60.0)  # its process steps behind all else on a busy machine
    async with AsyncExitStack() as stack:
        slot = await stack.enter_async_context(CardSlot(pcscd.port))
        desk = Desk(read_cast(CAST), slot)
        psam_slot = await stack.enter_async_context(CardSlot(pcscd.port + 1))
        desk.psam, desk.psam_slot = EmulatedPsam(read_keys(CAST)), psam_slot
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
            SerialScanner(ScannerSettings(str(tmp_path / "scanner"))),
            events := asyncio.Queue(),
        )
        small = (post.camera, post.speaker, post.presence, post.power, post.scanner)
        devices = (post.card, post.id_reader, post.printer, *small)
        running = [asyncio.create_task(device.run(events)) for device in devices]
        await post.until(lambda: all(device.state is State.ONLINE for device in devices))
        await post.until(lambda: slot_holds(PSAM_READER))
        yield post
        await slot.pull()
        await post.until(lambda: post.card.medium is not Medium.PRESENT)
        # A PSAM that went and came between two of pcscd's looks would still be the old one to it, silent or not.
        kept.cancel()
        await asyncio.gather(kept, return_exceptions=True)
        await psam_slot.pull()
        await post.until(lambda: not slot_holds(PSAM_READER))
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
