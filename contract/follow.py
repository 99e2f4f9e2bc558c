"""The follow-up mark: what makes the address on a slip unguessable, although receipt numbers can be counted through.

Terminal and platform compute it alike, so that a slip printed while the platform is away carries it too.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Final

MARK_CHARS: Final = 10
"""50 bits."""


def follow_mark(follow_key: bytes, receipt: str) -> str:
    """The mark of *receipt* (12 digits) under the terminal's follow-up key (32 bytes, platform.json ``follow_key``)."""
    digest = hmac.new(follow_key, b"follow1|" + receipt.encode(), hashlib.sha256).digest()
    return base64.b32encode(digest).decode()[:MARK_CHARS]


def follow_address(public_url: str, follow_key: bytes, receipt: str) -> str:
    """The address printed on the slip as QR: ``<public_url>/f/<receipt>?k=<mark>``."""
    return f"{public_url.rstrip('/')}/f/{receipt}?k={follow_mark(follow_key, receipt)}"
