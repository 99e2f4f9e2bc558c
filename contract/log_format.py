"""The sealed log's format, version 1: layouts and labels for the writer and the reader alike. No key, no cipher here.

A log is segments; a segment is a signed header and the records after it. All integers are unsigned big-endian; times
are microseconds since 1970-01-01 UTC. Hash is SHA-256, MAC is HMAC-SHA-256.

- genesis head: ``HASH(GENESIS ‖ device)``
- segment: signature = Ed25519(device key, header); head after it = ``HASH(header ‖ signature)``;
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
GM: Final = b"GM\0\0"
"""Suite: SM2, SM3, SM4-GCM; HASH is SM3, MAC HMAC-SM3, the signature SM2 with SM3, the seal that of contract.gm, and
K_enc the first 16 bytes of its MAC (docs/gm.md)."""
SUITES: Final = frozenset({INTL, GM})
SM2_PUBLIC_BYTES: Final = 64
"""x ‖ y. A public half tells its algorithm by its length."""
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
_SEGMENT: Final = struct.Struct(f">4s4s32sIQQ32s32s{SEALED_SECRET_BYTES}s")
_SEGMENT_GM: Final = struct.Struct(f">4s4s32sIQQ32s32s{SM2_ENCAPSULATED_BYTES + SECRET_BYTES + TAG_BYTES}s")
_PLAIN: Final = struct.Struct(">HH")
_RECORD_MAGIC: Final = b"KLR1"
_SEGMENT_MAGIC: Final = b"KLS1"
RECORD_HEADER_BYTES: Final = _RECORD.size
SEGMENT_HEADER_BYTES: Final = _SEGMENT.size
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
    """HASH of the audit key's public half, 32 bytes raw."""
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
        if magic != _SEGMENT_MAGIC or suite not in SUITES:
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
    except ValueError:
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
