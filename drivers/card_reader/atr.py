"""Answer to reset: its historical bytes and the card's diversifier (ISO/IEC 7816-3:2006, 8.2). Pure.

A contact card sends its own ATR. That of a contactless card is built by the reader around the historical bytes of the
card's ATS (PC/SC part 3, 3.1.3.2.3), with a check byte behind them: "the last eight bytes" would be shifted by one.
"""

from __future__ import annotations

from typing import Final

HISTORICAL: Final = 13
"""A social-security card has thirteen historical bytes (device-protocols 1.6: "reset info")."""
DIVERSIFIER: Final = 8
_DIRECT_OR_INVERSE: Final = (0x3B, 0x3F)


def historical(atr: bytes) -> bytes | None:
    """The historical bytes; None when *atr* is none, is cut short, or its check byte does not hold."""
    if len(atr) < 2 or atr[0] not in _DIRECT_OR_INVERSE:
        return None
    follows, count = atr[1] >> 4, atr[1] & 0x0F
    at, checked = 2, False
    while follows:
        at += (follows & 0b0111).bit_count()  # TA, TB, TC
        if not follows & 0b1000:
            break
        if at >= len(atr):
            return None
        checked = checked or bool(atr[at] & 0x0F)
        follows = atr[at] >> 4
        at += 1
    end = at + count
    if len(atr) < end + checked:
        return None
    if checked and _xor(atr[1 : end + 1]):
        return None
    return atr[at:end]


def diversifier(atr: bytes, *, contactless: bool) -> bytes | None:
    """The eight bytes a card's keys are derived with: the last of its historical bytes (device-protocols 1.6).

    INFERRED for contactless: that the ATS has the same thirteen historical bytes. Any other number of them is not
    taken: a wrong diversifier costs the card one of its few tries.
    """
    found = historical(atr)
    if found is None or len(found) < DIVERSIFIER or (contactless and len(found) != HISTORICAL):
        return None
    return found[-DIVERSIFIER:]


def _xor(data: bytes) -> int:
    check = 0
    for byte in data:
        check ^= byte
    return check
