"""Keys as they lie in files: PEM, hexadecimal characters, or raw bytes. SM2's halves are x ‖ y and d ‖ x ‖ y."""

from __future__ import annotations

from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

from contract.log_format import P256_PUBLIC_BYTES, SM2_PRIVATE_BYTES, SM2_PUBLIC_BYTES
from secure.reading.gm import Sm2Private
from secure.reading.signing import device_verifier, public_bytes

RAW_KEY_BYTES = 32


class KeyFileError(ValueError):
    """A file that holds no key of the kind asked for. The text never repeats its content."""


def device_public_key(path: Path) -> bytes:
    """The device's public half (``log.pub``): Ed25519, 32 bytes; P-256, a compressed point of 33; SM2, 64.

    Raises KeyFileError, OSError.
    """
    return public_of(path.read_bytes())


def public_of(content: bytes) -> bytes:
    """The same, of a file's content. Raises KeyFileError."""
    if content.lstrip().startswith(b"-----BEGIN"):
        try:
            public = public_bytes(load_pem_public_key(content))
        except ValueError:
            raise KeyFileError("not a PEM public key") from None
        if public is None:
            raise KeyFileError("neither an Ed25519 key nor one on P-256")
        return public
    return _on_curve(_raw(content, RAW_KEY_BYTES, P256_PUBLIC_BYTES, SM2_PUBLIC_BYTES))


def audit_private_key(path: Path) -> bytes:
    """The audit key's private half: X25519, 32 bytes, or SM2, 96. Raises KeyFileError, OSError."""
    content = path.read_bytes()
    if content.lstrip().startswith(b"-----BEGIN"):
        try:
            key = load_pem_private_key(content, None)
        except (ValueError, TypeError):
            raise KeyFileError("not an unencrypted PEM private key") from None
        if not isinstance(key, X25519PrivateKey):
            raise KeyFileError("not an X25519 key")
        return key.private_bytes_raw()
    private = _raw(content, RAW_KEY_BYTES, SM2_PRIVATE_BYTES)
    if len(private) == SM2_PRIVATE_BYTES:
        try:
            Sm2Private.from_private_bytes(private)
        except ValueError:
            raise KeyFileError("no SM2 private key with its public half") from None
    return private


def platform_key(path: Path) -> bytes:
    """The platform's receipt key, Ed25519, 32 bytes, or SM2, 64: from platform.json, or as a key file.

    Raises KeyFileError, OSError."""
    content = path.read_bytes()
    if not content.lstrip().startswith(b"{"):
        public = device_public_key(path)
        if len(public) == P256_PUBLIC_BYTES:
            raise KeyFileError("neither an Ed25519 key nor an SM2 key")
        return public
    try:
        named = msgspec.json.decode(content, type=_Bundle).receipt_key
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise KeyFileError("no platform.json with a receipt_key") from None
    return _on_curve(_raw(named.encode(), RAW_KEY_BYTES, SM2_PUBLIC_BYTES))


class _Bundle(msgspec.Struct, frozen=True):
    receipt_key: str


def _on_curve(public: bytes) -> bytes:
    try:
        device_verifier(public)
    except ValueError:
        raise KeyFileError("no point on its curve") from None
    return public


def _raw(content: bytes, *lengths: int) -> bytes:
    """Hexadecimal first: 32 bytes written so are as long as a raw SM2 key."""
    try:
        raw = bytes.fromhex(content.decode("ascii").strip())
    except ValueError:
        if len(content) in lengths:
            return content
        raise KeyFileError("neither PEM nor hexadecimal") from None
    if len(raw) in lengths:
        return raw
    if len(content) in lengths:
        return content
    raise KeyFileError("a key of another length")
