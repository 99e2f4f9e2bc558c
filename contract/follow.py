"""The address under a slip's QR. Both sides can make it, also for a slip printed while the platform was out of reach."""

from __future__ import annotations

import base64
import hashlib


def code(key: str) -> str:
    """Ten base32 characters that only a holder of the act's random key can make, so that numbers cannot be walked."""
    return base64.b32encode(hashlib.sha256(f"follow1|{key}".encode()).digest()).decode()[:10]


def address(public_url: str, receipt: str, key: str) -> str:
    """The follow-up page of one act."""
    return f"{public_url}/f/{receipt}?k={code(key)}"
