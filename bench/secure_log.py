"""secure, the log's part: sealed append beside a plain SQLite append, verifying beside ``journalctl --verify``, and
what sealing costs in bytes beside age. All in one run, in turn, round after round.

journald's peer is a real one: ``systemd-journal-remote --seal=yes`` writes a journal with Forward Secure Sealing from
the export format, with the twenty fields that journald itself gives an entry of a service. Its keys are made by
``journalctl --setup-keys`` in a mount namespace of its own, so that the machine's journal is not touched (needs root).
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from bench.report import Figure, write
from contract import limits
from contract.log_events import Event
from contract.log_format import ENCAPSULATED_BYTES, NONCE_BYTES, SEALED_SECRET_BYTES, TAG_BYTES, encode_detail
from deploy.local.programs import ProgramError
from secure.business import Entry
from secure.keys import SoftwareKey
from secure.ledger import Ledger
from secure.reading.log import Verifier

APPEND_GOAL: Final = 1 / 0.55
VERIFY_GOAL: Final = 1 / 2.0
OPEN_GOAL: Final = 1 / 0.5
OVERHEAD_GOAL: Final = 1 / 5
ROUNDS: Final = 7
APPENDS: Final = 150
RECORDS: Final = 20_000
BATCH: Final = 64
TOOL_WAIT: Final = 120.0
SEAL_INTERVAL: Final = "15min"
"""systemd's own default."""
DEVICE: Final = "BENCH-0001"


@dataclass(frozen=True)
class Tools:
    """Where the peers are: in the system, or unpacked in a folder (``dpkg -x``)."""

    folder: Path

    def find(self, *places: str) -> Path:
        for place in places:
            for path in (self.folder / place, Path("/") / place):
                if path.exists():
                    return path
        raise ProgramError(f"缺 missing: {places[0]} (apt-get install age systemd-journal-remote)")

    @property
    def environment(self) -> dict[str, str]:
        return os.environ | {"LD_LIBRARY_PATH": str(self.folder / "usr/lib/x86_64-linux-gnu")}

    def run(self, *command: str | Path, content: bytes = b"") -> bytes:
        done = subprocess.run(
            command, input=content, capture_output=True, check=False, timeout=TOOL_WAIT, env=self.environment
        )
        if done.returncode:
            raise ProgramError(f"{command[0]}: {done.stderr.decode(errors='replace')[-300:]}")
        return done.stdout


@dataclass(frozen=True)
class Keys:
    device: SoftwareKey
    audit: X25519PrivateKey

    def open(self, path: Path) -> Ledger:
        public = self.audit.public_key().public_bytes_raw()
        return Ledger.open(
            path, device=self.device, device_id=DEVICE, audit_key=public, platform_key=public,
            clock=lambda: datetime.now(UTC),
        )  # fmt: skip


def entry(number: int) -> Entry:
    """A record as a visit makes them."""
    return Entry(Event.SUBMITTED, {"visit": "0192f0c1a2b3", "item": 1, "receipt": f"{number:012d}", "sha256": "5" * 64})


def figures(folder: Path, tools: Tools, rounds: int = ROUNDS, records: int = RECORDS) -> list[Figure]:
    """Everything, in *folder*, whose disk is what appends are measured on."""
    keys = Keys(SoftwareKey.generate(), X25519PrivateKey.generate())
    sealed, plain = appending(folder, keys, rounds)
    log, journal, seal_key = prepared(folder, keys, tools, records)
    chain, full, theirs = verifying(log, journal, seal_key, keys, tools, rounds)
    record = NONCE_BYTES + TAG_BYTES + SEALED_SECRET_BYTES / limits.SEGMENT_RECORDS
    body = float(ENCAPSULATED_BYTES + TAG_BYTES)
    age = age_overhead(folder, tools)
    return [
        Figure("sealed append", sealed, "ms", "plain sqlite3 FULL", plain, APPEND_GOAL, speed=True),
        Figure("verify, chain", chain, "µs/rec", "journalctl --verify", theirs, VERIFY_GOAL, speed=True),
        Figure("verify and open", full, "µs/rec", "journalctl --verify", theirs, OPEN_GOAL, speed=True),
        Figure(
            "records covered per seal", [per_seal(log)], "", "journald", [per_tag(journal, tools)], 1.0, of_value=True
        ),
        Figure("sealing overhead, record", [record], "bytes", "age", [age], OVERHEAD_GOAL),
        Figure("sealing overhead, body", [body], "bytes", "age", [age]),
    ]


def appending(folder: Path, keys: Keys, rounds: int) -> tuple[list[float], list[float]]:
    """Milliseconds for one record in a transaction of its own, on the disk when it returns: both WAL and FULL."""
    ledger, number = keys.open(folder / "append.db"), iter(range(10**9))
    with closing(sqlite3.connect(folder / "plain.db", isolation_level=None)) as plain:
        plain.execute("PRAGMA journal_mode=WAL")
        plain.execute("PRAGMA synchronous=FULL")
        plain.execute("CREATE TABLE record (seq INTEGER PRIMARY KEY, line BLOB)")

        def sealed_one() -> None:
            ledger.append(entry(next(number)))

        def plain_one() -> None:
            made = entry(next(number))
            plain.execute("BEGIN IMMEDIATE")
            plain.execute("INSERT INTO record (line) VALUES (?)", (encode_detail(made.event.code, made.values),))
            plain.execute("COMMIT")

        pair = in_turn(rounds, lambda: spent(sealed_one, APPENDS) * 1000, lambda: spent(plain_one, APPENDS) * 1000)
    ledger.close()
    return pair[0], pair[1]


def prepared(folder: Path, keys: Keys, tools: Tools, records: int) -> tuple[Path, Path, str]:
    """A sealed log and a sealed journal of as many records; the journal's verification key."""
    log = folder / "log.db"
    ledger = keys.open(log)
    for start in range(0, records, BATCH):
        ledger.append(*(entry(number) for number in range(start, min(start + BATCH, records))))
    ledger.close()
    with closing(sqlite3.connect(log)) as file:  # the outbox is not part of this: its rows are made up
        file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    export = folder / "export"
    with export.open("w", encoding="utf-8") as file_:
        began = time.time_ns() // 1000
        for number in range(records):
            file_.write(journal_entry(number, began + number * 50))
    journal, remote = folder / "sealed.journal", tools.find("lib/systemd/systemd-journal-remote")
    script = (
        'mount -t tmpfs tmpfs /var/log/journal && mkdir "/var/log/journal/$(cat /etc/machine-id)" && '
        f"journalctl --setup-keys --force --interval={SEAL_INTERVAL} 2>/dev/null && "
        f'"{remote}" -o "{journal}" --seal=yes "{export}" >/dev/null 2>&1'
    )
    key = tools.run("unshare", "--mount", "bash", "-c", script).decode().strip()
    return log, journal, key


def journal_entry(number: int, at: int) -> str:
    """As journald writes a line of a service: its own fields beside the message."""
    fields = {
        "__REALTIME_TIMESTAMP": at, "__MONOTONIC_TIMESTAMP": 1_000_000 + number * 50,
        "_BOOT_ID": "0123456789abcdef0123456789abcdef", "_MACHINE_ID": "fedcba9876543210fedcba9876543210",
        "_HOSTNAME": "kiosk", "PRIORITY": 6, "_TRANSPORT": "stdout", "SYSLOG_FACILITY": 3, "SYSLOG_IDENTIFIER": "kiosk",
        "_UID": 990, "_GID": 990, "_COMM": "kiosk", "_EXE": "/usr/bin/python3.11", "_CMDLINE": "kiosk run",
        "_PID": 4711, "_CAP_EFFECTIVE": 0, "_SELINUX_CONTEXT": "unconfined",
        "_SYSTEMD_CGROUP": "/system.slice/kiosk.service",
        "_SYSTEMD_UNIT": "kiosk.service", "_SYSTEMD_SLICE": "system.slice", "_STREAM_ID": "00" * 16,
        "_SYSTEMD_INVOCATION_ID": "11" * 16,
        "MESSAGE": encode_detail(1, entry(number).values)[4:].rstrip(b"\0").decode(),
    }  # fmt: skip
    return "".join(f"{name}={value}\n" for name, value in fields.items()) + "\n"


def verifying(
    log: Path, journal: Path, seal_key: str, keys: Keys, tools: Tools, rounds: int
) -> tuple[list[float], list[float], list[float]]:
    """Microseconds a record of whole programs' work: ours in this process, journalctl's as the process that it is."""
    audit = keys.audit.private_bytes_raw()
    with closing(sqlite3.connect(log)) as file:
        (records,) = file.execute("SELECT count(*) FROM record").fetchone()
    a_record = 1e6 / records

    def ours(key: bytes | None) -> Callable[[], float]:
        def measure() -> float:
            began = time.perf_counter()
            report = Verifier(keys.device.public, key, outbox=False).verify(log)
            assert report.sound, report.reason
            return (time.perf_counter() - began) * a_record

        return measure

    def theirs() -> float:
        began = time.perf_counter()
        tools.run("journalctl", "--verify", "--file", journal, f"--verify-key={seal_key}")
        return (time.perf_counter() - began) * a_record

    chain, full, peer = in_turn(rounds, ours(None), ours(audit), theirs)
    return chain, full, peer


def per_seal(log: Path) -> float:
    """Records to each mac of a key of its own. journald's seal, a TAG, covers all entries of an interval."""
    with closing(sqlite3.connect(log)) as file:
        records, seals = file.execute("SELECT count(*), count(DISTINCT mac) FROM record").fetchone()
    return float(records / seals)


def per_tag(journal: Path, tools: Tools) -> float:
    """Entries to each of journald's seals, as its own header counts them."""
    header = tools.run("journalctl", "--header", "--file", journal).decode()
    entries, tags = (re.search(rf"(?im)^{what} objects: (\d+)", header) for what in ("entry", "tag"))
    assert entries is not None
    assert tags is not None
    return int(entries[1]) / int(tags[1])


def age_overhead(folder: Path, tools: Tools) -> float:
    """Bytes that age (X25519 recipient) adds to a record's plain text."""
    plain = encode_detail(1, entry(1).values)
    identity = folder / "age.key"
    tools.run(tools.find("usr/bin/age-keygen"), "-o", identity)
    recipient = identity.read_text("utf-8").split("public key: ")[1].split()[0]
    return float(len(tools.run(tools.find("usr/bin/age"), "-r", recipient, content=plain)) - len(plain))


def in_turn(rounds: int, *measures: Callable[[], float]) -> list[list[float]]:
    """One uncounted run of each, then rounds in turn, who begins changing."""
    results: list[list[float]] = [[] for _ in measures]
    for measure in measures:
        measure()
    for number in range(rounds):
        order = list(enumerate(measures))
        for index, measure in order[number % len(order) :] + order[: number % len(order)]:
            results[index].append(measure())
    return results


def spent(work: Callable[[], None], times: int) -> float:
    """Seconds for one *work*."""
    began = time.perf_counter()
    for _ in range(times):
        work()
    return (time.perf_counter() - began) / times


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, help="结果文件 where the figures are written")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--tools", type=Path, default=Path("/"), help="Debian 包解开在哪 where the peers are")
    parser.add_argument("--folder", type=Path, help="在哪块盘上测 on which disk")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="bench-log-", dir=options.folder))
    try:
        write("secure, log", figures(folder, Tools(options.tools), options.rounds), options.json)
    finally:
        shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
