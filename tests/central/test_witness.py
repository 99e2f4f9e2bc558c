"""The platform as witness of a terminal's log, over TLS: what it cosigns, what it never does, and what it takes in."""

from __future__ import annotations

import getpass
import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx
import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from central.models import AuditOpening, HeldRecord, LogAlarm, LogCheckpoint
from contract import limits, wire
from contract.log_events import Event
from contract.witnessing import Checkpoint, Cosignature, LogPart, LogReceipt, SealedRecord
from secure.business import Entry
from secure.keys import SoftwareKey
from secure.ledger import Ledger
from secure.reading.log import Verifier
from secure.reading.report import Reason
from secure.reading.witness import read_list

from .conftest import FOLDER, Deliverer, Terminal, admit, problem_of, run

FORK = (409, wire.ProblemCode.CONFLICT)


@dataclass
class Desk:
    """A terminal with a sealed log, its own on this platform."""

    terminal: Terminal
    folder: Path
    device: SoftwareKey

    @property
    def db(self) -> Path:
        return self.folder / "ledger.db"

    def open(self, path: Path | None = None) -> Ledger:
        public = self.terminal.platform
        return Ledger.open(
            path or self.db, device=self.device, device_id=self.terminal.id,
            audit_key=bytes.fromhex(public["audit_key"]), platform_key=bytes.fromhex(public["hpke_key"]),
            clock=lambda: datetime.now(UTC),
        )  # fmt: skip

    def write(self, records: int, path: Path | None = None) -> None:
        """One more segment."""
        ledger = self.open(path)
        for number in range(records):
            ledger.append(Entry(Event.ITEM_OPENED, {"visit": "v", "item": number}))
        ledger.close()

    def ask(self, path: Path | None = None) -> httpx.Response:
        """Have the next place witnessed, and store the answer."""
        ledger = self.open(path)
        checkpoint = ledger.upkeep.checkpoint()
        assert checkpoint is not None
        answer = self.terminal.send(wire.WITNESS, checkpoint)
        if answer.status_code == 200:
            cosignature = msgspec.json.decode(answer.content, type=Cosignature)
            Ed25519PublicKey.from_public_bytes(self.receipt_key).verify(
                cosignature.signature, cosignature.signed_bytes()
            )
            ledger.upkeep.witnessed(checkpoint, cosignature)
        ledger.close()
        return answer

    @property
    def receipt_key(self) -> bytes:
        return bytes.fromhex(self.terminal.platform["receipt_key"])

    def signed(self, checkpoint: Checkpoint) -> Checkpoint:
        return msgspec.structs.replace(checkpoint, signature=self.device.sign(checkpoint.signed_bytes()))

    def parts(self, after: tuple[int, int] = (0, 0)) -> list[LogPart]:
        """All closed segments, one part each."""
        ledger, found = self.open(), []
        while (part := ledger.upkeep.part(after)) is not None:
            found.append(part)
            after = part.number + 1, part.start + len(part.records)
        ledger.close()
        return found

    def deliver(self, part: LogPart) -> LogReceipt:
        answer = self.terminal.send(wire.DELIVER_LOG, part)
        assert answer.status_code == 200, answer.text
        receipt = msgspec.json.decode(answer.content, type=LogReceipt)
        Ed25519PublicKey.from_public_bytes(self.receipt_key).verify(receipt.signature, receipt.signed_bytes())
        return receipt

    def signed_fork(self) -> bool:
        """Whether the alarm keeps what the device itself signed."""
        alarm = LogAlarm.objects.get(terminal=self.terminal.id)
        said = msgspec.json.decode(bytes(alarm.statement), type=Checkpoint)
        Ed25519PublicKey.from_public_bytes(self.device.public).verify(said.signature, said.signed_bytes())
        return said.place == (alarm.segments, alarm.size)

    def alarms(self) -> int:
        return LogAlarm.objects.filter(terminal=self.terminal.id).count()


@pytest.fixture
def desk(platform: object, tmp_path: Path) -> Iterator[Desk]:
    made = admit(tmp_path / "papers", f"LOG-{uuid.uuid4().int % 10**8:08d}")
    pem = made.log_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    with made.client:
        yield Desk(made, tmp_path, SoftwareKey.from_pem(pem))


def refused(answer: httpx.Response) -> tuple[int, wire.ProblemCode]:
    return answer.status_code, problem_of(answer).code


def test_a_growing_log_is_cosigned_place_by_place_and_the_same_place_the_same(desk: Desk) -> None:
    desk.write(3)
    assert [desk.ask().status_code, desk.ask().status_code] == [200, 200]
    desk.write(2)
    assert [desk.ask().status_code, desk.ask().status_code] == [200, 200]
    stored = LogCheckpoint.objects.filter(terminal=desk.terminal.id).order_by("segments", "size")
    assert [(one.segments, one.size) for one in stored] == [(1, 0), (1, 3), (2, 3), (2, 5)]
    first = msgspec.json.decode(bytes(stored[1].statement), type=Checkpoint)
    assert desk.terminal.send(wire.WITNESS, first).content == bytes(stored[1].answer), "asked again: the same bytes"
    report = Verifier(desk.device.public, witness_key=desk.receipt_key).verify(desk.db)
    assert (report.sound, report.cosignatures, report.beyond_cosignature) == (True, 4, 0)
    assert desk.alarms() == 0


@pytest.mark.parametrize(("records", "places"), [(1, 1), (4, 1), (9, 1)])
def test_8_an_old_disk_gone_on_with_is_never_cosigned_and_alarmed_once(desk: Desk, records: int, places: int) -> None:
    desk.write(3)
    desk.ask()
    desk.ask()
    old = desk.folder / "old.db"
    old.write_bytes(desk.db.read_bytes())
    desk.write(4)
    desk.ask()
    desk.ask()
    desk.write(records, old)
    answers = [desk.ask(old) for _ in range(3)]
    assert [refused(answer) for answer in answers] == [FORK] * 3
    assert desk.alarms() == places
    listed = run("audit", "--state", str(FOLDER), "alarms", check=False)
    assert listed.returncode == 1
    assert desk.terminal.id in listed.stdout


def test_8_a_place_that_lies_behind_is_a_fork_though_it_was_never_seen(desk: Desk) -> None:
    desk.write(2)
    old = desk.folder / "old.db"
    old.write_bytes(desk.db.read_bytes())
    desk.write(2)
    desk.write(1)
    assert [desk.ask().status_code, desk.ask().status_code] == [200, 200]
    desk.write(1, old)
    assert refused(desk.ask(old)) == FORK
    assert desk.alarms() == 1
    assert desk.signed_fork()


def test_an_opening_after_another_head_is_a_fork(desk: Desk) -> None:
    """What somebody with the device's key wrote beside the cosigned log, of the same length."""
    desk.write(3)
    desk.ask()
    desk.ask()
    other = Desk(desk.terminal, desk.folder / "other", desk.device)
    other.folder.mkdir()
    other.write(3)
    other.write(1)
    assert refused(other.ask()) == FORK
    assert desk.alarms() == 1
    desk.write(1)
    assert desk.ask().status_code == 200, "the true log is witnessed on"


def test_what_the_device_did_not_sign_tells_nobodys_history(desk: Desk, other_terminal: Terminal) -> None:
    desk.write(2)
    ledger = desk.open()
    opening = ledger.upkeep.checkpoint()
    ledger.close()
    assert opening is not None
    stranger = SoftwareKey.generate()
    wrong = [
        msgspec.structs.replace(opening, signature=bytes(64)),
        msgspec.structs.replace(opening, signature=stranger.sign(opening.signed_bytes())),
        msgspec.structs.replace(opening, size=9),
        desk.signed(msgspec.structs.replace(opening, device=other_terminal.id)),
        desk.signed(msgspec.structs.replace(opening, segments=0)),
        desk.signed(msgspec.structs.replace(opening, size=-1)),
        desk.signed(msgspec.structs.replace(opening, size=2**63)),
        desk.signed(msgspec.structs.replace(opening, head=b"short")),
        desk.signed(msgspec.structs.replace(opening, head=bytes(32))),
        desk.signed(msgspec.structs.replace(opening, size=1)),
        desk.signed(msgspec.structs.replace(opening, header=b"no header")),
        desk.signed(msgspec.structs.replace(opening, header_signature=bytes(64))),
    ]
    for checkpoint in wrong:
        assert refused(desk.terminal.send(wire.WITNESS, checkpoint)) == (400, wire.ProblemCode.BAD_REQUEST)
    assert refused(other_terminal.send(wire.WITNESS, opening)) == (400, wire.ProblemCode.BAD_REQUEST)
    assert desk.alarms() == 0
    assert not LogCheckpoint.objects.filter(terminal=desk.terminal.id).exists()


# -- taking in ---------------------------------------------------------------------------------------------------------


def test_closed_segments_are_taken_in_once_and_read_back(desk: Desk) -> None:
    for records in (3, 2, 1):
        desk.write(records)
    first, second = desk.parts()
    assert desk.deliver(second).place == (0, 0), "what came too early is answered with where the log ends here"
    assert desk.deliver(first).place == (1, 3)
    assert desk.deliver(first).place == (1, 3)
    assert desk.deliver(second).place == (2, 5)
    assert desk.deliver(first).place == (2, 5)
    assert HeldRecord.objects.filter(terminal=desk.terminal.id).count() == 5
    sound = run("audit", "--state", str(FOLDER), "verify", desk.terminal.id, "--audit-key", str(FOLDER / "audit.key"))
    assert msgspec.json.decode(sound.stdout)["report"]["records"] == 5
    held = run("audit", "--state", str(FOLDER), "export-log", desk.terminal.id, "--to", str(desk.folder / "held.db"))
    assert "5 条" in held.stdout
    audit("export-log", desk.terminal.id, "--to", str(desk.folder / "held.db"), code=1)


def test_a_segment_comes_in_parts_and_goes_on_where_it_stopped(desk: Desk) -> None:
    desk.write(5)
    desk.write(1)
    (whole,) = desk.parts()
    front = msgspec.structs.replace(whole, records=whole.records[:2])
    back = msgspec.structs.replace(whole, start=2, records=whole.records[2:])
    assert desk.deliver(front).place == (1, 2)
    assert desk.deliver(back).place == (1, 5)


def damaged(part: LogPart) -> list[LogPart]:
    """Every way in which a part can be something else than what the terminal wrote."""
    first, second, *rest = part.records
    empty = SealedRecord(header=b"", nonce=b"", ciphertext=b"", head=b"", mac=b"")
    swapped = msgspec.structs.replace(part, records=(second, first, *rest))
    flipped = msgspec.structs.replace(first, ciphertext=bytes((first.ciphertext[0] ^ 1,)) + first.ciphertext[1:])
    return [
        swapped,
        msgspec.structs.replace(part, records=(second, *rest)),
        msgspec.structs.replace(part, records=(flipped, second, *rest)),
        msgspec.structs.replace(part, records=(empty,)),
        msgspec.structs.replace(part, records=(msgspec.structs.replace(first, mac=b""), second, *rest)),
        msgspec.structs.replace(part, signature=bytes(64)),
        msgspec.structs.replace(part, header=bytes(len(part.header))),
        msgspec.structs.replace(part, number=2**63),
        msgspec.structs.replace(part, start=-1),
    ]


def test_a_part_that_was_changed_is_not_taken_in(desk: Desk) -> None:
    desk.write(3)
    desk.write(1)
    (part,) = desk.parts()
    for wrong in damaged(part):
        answer = desk.terminal.send(wire.DELIVER_LOG, wrong)
        assert refused(answer) == (400, wire.ProblemCode.BAD_REQUEST)
    assert not HeldRecord.objects.filter(terminal=desk.terminal.id).exists()
    assert desk.alarms() == 0


def test_a_delivered_history_that_is_not_the_cosigned_one_is_a_fork(desk: Desk) -> None:
    desk.write(3)
    desk.ask()
    twin = desk.folder / "twin.db"
    twin.write_bytes(desk.db.read_bytes())
    desk.ask()
    with closing(sqlite3.connect(twin)) as file, file:
        file.execute("DELETE FROM record WHERE seq >= 1")
    desk.write(2, twin)
    desk.write(2, twin)
    forged = Desk(desk.terminal, desk.folder, desk.device)
    desk.db.unlink()
    twin.rename(desk.db)
    parts = forged.parts()
    answers = [desk.terminal.send(wire.DELIVER_LOG, part) for part in parts]
    assert FORK in [refused(answer) for answer in answers if answer.status_code != 200]
    assert desk.alarms() >= 1


def test_a_delivered_segment_must_have_the_heads_that_were_cosigned_in_it(desk: Desk) -> None:
    desk.write(3)
    desk.write(1)
    (mine,) = desk.parts()
    bare = Checkpoint(device=desk.terminal.id, segments=1, size=2, head=bytes(32), signature=b"")
    assert desk.terminal.send(wire.WITNESS, desk.signed(bare)).status_code == 200, "nothing to hold it against yet"
    assert refused(desk.terminal.send(wire.DELIVER_LOG, mine)) == FORK
    assert desk.alarms() == 1


def test_a_second_history_of_what_is_held_is_a_fork(desk: Desk) -> None:
    desk.write(3)
    desk.write(1)
    (mine,) = desk.parts()
    desk.deliver(mine)
    other = Desk(desk.terminal, desk.folder / "other", desk.device)
    other.folder.mkdir()
    other.write(3)
    other.write(2)
    other.write(1)
    first, second = other.parts()
    assert refused(desk.terminal.send(wire.DELIVER_LOG, first)) == FORK
    assert refused(desk.terminal.send(wire.DELIVER_LOG, second)) == FORK
    within = msgspec.structs.replace(mine, start=1, records=(mine.records[0],))
    assert refused(desk.terminal.send(wire.DELIVER_LOG, within)) == FORK
    beyond = msgspec.structs.replace(first, start=3, records=())
    assert refused(desk.terminal.send(wire.DELIVER_LOG, beyond)) == FORK
    assert desk.alarms() >= 2


def test_what_is_held_contradicts_a_checkpoint_too(desk: Desk) -> None:
    """Delivered before it was ever witnessed: a checkpoint within it must have its head."""
    desk.write(3)
    desk.write(1)
    (mine,) = desk.parts()
    desk.deliver(mine)
    bare = Checkpoint(device=desk.terminal.id, segments=1, size=2, head=bytes(32), signature=b"")
    assert refused(desk.terminal.send(wire.WITNESS, desk.signed(bare))) == FORK
    true = desk.signed(msgspec.structs.replace(bare, head=mine.records[1].head))
    assert desk.terminal.send(wire.WITNESS, true).status_code == 200
    other = Desk(desk.terminal, desk.folder / "other", desk.device)
    other.folder.mkdir()
    other.write(1)
    LogCheckpoint.objects.filter(terminal=desk.terminal.id).delete()
    assert refused(other.ask()) == FORK


# -- audit -------------------------------------------------------------------------------------------------------------


def audit(*arguments: str, code: int = 0) -> str:
    done = run("audit", "--state", str(FOLDER), *arguments, check=False)
    assert done.returncode == code, done.stderr
    return done.stdout


def test_everything_that_happened_is_found_with_its_verdict(desk: Desk, cast: dict) -> None:
    deliverer = Deliverer(desk.terminal)
    person = cast["graduate"]
    submission = deliverer.submission(person, log_segment=0, log_seq=1, operator="G-17")
    deliverer.receipt(deliverer.deliver(submission))
    assert "还没有见证" in audit("receipt", submission.receipt)
    desk.write(3)
    desk.ask()
    desk.ask()
    assert "已见证" in audit("receipt", submission.receipt)
    desk.write(1)
    desk.deliver(desk.parts()[0])
    for search in (("receipt", submission.receipt), ("resident", person.id_number), ("operator", "G-17"),
                   ("terminal", desk.terminal.id)):  # fmt: skip
        found = audit(*search)
        assert submission.receipt in found
        assert f"{desk.terminal.id}  0/1" in found
        assert "密封记录已在平台，链核验通过" in found
        assert person.name not in found
    other = deliverer.submission(person, log_segment=1, log_seq=2)
    deliverer.receipt(deliverer.deliver(other))
    assert "与办件不符" in audit("receipt", other.receipt)
    audit("receipt", "999999999999", code=1)
    audit("terminal", "NOBODY", code=1)


def test_opening_what_is_held_is_written_down_before_it_is_shown(desk: Desk) -> None:
    desk.write(3)
    desk.write(1)
    desk.deliver(desk.parts()[0])
    key = str(FOLDER / "audit.key")
    shown = audit("open", desk.terminal.id, "--audit-key", key, "--reason", "投诉", "--who", "王", "--first", "1")
    assert [line.split()[0] for line in shown.splitlines()] == ["1", "2"]
    assert "ITEM_OPENED" in shown
    opening = AuditOpening.objects.get(terminal=desk.terminal.id)
    assert (opening.who, opening.reason, opening.first) == (f"王（账号 {getpass.getuser()}）", "投诉", 1)
    assert f"{opening.who} 用审计密钥看过：投诉" in audit("terminal", desk.terminal.id)
    audit("open", desk.terminal.id, "--audit-key", key, "--reason", " ", code=1)
    other = desk.folder / "other.key"
    other.write_text(X25519PrivateKey.generate().private_bytes_raw().hex())
    audit("open", desk.terminal.id, "--audit-key", str(other), "--reason", "投诉", code=1)
    assert AuditOpening.objects.filter(terminal=desk.terminal.id).count() == 2, "a try is an opening"
    other.write_text("no key")
    audit("verify", desk.terminal.id, "--audit-key", str(other), code=1)


def test_the_platforms_list_tells_a_cut_log_and_a_revoked_terminal(desk: Desk) -> None:
    desk.write(3)
    desk.ask()
    desk.ask()
    target = desk.folder / "witness.json"
    assert "2 次见证" in audit("export-witness", desk.terminal.id, "--to", str(target))
    with closing(sqlite3.connect(desk.db)) as file, file:
        file.execute("DELETE FROM record WHERE seq = 2")
        file.execute("DELETE FROM checkpoint")

    def verdict() -> Reason | None:
        listed = [read_list(target)]
        return Verifier(desk.device.public, witness_key=desk.receipt_key, witnessed=listed).verify(desk.db).reason

    assert verdict() is Reason.TRUNCATED_BELOW_WITNESS
    run("revoke", "--state", str(FOLDER), "--terminal", desk.terminal.id)
    audit("export-witness", desk.terminal.id, "--to", str(target))
    assert read_list(target).revoked_at
    assert limits.LOG_KEPT_DAYS >= 184
