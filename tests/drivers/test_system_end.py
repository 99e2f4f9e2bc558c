"""The whole terminal, window and all, told to end: in time, with every device in any state, and its log says so."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from cryptography.x509.oid import NameOID

from contract.log_events import Event
from drivers.emulated.printer import EmulatedPrinter
from drivers.emulated.sam_v import EmulatedSamV
from drivers.emulated.scanner import EmulatedScanner
from secure import identity
from secure.reading.log import Verifier

ROOT = Path(__file__).parents[2]
END_WITHIN = 30.0
"""It takes a second or two; what hangs takes for ever, and a machine with much else to do something in between."""
START_WITHIN = 40.0
TERMINAL = "TEST-0001"


@pytest.fixture(scope="module")
def display() -> Iterator[str]:
    receive, send = os.pipe()
    screen = subprocess.Popen(
        ["Xvfb", "-displayfd", str(send), "-screen", "0", "1080x1920x24", "-nolisten", "tcp", "-noreset"],
        pass_fds=(send,), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(send)
    with os.fdopen(receive) as pipe:
        number = pipe.readline().strip()
    assert number, "Xvfb did not start"
    yield f":{number}"
    screen.terminate()
    screen.wait(10)


@dataclass
class Standing:
    """An admitted terminal that is cut off from its platform, and its peers."""

    folder: Path
    audit: X25519PrivateKey
    scanner: EmulatedScanner
    sam_v: EmulatedSamV
    printer: EmulatedPrinter

    @property
    def ledger(self) -> Path:
        return self.folder / "data" / "ledger.db"

    async def started(self, display: str) -> asyncio.subprocess.Process:
        """Running, its log open and its devices found."""
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "kiosk", "run", "--settings", str(self.folder / "terminal.toml"),
            cwd=ROOT, env={**os.environ, "DISPLAY": display}, stdout=subprocess.DEVNULL,
            stderr=(self.folder / "stderr").open("wb"),
        )  # fmt: skip
        async with asyncio.timeout(START_WITHIN):
            while not (self.ledger.exists() and self.printer.received and self.sam_v.commands):
                assert process.returncode is None, (self.folder / "stderr").read_text()[-2000:]
                await asyncio.sleep(0.05)
        return process

    def events(self) -> list[Event]:
        key = identity.load(self.folder / "identity").device.public
        return [opened.event for opened in Verifier(key, self.audit.private_bytes_raw()).read(self.ledger)]


@pytest.fixture
async def standing(tmp_path: Path) -> AsyncIterator[Standing]:
    papers, devices, audit = tmp_path / "identity", tmp_path / "dev", X25519PrivateKey.generate()
    mine = identity.create(papers, TERMINAL)
    tls = load_pem_private_key(mine.tls_key.read_bytes(), password=None)
    assert isinstance(tls, ec.EllipticCurvePrivateKey)
    name, now = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, TERMINAL)]), datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(tls.public_key()).serial_number(7)
        .not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True).sign(tls, hashes.SHA256())
    )  # fmt: skip
    for path in (mine.ca, mine.certificate):
        path.write_bytes(certificate.public_bytes(Encoding.PEM))
    keys = {
        "hpke_key": X25519PrivateKey.generate().public_key().public_bytes_raw().hex(),
        "receipt_key": Ed25519PrivateKey.generate().public_key().public_bytes_raw().hex(),
        "audit_key": audit.public_key().public_bytes_raw().hex(),
        "follow_key": bytes(32).hex(),
    }
    address = {"url": "https://127.0.0.1:18947", "public_url": "https://127.0.0.1:18948"}
    (papers / identity.PLATFORM).write_text(json.dumps(address | keys))
    sections = {
        "terminal": {"id": TERMINAL, "number": 1, "place": "示例"},
        "platform": {"folder": str(papers)},
        "paths": {"ledger": str(tmp_path / "data" / "ledger.db")},
        "screen": {"fullscreen": False},
        "card_reader": {"reader": "no such reader"},
        "id_reader": {"path": str(devices / "id_reader")},
        "scanner": {"path": str(devices / "scanner")},
        "printer": {"path": str(devices / "printer")},
    }
    lines = [
        f"[{title}]\n" + "".join(f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in section.items())
        for title, section in sections.items()
    ]
    (tmp_path / "terminal.toml").write_text("\n".join(lines), encoding="utf-8")
    async with AsyncExitStack() as stack:
        yield Standing(
            tmp_path,
            audit,
            await stack.enter_async_context(EmulatedScanner(devices / "scanner")),
            await stack.enter_async_context(EmulatedSamV(devices / "id_reader")),
            await stack.enter_async_context(EmulatedPrinter(devices / "printer")),
        )


@pytest.mark.parametrize("state", ["quiet", "silent", "unplugged", "in a visit"])
async def test_told_to_end_the_whole_terminal_ends_in_time(standing: Standing, display: str, state: str) -> None:
    process = await standing.started(display)
    if state == "silent":
        standing.sam_v.script.silent = standing.printer.silent = True
    elif state == "unplugged":
        for peer in (standing.scanner, standing.sam_v, standing.printer):
            peer.unplug()
    elif state == "in a visit":
        await standing.scanner.send("opaque-code")
    await asyncio.sleep(1.0)
    assert process.returncode is None
    process.send_signal(signal.SIGTERM)
    try:
        async with asyncio.timeout(END_WITHIN):
            await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    errors = (standing.folder / "stderr").read_text(errors="replace")
    assert "Traceback" not in errors, errors[-3000:]
    assert process.returncode == 0
    assert standing.events()[0] is Event.STARTED


async def test_a_terminal_that_was_told_to_end_says_so_in_its_log(standing: Standing, display: str) -> None:
    process = await standing.started(display)
    process.send_signal(signal.SIGTERM)
    async with asyncio.timeout(END_WITHIN):
        await process.wait()
    assert standing.events()[-1] is Event.STOPPED
