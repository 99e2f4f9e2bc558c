"""What can be the code of an electronic social-security card, and what cannot. Pure, no I/O.

Its content is not public: an opaque token that the platform resolves (device-protocols 4.4). So only what is certainly
something else is kept back: what is longer or not printable, and payment codes, which a telephone shows from the page
beside it.
"""

from __future__ import annotations

import enum
import re
from typing import Final

from contract import limits


class Flaw(enum.Enum):
    """Why something that was scanned is no code; says nothing of what it was."""

    TOO_LONG = "too_long"
    NOT_PRINTABLE = "not_printable"
    PAYMENT = "payment"


Reading = str | Flaw
"""What the scanner read: a token, or why it is none."""

PAYMENT_CODES: Final = (
    re.compile(r"1[0-5][0-9]{16}"),
    # WeChat Pay, 付款码支付: 18 digits beginning 10 to 15 (pay.weixin.qq.com/wiki/doc/api/micropay.php?chapter=5_1).
    re.compile(r"(?:2[5-9]|30)[0-9]{14,22}"),
    # Alipay, 当面付: 16 to 24 digits beginning 25 to 30 (opendocs.alipay.com/open/194/106039).
    re.compile(r"62[0-9]{17}"),
    # UnionPay: 19 digits beginning 62 (cnblogs.com/zhangmo/p/13578409.html).
)


def judged(text: bytes) -> Reading | None:
    """*text* as a token, or the flaw that makes it none; None when there is nothing but blanks."""
    if len(text) > limits.QR_MAX_CHARS:
        return Flaw.TOO_LONG
    if any(not 0x20 <= byte < 0x7F for byte in text):
        return Flaw.NOT_PRINTABLE
    token = text.decode("ascii").strip()
    if any(payment.fullmatch(token) for payment in PAYMENT_CODES):
        return Flaw.PAYMENT
    return token or None
