"""Who holds the terminal's own key (a file, until there is a TPM) signs what they like: what is then still told."""

from __future__ import annotations

import hashlib
import hmac
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace

import msgspec
import pytest
from Crypto.Cipher import AES

from contract import limits
from contract.log_events import Event
from contract.log_format import (
    LABEL_ENC,
    LABEL_MAC,
    NONCE_BYTES,
    RECORD_HEADER_BYTES,
    TAG_BYTES,
    RecordHeader,
    SegmentHeader,
    delivery_info,
    delivery_signed,
    encode_detail,
)
from secure import segment as writing
from secure.keys import SealingKey
from secure.reading.delivery import Reason as DeliveryReason
from secure.reading.delivery import Rejected, open_delivery
from secure.reading.log import Verifier
from secure.reading.report import Reason, Report
from secure.segment import SealedRecord, Segment
from tests.secure.bench import DEVICE, Bench, item, keep, write
from tests.secure.test_attacks import tamper, three_segments

PLAIN = encode_detail(Event.ITEM_OPENED.code, {"visit": "v", "item": 1})
AT = 1_790_000_000_000_000


@dataclass
class Forger:
    """Writes into the file by hand, with the device's key."""

    bench: Bench

    def segment(self, number: int, start_seq: int, prev_head: bytes) -> Segment:
        return writing.begin(
            self.bench.device, SealingKey(self.bench.audit.public_key().public_bytes_raw()), device_id=DEVICE,
            number=number, start_seq=start_seq, prev_head=prev_head, at=AT, uptime=0.0,
        )  # fmt: skip

    def put(self, segment: Segment) -> None:
        with closing(sqlite3.connect(self.bench.db, isolation_level=None)) as connection:
            connection.execute(
                "INSERT OR REPLACE INTO segment (number, header, signature) VALUES (?, ?, ?)",
                (segment.number, segment.header, segment.signature),
            )

    def record(self, seq: int, sealed: SealedRecord) -> None:
        with closing(sqlite3.connect(self.bench.db, isolation_level=None)) as connection:
            connection.execute(
                "INSERT OR REPLACE INTO record (seq, header, nonce, ciphertext, head, mac) VALUES (?, ?, ?, ?, ?, ?)",
                (seq, sealed.header, sealed.nonce, sealed.ciphertext, sealed.head, sealed.mac),
            )

    def head(self, seq: int) -> bytes:
        with closing(sqlite3.connect(self.bench.db)) as connection:
            found: tuple[bytes] = connection.execute("SELECT head FROM record WHERE seq = ?", (seq,)).fetchone()
        return found[0]

    def again(self, segment: Segment, **changes: object) -> Segment:
        """*segment* with another header, signed as if it had always been so."""
        header = replace(SegmentHeader.unpack(segment.header), **changes).pack()  # type: ignore[arg-type]
        signature = self.bench.device.sign(header)
        return replace(segment, header=header, signature=signature, head=writing.head_after(header, signature))


@pytest.fixture
def forger(bench: Bench) -> Forger:
    three_segments(bench)
    return Forger(bench)


def both(bench: Bench) -> tuple[Report, Report]:
    return bench.verify(), bench.verify(full=False)


def test_a_segment_in_anothers_place_is_out_of_order(forger: Forger) -> None:
    tamper(
        forger.bench.db,
        "DELETE FROM record WHERE seq >= 4", "DELETE FROM segment WHERE number = 1",
        "UPDATE segment SET number = 1 WHERE number = 2",
    )  # fmt: skip
    for report in both(forger.bench):
        assert (report.reason, report.bad_segment, report.bad_seq) == (Reason.BAD_ORDER, 1, 4)


def test_records_left_out_between_two_segments_are_a_gap(forger: Forger) -> None:
    tamper(forger.bench.db, "DELETE FROM record WHERE seq >= 3", "DELETE FROM segment WHERE number >= 1")
    forger.put(forger.segment(1, 4, forger.head(2)))
    for report in both(forger.bench):
        assert (report.reason, report.bad_seq, report.bad_segment) == (Reason.GAP, 3, 1)


def test_a_segment_that_begins_before_the_last_record_is_a_fork(forger: Forger) -> None:
    tamper(forger.bench.db, "DELETE FROM record WHERE seq >= 4", "DELETE FROM segment WHERE number = 2")
    forger.put(forger.segment(2, 2, forger.head(1)))
    for report in both(forger.bench):
        assert (report.reason, report.bad_seq, report.bad_segment) == (Reason.FORK, 4, 2)


def test_a_segment_that_goes_on_from_another_head_is_bad_prev(forger: Forger) -> None:
    forger.put(forger.segment(1, 4, forger.head(2)))
    for report in both(forger.bench):
        assert (report.reason, report.bad_seq, report.bad_segment) == (Reason.BAD_PREV, 4, 1)


def test_a_secret_sealed_for_another_place_does_not_open(forger: Forger) -> None:
    """Only the audit key sees it: without it the segment's links and signature are all there is."""
    tamper(forger.bench.db, "DELETE FROM record WHERE seq >= 4", "DELETE FROM segment WHERE number = 2")
    elsewhere = SegmentHeader.unpack(forger.segment(7, 4, forger.head(3)).header).sealed_secret
    forger.put(forger.again(forger.segment(1, 4, forger.head(3)), sealed_secret=elsewhere))
    full, chain = both(forger.bench)
    assert (full.reason, full.bad_segment) == (Reason.BAD_SEGMENT_KEY, 1)
    assert chain.sound


def test_a_segment_with_a_header_of_another_format_is_unsealed(forger: Forger) -> None:
    """As the last one, and as one that only says where the one before it ends."""
    for number in (2, 1):
        tamper(forger.bench.db, f"UPDATE segment SET header = x'4B' WHERE number = {number}")  # noqa: S608
        for report in both(forger.bench):
            assert (report.reason, report.bad_segment) == (Reason.UNSEALED, number)


def test_the_first_segment_with_a_header_of_another_format_is_unsealed(forger: Forger) -> None:
    tamper(forger.bench.db, "UPDATE segment SET header = x'4B' WHERE number = 0")
    assert [report.reason for report in both(forger.bench)] == [Reason.UNSEALED] * 2


def test_records_without_any_segment_are_unsealed(forger: Forger) -> None:
    tamper(forger.bench.db, "DELETE FROM segment")
    assert [(report.reason, report.bad_seq) for report in both(forger.bench)] == [(Reason.UNSEALED, 0)] * 2


def test_a_segment_number_that_was_never_given_is_told_as_what_it_is(forger: Forger) -> None:
    """Numbers below the next one are a second history."""
    tamper(forger.bench.db, "UPDATE segment SET number = -1 WHERE number = 0")
    assert bench_reason(forger) is Reason.FORK


def bench_reason(forger: Forger) -> Reason | None:
    return forger.bench.verify(full=False).reason


# -- records that were sealed by hand --------------------------------------------------------------------------------


def sealed(segment: Segment, plain: bytes, *, at: int = AT, nonce: bytes = bytes(NONCE_BYTES)) -> SealedRecord:
    """A record as the ratchet makes it, with whatever inside: its mac holds."""
    header = RecordHeader(segment.number, segment.next_seq, at).pack()
    bound = header + segment.head
    cipher = AES.new(mac(segment.secret, LABEL_ENC), AES.MODE_GCM, nonce=nonce, mac_len=TAG_BYTES)
    cipher.update(bound)
    body, tag = cipher.encrypt_and_digest(plain)
    head = hashlib.sha256(bound + nonce + body + tag).digest()
    return SealedRecord(header, nonce, body + tag, head, mac(mac(segment.secret, LABEL_MAC), head))


def mac(key: bytes, message: bytes) -> bytes:
    return hmac.digest(key, message, "sha256")


def other_content(segment: Segment) -> SealedRecord:
    """Its mac is made for a ciphertext that no key opens."""
    good = sealed(segment, PLAIN)
    ciphertext = bytes(len(good.ciphertext))
    head = hashlib.sha256(good.header + segment.head + good.nonce + ciphertext).digest()
    return SealedRecord(good.header, good.nonce, ciphertext, head, mac(mac(segment.secret, LABEL_MAC), head))


CONTENTS: dict[str, Callable[[Segment], SealedRecord]] = {
    "no key opens it": other_content,
    "a nonce of another length": lambda segment: sealed(segment, PLAIN, nonce=bytes(16)),
    "shorter than a detail": lambda segment: sealed(segment, b"\0\1\0"),
    "longer than it says": lambda segment: sealed(segment, PLAIN + b"more"),
    "shorter than it says": lambda segment: sealed(segment, b"\0\1\0\7{}"),
    "not JSON": lambda segment: sealed(segment, b"\0\1\0\2{["),
    "no object": lambda segment: sealed(segment, b"\0\1\0\2[]"),
    "an event that nobody declared": lambda segment: sealed(segment, encode_detail(65_000, {})),
    "a time beyond all years": lambda segment: sealed(segment, PLAIN, at=2**64 - 1),
}


@pytest.mark.parametrize("content", CONTENTS)
def test_a_record_whose_mac_holds_and_whose_content_is_none_is_bad_seal(forger: Forger, content: str) -> None:
    """The chain cannot see inside; with the audit key it is told, and what was read up to there stands."""
    segment = forger.segment(3, 12, forger.head(11))
    forger.put(segment)
    forger.record(12, CONTENTS[content](segment))
    full, chain = both(forger.bench)
    assert (full.reason, full.bad_seq, full.records) == (Reason.BAD_SEAL, 12, 12)
    assert chain.sound
    assert chain.records == 13
    reader = Verifier(forger.bench.device.public, forger.bench.audit.private_bytes_raw())
    with pytest.raises(ValueError, match="BAD_SEAL at seq 12"):
        list(reader.read(forger.bench.db))


def test_what_was_opened_before_the_first_bad_record_is_given(forger: Forger) -> None:
    tamper(forger.bench.db, "UPDATE record SET mac = zeroblob(32) WHERE seq = 5")
    reader = Verifier(forger.bench.device.public, forger.bench.audit.private_bytes_raw()).read(forger.bench.db)
    assert [next(reader).seq for _ in range(5)] == [0, 1, 2, 3, 4]
    with pytest.raises(ValueError, match="BAD_MAC at seq 5"):
        next(reader)


def test_a_time_beyond_all_years_is_left_out_of_the_verdict(bench: Bench) -> None:
    bench.open().close()
    forger = Forger(bench)
    segment = forger.segment(0, 0, writing.genesis(DEVICE))
    forger.put(segment)
    forger.record(0, sealed(segment, PLAIN, at=2**64 - 1))
    report = bench.verify(full=False)
    assert (report.sound, report.records, report.first_at, report.last_at) == (True, 1, "", "")


def test_a_record_header_of_another_suite_is_unsealed(forger: Forger) -> None:
    with closing(sqlite3.connect(forger.bench.db, isolation_level=None)) as connection:
        (raw,) = connection.execute("SELECT header FROM record WHERE seq = 6").fetchone()
        other = raw[:4] + b"CHIN" + raw[8:]
        assert len(other) == RECORD_HEADER_BYTES
        connection.execute("UPDATE record SET header = ? WHERE seq = 6", (other,))
    assert [(report.reason, report.bad_seq) for report in both(forger.bench)] == [(Reason.UNSEALED, 6)] * 2


@pytest.mark.parametrize("change", [{"suite": b"CHIN"}, {"device": "X Z"}, {"device": "XZ"}])
def test_a_segment_header_of_another_suite_or_of_nobody_is_unsealed(forger: Forger, change: dict[str, object]) -> None:
    whole = forger.segment(1, 4, forger.head(3))
    forger.put(forger.again(whole, **change))
    assert bench_reason(forger) is Reason.UNSEALED


# -- the outbox ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "chain_sees"),
    [
        ("UPDATE outbox SET segment = 5", True),
        ("UPDATE outbox SET number = '000726327009'", False),
        ("UPDATE outbox SET sha256 = 'another'", False),
        ("UPDATE outbox SET key = 'another'", False),
        ("UPDATE outbox SET seq = 1", False),
        ("DELETE FROM outbox", False),
    ],
)
def test_an_outbox_that_does_not_say_what_the_log_says(bench: Bench, change: str, chain_sees: bool) -> None:
    ledger = bench.open()
    write(ledger, 2)
    keep(ledger)
    ledger.close()
    assert bench.verify().sound
    tamper(bench.db, change)
    full, chain = both(bench)
    assert full.reason is Reason.OUTBOX_MISMATCH
    assert chain.reason is (Reason.OUTBOX_MISMATCH if chain_sees else None)


@pytest.mark.parametrize(
    ("table", "values"),
    [
        ("segment", "'none', x'', x''"),
        ("segment", "0, 'text', x''"),
        ("record", "'none', x'', x'', x'', x'', x''"),
        ("record", "0, x'', 7, x'', x'', x''"),
        ("outbox", "0, 5, '', '', 0, 0"),
        ("outbox", "0, '', '', '', NULL, 0"),
    ],
)
def test_values_of_another_kind_than_a_sealed_logs_are_told(bench: Bench, table: str, values: str) -> None:
    """A file made to look like one: its tables are not strict, so that anything can stand in them."""
    evil = bench.folder / "evil.db"
    with closing(sqlite3.connect(evil)) as connection:
        connection.executescript(
            "CREATE TABLE segment (number, header, signature);"
            "CREATE TABLE record (seq, header, nonce, ciphertext, head, mac);"
            "CREATE TABLE outbox (ordinal, key, sha256, number, segment, seq);"
        )
        connection.execute(f"INSERT INTO {table} VALUES ({values})")  # noqa: S608
        connection.commit()
    if table == "record":
        good = Forger(bench).segment(0, 0, writing.genesis(DEVICE))
        with closing(sqlite3.connect(evil)) as connection:
            connection.execute("INSERT INTO segment VALUES (0, ?, ?)", (good.header, good.signature))
            connection.commit()
    assert bench.verify(evil).reason is Reason.UNSEALED


# -- deliveries ------------------------------------------------------------------------------------------------------


def test_a_body_that_is_not_the_signed_one_is_bad_hash(bench: Bench) -> None:
    """Signature and seal hold, and the body is another: the platform has something nobody put their name to."""
    ledger = bench.open()
    row = ledger.row(keep(ledger, b"what was confirmed").key)
    ledger.close()
    assert row is not None
    delivery = row.delivery()
    key = SealingKey(bench.platform.public_key().public_bytes_raw())
    other = key.seal(b"something else", delivery_info(DEVICE, delivery.key, delivery.type))
    swapped = msgspec.structs.replace(delivery, sealed=other)
    opened = open_delivery(swapped, DEVICE, bench.platform.private_bytes_raw(), bench.device.public)
    assert opened == Rejected(DeliveryReason.BAD_HASH)


@pytest.mark.parametrize("change", [{"key": "\ud800"}, {"type": "\ud800"}, {"key": "a|b"}, {"type": "a|b"}])
def test_a_delivery_whose_name_is_no_text_is_malformed(bench: Bench, change: dict[str, str]) -> None:
    ledger = bench.open()
    row = ledger.row(keep(ledger).key)
    ledger.close()
    assert row is not None
    delivery = msgspec.structs.replace(row.delivery(), **change)
    opened = open_delivery(delivery, DEVICE, bench.platform.private_bytes_raw(), bench.device.public)
    assert opened == Rejected(DeliveryReason.MALFORMED)


def test_what_the_device_signs_names_all_that_it_is_for() -> None:
    assert delivery_signed("XZ-0007", "k", "submission", "ab") == b"XZ-0007|k|submission|ab"


def test_the_ledger_seals_no_field_that_its_event_does_not_declare(bench: Bench) -> None:
    """What the page of events does not name is in no log: a forgotten declaration must not become a leak."""
    ledger = bench.open()
    write(ledger, 1)
    undeclared = replace(item(1), values={"visit": "v", "name": "演示居民"})
    with pytest.raises(ValueError, match="name") as told:
        ledger.append(undeclared)
    assert "演示" not in str(told.value)
    ledger.append(item(2))
    ledger.close()
    assert bench.verify().records == 2


def test_a_long_text_is_cut_and_the_cut_is_seen(bench: Bench) -> None:
    ledger = bench.open()
    ledger.append(replace(item(1), values={"visit": "v" * 500, "item": 1}))
    ledger.close()
    (opened,) = Verifier(bench.device.public, bench.audit.private_bytes_raw()).read(bench.db)
    visit = opened.values["visit"]
    assert isinstance(visit, str)
    assert visit.endswith("v…")
    assert len(visit) < 500


def test_a_body_longer_than_a_body_may_be_is_not_kept(bench: Bench) -> None:
    ledger = bench.open()
    with pytest.raises(ValueError, match="longer"):
        keep(ledger, bytes(limits.OUTBOX_BODY_BYTES + 1))
    assert ledger.pending() == ()
    ledger.close()
    assert bench.verify().reason is Reason.EMPTY


def test_a_ledger_that_cannot_be_opened_leaves_no_lock_behind(bench: Bench) -> None:
    """A folder in the file's place: as soon as it is gone, the next attempt gets in."""
    bench.db.mkdir()
    with pytest.raises(OSError, match=bench.db.name):
        bench.open()
    bench.db.rmdir()
    ledger = bench.open()
    write(ledger, 1)
    ledger.close()
    assert bench.verify().sound
