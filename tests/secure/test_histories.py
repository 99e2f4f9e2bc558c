"""Random histories verify; random damage is told, or has changed nothing of the log."""

from __future__ import annotations

import struct
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contract import limits
from contract.log_events import Event
from contract.log_format import FormatError, Value, decode_detail, encode_detail, parse_witness, witness
from secure.business import Entry, Position
from secure.reading.log import Opened, Verifier
from secure.reading.report import Reason
from secure.reading.source import open_source
from tests.secure.bench import Bench, item, keep, write

TEXTS = st.text(max_size=300)
VALUES = st.one_of(TEXTS, st.integers(-(2**53), 2**53), st.booleans(), st.none())
ENTRIES = (
    st.sampled_from(list(Event))
    .flatmap(
        lambda event: st.dictionaries(st.sampled_from(event.value.fields or ("none",)), VALUES).map(
            lambda values: Entry(event, values if event.value.fields else {})
        )
    )
    .filter(lambda entry: entry.event not in (Event.SUBMITTED, Event.RATED))
)
STEP = st.one_of(st.lists(ENTRIES, min_size=1, max_size=4), st.sampled_from(["boot", "wait", "keep"]))


@contextmanager
def fresh() -> Iterator[Bench]:
    with tempfile.TemporaryDirectory() as folder:
        yield Bench(Path(folder))


def read(bench: Bench, path: Path | None = None) -> list[Opened]:
    return list(Verifier(bench.device.public, bench.audit.private_bytes_raw()).read(path or bench.db))


@settings(max_examples=25, deadline=None)
@given(st.lists(STEP, min_size=1, max_size=12))
def test_any_history_verifies_and_reads_back(steps: list[list[Entry] | str]) -> None:
    with fresh() as bench:
        ledger = bench.open()
        expected: list[Event] = []
        slips: list[str] = []
        for step in steps:
            if step == "boot":
                ledger.close()
                ledger = bench.open()
            elif step == "wait":
                bench.uptime += limits.SEGMENT_AGE
            elif step == "keep":
                slips.append(keep(ledger).position.witness)
                expected.append(Event.SUBMITTED)
            else:
                assert isinstance(step, list)
                position = ledger.append(*step)
                assert isinstance(position, Position)
                slips.append(position.witness)
                expected += [entry.event for entry in step]
        ledger.close()
        if not expected:
            assert bench.verify().reason is Reason.EMPTY
            return
        for full in (True, False):
            report = bench.verify(full=full, slips=tuple(slips))
            assert report.sound, report
            assert report.records == len(expected)
        assert [record.event for record in read(bench)] == expected


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Bench, bytes, list[Opened], list[object]]:
    bench = Bench(tmp_path_factory.mktemp("written"))
    for _ in range(3):
        ledger = bench.open()
        write(ledger, 5)
        keep(ledger)
        ledger.close()
    with open_source(bench.db) as source:
        rows: list[object] = [*source.segments(), *source.records()]
    return bench, bench.db.read_bytes(), read(bench), rows


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_a_damaged_byte_never_verifies_as_full_sound_unless_the_log_is_unchanged(
    written: tuple[Bench, bytes, list[Opened], list[object]], data: st.DataObject
) -> None:
    """Most of a file's bytes are pages of the log; free room and other tables can change without it."""
    bench, content, opened, rows = written
    place = data.draw(st.integers(0, len(content) - 1))
    flip = data.draw(st.integers(1, 255))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.db"
        path.write_bytes(content[:place] + bytes((content[place] ^ flip,)) + content[place + 1 :])
        if bench.verify(path).sound:
            assert read(bench, path) == opened
            with open_source(path) as source:
                assert [*source.segments(), *source.records()] == rows


def test_every_byte_of_every_record_and_header_counts(bench: Bench) -> None:
    """Exhaustive where it matters: each byte that is stored of the log, found in the file, flipped once."""
    ledger = bench.open()
    write(ledger, 2)
    ledger.close()
    content = bench.db.read_bytes()
    with open_source(bench.db) as source:
        (segment,), (_, record) = source.segments(), source.records()
    values = (
        segment.header,
        segment.signature,
        record.header,
        record.nonce,
        record.ciphertext,
        record.head,
        record.mac,
    )
    damaged = bench.folder / "damaged.db"
    for value in values:
        at = content.index(value)
        for place in range(at, at + len(value)):
            damaged.write_bytes(content[:place] + bytes((content[place] ^ 0x10,)) + content[place + 1 :])
            assert not bench.verify(damaged).sound


def test_a_full_segment_is_followed_by_another(bench: Bench) -> None:
    ledger = bench.open()
    for _ in range(2):
        ledger.append(*(item(1) for _ in range(200)))
    ledger.append(*(item(1) for _ in range(limits.SEGMENT_RECORDS)))
    ledger.close()
    assert (bench.verify().sound, bench.verify().segments) == (True, 3)


def test_an_undeclared_field_is_refused_and_nothing_is_written(bench: Bench) -> None:
    ledger = bench.open()
    write(ledger, 1)
    with pytest.raises(ValueError, match="declares no field"):
        ledger.append(item(1), Entry(Event.STOPPED, {"name": "x"}))
    write(ledger, 1)
    ledger.close()
    assert bench.verify().records == 2


@given(st.integers(0, 65535), st.dictionaries(st.sampled_from("abcde"), VALUES))
def test_details_read_back_cut_at_the_bound(code: int, fields: dict[str, Value]) -> None:
    plain = encode_detail(code, fields)
    assert len(plain) % 64 == 0
    read_code, read_fields = decode_detail(plain)
    assert read_code == code
    for name, value in fields.items():
        cut = isinstance(value, str) and len(value) > limits.LOG_VALUE_CHARS
        assert read_fields[name] == (str(value)[: limits.LOG_VALUE_CHARS - 1] + "…" if cut else value)


def test_a_detail_deeper_than_any_is_none() -> None:
    text = b"[" * 60_000
    with pytest.raises(FormatError):
        decode_detail(struct.pack(">HH", 1, len(text)) + text)


@given(st.integers(0, 2**62), st.binary(min_size=32, max_size=32))
def test_a_witness_reads_back(seq: int, head: bytes) -> None:
    line = witness(seq, head)
    assert parse_witness(line.lower()) == (seq, line.rpartition("-")[2])
