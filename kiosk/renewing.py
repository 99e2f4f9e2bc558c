"""The terminal's certificate is renewed in the background, with the same key, at two thirds of its life; and after it
expired too, so that a village that was cut off for months needs nobody to come."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final, NoReturn, TypeVar

import httpx
import msgspec
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from contract import enrolment as agreed
from contract import limits, wire
from contract.enrolment import LateRenewal, Renewal, Renewed, RenewNonce
from contract.log_events import Event
from kiosk.central import Central
from kiosk.defects import report
from kiosk.journal import Journal, JournalLostError
from kiosk.unproven import post
from secure.identity import Identity, IdentityError
from secure.whole import write

M = TypeVar("M", bound=msgspec.Struct)
HTTP_OK: Final = 200


class NotRenewedError(Exception):
    """Why there is no new certificate: a word for the log."""


def renew_at(certificate: x509.Certificate) -> datetime:
    """Two thirds of its life."""
    begun, ends = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    return begun + (ends - begun) * 2 / 3


class Renewing:
    """Looks now and then; ``on_renewed`` is told when there is a new certificate in the file."""

    def __init__(
        self,
        mine: Identity,
        central: Central,
        journal: Journal,
        public_url: str,
        clock: Callable[[], datetime],
        on_renewed: Callable[[], None],
    ) -> None:
        self._mine = mine
        self._central = central
        self._journal = journal
        self._public_url = public_url
        self._clock = clock
        self._on_renewed = on_renewed
        self._told = ""

    async def run(self) -> NoReturn:
        """For as long as the terminal runs."""
        while True:
            try:
                await self.round()
            except JournalLostError:
                raise
            except Exception as error:  # a defect of ours must not end the terminal: the certificate lasts for days yet
                report(error)
            await asyncio.sleep(limits.CERTIFICATE_LOOK)

    async def round(self) -> bool:
        """Renew if it is time; whether there is a new certificate. A terminal that the platform does not answer also
        tries: its clock may be wrong about the certificate."""
        current = self._current()
        now = self._clock().astimezone(UTC)
        if now < renew_at(current) and not self._central.away:
            return False
        expired = now > current.not_valid_after_utc
        try:
            fresh, late = await self._renewed(current, expired=expired)
        except (NotRenewedError, IdentityError) as error:
            await self._not_renewed(str(error), current)
            return False
        await asyncio.to_thread(write, self._mine.certificate, fresh.public_bytes(Encoding.PEM))
        self._on_renewed()
        self._told = ""
        await self._journal.log(Event.CERTIFICATE_RENEWED, not_after=_shown(fresh), expired=late)
        return True

    async def _renewed(self, current: x509.Certificate, *, expired: bool) -> tuple[x509.Certificate, bool]:
        """The new certificate, and whether it came the late way. Raises NotRenewedError, IdentityError."""
        key = await asyncio.to_thread(self._mine.tls)
        name = current.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value
        request = x509.CertificateSigningRequestBuilder().subject_name(current.subject).sign(key, hashes.SHA256())
        csr = request.public_bytes(Encoding.DER)
        if not expired:
            answer = await self._central.call(wire.RENEW, Renewed, Renewal(csr=csr))
            if isinstance(answer, Renewed):
                return self._fitting(answer, current), False
            if not self._central.away:
                raise NotRenewedError(answer.fault.value)
        fresh = await self._late(str(name), key, csr)
        return self._fitting(fresh, current), True

    async def _late(self, name: str, key: ec.EllipticCurvePrivateKey, csr: bytes) -> Renewed:
        """Outside mutual TLS. Nothing rests on who answers: the certificate must be by our CA and for our key."""
        nonce = await self._asked(agreed.NONCE_PATH, b"{}", RenewNonce)
        plain = LateRenewal(terminal=name, nonce=nonce.nonce, csr=csr, signature=b"")
        signature = key.sign(plain.signed_bytes(), ec.ECDSA(hashes.SHA256()))
        whole = msgspec.structs.replace(plain, signature=signature)
        return await self._asked(agreed.LATE_PATH, msgspec.json.encode(whole), Renewed)

    async def _asked(self, path: str, content: bytes, answer: type[M]) -> M:
        try:
            async with asyncio.timeout(limits.ENROL_ANSWER):
                status, body = await post(self._public_url + path, content)
            if status != HTTP_OK:
                raise NotRenewedError(f"HTTP {status}")
            return msgspec.json.decode(body, type=answer)
        except (TimeoutError, httpx.HTTPError, httpx.InvalidURL):
            raise NotRenewedError("away") from None
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            raise NotRenewedError("garbled") from None

    def _fitting(self, answer: Renewed, current: x509.Certificate) -> x509.Certificate:
        """By our CA, for our key and name, and longer than the one there is. Raises NotRenewedError."""
        try:
            fresh = x509.load_pem_x509_certificate(answer.certificate.encode())
            fresh.verify_directly_issued_by(x509.load_pem_x509_certificate(self._mine.ca.read_bytes()))
        except (ValueError, TypeError, InvalidSignature):
            raise NotRenewedError("not by our CA") from None
        same = fresh.public_key() == current.public_key() and fresh.subject == current.subject
        if not same or fresh.not_valid_after_utc < current.not_valid_after_utc:
            raise NotRenewedError("not for us, or no longer than before")
        return fresh

    def _current(self) -> x509.Certificate:
        return x509.load_pem_x509_certificate(self._mine.certificate.read_bytes())

    async def _not_renewed(self, reason: str, current: x509.Certificate) -> None:
        """Logged once for each reason: tried again every hour, it would fill the log of a village that is cut off."""
        if reason != self._told:
            self._told = reason
            await self._journal.log(Event.CERTIFICATE_NOT_RENEWED, reason=reason, not_after=_shown(current))


def _shown(certificate: x509.Certificate) -> str:
    return certificate.not_valid_after_utc.isoformat(timespec="seconds")
