"""The two conversations with a social-security card: read the holder, verify the PIN. Generators without I/O."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

from contract.faults import Fault
from drivers.card_reader import apdu, layout
from drivers.card_reader.apdu import SW, Answer, Dialogue
from drivers.card_reader.authenticator import Authenticator, Patience, Preface, Unhurried
from drivers.device import CardHolder, Failure

MOST_RECORDS: Final = 16
THIRD_GENERATION: Final = b"3"
"""First character of the version record (tag 03)."""
NOT_BY_TAG: Final = frozenset({SW.WRONG_P1P2, SW.NO_RECORD, SW.NOT_FOUND, SW.NO_FILE, SW.WRONG_LENGTH, 0x6B00, 0x6981})
"""Answers to READ RECORD by tag after which record numbers are tried."""

_SELECT: Final = apdu.select_application(apdu.SSSE)
_READ: Final = {tag: apdu.read_tag(tag, length + 2) for tag, length in layout.LENGTHS.items()}
_HOLDER: Final = apdu.Plan(
    _SELECT,
    apdu.select_file(apdu.EF05, apdu.SELECT_P1[0]),
    *(_READ[tag] for tag in layout.EF05_LENGTHS),
    apdu.select_file(apdu.EF06, apdu.SELECT_P1[0]),
    *(_READ[tag] for tag in layout.EF06_LENGTHS),
)
"""What most cards are read with, from the first command to the last."""


class _Stop(Exception):
    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.fault)
        self.failure = failure


def read_holder(
    today: date,
    authenticator: Authenticator,
    atr: Callable[[], bytes],
    patience: Patience | None = None,
    *,
    contactless: bool = False,
) -> Dialogue[CardHolder | Failure]:
    """SELECT SSSE, EF05, EF06; every item by its tag, by record number where the card does not know tags. A card of the
    third generation that refuses EF06 with 6982 is opened by *authenticator* first, and only its *atr* is asked for;
    older cards never are asked, for what they would count against their holder is not known."""
    try:
        fci = yield from _application(_HOLDER)
        algorithm = layout.algorithm(fci)
        yield from _file(apdu.EF05)
        issuer = yield from _records(layout.EF05_LENGTHS)
        try:
            yield from _file(apdu.EF06)
            holder = yield from _records(layout.EF06_LENGTHS)
        except _Stop as stop:
            if stop.failure.fault is not Fault.CARD_NOT_AUTHORISED:
                raise
            code, version = issuer.get(layout.CARD_ID_CODE, b""), issuer.get(layout.VERSION, b"")
            if not version.startswith(THIRD_GENERATION):
                raise
            preface = Preface(code, version, algorithm, atr(), contactless)
            failure = yield from authenticator.authenticate(preface, patience or Unhurried())
            if failure is not None:
                return failure
            yield from _file(apdu.EF06)
            holder = yield from _records(layout.EF06_LENGTHS)
    except _Stop as stop:
        return stop.failure
    return layout.assemble({**issuer, **holder}, algorithm, today)


def card_id_code() -> Dialogue[bytes | Failure]:
    """Tag 01 of EF05: tells one card from another."""
    try:
        yield from _application()
        yield from _file(apdu.EF05)
        found = yield from _records({layout.CARD_ID_CODE: layout.EF05_LENGTHS[layout.CARD_ID_CODE]})
    except _Stop as stop:
        return stop.failure
    return found.get(layout.CARD_ID_CODE, b"")


def verify_pin(pin: str) -> Dialogue[Failure | None]:
    """SELECT SSSE and one VERIFY: whatever the card answers to it stands, nothing is sent a second time."""
    try:
        yield from _application()
    except _Stop as stop:
        return stop.failure
    answer = apdu.parse(b"", (yield apdu.verify(pin)))
    sw = answer.sw
    if sw == SW.OK and not answer.data:  # VERIFY answers nothing but its status: a card that says more is out of step
        return None
    if sw in {SW.PIN_BLOCKED, 0x63C0}:
        return Failure(Fault.PIN_BLOCKED, f"VERIFY {sw:04X}", tries_left=0)
    if sw & 0xFFF0 == 0x63C0:
        return Failure(Fault.PIN_WRONG, f"VERIFY {sw:04X}", tries_left=sw & 0x0F)
    if sw == 0x6300:
        return Failure(Fault.PIN_WRONG, "VERIFY 6300")
    return apdu.refusal("VERIFY", answer)


def _application(select: bytes = _SELECT) -> Dialogue[bytes]:
    answer = yield from apdu.send(select)
    if not answer.ok:
        if answer.sw in {SW.NO_FILE, SW.WRONG_P1P2, 0x6D00, 0x6E00}:
            raise _Stop(Failure(Fault.CARD_OTHER_KIND, f"SELECT SSSE {answer.sw:04X}"))
        raise _Stop(apdu.refusal("SELECT SSSE", answer))
    return answer.data


def _file(file_id: int) -> Dialogue[None]:
    answer = Answer(b"", 0)
    for p1 in apdu.SELECT_P1:
        answer = yield from apdu.send(apdu.select_file(file_id, p1))
        if answer.ok:
            return
        if answer.sw in {SW.NOT_AUTHORISED, SW.LOCKED, SW.LOCKED_FOR_EVER}:
            break
    raise _Stop(apdu.refusal(f"SELECT {file_id:04X}", answer))


def _records(lengths: Mapping[int, int]) -> Dialogue[dict[int, bytes]]:
    """Tag -> value of what the current file holds of *lengths*."""
    found: dict[int, bytes] = {}
    for tag, length in lengths.items():
        answer = yield from apdu.send(_READ[tag])
        value = apdu.tlv(answer.data, tag) if answer.ok else None
        if value is not None and len(value) <= length:
            found[tag] = value
        elif tag in layout.OPTIONAL and answer.sw in NOT_BY_TAG:
            continue
        elif answer.ok or answer.sw in NOT_BY_TAG:
            return (yield from _records_by_number(lengths))
        else:
            raise _Stop(apdu.refusal(f"READ {tag:02X}", answer))
    return found


def _records_by_number(lengths: Mapping[int, int]) -> Dialogue[dict[int, bytes]]:
    """The same by record number; what a record is, its own tag says, because numbers shift where 4E is missing."""
    found: dict[int, bytes] = {}
    for number in range(1, MOST_RECORDS + 1):
        answer = yield from apdu.send(apdu.read_number(number))
        if answer.sw in {SW.NO_RECORD, SW.NOT_FOUND, SW.NO_FILE}:
            break
        if not answer.ok:
            raise _Stop(apdu.refusal(f"READ #{number}", answer))
        tag = answer.data[0] if answer.data else 0
        value = apdu.tlv(answer.data, tag)
        if value is None:
            raise _Stop(Failure(Fault.CARD_UNREADABLE, f"READ #{number}: no TLV"))
        if tag in lengths and len(value) <= lengths[tag]:
            found.setdefault(tag, value)
        if lengths.keys() <= found.keys():
            break
    missing = lengths.keys() - found.keys() - layout.OPTIONAL
    if missing:
        raise _Stop(Failure(Fault.CARD_UNREADABLE, f"missing tag {min(missing):02X}"))
    return found
