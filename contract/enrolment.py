"""Enrolment: the code, the keys that come of it, and what terminal and platform say to each other (docs/identity.md).

The code is never sent. Either side derives two keys from it (HKDF, RFC 5869); with the first the terminal proves that
it was given the code, with the second the platform proves that it gave it out. Nothing rests on the connection: a
server that does not know the code can neither take a terminal in nor hand it papers, and reads nothing of the answer.
"""

from __future__ import annotations

import enum
import hashlib
import hmac
import re
import secrets
import unicodedata
from dataclasses import dataclass, field
from typing import Final

import msgspec

from contract.log_format import INTL, SUITES, suite_name
from contract.message import Message

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O, U."""
CODE_CHARS: Final = 20
"""100 bits; one more character is the check."""
GROUP: Final = 5
QR_MARK: Final = "JJB1"
SALT: Final = b"jiujinban enrolment 1"
SERIAL: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{2,39}")
"""A machine's serial number as it stands on its plate."""
LOG_KEY_OID: Final = "2.25.173218452962219763024189342610377061453"
"""Extension in the request that names the log key (an OID from a UUID: ITU-T X.667)."""
ENROL_PATH: Final = "/v1/enrolment"
NONCE_PATH: Final = "/v1/certificate/nonce"
LATE_PATH: Final = "/v1/certificate/late"
"""On the public listener, without client certificate: who asks has none that is valid."""


class CodeError(ValueError):
    """What was typed or scanned is no enrolment code. The text is for the technician and never repeats it."""


@dataclass(frozen=True, slots=True)
class CodeKeys:
    """What is kept of a code: two keys, and an index that finds them and tells nothing."""

    terminal: bytes = field(repr=False)
    """K1: the terminal's proof."""
    platform: bytes = field(repr=False)
    """K2: the platform's proof."""

    @property
    def index(self) -> str:
        return hmac.digest(self.terminal, b"index", "sha256")[:8].hex()

    @property
    def sealing(self) -> bytes:
        """AES-256-GCM key of the reply, so that whoever sits in the middle does not read this terminal's secrets."""
        return hmac.digest(self.platform, b"seal", "sha256")

    def ask_mac(self, csr: bytes) -> bytes:
        """HMAC(K1, "enrol1" ‖ SHA256(CSR))"""
        return hmac.digest(self.terminal, b"enrol1" + hashlib.sha256(csr).digest(), "sha256")

    def reply_mac(self, csr: bytes, reply: bytes) -> bytes:
        """HMAC(K2, "enrol2" ‖ SHA256(CSR) ‖ reply)"""
        return hmac.digest(self.platform, b"enrol2" + hashlib.sha256(csr).digest() + reply, "sha256")


def new_code() -> str:
    """A fresh code, 100 random bits and its check, as it is printed: ``XXXXX-XXXXX-XXXXX-XXXXX-C``."""
    characters = "".join(secrets.choice(ALPHABET) for _ in range(CODE_CHARS))
    whole = characters + check_of(characters)
    return "-".join(whole[start : start + GROUP] for start in range(0, len(whole), GROUP))


def check_of(characters: str) -> str:
    """The check character: the sum of i·xᵢ in GF(2⁵) (the field of BIP 173), i from 2, because the check character
    itself stands with 1. It tells every single wrong character and every two that changed places, and is one of the 32,
    which Crockford's own (modulo 37) is not."""
    total = 0
    for place, character in enumerate(characters, start=2):
        total ^= _times(place, ALPHABET.index(character))
    return ALPHABET[total]


def parse_code(text: str) -> str:
    """The code's 20 characters. Case, spaces, hyphens and full width do not matter; O is 0, I and L are 1.

    Raises CodeError.
    """
    plain = unicodedata.normalize("NFKC", text).upper()
    plain = re.sub(r"[\s\-‐‑‒–—―−_]", "", plain).translate(str.maketrans("OIL", "011"))
    if len(plain) != CODE_CHARS + 1:
        raise CodeError(f"编码应是 {CODE_CHARS + 1} 个字符，这里有 {len(plain)} 个")
    if any(character not in ALPHABET for character in plain):
        raise CodeError("编码里有不会出现的字符：只有数字和除 I、L、O、U 外的字母")
    if check_of(plain[:-1]) != plain[-1]:
        raise CodeError("编码有一个字符抄错了，或有两个换了位置：请对照单子再输一次")
    return plain[:-1]


def keys_of(code: str) -> CodeKeys:
    """The two keys of a parsed code: HKDF-SHA256 with a label each."""
    return CodeKeys(_hkdf(code.encode("ascii"), b"terminal"), _hkdf(code.encode("ascii"), b"platform"))


def qr_text(address: str, code: str, suite: str = suite_name(INTL)) -> str:
    """What the QR holds: mark, the platform's address, the code; and the platform's suite where it is not INTL."""
    return f"{QR_MARK} {address} {code}" + ("" if suite == suite_name(INTL) else f" {suite}")


def parse_qr(text: str) -> tuple[str, str, str]:
    """Address, parsed code and suite of a QR. Raises CodeError."""
    mark, address, code, suite = [*text.split(), suite_name(INTL)][:4] if 3 <= len(text.split()) <= 4 else [""] * 4
    if mark != QR_MARK or not address.startswith("https://") or suite not in map(suite_name, SUITES):
        raise CodeError("这不是入网用的二维码")
    return address, parse_code(code), suite


class EnrolAsk(Message, frozen=True, kw_only=True):
    """The terminal's request. Serial number and log key stand inside the CSR, under the MAC."""

    index: str
    csr: bytes
    """PKCS #10 (RFC 2986), DER."""
    mac: bytes


class EnrolAnswer(Message, frozen=True, kw_only=True):
    reply: bytes
    """Nonce ‖ AES-256-GCM of the encoded Papers."""
    mac: bytes


class Papers(Message, frozen=True, kw_only=True):
    """What the terminal gets: who it is, and files by name as they will lie in its folder."""

    terminal: str
    number: int
    point: str
    at: str
    """The platform's time."""
    files: dict[str, bytes]


class EnrolNo(enum.StrEnum):
    """Why a terminal is not taken in."""

    UNKNOWN = "unknown"
    """No code waits for this terminal: mistyped in a way the check cannot see, or another platform."""
    WRONG_CODE = "wrong_code"
    EXPIRED = "expired"
    USED = "used"
    BURNT = "burnt"
    OTHER_SERIAL = "other_serial"
    BAD_REQUEST = "bad_request"
    REVOKED_KEY = "revoked_key"
    OTHER_SUITE = "other_suite"
    """The log key is not of the platform's suite (docs/gm.md); nothing was counted."""
    BUSY = "busy"


class EnrolProblem(Message, frozen=True, kw_only=True):
    """Any answer that is not 2xx. Nobody has signed it: it is told, and nothing is done because of it."""

    no: EnrolNo
    tries_left: int | None = None


class Renewal(Message, frozen=True, kw_only=True):
    """The same key signs its request again."""

    csr: bytes


class Renewed(Message, frozen=True, kw_only=True):
    certificate: str
    """PEM. Whether it is this terminal's the terminal sees by the CA that it has."""


class RenewNonce(Message, frozen=True, kw_only=True):
    nonce: str


class LateRenewal(Message, frozen=True, kw_only=True):
    """A renewal by a terminal whose certificate is no longer valid."""

    terminal: str
    nonce: str
    csr: bytes
    signature: bytes
    """ECDSA P-256, SHA-256, DER, by the terminal's TLS key over ``signed_bytes``."""

    def signed_bytes(self) -> bytes:
        """UTF-8 of ``renew1|terminal|nonce|SHA-256 of the CSR in hex``"""
        return f"renew1|{self.terminal}|{self.nonce}|{hashlib.sha256(self.csr).hexdigest()}".encode()


def log_key_signed(tls_public: bytes) -> bytes:
    """What the log key signs in the request: it belongs to the terminal with this TLS key (SPKI, DER)."""
    return b"logkey1" + hashlib.sha256(tls_public).digest()


class LogKey(msgspec.Struct, frozen=True, array_like=True):
    """Content of the extension LOG_KEY_OID (MessagePack)."""

    public: bytes
    """As contract.log_format names it: its length tells the algorithm."""
    signature: bytes


def _hkdf(secret: bytes, label: bytes) -> bytes:
    """HKDF-SHA256, one block (RFC 5869, 2.2 and 2.3)."""
    return hmac.digest(hmac.digest(SALT, secret, "sha256"), b"enrolment " + label + b"\x01", "sha256")


def _times(one: int, other: int) -> int:
    """Product in GF(32), polynomial x⁵ + x³ + 1."""
    product = 0
    for bit in range(5):
        if other >> bit & 1:
            product ^= one << bit
    for bit in range(8, 4, -1):
        if product >> bit & 1:
            product ^= 0b101001 << (bit - 5)
    return product
