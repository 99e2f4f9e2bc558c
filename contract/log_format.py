"""The sealed log's format, version 1: layouts and labels for the writer and the reader alike. No key, no cipher here.

A log is segments; a segment is a signed header and the records after it. All integers are unsigned big-endian; times
are microseconds since 1970-01-01 UTC. Hash is SHA-256, MAC is HMAC-SHA-256; under suite GM they are SM3 and HMAC-SM3,
and what is said below of HPKE, AES and signatures is SM2's and SM4's (contract.gm, docs/gm.md).

- genesis head: ``HASH(GENESIS ‖ device)``
- segment: signature by the device key over the header: Ed25519 (suite INTL), or ECDSA P-256 with SHA-256, r ‖ s
  (P256); head after it = ``HASH(header ‖ signature)``;
  the header holds the segment secret A0 as HPKE base mode (RFC 9180, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256,
  AES-256-GCM): encapsulated key ‖ ciphertext, info = ``segment_info(...)``, no AAD
- record: ``K_enc, K_mac, A_next = MAC(A, "enc"), MAC(A, "mac"), MAC(A, "next")``, one step per record;
  AAD = header ‖ previous head; ciphertext ‖ tag = AES-256-GCM(K_enc, random nonce, AAD, plain);
  head after it h = ``HASH(AAD ‖ nonce ‖ ciphertext ‖ tag)``; mac = ``MAC(K_mac, h)``
- plain: event code, length, JSON of the fields, zeros up to a multiple of PAD, so that a length does not tell the event
"""

from __future__ import annotations

import base64
import json
import re
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from contract import limits

Value = str | int | bool | None

INTL: Final = b"INTL"
"""Suite: X25519, Ed25519, AES-256-GCM, SHA-256."""
P256: Final = b"P256"
"""Suite: the same with ECDSA on P-256 for Ed25519: a device key that lives in a TPM. In segment headers only."""
GM: Final = b"GM\0\0"
"""Suite: SM2, SM3, SM4-GCM. HASH is SM3, MAC HMAC-SM3, the signature SM2 with SM3, the seal that of contract.gm, and
K_enc the first 16 bytes of its MAC."""
SUITES: Final = frozenset({INTL, GM})
SEGMENT_SUITES: Final = frozenset({INTL, P256, GM})
ED25519_PUBLIC_BYTES: Final = 32
"""A device key's public half tells its algorithm by its length: Ed25519 raw …"""
P256_PUBLIC_BYTES: Final = 33
"""… or P-256 as a compressed point (SEC 1, 2.3.3) …"""
SM2_PUBLIC_BYTES: Final = 64
"""… or SM2 as x ‖ y. So does the public half of a key of the platform's, which is never on P-256."""
SM2_PRIVATE_BYTES: Final = 96
"""d ‖ x ‖ y"""
SM2_ENCAPSULATED_BYTES: Final = 128
GENESIS: Final = b"klog1|genesis|"
LABEL_ENC: Final = b"enc"
LABEL_MAC: Final = b"mac"
LABEL_NEXT: Final = b"next"
HASH_BYTES: Final = 32
NONCE_BYTES: Final = 12
TAG_BYTES: Final = 16
SECRET_BYTES: Final = 32
ENCAPSULATED_BYTES: Final = 32
SEALED_SECRET_BYTES: Final = ENCAPSULATED_BYTES + SECRET_BYTES + TAG_BYTES
SIGNATURE_BYTES: Final = 64
PAD: Final = 64
WITNESS_CHARS: Final = 10

DEVICE_ID: Final = re.compile(r"[A-Za-z0-9-]{3,32}")
_RECORD: Final = struct.Struct(">4s4sIQQ")
_PLACE: Final = struct.Struct(">4s4sIQ")
_SEGMENT: Final = struct.Struct(f">4s4s32sIQQ32s32s{SEALED_SECRET_BYTES}s")
_SEGMENT_GM: Final = struct.Struct(f">4s4s32sIQQ32s32s{SM2_ENCAPSULATED_BYTES + SECRET_BYTES + TAG_BYTES}s")
_PLAIN: Final = struct.Struct(">HH")
_RECORD_MAGIC: Final = b"KLR1"
_SEGMENT_MAGIC: Final = b"KLS1"
RECORD_HEADER_BYTES: Final = _RECORD.size
_WITNESS: Final = re.compile(r"(0|[1-9][0-9]{0,18})-([A-Z2-7]{10})")


class FormatError(ValueError):
    """Bytes that are no header or detail of this format. The text never repeats them."""


@dataclass(frozen=True, slots=True)
class RecordHeader:
    segment: int
    seq: int
    """From 0, never a gap, across all segments of the device."""
    at: int
    """Microseconds since 1970 by the terminal's clock, which may be wrong; the order is seq's."""
    suite: bytes = INTL

    def pack(self) -> bytes:
        return _RECORD.pack(_RECORD_MAGIC, self.suite, self.segment, self.seq, self.at)

    @classmethod
    def unpack(cls, raw: bytes) -> RecordHeader:
        if len(raw) != RECORD_HEADER_BYTES:
            raise FormatError("record header of another length")
        magic, suite, segment, seq, at = _RECORD.unpack(raw)
        if magic != _RECORD_MAGIC or suite not in SUITES:
            raise FormatError("no record header, or an unknown suite")
        return cls(segment, seq, at, suite)


def record_suite(segment_suite: bytes) -> bytes:
    """The suite of the records under a segment header of *segment_suite*; for a message, its ``suite``."""
    return INTL if segment_suite == P256 else segment_suite


def suite_name(suite: bytes) -> str:
    """As messages and files say it: ``INTL`` or ``GM``; what is signed on P-256 is INTL there."""
    return record_suite(suite).rstrip(b"\0").decode("ascii")


def record_time(raw: bytes, segment: int, seq: int, suite: bytes) -> int | None:
    """The time in a record header of just this place and suite, None for anything else: what a verifier asks of every
    record."""
    if len(raw) != RECORD_HEADER_BYTES or raw[: _PLACE.size] != _PLACE.pack(_RECORD_MAGIC, suite, segment, seq):
        return None
    return int.from_bytes(raw[_PLACE.size :])


@dataclass(frozen=True, slots=True)
class SegmentHeader:
    device: str
    number: int
    """From 0, never a gap."""
    start_seq: int
    """seq of the first record that may follow."""
    at: int
    prev_head: bytes
    """The head found when the segment was opened: genesis, a record's or an empty segment's."""
    audit_key_id: bytes
    """HASH of the audit key's public half, raw."""
    sealed_secret: bytes
    suite: bytes = INTL

    def pack(self) -> bytes:
        device = self.device.encode("ascii")
        return _layout(self.suite).pack(
            _SEGMENT_MAGIC, self.suite, device, self.number, self.start_seq, self.at, self.prev_head,
            self.audit_key_id, self.sealed_secret,
        )  # fmt: skip

    @classmethod
    def unpack(cls, raw: bytes) -> SegmentHeader:
        layout = _layout(raw[4:8])
        if len(raw) != layout.size:
            raise FormatError("segment header of another length")
        magic, suite, device, number, start, at, prev_head, key_id, sealed = layout.unpack(raw)
        if magic != _SEGMENT_MAGIC or suite not in SEGMENT_SUITES:
            raise FormatError("no segment header, or an unknown suite")
        name = device.rstrip(b"\0").decode("ascii", "replace")
        if not DEVICE_ID.fullmatch(name) or len(name) != len(device.rstrip(b"\0")):
            raise FormatError("no device id")
        return cls(name, number, start, at, prev_head, key_id, sealed, suite)


def _layout(suite: bytes) -> struct.Struct:
    """Of a segment's header: only the sealed secret's length differs."""
    return _SEGMENT_GM if suite == GM else _SEGMENT


def segment_info(device: str, segment: int, start_seq: int, prev_head: bytes) -> bytes:
    """HPKE info of a segment secret: it opens only in its own place."""
    return f"klog1|{device}|{segment}|{start_seq}|".encode() + prev_head


def delivery_info(device: str, key: str, kind: str) -> bytes:
    """HPKE info of an outbox body (contract.wire.Delivery.sealed)."""
    return f"{device}|{key}|{kind}".encode()


def photo_info(device: str) -> bytes:
    """HPKE info of a photographed page: only the platform opens it, and only as this terminal's."""
    return f"{device}|photo".encode()


def delivery_signed(device: str, key: str, kind: str, sha256: str) -> bytes:
    """What the device signs for a delivery (contract.wire.Delivery.signature)."""
    return f"{device}|{key}|{kind}|{sha256}".encode()


def encode_detail(code: int, fields: Mapping[str, Value]) -> bytes:
    """The plain bytes of a record. A text longer than limits.LOG_VALUE_CHARS is cut, and the cut is shown by 「…」."""
    short = {name: _cut(value) for name, value in fields.items()}
    text = json.dumps(short, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "backslashreplace")
    assert len(text) <= limits.LOG_DETAIL_BYTES, "an event declares few fields, each of them short"
    plain = _PLAIN.pack(code, len(text)) + text
    return plain + bytes(-len(plain) % PAD)


def decode_detail(plain: bytes) -> tuple[int, dict[str, Value]]:
    """Event code and fields. Raises FormatError."""
    if len(plain) < _PLAIN.size:
        raise FormatError("detail too short")
    code, length = _PLAIN.unpack_from(plain)
    text = plain[_PLAIN.size : _PLAIN.size + length]
    if len(text) != length or any(plain[_PLAIN.size + length :]):
        raise FormatError("detail of another length than it says")
    try:
        fields = json.loads(text)
    except (ValueError, RecursionError):
        raise FormatError("detail is not JSON") from None
    if not isinstance(fields, dict):
        raise FormatError("detail is no object")
    return code, fields


def witness(seq: int, head: bytes) -> str:
    """What stands on the slip: ``seq-XXXXXXXXXX``, 50 bits of the head in base32 (RFC 4648, A-Z 2-7)."""
    return f"{seq}-{base64.b32encode(head).decode()[:WITNESS_CHARS]}"


def parse_witness(text: str) -> tuple[int, str]:
    """seq and the ten characters of a slip's witness. Raises FormatError."""
    found = _WITNESS.fullmatch(text.strip().upper().replace(" ", ""))
    if found is None:
        raise FormatError("no witness line: digits, a hyphen and ten characters A-Z 2-7")
    return int(found[1]), found[2]


def _cut(value: Value) -> Value:
    if isinstance(value, str) and len(value) > limits.LOG_VALUE_CHARS:
        return value[: limits.LOG_VALUE_CHARS - 1] + "…"
    return value
