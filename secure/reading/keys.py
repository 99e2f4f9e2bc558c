"""Keys as they lie in files: PEM, 64 hexadecimal characters, or 32 raw bytes."""

from __future__ import annotations

from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

from contract.log_format import P256_PUBLIC_BYTES
from secure.reading.signing import device_verifier, public_bytes

RAW_KEY_BYTES = 32


class KeyFileError(ValueError):
    """A file that holds no key of the kind asked for. The text never repeats its content."""


def device_public_key(path: Path) -> bytes:
    """The device's public half (``log.pub``): Ed25519, raw 32 bytes, or P-256, a compressed point of 33.

    Raises KeyFileError, OSError.
    """
    content = path.read_bytes()
    if content.lstrip().startswith(b"-----BEGIN"):
        try:
            public = public_bytes(load_pem_public_key(content))
        except ValueError:
            raise KeyFileError("not a PEM public key") from None
        if public is None:
            raise KeyFileError("neither an Ed25519 key nor one on P-256")
        return public
    public = _raw(content, RAW_KEY_BYTES, P256_PUBLIC_BYTES)
    try:
        device_verifier(public)
    except ValueError:
        raise KeyFileError("no point on P-256") from None
    return public


def audit_private_key(path: Path) -> bytes:
    """The audit key's X25519 private half, raw 32 bytes. Raises KeyFileError, OSError."""
    content = path.read_bytes()
    if content.lstrip().startswith(b"-----BEGIN"):
        try:
            key = load_pem_private_key(content, None)
        except (ValueError, TypeError):
            raise KeyFileError("not an unencrypted PEM private key") from None
        if not isinstance(key, X25519PrivateKey):
            raise KeyFileError("not an X25519 key")
        return key.private_bytes_raw()
    return _raw(content, RAW_KEY_BYTES)


def platform_key(path: Path) -> bytes:
    """The platform's Ed25519 receipt key, raw 32 bytes: from platform.json, or as a key file. Raises KeyFileError,
    OSError."""
    content = path.read_bytes()
    if not content.lstrip().startswith(b"{"):
        public = device_public_key(path)
        if len(public) != RAW_KEY_BYTES:
            raise KeyFileError("not an Ed25519 key")
        return public
    try:
        return _raw(msgspec.json.decode(content, type=_Bundle).receipt_key.encode(), RAW_KEY_BYTES)
    except msgspec.MsgspecError:
        raise KeyFileError("no platform.json with a receipt_key") from None


class _Bundle(msgspec.Struct, frozen=True):
    receipt_key: str


def _raw(content: bytes, *lengths: int) -> bytes:
    if len(content) in lengths:
        return content
    try:
        raw = bytes.fromhex(content.decode("ascii").strip())
    except ValueError:
        raise KeyFileError("neither PEM nor hexadecimal") from None
    if len(raw) not in lengths:
        raise KeyFileError("a key of another length")
    return raw
