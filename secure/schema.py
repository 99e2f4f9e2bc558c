"""The terminal's one SQLite file: its tables. A change is a new migration; none is ever edited after a release."""

from __future__ import annotations

from typing import Final

from secure.sqlite import Database, Migrations

LEDGER: Final = Migrations("ledger")
STAFF: Final = Migrations("staff")


@STAFF()
def s001_pin(db: Database) -> None:
    """Wrong staff PINs in a row (secure.pin). ``wait_until`` is boot time of the boot ``boot``; no name, no PIN."""
    db.table("staff_pin").create(
        {"worker": str, "failures": int, "boot": str, "wait_until": float, "lockout": str},
        pk="worker", not_null={"failures", "boot", "wait_until", "lockout"}, strict=True,
    )  # fmt: skip


@LEDGER()
def m001_log(db: Database) -> None:
    """The sealed log. ``cosignature`` and the checkpoints are the platform's witness: encoded Cosignatures of a
    segment's opening and of the head after record ``seq``."""
    db.table("segment").create(
        {"number": int, "header": bytes, "signature": bytes, "cosignature": bytes},
        pk="number", not_null={"header", "signature"}, strict=True,
    )  # fmt: skip
    db.table("record").create(
        {"seq": int, "header": bytes, "nonce": bytes, "ciphertext": bytes, "head": bytes, "mac": bytes},
        pk="seq", not_null={"header", "nonce", "ciphertext", "head", "mac"}, strict=True,
    )  # fmt: skip
    db.table("checkpoint").create(
        {"seq": int, "head": bytes, "at": str, "cosignature": bytes},
        pk="seq", not_null={"head", "at", "cosignature"}, strict=True,
    )  # fmt: skip


@LEDGER()
def m002_outbox(db: Database) -> None:
    """``state``: kept, settled, refused. A row that left keeps key, hash and receipt, and loses its sealed body."""
    db.table("outbox").create(
        {
            "ordinal": int, "key": str, "type": str, "number": str, "sha256": str, "sealed": bytes, "signature": bytes,
            "segment": int, "seq": int, "state": str, "tries": int, "next_at": str, "receipt": bytes,
        },
        pk="ordinal", strict=True, defaults={"state": "kept", "tries": 0},
        not_null={"key", "type", "number", "sha256", "segment", "seq", "state", "tries"},
    )  # fmt: skip
    db.table("outbox").create_index(["key"], unique=True)
    db.table("outbox").create_index(["number"], unique=True)
    db.table("outbox").create_index(["state", "ordinal"])


@LEDGER()
def m003_print_jobs(db: Database) -> None:
    """Ids and outcomes of print jobs; nothing of what was printed."""
    db.table("print_job").create(
        {"job": str, "started_at": str, "outcome": str, "ended_at": str},
        pk="job", not_null={"started_at"}, strict=True,
    )  # fmt: skip


@LEDGER()
def m004_configuration(db: Database) -> None:
    """Signed configuration: marks that only rise, facts beside them, and the objects in use (secure.config.marks)."""
    db.table("config_mark").create({"name": str, "value": int}, pk="name", not_null={"value"}, strict=True)
    db.table("config_fact").create({"name": str, "value": str}, pk="name", not_null={"value"}, strict=True)
    db.table("config_object").create(
        {"name": str, "version": int, "sha256": str}, pk="name", not_null={"version", "sha256"}, strict=True
    )


@LEDGER()
def m010_log_delivery(db: Database) -> None:
    """The platform's receipts for delivered segments (the newest for each), and what stands for what was pruned."""
    db.table("log_receipt").create(
        {"segments": int, "size": int, "at": str, "receipt": bytes},
        pk="segments", not_null={"size", "at", "receipt"}, strict=True,
    )  # fmt: skip
    db.table("pruned").create(
        {"id": int, "segments": int, "size": int, "statement": bytes},
        pk="id", not_null={"segments", "size", "statement"}, strict=True,
    )  # fmt: skip


@LEDGER()
def m011_photos(db: Database) -> None:
    """Photographed pages, sealed when they were taken, beside the outbox row whose receipt ``number`` they belong to.
    ``state`` as there: what left keeps key, hash and receipt, and loses the picture."""
    db.table("photo").create(
        {
            "ordinal": int, "key": str, "number": str, "sha256": str, "sealed": bytes, "signature": bytes,
            "state": str, "tries": int, "next_at": str, "receipt": bytes,
        },
        pk="ordinal", strict=True, defaults={"state": "kept", "tries": 0},
        not_null={"key", "number", "sha256", "state", "tries"},
    )  # fmt: skip
    db.table("photo").create_index(["key"], unique=True)
    db.table("photo").create_index(["state", "ordinal"])
