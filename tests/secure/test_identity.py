"""Identity, deliveries and the command line."""

from __future__ import annotations

import dataclasses
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from contract.log_events import Event
from contract.wire import Receipt, Verdict
from kiosk import log_command
from secure import enrolment, identity, keeper
from secure.business import Entry
from secure.ledger import NOT_ARRIVED
from secure.reading import keys
from secure.reading.delivery import Reason, Rejected, open_delivery
from tests.secure.bench import DAY, DEVICE, Bench, keep, write


def test_an_identity_is_made_once_and_is_its_owners_alone(tmp_path: Path) -> None:
    made = identity.create(tmp_path / "id", DEVICE)
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "id").iterdir()} == {0o600}
    request = x509.load_pem_x509_csr(made.request.read_bytes())
    assert request.is_signature_valid
    assert request.subject.rfc4514_string() == f"CN={DEVICE}"
    assert identity.load(tmp_path / "id").device.public == made.device.public
    assert keys.device_public_key(made.log_public) == made.device.public
    with pytest.raises(identity.IdentityError):
        identity.create(tmp_path / "id", DEVICE)
    with pytest.raises(identity.IdentityError):
        identity.load(tmp_path)


def test_the_platforms_bundle(tmp_path: Path) -> None:
    with pytest.raises(identity.IdentityError):
        identity.load_platform(tmp_path)
    good = {"url": "https://localhost", "hpke_key": "01" * 32, "receipt_key": "02" * 32, "audit_key": "03" * 32}
    (tmp_path / "platform.json").write_text(json.dumps(good))
    assert identity.load_platform(tmp_path).hpke_key == b"\1" * 32
    for wrong in ("01" * 31, "zz"):
        (tmp_path / "platform.json").write_text(json.dumps(good | {"audit_key": wrong}))
        with pytest.raises(identity.IdentityError, match="audit_key"):
            identity.load_platform(tmp_path)


@pytest.mark.parametrize("number", ["4711", "4711263290170", "471126329-17"])
def test_what_is_no_receipt_number_is_no_last_one(tmp_path: Path, number: str) -> None:
    good = {"url": "https://localhost", "hpke_key": "01" * 32, "receipt_key": "02" * 32, "audit_key": "03" * 32}
    (tmp_path / "platform.json").write_text(json.dumps(good | {"last_receipt": "471126329017"}))
    assert identity.load_platform(tmp_path).last_receipt == "471126329017"
    (tmp_path / "platform.json").write_text(json.dumps(good | {"last_receipt": number}))
    with pytest.raises(identity.IdentityError, match="last_receipt"):
        identity.load_platform(tmp_path)


def test_a_new_ledger_in_an_old_ones_place_gives_none_of_its_numbers(bench: Bench) -> None:
    """Nor one that a slip may bear whose matter was lost with the disk."""
    day = f"{DAY:%y%j}"
    for path, last, first in (
        ("behind.db", f"0007{day}017", f"0007{day}{17 + NOT_ARRIVED + 1:03d}"),
        ("yesterday.db", f"0007{DAY - timedelta(days=1):%y%j}017", f"0007{day}001"),
        ("another.db", f"0008{day}017", f"0007{day}001"),
    ):
        ledger = bench.open(bench.folder / path, last_receipt=last)
        given = [keep(ledger).receipt for _ in range(2)]
        ledger.close()
        ledger = bench.open(bench.folder / path, last_receipt=last)
        given.append(keep(ledger).receipt)
        ledger.close()
        assert given == [f"{int(first) + more:012d}" for more in range(3)], path


def test_a_receipt_is_the_platforms_or_nothing() -> None:
    key = Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes_raw()
    receipt = Receipt(device=DEVICE, key="k", sha256="00", verdict=Verdict.ACCEPTED, at="2026", signature=b"")
    signed = msgspec.structs.replace(receipt, signature=key.sign(receipt.signed_bytes()))
    assert identity.verify_receipt(signed, public)
    assert not identity.verify_receipt(receipt, public)
    assert not identity.verify_receipt(msgspec.structs.replace(signed, verdict=Verdict.REFUSED), public)


def test_a_delivery_opens_for_its_platform_device_key_and_type_only(bench: Bench) -> None:
    ledger = bench.open()
    kept = keep(ledger, b"body")
    row = ledger.row(kept.key)
    assert row is not None
    whole, private, public = row.delivery(), bench.platform.private_bytes_raw(), bench.device.public
    assert open_delivery(whole, DEVICE, private, public) == b"body"
    change = msgspec.structs.replace
    bad_signature = Rejected(Reason.BAD_SIGNATURE)
    assert open_delivery(whole, "XZ-0008", private, public) == bad_signature
    assert open_delivery(change(whole, key="other"), DEVICE, private, public) == bad_signature
    assert open_delivery(change(whole, sha256="00" * 32), DEVICE, private, public) == bad_signature
    assert open_delivery(whole, DEVICE, bench.audit.private_bytes_raw(), public) == Rejected(Reason.BAD_SEAL)
    damaged = whole.sealed[:-1] + bytes((whole.sealed[-1] ^ 1,))
    assert open_delivery(change(whole, sealed=damaged), DEVICE, private, public) == Rejected(Reason.BAD_SEAL)
    assert open_delivery(change(whole, sealed=b"x"), DEVICE, private, public) == Rejected(Reason.MALFORMED)
    other = keep(ledger, b"another body")
    other_row = ledger.row(other.key)
    assert other_row is not None
    assert other_row.sealed is not None
    assert open_delivery(change(whole, sealed=other_row.sealed), DEVICE, private, public) == Rejected(Reason.BAD_SEAL)
    ledger.close()


def test_rows_leave_on_a_receipt_only_and_once(bench: Bench) -> None:
    ledger = bench.open()
    first, second = keep(ledger), keep(ledger)
    assert (first.receipt, second.receipt) == ("000726327001", "000726327002")
    ledger.attempt_failed(first.key, datetime(2026, 11, 24, tzinfo=UTC))
    assert [(row.key, row.tries) for row in ledger.pending()] == [(first.key, 1), (second.key, 0)]
    entry = Entry(Event.DELIVERED, {"key": first.key})
    assert ledger.settle(first.key, b"one", entry) is None
    assert ledger.settle(first.key, b"two", entry) is None
    assert ledger.dead_letter(second.key, b"no") is None
    assert ledger.pending() == ()
    row = ledger.row(first.key)
    assert row is not None
    assert (row.receipt, row.sealed, row.signature) == (b"one", None, None)
    ledger.close()
    assert (bench.verify().records, bench.verify().sound) == (3, True)


def test_a_print_job_without_an_end_is_known_after_a_power_cut(bench: Bench) -> None:
    ledger = bench.open()
    ledger.job_started("one")
    ledger.job_started("two")
    ledger.job_ended("one", "printed")
    ledger.close()
    ledger = bench.open()
    assert ledger.jobs_open() == ("two",)
    ledger.close()


def test_the_command_says_what_it_found(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    ledger = bench.open()
    slip = write(ledger, 3)[-1].witness
    ledger.close()
    device, audit = bench.folder / "log.pub", bench.folder / "audit.key"
    device.write_text(bench.device.public.hex())
    audit.write_text(bench.audit.private_bytes_raw().hex())
    given = ["verify", "--db", str(bench.db), "--device-key", str(device)]
    assert log_command.main([*given, "--audit-key", str(audit), "--slip", slip, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["sound"] is True
    assert {key: told[key] for key in ("kind", "records", "slips")} == {"kind": "full", "records": 3, "slips": 1}
    assert set(told) == {"sound"} | {field.name for field in dataclasses.fields(bench.verify())}
    assert log_command.main([*given, "--slip", "2-AAAAAAAAAA"]) == 1
    told_line = capsys.readouterr().out
    assert "FORK" in told_line
    assert "序号 2" in told_line
    assert log_command.main([*given, "--slip", "nothing"]) == 2
    assert log_command.main(["verify", "--db", str(bench.folder / "no.db"), "--device-key", str(device)]) == 2


def test_the_page_of_events_is_current() -> None:
    page = Path(__file__).parents[2] / "docs" / "log-events.md"
    assert page.read_text("utf-8") == log_command.events_page(), "run: kiosk log events --write docs/log-events.md"


@pytest.mark.parametrize("rubbish", [b'{"url": "\xff"}', b'{"kept": "\xff"}', b'{"more": ' + b"[" * 60_000])
def test_a_file_that_a_bad_disk_spoilt_is_an_identity_to_see_to(tmp_path: Path, rubbish: bytes) -> None:
    """Said to a technician; the terminal does not end with a trace for it, again and again."""
    identity.create(tmp_path, "T-0001")
    (tmp_path / identity.PLATFORM).write_bytes(rubbish)
    with pytest.raises(identity.IdentityError):
        identity.load_platform(tmp_path)
    (tmp_path / keeper.KEEPING).write_bytes(rubbish)
    with pytest.raises(identity.IdentityError):
        identity.load(tmp_path)
    (tmp_path / enrolment.ENROLLED).write_bytes(rubbish)
    with pytest.raises(identity.IdentityError):
        enrolment.is_enrolled(tmp_path)
