# ruff: noqa: S608 - numbers of this file's own
"""The platform's witness against who has the disk, and who has the device's key too; pruning that stays provable."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime

import msgspec
import pytest

from contract import limits
from contract.log_events import Event
from contract.log_format import SegmentHeader
from contract.witnessing import Checkpoint, Cosignature, LogReceipt, Pruned
from secure.business import DiskFull, Entry
from secure.keys import DeviceKey
from secure.reading.intake import Held
from secure.reading.log import Verifier
from secure.reading.report import Reason
from secure.reading.witness import ListError
from tests.secure.bench import SUITES, Bench, item, keep, write
from tests.secure.cosigner import Cosigner
from tests.secure.test_attacks import tamper

DEEP = b'{"more": ' + b"[" * 60_000
"""No message, and deeper than a decoder goes."""

pytestmark = pytest.mark.parametrize("bench", SUITES, indirect=True)


def witnessed(bench: Bench, cosigner: Cosigner, segments: int = 3, records: int = 4) -> list[str]:
    """Segments of records, witnessed at the opening and at the end of each; the slips' lines."""
    lines = []
    for _ in range(segments):
        ledger = bench.open()
        lines.append(write(ledger, 1)[0].witness)
        cosigner.witness(ledger)
        cosigner.later(minutes=1)
        lines += [position.witness for position in write(ledger, records - 1)]
        cosigner.witness(ledger)
        ledger.close()
    return lines


@pytest.mark.parametrize("full", [True, False])
def test_what_is_witnessed_is_told_with_its_times(bench: Bench, cosigner: Cosigner, full: bool) -> None:
    began = cosigner.now
    lines = witnessed(bench, cosigner)
    ledger = bench.open()
    write(ledger, 2)
    ledger.close()
    report = cosigner.verify(full=full, slips=tuple(lines))
    assert report.sound, report
    assert (report.cosignatures, report.records, report.beyond_cosignature) == (9, 14, 2)
    assert (report.trusted_from, report.trusted_to) == (
        began.isoformat(),
        began.replace(minute=began.minute + 3).isoformat(),
    )
    assert any("还有 2 条" in line for line in report.cannot_see)


def test_without_the_platforms_key_no_cosignature_counts_and_that_is_said(bench: Bench, cosigner: Cosigner) -> None:
    witnessed(bench, cosigner)
    report = bench.verify()
    assert report.sound
    assert (report.cosignatures, report.beyond_cosignature, report.trusted_to) == (0, 12, "")
    assert any("没有用平台的公钥" in line for line in report.cannot_see)


@pytest.mark.parametrize("full", [True, False])
@pytest.mark.parametrize(("cut", "segment"), [(10, 3), (8, 2), (4, 1)])
def test_4_and_5_a_cut_is_told_by_the_cosignatures_in_the_file(
    bench: Bench, cosigner: Cosigner, cut: int, segment: int, full: bool
) -> None:
    """In the middle of a segment and at a boundary; what was stored of the witness is forgotten by who cuts."""
    witnessed(bench, cosigner)
    tamper(
        bench.db, f"DELETE FROM record WHERE seq >= {cut}", f"DELETE FROM segment WHERE number >= {segment}"
    )  # fmt: skip
    report = cosigner.verify(full=full, listed=False)
    assert (report.reason, report.bad_seq) == (Reason.TRUNCATED_BELOW_WITNESS, cut)


@pytest.mark.parametrize("full", [True, False])
@pytest.mark.parametrize(("cut", "segment"), [(10, 3), (8, 2), (4, 1)])
def test_4_and_5_a_cut_with_its_cosignatures_is_told_by_the_platforms_list(
    bench: Bench, cosigner: Cosigner, cut: int, segment: int, full: bool
) -> None:
    witnessed(bench, cosigner)
    tamper(
        bench.db, f"DELETE FROM record WHERE seq >= {cut}", f"DELETE FROM segment WHERE number >= {segment}",
        f"DELETE FROM checkpoint WHERE seq >= {cut}",
    )  # fmt: skip
    alone = cosigner.verify(full=full, listed=False)
    assert alone.sound, "from the file itself it cannot be seen …"
    assert any("平台自己的见证清单" in line for line in alone.cannot_see), "… and that is said"
    report = cosigner.verify(full=full)
    assert (report.reason, report.bad_seq) == (Reason.TRUNCATED_BELOW_WITNESS, cut)


def test_5_a_last_segment_without_records_is_missed_too(bench: Bench, cosigner: Cosigner) -> None:
    witnessed(bench, cosigner, segments=2)
    empty = bench.copy("empty")
    ledger = bench.open()
    write(ledger, 1)
    tamper(bench.db, "DELETE FROM record WHERE seq = 8")
    cosigner.witness(ledger)
    ledger.close()
    assert cosigner.given[-1].place == (3, 8)
    assert cosigner.verify().sound
    assert cosigner.verify(empty).reason is Reason.TRUNCATED_BELOW_WITNESS


def test_8_an_old_disk_gone_on_with_is_a_fork_to_the_list(bench: Bench, cosigner: Cosigner) -> None:
    ledger = bench.open()
    write(ledger, 4)
    cosigner.witness(ledger)
    ledger.close()
    old = bench.copy("old")
    ledger = bench.open()
    write(ledger, 4)
    cosigner.witness(ledger)
    ledger.close()
    again = bench.open(old)
    write(again, 8)
    again.close()
    report = cosigner.verify(old)
    assert (report.reason, report.bad_seq) == (Reason.FORK, 4 - 1), "the opening after the fourth record"
    assert cosigner.verify(bench.db).sound


def test_35_who_holds_the_key_and_rewrites_what_was_never_cosigned_is_told_by_a_slip(
    bench: Bench, cosigner: Cosigner
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
    unseen = cosigner.verify(cut_off)
    assert unseen.sound, "the residual: nothing the platform has contradicts it"
    assert unseen.beyond_cosignature == 5
    assert any("另写一份" in line for line in unseen.cannot_see)
    report = cosigner.verify(cut_off, slips=(slip,))
    assert (report.reason, report.bad_seq) == (Reason.FORK, 6)


def test_a_history_that_the_platform_refused_is_a_fork(bench: Bench, cosigner: Cosigner) -> None:
    """Two histories signed with one key: the one that was cosigned is sound and warned of, the other is a fork."""
    ledger = bench.open()
    write(ledger, 2)
    other = bench.copy("other")
    write(ledger, 1)
    cosigner.witness(ledger)
    ledger.close()
    forged = bench.open(other)
    write(forged, 1)
    while (checkpoint := forged.upkeep.checkpoint()) is not None and checkpoint.header:
        forged.upkeep.witnessed(checkpoint, cosigner.cosign(checkpoint))
        cosigner.given.pop()
    assert checkpoint is not None
    forged.close()
    cosigner.forks.append(checkpoint)
    mine = cosigner.verify()
    assert mine.sound
    assert any("另写过" in line for line in mine.cannot_see)
    cosigner.given.clear()
    tamper(other, "UPDATE segment SET cosignature = NULL")
    assert cosigner.verify(other).reason is Reason.FORK


@pytest.mark.parametrize("full", [True, False])
def test_after_revocation(bench: Bench, cosigner: Cosigner, full: bool) -> None:
    """By the terminal's own clock, 09:30."""
    witnessed(bench, cosigner)
    cosigner.revoked_at = datetime(2026, 11, 23, 9, 30, tzinfo=UTC).isoformat()
    assert cosigner.verify(full=full).sound
    cosigner.revoked_at = datetime(2026, 11, 23, 9, 29, 59, tzinfo=UTC).isoformat()
    report = cosigner.verify(full=full)
    assert (report.reason, report.bad_seq) == (Reason.AFTER_REVOCATION, 0)
    assert any("吊销" in line for line in report.cannot_see)


@pytest.mark.parametrize("change", ["at", "head", "signature", "rubbish", "no time", "deep"])
def test_a_cosignature_that_is_not_the_platforms_is_told(bench: Bench, cosigner: Cosigner, change: str) -> None:
    witnessed(bench, cosigner)
    with closing(sqlite3.connect(bench.db)) as connection:
        (raw,) = connection.execute("SELECT cosignature FROM checkpoint WHERE seq = 7").fetchone()
        good = msgspec.json.decode(raw, type=Cosignature)
        changed = {
            "at": msgspec.structs.replace(good, at="2026-11-23T10:00:01+00:00"),
            "head": msgspec.structs.replace(good, head=bytes(32)),
            "signature": msgspec.structs.replace(good, signature=bench.other_device().sign(good.signed_bytes())),
            "rubbish": {"device": 5},
            "no time": msgspec.structs.replace(good, at="yesterday"),
            "deep": msgspec.Raw(DEEP),
        }[change]
        connection.execute(
            "UPDATE checkpoint SET cosignature = ? WHERE seq = 7", (msgspec.json.encode(changed),)
        )  # fmt: skip
        connection.commit()
    assert cosigner.verify(full=False).reason is Reason.BAD_COSIGNATURE


def test_a_list_of_another_platform_or_with_something_left_out_is_not_used(bench: Bench, cosigner: Cosigner) -> None:
    witnessed(bench, cosigner)
    listed = cosigner.listed()
    for wrong in (
        msgspec.structs.replace(listed, cosignatures=listed.cosignatures[:-1]),
        msgspec.structs.replace(listed, revoked_at="2026-11-23T10:00:00+00:00"),
    ):
        with pytest.raises(ListError):
            Verifier(bench.device.public, witness_key=cosigner.public, witnessed=[wrong])
    with pytest.raises(ListError):
        Verifier(bench.other_device().public, witness_key=cosigner.public, witnessed=[listed])
    with pytest.raises(ListError):
        Verifier(bench.device.public, witnessed=[listed])


def test_what_is_asked_is_first_the_opening_and_then_the_newest_head(bench: Bench, cosigner: Cosigner) -> None:
    ledger = bench.open()
    assert ledger.upkeep.checkpoint() is None
    write(ledger, 3)
    opening = ledger.upkeep.checkpoint()
    assert opening is not None
    assert (opening.place, bool(opening.header)) == ((1, 0), True)
    assert SegmentHeader.unpack(opening.header).number == 0
    ledger.upkeep.witnessed(opening, cosigner.cosign(opening))
    head = ledger.upkeep.checkpoint()
    assert head is not None
    assert (head.place, head.header) == ((1, 3), b"")
    ledger.upkeep.witnessed(head, cosigner.cosign(head))
    assert ledger.upkeep.checkpoint() is None, "asked for once"
    assert ledger.upkeep.last_cosigned_at() == cosigner.now
    ledger.close()


# -- delivery and pruning ----------------------------------------------------------------------------------------------


def test_closed_segments_are_delivered_in_parts_that_fit(
    bench: Bench, cosigner: Cosigner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "LOG_PART_BYTES", 700)
    witnessed(bench, cosigner)
    ledger = bench.open()
    write(ledger, 1)
    first = ledger.upkeep.part((0, 0))
    assert first is not None
    assert 0 < len(first.records) < 4
    cosigner.take_in(ledger)
    assert ledger.upkeep.delivered() == (3, 12), "the open segment is not delivered"
    ledger.close()


def test_a_receipt_for_another_history_is_not_taken(bench: Bench, cosigner: Cosigner) -> None:
    witnessed(bench, cosigner)
    ledger = bench.open()
    for held in (Held(1, 2, bytes(32)), Held(9, 2, bytes(32)), Held(1, 40, bytes(32)), Held(2, 2, bytes(32))):
        assert ledger.upkeep.received(cosigner.receipt(held)) is False
    assert ledger.upkeep.delivered() == (0, 0)
    ledger.close()


def old_enough(bench: Bench, cosigner: Cosigner) -> None:
    """Three segments and the beginning of a fourth, delivered, and half a year gone by on the platform."""
    witnessed(bench, cosigner)
    ledger = bench.open()
    write(ledger, 2)
    cosigner.take_in(ledger)
    cosigner.later(days=limits.LOG_KEPT_DAYS, seconds=1)
    write(ledger, 1)
    cosigner.witness(ledger)
    ledger.close()


def test_nothing_is_pruned_before_its_time_by_the_platforms_clock(bench: Bench, cosigner: Cosigner) -> None:
    witnessed(bench, cosigner)
    ledger = bench.open()
    assert ledger.upkeep.prune(limits.LOG_KEPT_DAYS) is None, "nothing is delivered"
    write(ledger, 2)
    cosigner.take_in(ledger)
    cosigner.later(days=limits.LOG_KEPT_DAYS, seconds=-1)
    cosigner.witness(ledger)
    assert ledger.upkeep.prune(limits.LOG_KEPT_DAYS) is None
    cosigner.later(seconds=2)
    write(ledger, 1)
    cosigner.witness(ledger)
    assert ledger.upkeep.prune(limits.LOG_KEPT_DAYS_MOST) is None
    assert ledger.upkeep.prune(limits.LOG_KEPT_DAYS) == (2, 8), "the last closed segment stays"
    assert ledger.upkeep.prune(limits.LOG_KEPT_DAYS) is None
    ledger.close()


def test_a_log_without_any_cosignature_is_never_pruned(bench: Bench, cosigner: Cosigner) -> None:
    for _ in range(3):
        ledger = bench.open()
        write(ledger, 2)
        cosigner.take_in(ledger)
        assert ledger.upkeep.prune(limits.LOG_KEPT_DAYS) is None
        ledger.close()


@pytest.mark.parametrize("full", [True, False])
def test_a_pruned_log_is_sound_from_where_it_begins(bench: Bench, cosigner: Cosigner, full: bool) -> None:
    old_enough(bench, cosigner)
    ledger = bench.open()
    assert ledger.upkeep.prune(limits.LOG_KEPT_DAYS) == (2, 8)
    line = write(ledger, 1)[0].witness
    ledger.close()
    report = cosigner.verify(full=full, slips=(line, "3-AAAAAAAAAA"))
    assert report.sound, report
    assert (report.sound_from, report.records, report.segments, report.slips) == (8, 9, 3, 1)
    assert any("序号 8 之前" in line for line in report.cannot_see)
    assert any("1 张凭条" in line for line in report.cannot_see)
    again = bench.open()
    write(again, 2)
    cosigner.take_in(again)
    again.close()
    assert cosigner.verify(full=full).sound
    reader = Verifier(bench.device.public, bench.audit.private_bytes_raw())
    assert Event.LOG_PRUNED in [record.event for record in reader.read(bench.db)]


def test_business_that_waits_keeps_its_records(bench: Bench, cosigner: Cosigner) -> None:
    ledger = bench.open()
    kept = keep(ledger)
    cosigner.witness(ledger)
    ledger.close()
    old_enough(bench, cosigner)
    ledger = bench.open()
    assert ledger.upkeep.prune(limits.LOG_KEPT_DAYS) is None
    ledger.settle(kept.key, b"receipt", Entry(Event.DELIVERED, {"key": kept.key}))
    assert ledger.upkeep.prune(limits.LOG_KEPT_DAYS) == (4, 13)
    assert ledger.row(kept.key) is None
    ledger.close()
    assert cosigner.verify().sound


def test_6_a_beginning_that_is_gone_without_the_platforms_receipt_is_told(bench: Bench, cosigner: Cosigner) -> None:
    """Who has the disk; who has the device's key as well; who brings a true statement of another place."""
    old_enough(bench, cosigner)
    gone = ("DELETE FROM record WHERE seq < 8", "DELETE FROM segment WHERE number < 2")
    tamper(bench.db, *gone)
    assert cosigner.verify().reason is Reason.GAP
    with closing(sqlite3.connect(bench.db)) as connection:
        (raw,) = connection.execute("SELECT receipt FROM log_receipt WHERE segments = 2").fetchone()
        (other,) = connection.execute("SELECT receipt FROM log_receipt WHERE segments = 1").fetchone()
    receipt, before = (msgspec.json.decode(one, type=LogReceipt) for one in (raw, other))

    def verdict(statement: Pruned | bytes) -> Reason | None:
        encoded = statement if isinstance(statement, bytes) else msgspec.json.encode(statement)
        with closing(sqlite3.connect(bench.db)) as connection:
            connection.execute("INSERT OR REPLACE INTO pruned VALUES (0, 2, 8, ?)", (encoded,))
            connection.commit()
        return cosigner.verify(full=False, listed=False).reason

    def signed(receipt: LogReceipt, key: DeviceKey) -> Pruned:
        bare = Pruned(receipt=receipt, signature=b"")
        return msgspec.structs.replace(bare, signature=key.sign(bare.signed_bytes()))

    forged = msgspec.structs.replace(receipt, head=bytes(32))
    assert verdict(b"{}") is Reason.BAD_PRUNE
    assert verdict(DEEP) is Reason.BAD_PRUNE
    assert verdict(signed(receipt, bench.other_device())) is Reason.BAD_PRUNE
    assert verdict(signed(forged, bench.device)) is Reason.BAD_PRUNE
    assert verdict(signed(before, bench.device)) is Reason.GAP
    assert verdict(signed(receipt, bench.device)) is None


def test_34_a_full_disk_leaves_witness_and_pruning_undone(bench: Bench, cosigner: Cosigner) -> None:
    old_enough(bench, cosigner)
    ledger = bench.open()
    write(ledger, 1)
    checkpoint = ledger.upkeep.checkpoint()
    assert isinstance(checkpoint, Checkpoint)
    ledger._connection.execute("PRAGMA max_page_count = 1")
    held = Held(*ledger.upkeep.delivered(), head=ledger.upkeep._head_at(ledger.upkeep.delivered()) or b"")
    for _ in range(60):
        done = ledger.append(item(1))
        if isinstance(done, DiskFull):
            break
    results = [
        ledger.upkeep.witnessed(checkpoint, cosigner.cosign(checkpoint)),
        ledger.upkeep.received(cosigner.receipt(held)),
    ]
    assert all(result is None or result is True or isinstance(result, DiskFull) for result in results)
    ledger._connection.execute("PRAGMA max_page_count = 100000")
    ledger.close()
    cosigner.given.pop()
    assert cosigner.verify().sound
