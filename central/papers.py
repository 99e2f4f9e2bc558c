"""What a terminal is given when it is taken in: files by name, the same by either way (by hand, by enrolment)."""

from __future__ import annotations

import msgspec
from django.db import transaction
from django.db.models import QuerySet

from central import clock, terminals
from central.configuration import releases
from central.configuration.repository import Repository
from central.models import MatterRecord, Terminal
from central.state import State


def files(state: State, terminal: Terminal, certificate: bytes) -> dict[str, bytes]:
    """Certificate, CA, platform.json; and root.json where there is a root of trust."""
    found = {
        "ca.pem": (state.folder / "ca.pem").read_bytes(),
        "terminal.pem": certificate,
        "platform.json": msgspec.json.format(msgspec.json.encode(bundle(state, terminal))) + b"\n",
    }
    repository = Repository(state.configuration)
    if repository.exists:
        found["root.json"] = repository.metadata_path(f"{repository.version('root')}.root.json").read_bytes()
        # What it is to run is published when it is really taken in, and not before.
        transaction.on_commit(lambda: releases.assign_new(repository, terminal.pk))
    return found


def bundle(state: State, terminal: Terminal) -> dict[str, str | int]:
    """platform.json: addresses, and raw public keys in hex (``follow_key``, ``pepper``: the terminal's own secrets)."""
    number = terminal.number
    receipts = {} if number is None else {"number": number, "last_receipt": last_receipt(number)}
    return {
        "suite": state.suite.value,
        "url": state.url,
        "public_url": state.public_url,
        "terminal": terminal.pk,
        "county": releases.admitted(terminal.pk, ""),
        **receipts,
        "hpke_key": state.hpke_key.public_key().public_bytes_raw().hex(),
        "receipt_key": state.receipt_key.public_key().public_bytes_raw().hex(),
        "audit_key": state.audit_public.hex(),
        "follow_key": terminals.follow_key(terminal.pk).hex(),
        "pepper": terminals.pepper(terminal.pk).hex(),
    }


def last_receipt(number: int) -> str:
    """The newest receipt number of today that is known to have been given under *number*, running 000 when none is: a
    machine that takes another's place goes on behind it. Empty when nothing ever came under this number."""
    day = f"{number:04d}{clock.today():%y%j}"
    known = _under(day).order_by("-receipt").first()
    if known is not None:
        return str(known.receipt)
    return f"{day}000" if _under(f"{number:04d}").exists() else ""


def _under(prefix: str) -> QuerySet[MatterRecord]:
    """The matters whose receipt number, of 12 digits, begins with *prefix*: by its index, while the tables are held."""
    return MatterRecord.objects.filter(receipt__gte=prefix.ljust(12, "0"), receipt__lte=prefix.ljust(12, "9"))
