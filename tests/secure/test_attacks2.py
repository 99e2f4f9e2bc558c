"""The ledger's file in wrong hands: another's key, cut, zeroed, read-only, moved away under a running terminal, two
writers; what the writer then does, and whether verification and ``kiosk log verify`` tell the truth each time."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from contract.log_format import FormatError, parse_witness
from contract.wire import Receipt, Verdict
from kiosk import log_command
from secure import identity
from secure.business import Position
from secure.file import LedgerInUseError
from secure.keys import SoftwareKey
from secure.ledger import WrongDeviceError
from secure.reading.report import Reason

from .bench import Bench, item, keep, write


@pytest.fixture
def papers(bench: Bench) -> dict[str, Path]:
    """The key files an auditor has."""
    device, audit = bench.folder / "log.pub", bench.folder / "audit.key"
    device.write_text(bench.device.public.hex())
    pem = (Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    audit.write_bytes(bench.audit.private_bytes(*pem))
    return {"device": device, "audit": audit}


def command(papers: dict[str, Path], db: Path, *more: str) -> list[str]:
    return ["verify", "--db", str(db), "--device-key", str(papers["device"]), *more]


# -- another key, another file -----------------------------------------------------------------------------------------


def test_a_log_signed_with_another_key_is_not_gone_on_with(bench: Bench) -> None:
    """The same terminal id, but keys made anew: going on would leave a log that verifies with neither key."""
    ledger = bench.open()
    write(ledger, 3)
    ledger.close()
    before = bench.db.read_bytes()
    old, bench.device = bench.device, SoftwareKey.generate()
    with pytest.raises(WrongDeviceError):
        bench.open()
    assert bench.db.read_bytes() == before
    bench.device = old
    bench.open().close()
    assert bench.verify().sound


@pytest.mark.parametrize("column", ["header", "signature"])
def test_a_damaged_last_segment_is_not_gone_on_with(bench: Bench, column: str) -> None:
    ledger = bench.open()
    write(ledger, 3)
    ledger.close()
    with closing(sqlite3.connect(bench.db, isolation_level=None)) as connection:
        connection.execute(f"UPDATE segment SET {column} = zeroblob(20) WHERE number = 0")  # noqa: S608
    with pytest.raises((WrongDeviceError, OSError)):
        bench.open()
    assert not bench.verify().sound


def test_a_file_moved_away_under_a_running_terminal_takes_nothing_more(bench: Bench) -> None:
    """What is written into a file that has no name any more is lost with the process: it must not be called kept."""
    ledger = bench.open()
    write(ledger, 2)
    for suffix in ("", "-wal", "-shm"):
        part = bench.db.with_name(bench.db.name + suffix)
        part.rename(part.with_name("gone" + suffix))
    with pytest.raises((OSError, sqlite3.Error)):
        keep(ledger)
    with pytest.raises((OSError, sqlite3.Error)):
        ledger.append(item(1))


def test_a_file_exchanged_under_a_running_terminal_takes_nothing_more(bench: Bench) -> None:
    ledger = bench.open()
    write(ledger, 2)
    copy = bench.copy("earlier")
    write(ledger, 2)
    os.replace(copy, bench.db)
    with pytest.raises((OSError, sqlite3.Error)):
        keep(ledger)


def test_two_writers_in_spite_of_the_lock_never_make_a_false_log(bench: Bench) -> None:
    """The lock file deleted by somebody: whatever the two then do, neither claims what the file does not have, and
    what verifies has every record that was acknowledged."""
    one = bench.open()
    write(one, 3)
    with pytest.raises(LedgerInUseError):
        bench.open()
    bench.db.with_name(bench.db.name + ".lock").unlink()
    two = bench.open()
    acknowledged: list[Position] = []
    for number in range(12):
        writer = (one, two)[number % 2]
        try:
            position = writer.append(item(number))
        except sqlite3.Error:
            continue
        assert isinstance(position, Position)
        acknowledged.append(position)
    one.close()
    two.close()
    report = bench.verify(slips=tuple(position.witness for position in acknowledged))
    assert report.sound, report.reason
    assert report.slips == len(acknowledged)


# -- a file that was cut, zeroed, or may not be written ---------------------------------------------------------------


def _whole(bench: Bench) -> tuple[Path, str]:
    """A log in one file, and the witness of its last record."""
    ledger = bench.open()
    write(ledger, 30)
    keep(ledger)
    last = ledger.append(item(9))
    assert isinstance(last, Position)
    ledger.close()
    return bench.db, last.witness


@pytest.mark.parametrize("full", [True, False])
@pytest.mark.parametrize("keep_part", [0.0, 0.001, 0.1, 0.5, 0.9, 0.999])
def test_a_file_cut_anywhere_is_never_sound(bench: Bench, keep_part: float, full: bool) -> None:
    db, slip = _whole(bench)
    os.truncate(db, int(db.stat().st_size * keep_part))
    report = bench.verify(full=full, slips=(slip,))
    assert not report.sound
    assert report.reason is not None


@pytest.mark.parametrize("page", range(0, 12, 2))
def test_a_page_of_zeros_is_never_taken_for_a_sound_log(bench: Bench, page: int) -> None:
    db, slip = _whole(bench)
    before = bench.verify(slips=(slip,))
    with db.open("r+b") as file:
        file.seek(page * 4096)
        had = file.read(4096)
        file.seek(page * 4096)
        file.write(bytes(len(had)))
    report = bench.verify(slips=(slip,))
    if report.sound:
        assert (report.records, report.head, report.outbox_rows) == (before.records, before.head, before.outbox_rows)
    else:
        assert report.reason is not None


def test_a_file_all_zeros_is_told_and_not_written(bench: Bench) -> None:
    db, _ = _whole(bench)
    db.write_bytes(bytes(db.stat().st_size))
    assert bench.verify().reason is Reason.UNREADABLE
    with pytest.raises(sqlite3.DatabaseError):
        bench.open()
    assert not any(db.read_bytes())


def test_a_file_emptied_starts_anew_and_every_slip_tells(bench: Bench) -> None:
    """Zero bytes are a new terminal's file: what was lost cannot be seen from it, and every slip shows that it was."""
    db, slip = _whole(bench)
    os.truncate(db, 0)
    assert not bench.verify().sound
    ledger = bench.open()
    write(ledger, 2)
    ledger.close()
    assert bench.verify().sound
    assert bench.verify(slips=(slip,)).reason in (Reason.TRUNCATED_BELOW_WITNESS, Reason.FORK)


def test_a_file_that_may_not_be_written_is_no_silence(bench: Bench) -> None:
    """Neither a visit nor a matter is taken in, and the terminal is told."""
    _, slip = _whole(bench)
    assert bench.verify(slips=(slip,)).sound
    ledger = bench.open()
    ledger._connection.execute("PRAGMA query_only=ON")  # what SQLite does on a file system that turned read-only
    with pytest.raises(sqlite3.OperationalError):
        ledger.append(item(1))
    with pytest.raises(sqlite3.OperationalError):
        keep(ledger)
    ledger.close()
    assert bench.verify(slips=(slip,)).records == bench.verify().records


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_an_auditor_reads_a_copy_that_he_may_not_write(bench: Bench) -> None:
    """Evidence may be mounted read-only; also the WAL of a terminal that was switched off counts."""
    ledger = bench.open()
    write(ledger, 5)
    evidence = Path(tempfile.mkdtemp(prefix="evidence-"))
    try:
        for suffix in ("", "-wal"):
            shutil.copy(bench.db.with_name(bench.db.name + suffix), evidence)
            (evidence / (bench.db.name + suffix)).chmod(0o444)
        evidence.chmod(0o555)
        os.seteuid(65534)
        try:
            report = bench.verify(evidence / bench.db.name)
        finally:
            os.seteuid(0)
    finally:
        shutil.rmtree(evidence)
        ledger.close()
    assert (report.sound, report.records) == (True, 5)


# -- what the command says --------------------------------------------------------------------------------------------


def test_the_command_is_stable_for_programs_and_in_chinese_for_people(
    bench: Bench, papers: dict[str, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    db, slip = _whole(bench)
    arguments = command(papers, db, "--audit-key", str(papers["audit"]), "--slip", slip)
    said = []
    for _ in range(2):
        assert log_command.main([*arguments, "--json"]) == 0
        said.append(capsys.readouterr().out)
    assert said[0] == said[1]
    fields = json.loads(said[0])
    assert list(fields)[:3] == ["sound", "kind", "device"]
    assert {
        "reason",
        "bad_seq",
        "records",
        "segments",
        "last_seq",
        "head",
        "cannot_see",
        "outbox_rows",
    } <= fields.keys()
    assert (fields["sound"], fields["kind"], fields["reason"]) == (True, "full", None)
    assert log_command.main(arguments) == 0
    words = capsys.readouterr().out
    assert "没有发现改动" in words
    assert "看不到的" in words


@pytest.mark.parametrize("harm", ["cut", "zeroed", "emptied", "text", "other key", "other device", "tail"])
def test_every_harm_is_exit_code_1_and_a_chinese_line_with_its_reason(
    bench: Bench, papers: dict[str, Path], capsys: pytest.CaptureFixture[str], harm: str
) -> None:
    db, slip = _whole(bench)
    more: list[str] = []
    if harm == "cut":
        os.truncate(db, 5000)
    elif harm == "zeroed":
        db.write_bytes(bytes(8192))
    elif harm == "emptied":
        db.write_bytes(b"")
    elif harm == "text":
        db.write_text("不是日志")
    elif harm == "other key":
        papers["device"].write_text(SoftwareKey.generate().public.hex())
    elif harm == "other device":
        more = ["--device", "XZ-9999"]
    else:
        more = ["--slip", slip]
        with closing(sqlite3.connect(db, isolation_level=None)) as connection:
            connection.execute("DELETE FROM record WHERE seq = (SELECT max(seq) FROM record)")
    assert log_command.main([*command(papers, db), *more]) == 1
    out, err = capsys.readouterr()
    assert "结论：有问题" in out
    assert "没有发现改动" not in out
    assert "Traceback" not in out + err
    assert log_command.main([*command(papers, db), *more, "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["sound"] is False
    assert told["reason"] in {reason.value for reason in Reason}


@pytest.mark.parametrize("harm", ["no file", "a folder", "no key", "key of rubbish", "slip of rubbish"])
def test_what_cannot_be_used_is_exit_code_2_and_no_verdict(
    bench: Bench, papers: dict[str, Path], capsys: pytest.CaptureFixture[str], harm: str
) -> None:
    db, _ = _whole(bench)
    arguments = command(papers, db)
    if harm == "no file":
        arguments = command(papers, bench.folder / "none.db")
    elif harm == "a folder":
        arguments = command(papers, bench.folder)
    elif harm == "no key":
        papers["device"].unlink()
    elif harm == "key of rubbish":
        papers["device"].write_bytes(b"\xff\x00\xfe")
    else:
        arguments += ["--slip", "十二-ABCDEFGHIJ"]
    assert log_command.main(arguments) == 2
    out, err = capsys.readouterr()
    assert not out
    assert any("\u4e00" <= character <= "\u9fff" for character in err)
    assert "Traceback" not in err


def test_tables_that_are_views_or_endless_are_no_log(bench: Bench) -> None:
    evil = bench.folder / "evil.db"
    with closing(sqlite3.connect(evil)) as connection:
        connection.executescript(
            "CREATE TABLE segment (number, header, signature); CREATE TABLE outbox (ordinal, key, sha256, number,"
            " segment, seq); CREATE VIEW record AS WITH RECURSIVE n(seq) AS (SELECT 0 UNION ALL SELECT seq + 1 FROM n)"
            " SELECT seq, zeroblob(9) header, x'' nonce, x'' ciphertext, x'' head, x'' mac FROM n;"
        )
    assert bench.verify(evil).reason is Reason.UNSEALED


# -- receipts ---------------------------------------------------------------------------------------------------------


def _receipt(signer: Ed25519PrivateKey, **changes: object) -> Receipt:
    plain = Receipt(
        device="XZ-0007", key="k", sha256="00", verdict=Verdict.ACCEPTED, receipt="000726327001",
        at="2026-11-23T10:00:00+08:00", signature=b"",
    )  # fmt: skip
    signed = msgspec.structs.replace(plain, signature=signer.sign(plain.signed_bytes()))
    return msgspec.structs.replace(signed, **changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"device": "XZ-0008"}, {"key": "other"}, {"sha256": "01"}, {"verdict": Verdict.REFUSED}, {"reason": "不行"},
        {"receipt": "000726327002"}, {"at": "2026-11-24T10:00:00+08:00"}, {"signature": b""}, {"signature": bytes(64)},
        {"signature": bytes(200)}, {"device": "XZ-0007|k", "key": ""}, {"reason": "\ud800"}, {"at": "\ud800"},
    ],
)  # fmt: skip
def test_a_receipt_changed_anywhere_is_nobodys(changes: dict[str, object]) -> None:
    key = Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    assert identity.verify_receipt(_receipt(key), public)
    assert not identity.verify_receipt(_receipt(key, **changes), public)


def test_a_row_settled_once_is_changed_by_no_later_receipt(bench: Bench) -> None:
    ledger = bench.open()
    kept = keep(ledger)
    ledger.settle(kept.key, b"first", item(1))
    ledger.dead_letter(kept.key, b"second", item(2))
    ledger.settle("never-kept", b"third", item(3))
    row = ledger.row(kept.key)
    assert row is not None
    assert row.receipt == b"first"
    assert row.sealed is None
    ledger.close()
    assert bench.verify().records == 2


@pytest.mark.parametrize(
    "line", ["", "-", "1-", "9" * 400 + "-ABCDEFGHIJ", "1-ABCDEFGHI1", "１-ABCDEFGHIJ", "1-abcdefghij\n2"]
)
def test_a_line_that_is_no_witness_is_said_to_be_none(line: str) -> None:
    with pytest.raises(FormatError):
        parse_witness(line)
