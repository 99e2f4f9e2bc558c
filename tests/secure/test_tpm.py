"""A TPM 2.0, played by swtpm: the log key lives in it, the TLS key opens by it alone, the log is verified."""

from __future__ import annotations

import contextlib
import errno
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from contract.log_events import Event
from contract.log_format import P256, SegmentHeader
from secure import enrolment, identity, keeper
from secure.business import Entry, Kept
from secure.keys import Algorithm, signed_by
from secure.ledger import Ledger
from secure.reading import keys as reading_keys
from secure.reading.delivery import open_delivery
from secure.reading.log import Verifier
from secure.reading.report import Reason
from secure.reading.signing import device_verifier
from secure.tpm import Tpm, TpmError
from tests.secure.bench import DEVICE, submission

SERIAL = "SN-TPM"
WAIT = 10.0

pytestmark = pytest.mark.skipif(
    not (shutil.which("swtpm") and shutil.which("tpm2_sign")), reason="swtpm or tpm2-tools is not installed"
)


def pair() -> int:
    """The first of two free ports in a row: commands, and the channel beside them."""
    while True:
        with socket.socket() as one, socket.socket() as other:
            one.bind(("127.0.0.1", 0))
            port: int = one.getsockname()[1]
            with contextlib.suppress(OSError, OverflowError):
                other.bind(("127.0.0.1", port + 1))
                return port


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def start(folder: Path) -> tuple[Tpm, subprocess.Popen[bytes]]:
    """A TPM of its own. Two ports, as the command channel wants."""
    folder.mkdir(parents=True, exist_ok=True)
    port = pair()
    command = [
        "swtpm", "socket", "--tpm2", "--tpmstate", f"dir={folder}", "--flags", "not-need-init,startup-clear",
        "--server", f"type=tcp,bindaddr=127.0.0.1,port={port}",
        "--ctrl", f"type=tcp,bindaddr=127.0.0.1,port={port + 1}",
    ]  # fmt: skip
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    until = time.monotonic() + WAIT
    while not answers(port + 1):
        assert time.monotonic() < until, "swtpm did not start"
        assert process.poll() is None, "swtpm ended"
        time.sleep(0.02)
    return Tpm(f"swtpm:host=127.0.0.1,port={port}"), process


@pytest.fixture(scope="module")
def tpm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tpm]:
    made, process = start(tmp_path_factory.mktemp("tpm"))
    yield made
    process.terminate()
    process.wait(10)


def test_keys_live_in_the_tpm_and_nowhere_else(tpm: Tpm, tmp_path: Path) -> None:
    folder = tmp_path / "identity"
    csr = enrolment.prepare(folder, SERIAL, tpm)
    assert {path.name for path in folder.iterdir()} == {"keeping.json", "tls.key", "log.pub", "request.csr"}
    assert b"ENCRYPTED" in (folder / "tls.key").read_bytes()
    mine = identity.load(folder)
    assert (mine.kept, mine.device.algorithm) == (keeper.Kept.TPM, Algorithm.P256)
    assert mine.tls().public_key() == x509.load_der_x509_csr(csr).public_key()
    assert mine.device.public.hex()[:16] in repr(mine.device)
    # the same machine, a cleared or exchanged TPM
    other, process = start(tmp_path / "other")
    try:
        (folder / keeper.KEEPING).write_text(f'{{"kept":"tpm","tcti":"{other.tcti}"}}')
        with pytest.raises(identity.IdentityError, match="重新入网"):
            identity.load(folder)
        other.seal(b"x" * 32)
        with pytest.raises(identity.IdentityError, match="日志密钥"):
            identity.load(folder)
    finally:
        process.terminate()
        process.wait(10)


def test_keys_made_again_take_the_place_of_half_made_ones(tpm: Tpm, tmp_path: Path) -> None:
    first = tpm.make_log_key()
    second = tpm.make_log_key()
    assert first != second
    assert tpm.log_key().public == second
    with pytest.raises(TpmError):
        tpm.seal(b"x" * 1000)


def test_34_a_full_disk_keeps_no_tpm_from_signing(tpm: Tpm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A witness, what settles business and what makes room are signed, too."""
    tpm.make_log_key()
    key = tpm.log_key()

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    monkeypatch.setattr("tempfile.mkdtemp", full)
    assert signed_by(key.public, b"message", key.sign(b"message"))


def test_a_log_signed_by_a_tpm_is_verified_by_both_readers(tpm: Tpm, tmp_path: Path) -> None:
    tpm.make_log_key()
    key = tpm.log_key()
    audit, platform = X25519PrivateKey.generate(), X25519PrivateKey.generate()
    ledger = Ledger.open(
        tmp_path / "ledger.db",
        device=key,
        device_id=DEVICE,
        audit_key=audit.public_key().public_bytes_raw(),
        platform_key=platform.public_key().public_bytes_raw(),
        clock=lambda: datetime.now(UTC),
        free_bytes=lambda _path: 1 << 40,
    )
    ledger.append(Entry(Event.STOPPED, {}))
    kept = ledger.accept(submission(b"body"), day=date(2026, 11, 25))
    assert isinstance(kept, Kept)
    row = ledger.row(kept.key)
    assert row is not None
    (header,) = ledger._connection.execute("SELECT header FROM segment").fetchone()
    ledger.close()
    assert SegmentHeader.unpack(header).suite == P256
    (tmp_path / "log.pub").write_text(key.public.hex())
    public = reading_keys.device_public_key(tmp_path / "log.pub")
    report = Verifier(public, audit.private_bytes_raw()).verify(tmp_path / "ledger.db")
    assert (report.sound, report.records) == (True, 2)
    assert open_delivery(row.delivery(), DEVICE, platform.private_bytes_raw(), public) == b"body"
    stranger = tpm.make_log_key()
    assert Verifier(stranger).verify(tmp_path / "ledger.db").reason is Reason.BAD_SEGMENT_SIG


def test_a_signature_is_by_the_key_over_the_message(tpm: Tpm) -> None:
    tpm.make_log_key()
    key = tpm.log_key()
    signature = key.sign(b"message")
    assert len(signature) == 64
    assert signed_by(key.public, b"message", signature)
    assert not signed_by(key.public, b"another", signature)
    assert not signed_by(key.public, b"message", signature[:-1])
    device_verifier(key.public).verify(signature, b"message")
    for wrong in (signature[:-1], signature[::-1]):
        with pytest.raises(InvalidSignature):
            device_verifier(key.public).verify(wrong, b"message")
