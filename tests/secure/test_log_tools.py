"""``kiosk log`` in an auditor's and a technician's hands: slips, contents, a stick; and what each leaves behind."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from contract import limits
from contract.log_events import Event
from kiosk import log_command
from secure import notices, whole
from secure.export import ExportError, export, opened
from secure.reading.log import Verifier
from tests.secure.bench import SUITES, Bench, keep, write
from tests.secure.cosigner import Cosigner
from tests.secure.test_attacks import tamper
from tests.secure.test_witness import old_enough, witnessed

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)


@pytest.fixture(params=SUITES)
def bench(tmp_path: Path, request: pytest.FixtureRequest) -> Bench:
    """Of every suite."""
    return Bench.of(request.param, tmp_path)


@pytest.fixture
def papers(bench: Bench, cosigner: Cosigner) -> list[str]:
    """What every command about a log is given."""
    (bench.folder / "log.pub").write_text(bench.device.public.hex())
    (bench.folder / "audit.key").write_text(bench.audit.private_bytes_raw().hex())
    (bench.folder / "platform.json").write_text(json.dumps({"receipt_key": cosigner.public.hex(), "url": "x"}))
    return ["--device-key", str(bench.folder / "log.pub"), "--platform-key", str(bench.folder / "platform.json")]


def run(*arguments: str | Path) -> int:
    return log_command.main([str(argument) for argument in arguments])


def test_verify_with_the_platforms_key_and_list(
    bench: Bench, cosigner: Cosigner, papers: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    witnessed(bench, cosigner)
    listed = bench.folder / "witness.json"
    listed.write_bytes(msgspec.json.encode(cosigner.listed()))
    assert run("verify", "--db", bench.db, *papers, "--witness", listed) == 0
    told = capsys.readouterr().out
    assert "平台见证：9 次" in told
    assert "最后一次见证之后的记录：0 条" in told
    tamper(bench.db, "DELETE FROM record WHERE seq >= 10", "DELETE FROM checkpoint WHERE seq >= 10")
    assert run("verify", "--db", bench.db, *papers, "--witness", listed) == 1
    assert "TRUNCATED_BELOW_WITNESS" in capsys.readouterr().out
    assert run("verify", "--db", bench.db, "--device-key", bench.folder / "log.pub", "--witness", listed) == 2
    listed.write_bytes(b"{}")
    assert run("verify", "--db", bench.db, *papers, "--witness", listed) == 2
    (bench.folder / "platform.json").write_text('{"url": "x"}')
    assert run("verify", "--db", bench.db, *papers) == 2
    (bench.folder / "platform.json").write_text(cosigner.public.hex())
    assert run("verify", "--db", bench.db, *papers) == 0


def test_35_check_slip_says_in_a_sentence_whether_a_slip_fits(
    bench: Bench, cosigner: Cosigner, papers: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    ledger = bench.open()
    write(ledger, 4)
    cosigner.witness(ledger)
    cut_off = bench.copy("cut-off")
    slip = write(ledger, 3)[-1].witness
    ledger.close()
    forged = bench.open(cut_off)
    write(forged, 5)
    forged.close()
    assert run("check-slip", slip, "--db", bench.db, *papers) == 0
    assert "对得上" in capsys.readouterr().out
    assert run("check-slip", slip, "--db", cut_off, *papers) == 1
    assert "FORK" in capsys.readouterr().out
    tamper(bench.db, "DELETE FROM record WHERE seq = 6")
    assert run("check-slip", slip, "--db", bench.db, *papers) == 1
    assert "TRUNCATED_BELOW_WITNESS" in capsys.readouterr().out
    tamper(bench.db, "DELETE FROM record WHERE seq = 2")
    assert run("check-slip", slip, "--db", bench.db, *papers) == 1
    assert "GAP" in capsys.readouterr().out
    assert run("check-slip", "nothing", "--db", bench.db, *papers) == 2


def test_a_slip_of_what_was_pruned_is_for_the_platform_to_check(
    bench: Bench, cosigner: Cosigner, papers: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    old_enough(bench, cosigner)
    ledger = bench.open()
    ledger.upkeep.prune(limits.LOG_KEPT_DAYS)
    ledger.close()
    assert run("check-slip", "3-AAAAAAAAAA", "--db", bench.db, *papers) == 2
    assert "已按期清除" in capsys.readouterr().out


def test_show_needs_a_reason_and_leaves_a_notice_before_anything_is_shown(
    bench: Bench, papers: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    ledger = bench.open()
    write(ledger, 3)
    key = ["--audit-key", str(bench.folder / "audit.key")]
    assert run("show", "--db", bench.db, *papers, *key, "--reason", " ") == 2
    assert notices.collect(bench.db) == []
    capsys.readouterr()
    assert (
        run("show", "--db", bench.db, *papers, *key, "--reason", "投诉", "--who", "王", "--first", "1", "--last", "1")
        == 0
    )
    told = capsys.readouterr().out
    assert [line.split()[0] for line in told.splitlines()] == ["1"]
    assert "ITEM_OPENED" in told
    left = notices.collect(bench.db)
    assert len(left) == 1
    _, entry = left[0]
    assert entry is not None
    assert entry.values == {"who": "王", "reason": "投诉", "first": 1, "last": 1}
    ledger.close()
    other = bench.folder / "other.key"
    other.write_text(bench.other_private().private_bytes_raw().hex())
    assert run("show", "--db", bench.db, *papers, "--audit-key", other, "--reason", "投诉") == 1
    assert "WRONG_KEY" in capsys.readouterr().err
    assert len(notices.collect(bench.db)) == 2, "a try is an opening"


def test_show_shows_nothing_where_it_cannot_be_written_down(
    bench: Bench, papers: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    ledger = bench.open()
    write(ledger, 1)
    ledger.close()
    notices.folder_of(bench.db).write_text("in the way")
    assert run("show", "--db", bench.db, *papers, "--audit-key", bench.folder / "audit.key", "--reason", "x") == 2
    assert capsys.readouterr().out == ""


def test_an_export_is_one_consistent_sealed_copy_while_the_terminal_writes(
    bench: Bench, cosigner: Cosigner, papers: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    witnessed(bench, cosigner)
    ledger = bench.open()
    kept = keep(ledger, "演示居民".encode() * 100)
    row = ledger.row(kept.key)
    assert row is not None
    assert row.sealed is not None
    stick = bench.folder / "stick"
    stick.mkdir()
    assert run("export", "--db", bench.db, "--to", stick, "--who", "技术员") == 0
    write(ledger, 2)
    ledger.close()
    (folder,) = stick.iterdir()
    assert sorted(path.name for path in folder.iterdir()) == ["ledger.db", "manifest.json"]
    manifest = msgspec.json.decode((folder / "manifest.json").read_bytes())
    assert (manifest["device"], manifest["records"], manifest["last_seq"]) == ("XZ-0007", 13, 12)
    assert manifest["sha256"] in capsys.readouterr().out
    for where in (folder, folder / "ledger.db"):
        assert run("verify", "--db", where, *papers, "--audit-key", bench.folder / "audit.key", "--slip",
                   kept.position.witness) == 0  # fmt: skip
    copied = (folder / "ledger.db").read_bytes()
    assert row.sealed not in copied, "sealed business stays on the terminal"
    with closing(sqlite3.connect(folder / "ledger.db")) as connection:
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert not tables & {"print_job", "_sqlite_migrations"}
    ((_, entry),) = notices.collect(bench.db)
    assert entry is not None
    assert (entry.event, entry.values["who"], entry.values["records"]) == (Event.LOG_EXPORTED, "技术员", 13)


def test_an_export_that_was_changed_or_broke_off_is_not_read(
    bench: Bench, papers: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    ledger = bench.open()
    write(ledger, 2)
    ledger.close()
    stick = bench.folder / "stick"
    stick.mkdir()
    folder, _ = export(bench.db, stick, now=NOW)
    with (folder / "ledger.db").open("r+b") as file:
        file.truncate(4096)
    assert run("verify", "--db", folder, *papers) == 2
    assert "清单不符" in capsys.readouterr().err
    for rubbish in (b"{", b'{"device": "\xff"}', b'{"more": ' + b"[" * 60_000):
        (folder / "manifest.json").write_bytes(rubbish)
        with pytest.raises(ExportError):
            opened(folder)
        (bench.folder / "platform.json").write_bytes(rubbish)
        assert run("verify", "--db", bench.db, *papers) == 2
    (folder / "manifest.json").unlink()
    assert run("verify", "--db", folder, *papers) == 2


def test_an_export_without_room_leaves_nothing_on_the_stick(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    stick = bench.folder / "stick"
    with pytest.raises(ExportError, match="没有这个数据文件"):
        export(bench.db, stick, now=NOW)
    ledger = bench.open()
    with pytest.raises(ExportError, match="介质"):
        export(bench.db, stick, now=NOW)
    stick.mkdir()
    with pytest.raises(ExportError, match="一条记录也没有"):
        export(bench.db, stick, now=NOW)
    write(ledger, 2)
    with pytest.raises(ExportError, match="放不下"):
        export(bench.db, stick, now=NOW, free_bytes=lambda _path: limits.EXPORT_RESERVE_BYTES)
    ledger.close()
    assert list(stick.iterdir()) == []
    tamper(bench.db, "UPDATE segment SET header = x'00'")
    assert run("export", "--db", bench.db, "--to", stick) == 2
    assert "第一段读不出" in capsys.readouterr().err
    (bench.folder / "rubbish").write_bytes(b"x" * 5000)
    assert run("export", "--db", bench.folder / "rubbish", "--to", stick) == 2
    assert list(stick.iterdir()) == []


@pytest.mark.parametrize("words", ["长" * 5000, "\udcff" * 200, "\x00" * 500, '"' * 4000], ids=str.__len__)
def test_no_words_keep_a_notice_out_of_the_log(bench: Bench, papers: list[str], words: str) -> None:
    """Attack 42 by who chooses the words: what a terminal takes for no notice, it removes unsealed."""
    ledger = bench.open()
    write(ledger, 1)
    key = ["--audit-key", str(bench.folder / "audit.key")]
    assert run("show", "--db", bench.db, *papers, *key, "--reason", words, "--who", words, "--last", str(10**30)) == 0
    ((_, entry),) = notices.collect(bench.db)
    assert entry is not None
    ledger.append(entry)
    ledger.close()
    *_, told = Verifier(bench.device.public, bench.audit.private_bytes_raw()).read(bench.db)
    assert (told.event, told.values["first"]) == (Event.LOG_OPENED, 0)
    assert str(told.values["reason"]).endswith("…")


def test_a_notice_that_cannot_be_read_now_is_sealed_later(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    notices.leave(bench.db, Event.LOG_OPENED, {"who": "a", "reason": "b", "first": 0, "last": 1})

    def failing(*_: object, **__: object) -> None:
        raise OSError(errno.EIO, "made up")

    with monkeypatch.context() as disk:
        disk.setattr(Path, "open", failing)
        disk.setattr(Path, "read_bytes", failing)
        assert notices.collect(bench.db) == [], "what is given out is removed"
    assert [entry is not None for _, entry in notices.collect(bench.db)] == [True]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root leaves a file of another's")
def test_what_root_leaves_belongs_to_who_writes_the_log(bench: Bench) -> None:
    os.chown(bench.folder, 4242, 4243)
    before = os.umask(0o077)
    try:
        path = notices.leave(bench.db, Event.LOG_OPENED, {"who": "a", "reason": "b", "first": 0, "last": 1})
    finally:
        os.umask(before)
    for one in (path, path.parent):
        assert (one.stat().st_uid, one.stat().st_gid) == (4242, 4243)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives a file away")
@pytest.mark.parametrize("link", [os.symlink, os.link])
def test_root_gives_away_nothing_but_the_notice(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, link: Callable[[Path, Path], None]
) -> None:
    """Who writes the log owns the folder, and may put another's file in a notice's place before it is given to them."""
    roots = bench.folder / "roots"
    roots.write_text("root's own")
    notices.leave(bench.db, Event.LOG_OPENED, {"who": "a", "reason": "b", "first": 0, "last": 1})
    os.chown(bench.folder, 4242, 4243)
    whole_write = whole.write

    def replaced(path: Path, content: bytes) -> None:
        whole_write(path, content)
        path.unlink()
        link(roots, path)

    monkeypatch.setattr(whole, "write", replaced)
    with contextlib.suppress(OSError):
        notices.leave(bench.db, Event.LOG_OPENED, {"who": "a", "reason": "b", "first": 0, "last": 1})
    assert roots.stat().st_uid == 0


def test_what_cannot_be_written_down_is_not_taken_away(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    ledger = bench.open()
    write(ledger, 1)
    ledger.close()
    stick = bench.folder / "stick"
    stick.mkdir()
    notices.folder_of(bench.db).write_text("in the way")
    assert run("export", "--db", bench.db, "--to", stick) == 2
    assert list(stick.iterdir()) == []
    assert "没有做成" in capsys.readouterr().err


def test_only_what_commands_may_leave_gets_into_the_log(bench: Bench) -> None:
    folder = notices.folder_of(bench.db)
    notices.leave(bench.db, Event.LOG_OPENED, {"who": "a", "reason": "b", "first": 0, "last": 1})
    (folder / "0.json").write_bytes(b'{"event": "PROVED", "values": {"visit": "v"}}')
    (folder / "1.json").write_bytes(b'{"event": "NOTHING", "values": {}}')
    (folder / "2.json").write_bytes(b"\xff" * 9000)
    found = notices.collect(bench.db)
    assert [entry.event if entry else None for _, entry in found].count(Event.LOG_OPENED) == 1
    assert [entry for _, entry in found].count(None) == 3
    assert os.stat(folder).st_mode & 0o777 == 0o700


def test_a_platforms_copy_is_verified_without_an_outbox(bench: Bench, papers: list[str]) -> None:
    ledger = bench.open()
    keep(ledger)
    ledger.close()
    tamper(bench.db, "DELETE FROM outbox")
    key = ["--audit-key", str(bench.folder / "audit.key")]
    assert run("verify", "--db", bench.db, *papers, *key) == 1
    assert run("verify", "--db", bench.db, *papers, *key, "--platform-copy") == 0
    reader = Verifier(bench.device.public, bench.audit.private_bytes_raw())
    assert [record.seq for record in reader.read(bench.db)] == [0]


def test_who_reads_no_further_gets_no_trace() -> None:
    """``kiosk log … | head``: the reader has gone when it is written."""
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-m", "kiosk", "log", "events"], stdout=writer, stderr=subprocess.PIPE, cwd=ROOT, timeout=60,
        check=False,
    )  # fmt: skip
    os.close(writer)
    assert done.stderr == b""
    assert done.returncode in (0, 141)
