"""Enrolment on the platform's side: codes given out, and terminals taken in by them (docs/identity.md).

The platform keeps of a code the two keys that come of it, sealed, until the code is used; never the code.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import msgspec
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.x509.oid import NameOID
from django.conf import settings
from django.db import transaction
from django.db.models import Q

from central import authority, certificates, clock, papers
from central.configuration import releases
from central.models import EnrolmentCode, Terminal
from central.models.enrolment import How
from contract import enrolment, limits
from contract.configuration import COUNTY_CODE
from contract.enrolment import CodeKeys, EnrolAnswer, EnrolAsk, EnrolNo, EnrolProblem, LogKey, Papers
from contract.log_format import DEVICE_ID, NONCE_BYTES
from secure.reading.signing import device_verifier

KEY_BYTES: Final = 32
MOST_NUMBER: Final = 9999
POINT_CHARS: Final = 80
LOG_KEY: Final = x509.ObjectIdentifier(enrolment.LOG_KEY_OID)


class NotGivenError(ValueError):
    """Why no code was given out, in Chinese, for the person at the keyboard."""


@dataclass(frozen=True, slots=True)
class GivenCode:
    """A code as it is given out. Nobody can ask for it again."""

    code: str
    terminal: str
    number: int
    expires_at: datetime

    def __repr__(self) -> str:
        return f"<GivenCode for {self.terminal}>"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request says under its own signature."""

    serial: str
    log_key: str
    tls_key: str
    csr: x509.CertificateSigningRequest


def give(point: str, serial: str, terminal: str, number: int | None, at: datetime, county: str = "") -> GivenCode:
    """A code for the machine with this serial at this point. Without *terminal* and *number*: those that the machine
    had, else new ones; *county*: whose roster and notices it takes, empty as before. A code given before for the same
    terminal or machine is no longer good. Raises NotGivenError."""
    if not enrolment.SERIAL.fullmatch(serial):
        raise NotGivenError("序列号是 3 到 40 个字母、数字和 . _ / -，以字母或数字开头，照机身铭牌写")
    if not 0 < len(point) <= POINT_CHARS:
        raise NotGivenError(f"服务点的名称要写，最多 {POINT_CHARS} 个字")
    if county and COUNTY_CODE.fullmatch(county) is None:
        raise NotGivenError("县级区划代码是六位数字")
    with transaction.atomic():
        mine = _terminal(terminal, number, point, serial)
        mine.save()
        EnrolmentCode.objects.filter(Q(terminal=mine) | Q(serial=serial), used_at=None).delete()
        code = enrolment.new_code()
        keys = enrolment.keys_of(enrolment.parse_code(code))
        row = EnrolmentCode(
            terminal=mine,
            index=keys.index,
            serial=serial,
            point=point,
            county=county,
            keys=_seal(keys),
            issued_at=at,
            expires_at=at + timedelta(seconds=limits.ENROL_CODE_LIFETIME),
        )
        row.save()
    assert mine.number is not None
    return GivenCode(code, mine.pk, mine.number, row.expires_at)


def enrol(ask: EnrolAsk, at: datetime) -> EnrolAnswer | EnrolProblem:
    """Take a terminal in, or say why not. A bad try is counted in the same transaction that finds it bad."""
    try:
        asked = _read(ask.csr)
    except authority.NotACsrError:
        return EnrolProblem(no=EnrolNo.BAD_REQUEST)
    with transaction.atomic():
        row = EnrolmentCode.objects.select_related("terminal").filter(index=ask.index).first()
        if row is None:
            return _mistyped(asked, at)
        return _judge(row, ask, asked, at)


def _judge(row: EnrolmentCode, ask: EnrolAsk, asked: Asked, at: datetime) -> EnrolAnswer | EnrolProblem:
    if row.tries >= limits.ENROL_CODE_TRIES:
        return EnrolProblem(no=EnrolNo.BURNT)
    request = hashlib.sha256(ask.csr + ask.mac).hexdigest()
    if row.used_at is not None:
        if hmac.compare_digest(row.request, request):
            again = at - row.used_at <= timedelta(seconds=limits.ENROL_AGAIN)
            return msgspec.msgpack.decode(row.answer, type=EnrolAnswer) if again else EnrolProblem(no=EnrolNo.USED)
        return _counted(row, EnrolNo.USED)
    if at >= row.expires_at:
        return EnrolProblem(no=EnrolNo.EXPIRED)
    keys = _unseal(bytes(row.keys))
    if not hmac.compare_digest(keys.ask_mac(ask.csr), ask.mac):
        return _counted(row, EnrolNo.WRONG_CODE)
    if not settings.CENTRAL.takes(bytes.fromhex(asked.log_key)):
        return EnrolProblem(no=EnrolNo.OTHER_SUITE)
    if asked.serial != row.serial:
        return _counted(row, EnrolNo.OTHER_SERIAL)
    terminal = row.terminal
    others = Terminal.objects.filter(tls_key=asked.tls_key).exclude(pk=terminal.pk)
    if others.exists() or (terminal.revoked_at is not None and terminal.tls_key == asked.tls_key):
        return EnrolProblem(no=EnrolNo.REVOKED_KEY)
    answer = _take_in(terminal, row, ask, asked, keys, at)
    row.used_at, row.request, row.keys = at, request, b""
    row.answer = msgspec.msgpack.encode(answer)
    row.save()
    return answer


def _take_in(
    terminal: Terminal, row: EnrolmentCode, ask: EnrolAsk, asked: Asked, keys: CodeKeys, at: datetime
) -> EnrolAnswer:
    """New keys, place and machine take effect together; certificates of the keys it had before open nothing."""
    terminal.tls_key, terminal.log_key = asked.tls_key, asked.log_key
    terminal.point, terminal.serial = row.point, row.serial
    terminal.admitted_at, terminal.revoked_at, terminal.revoked_for = at, None, ""
    terminal.save()
    releases.admitted(terminal.pk, row.county)
    certificate = certificates.issue(terminal, asked.csr, at, How.ENROLLED)
    assert terminal.number is not None
    whole = Papers(
        terminal=terminal.pk,
        number=terminal.number,
        point=terminal.point,
        at=clock.shown(at),
        files=papers.files(settings.CENTRAL, terminal, certificate),
    )
    return answered(keys, ask.csr, msgspec.json.encode(whole))


def answered(keys: CodeKeys, csr: bytes, plain: bytes) -> EnrolAnswer:
    """*plain* sealed for who knows the code, with the platform's proof."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    reply = nonce + AESGCM(keys.sealing).encrypt(nonce, plain, None)
    return EnrolAnswer(reply=reply, mac=keys.reply_mac(csr, reply))


def _mistyped(asked: Asked, at: datetime) -> EnrolProblem:
    """No such code. Where one waits for this machine it was a bad try at that one."""
    row = EnrolmentCode.objects.filter(serial=asked.serial, used_at=None, expires_at__gt=at).first()
    if row is None:
        return EnrolProblem(no=EnrolNo.UNKNOWN)
    return EnrolProblem(no=EnrolNo.BURNT) if row.tries >= limits.ENROL_CODE_TRIES else _counted(row, EnrolNo.WRONG_CODE)


def _counted(row: EnrolmentCode, no: EnrolNo) -> EnrolProblem:
    """A bad try; the last one burns the code, and its keys go."""
    row.tries += 1
    left = limits.ENROL_CODE_TRIES - row.tries
    if not left:
        row.keys, row.answer = b"", b""
    row.save()
    return EnrolProblem(no=no if left else EnrolNo.BURNT, tries_left=left)


def _read(request: bytes) -> Asked:
    """Serial number and log key out of a CSR. Raises NotACsrError."""
    csr = authority.read_request(request)
    try:
        extension = csr.extensions.get_extension_for_oid(LOG_KEY).value
        names = csr.subject.get_attributes_for_oid(NameOID.SERIAL_NUMBER)
        serial = str(names[0].value) if len(names) == 1 else ""
        assert isinstance(extension, x509.UnrecognizedExtension)
        log = msgspec.msgpack.decode(extension.value, type=LogKey)
        device_verifier(log.public).verify(log.signature, enrolment.log_key_signed(authority.spki(csr)))
    except (x509.ExtensionNotFound, x509.DuplicateExtension, ValueError, InvalidSignature) as error:
        raise authority.NotACsrError("no log key that belongs to it") from error
    if not enrolment.SERIAL.fullmatch(serial):
        raise authority.NotACsrError("no serial number")
    return Asked(serial, log.public.hex(), authority.key_id(csr), csr)


def _terminal(wanted: str, number: int | None, point: str, serial: str) -> Terminal:
    """The row that the code is for: the one asked for, else this machine's, else a new one."""
    known = Terminal.objects.filter(serial=serial).first()
    if wanted and known is not None and known.pk != wanted:
        raise NotGivenError(f"这台机器（序列号 {serial}）已登记为 {known.pk}")
    mine = known if not wanted else Terminal.objects.filter(pk=wanted).first()
    if mine is None:
        number = _free_number() if number is None else number
        mine = Terminal(pk=wanted or f"T-{number:04d}", point=point, serial=serial)
    take_number(mine, mine.number if number is None else number)
    if mine.number is None:
        take_number(mine, _free_number())
    return mine


def take_number(terminal: Terminal, number: int | None) -> None:
    """Give *terminal* its number. Raises NotGivenError when another has it, or it is none."""
    if not DEVICE_ID.fullmatch(terminal.pk):
        raise NotGivenError("终端编号是 3 到 32 个字母、数字或短横")
    if number is None:
        return
    if not 0 <= number <= MOST_NUMBER:
        raise NotGivenError("号码是四位数：0 到 9999")
    other = Terminal.objects.filter(number=number).exclude(pk=terminal.pk).first()
    if other is not None:
        raise NotGivenError(f"号码 {number:04d} 已是 {other.pk} 的：两台终端不能用同一个号码")
    terminal.number = number


def _free_number() -> int:
    taken = set(Terminal.objects.exclude(number=None).values_list("number", flat=True))
    free = next((number for number in range(1, MOST_NUMBER + 1) if number not in taken), None)
    if free is None:
        raise NotGivenError("四位号码已用完")
    return free


def _seal(keys: CodeKeys) -> bytes:
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + _cipher().encrypt(nonce, keys.terminal + keys.platform, None)


def _unseal(sealed: bytes) -> CodeKeys:
    plain = _cipher().decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], None)
    return CodeKeys(plain[:KEY_BYTES], plain[KEY_BYTES:])


def _cipher() -> AESGCM:
    return AESGCM(settings.CENTRAL.secret_for("enrolment"))
