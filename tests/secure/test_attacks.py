"""What somebody with the disk can try, against real files. Numbers as in docs/security.md."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag

from contract import limits
from contract.id_number import check_digit
from contract.log_events import Event
from contract.log_format import LABEL_ENC, LABEL_MAC, LABEL_NEXT, SegmentHeader, segment_info
from secure.business import Entry
from secure.reading.delivery import open_delivery
from secure.reading.log import Verifier
from secure.reading.report import Kind, Reason
from secure.reading.source import open_source
from secure.reading.suite import READING, opener
from tests.secure.bench import DEVICE, SUITES, Bench, keep, write

pytestmark = pytest.mark.parametrize("bench", SUITES, indirect=True)


def tamper(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


def three_segments(bench: Bench) -> list[str]:
    """Records 0-3, 4-7, 8-11; the witness line of each."""
    lines = []
    for _ in range(3):
        ledger = bench.open()
        lines += [position.witness for position in write(ledger, 4)]
        ledger.close()
    return lines


def test_untouched_both_verdicts_are_sound_and_say_what_they_cannot_see(bench: Bench) -> None:
    lines = three_segments(bench)
    for full, kind in ((True, Kind.FULL), (False, Kind.CHAIN)):
        report = bench.verify(full=full, slips=(lines[0], lines[11]))
        assert (report.sound, report.kind, report.records, report.segments) == (True, kind, 12, 3)
        assert (report.beyond_cosignature, report.slips, report.last_witnessed) == (12, 2, 11)
        assert report.cannot_see


def test_1_a_flipped_byte_is_bad_mac_with_the_key_and_bad_hash_without(bench: Bench) -> None:
    three_segments(bench)
    with closing(sqlite3.connect(bench.db)) as connection:
        (raw,) = connection.execute("SELECT ciphertext FROM record WHERE seq = 5").fetchone()
        flipped = bytes((raw[0] ^ 1,)) + raw[1:]
        connection.execute("UPDATE record SET ciphertext = ? WHERE seq = 5", (flipped,))
        connection.commit()
    full, chain = bench.verify(), bench.verify(full=False)
    assert (full.reason, full.bad_seq, full.records) == (Reason.BAD_MAC, 5, 5)
    assert (chain.reason, chain.bad_seq) == (Reason.BAD_HASH, 5)


@pytest.mark.parametrize("full", [True, False])
def test_2_a_record_deleted_in_the_middle_is_a_gap(bench: Bench, full: bool) -> None:
    three_segments(bench)
    tamper(bench.db, "DELETE FROM record WHERE seq = 6")
    assert (bench.verify(full=full).reason, bench.verify(full=full).bad_seq) == (Reason.GAP, 6)


def test_2_deleted_and_the_rest_moved_up_is_bad_order(bench: Bench) -> None:
    three_segments(bench)
    tamper(bench.db, "DELETE FROM record WHERE seq = 1", "UPDATE record SET seq = seq - 1 WHERE seq IN (2, 3)")
    assert (bench.verify(full=False).reason, bench.verify(full=False).bad_seq) == (Reason.BAD_ORDER, 1)


@pytest.mark.parametrize("full", [True, False])
def test_3_two_swapped_are_out_of_order(bench: Bench, full: bool) -> None:
    three_segments(bench)
    tamper(
        bench.db,
        "UPDATE record SET seq = 99 WHERE seq = 5", "UPDATE record SET seq = 5 WHERE seq = 6",
        "UPDATE record SET seq = 6 WHERE seq = 99",
    )  # fmt: skip
    assert (bench.verify(full=full).reason, bench.verify(full=full).bad_seq) == (Reason.BAD_ORDER, 5)


@pytest.mark.parametrize("cut", [10, 8])
def test_4_and_5_a_cut_tail_is_told_by_a_slip_and_only_by_it(bench: Bench, cut: int) -> None:
    lines = three_segments(bench)
    tamper(bench.db, f"DELETE FROM record WHERE seq >= {cut}")  # noqa: S608
    if cut == 8:
        tamper(bench.db, "DELETE FROM segment WHERE number = 2")
    unseen = bench.verify()
    assert unseen.sound
    assert any("截掉" in line for line in unseen.cannot_see), "what it cannot see, it says"
    report = bench.verify(slips=(lines[11],))
    assert (report.reason, report.bad_seq) == (Reason.TRUNCATED_BELOW_WITNESS, cut)


def test_4_a_cut_tail_is_told_by_the_outbox(bench: Bench) -> None:
    ledger = bench.open()
    write(ledger, 3)
    keep(ledger)
    ledger.close()
    tamper(bench.db, "DELETE FROM record WHERE seq >= 3")
    assert bench.verify(full=False).reason is Reason.TRUNCATED_BELOW_WITNESS


def test_6_the_first_segment_deleted_is_a_gap_from_0(bench: Bench) -> None:
    three_segments(bench)
    tamper(bench.db, "DELETE FROM record WHERE seq < 4", "DELETE FROM segment WHERE number = 0")
    assert (bench.verify().reason, bench.verify().bad_seq) == (Reason.GAP, 0)


def test_7_a_segment_of_somebody_elses_key_is_bad_segment_sig(bench: Bench) -> None:
    three_segments(bench)
    with closing(sqlite3.connect(bench.db)) as connection:
        (raw,) = connection.execute("SELECT header FROM segment WHERE number = 1").fetchone()
        sealed = len(SegmentHeader.unpack(raw).sealed_secret)
        forged = raw[:-sealed] + bytes(sealed)
        connection.execute("UPDATE segment SET header = ? WHERE number = 1", (forged,))
        connection.commit()
    assert (bench.verify(full=False).reason, bench.verify().bad_segment) == (Reason.BAD_SEGMENT_SIG, 1)
    with closing(sqlite3.connect(bench.db)) as connection:
        signature = bench.other_device().sign(forged)
        connection.execute("UPDATE segment SET signature = ? WHERE number = 1", (signature,))
        connection.commit()
    assert bench.verify().reason is Reason.BAD_SEGMENT_SIG


def test_8_an_old_disk_gone_on_with_is_a_fork_to_the_slips(bench: Bench) -> None:
    ledger = bench.open()
    write(ledger, 4)
    ledger.close()
    old = bench.copy("old")
    ledger = bench.open()
    slip = write(ledger, 4)[-1].witness
    ledger.close()
    again = bench.open(old)
    write(again, 6)
    again.close()
    report = bench.verify(old, slips=(slip,))
    assert (report.reason, report.bad_seq) == (Reason.FORK, 7)


def test_9_an_unsealed_log_in_its_place(bench: Bench) -> None:
    three_segments(bench)
    plain = bench.folder / "plain.db"
    tamper(plain, "CREATE TABLE log (line TEXT)")
    assert bench.verify(plain).reason is Reason.UNSEALED
    tamper(bench.db, "UPDATE record SET header = x'00', ciphertext = CAST('ok' AS BLOB) WHERE seq = 2")
    assert (bench.verify().reason, bench.verify().bad_seq) == (Reason.UNSEALED, 2)


def test_9_no_log_at_all_is_not_a_sound_one(bench: Bench) -> None:
    bench.open().close()
    assert bench.verify().reason is Reason.EMPTY
    rubbish = bench.folder / "rubbish.db"
    rubbish.write_bytes(b"x" * 5000)
    assert bench.verify(rubbish).reason is Reason.UNREADABLE


def test_10_the_wrong_keys_verify_nothing(bench: Bench) -> None:
    three_segments(bench)
    other = bench.other_private().private_bytes_raw()
    assert Verifier(bench.device.public, other).verify(bench.db).reason is Reason.WRONG_KEY
    stranger = bench.other_device().public
    assert Verifier(stranger).verify(bench.db).reason is Reason.BAD_SEGMENT_SIG
    assert Verifier(bench.device.public, device="XZ-0008").verify(bench.db).reason is Reason.WRONG_DEVICE


def test_11_and_12_nothing_on_the_disk_tells_or_opens(bench: Bench) -> None:
    """Database, WAL and free pages while the terminal runs, and after; body and detail as they would be found."""
    first = "14099919550101001"
    telling = ("演示居民", first + check_digit(first), "13800138000")
    ledger = bench.open()
    ledger.append(Entry(Event.IDENTIFIED, {"visit": "v", "shown_by": "ssc", "id_number": telling[1]}))
    kept = keep(ledger, "|".join(telling).encode())
    row = ledger.row(kept.key)
    assert row is not None
    running = b"".join(file.read_bytes() for file in bench.folder.iterdir() if file.is_file())
    ledger.settle(kept.key, b"receipt", Entry(Event.DELIVERED, {"key": kept.key}))
    ledger.close()
    disk = running + b"".join(file.read_bytes() for file in bench.folder.iterdir() if file.is_file())
    with closing(sqlite3.connect(bench.db)) as connection:
        (raw,) = connection.execute("SELECT header FROM segment").fetchone()
    header = SegmentHeader.unpack(raw)
    info = segment_info(DEVICE, header.number, header.start_seq, header.prev_head)
    secret = opener(bench.audit.private_bytes_raw()).open(header.sealed_secret, info)
    mac = READING[header.suite].mac
    assert raw in disk, "the search sees what is there"
    for word in telling:
        assert word.encode() not in disk
        assert word.encode("gbk") not in disk
    for _ in range(limits.SEGMENT_RECORDS + 1):
        for value in (secret, mac(secret, LABEL_ENC), mac(secret, LABEL_MAC)):
            assert value not in disk
            assert value.hex().encode() not in disk
        secret = mac(secret, LABEL_NEXT)
    # What was searched for was really written, and its readers read it.
    opened = open_delivery(row.delivery(), DEVICE, bench.platform.private_bytes_raw(), bench.device.public)
    assert isinstance(opened, bytes)
    assert all(word.encode() in opened for word in telling)
    reader = Verifier(bench.device.public, bench.audit.private_bytes_raw())
    records = list(reader.read(bench.db))
    assert [record.event for record in records] == [Event.IDENTIFIED, Event.SUBMITTED, Event.DELIVERED]
    assert records[0].values["id_number"] == telling[1]


def test_12_what_is_in_memory_opens_nothing_that_was_written_before(bench: Bench) -> None:
    """A terminal taken while it runs: the ratchet's value of now, and all that come of it, against every record."""
    ledger = bench.open()
    write(ledger, 5)
    current = ledger._segment
    assert current is not None
    with open_source(bench.db) as source:
        (segment,), records = source.segments(), list(source.records())
    header = SegmentHeader.unpack(segment.header)
    info = segment_info(DEVICE, header.number, header.start_seq, header.prev_head)
    beginning = opener(bench.audit.private_bytes_raw()).open(header.sealed_secret, info)
    reading = READING[header.suite]
    heads = [reading.hash(segment.header + segment.signature), *(record.head for record in records)]

    def opens(secret: bytes) -> set[int]:
        found = set()
        for _ in range(2 * len(records)):
            for record, head in zip(records, heads, strict=False):
                with suppress(InvalidTag):
                    key = reading.mac(secret, LABEL_ENC)
                    reading.decrypt(key, record.nonce, record.ciphertext, record.header + head)
                    found.add(record.seq)
            secret = reading.mac(secret, LABEL_NEXT)
        return found

    assert opens(current.secret) == set()
    assert opens(beginning) == {0, 1, 2, 3, 4}, "the audit key opens them all"
    ledger.close()
