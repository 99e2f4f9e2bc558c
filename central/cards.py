"""Opening third-generation cards for terminals: the HSM's cryptograms, for an admitted terminal's sound question."""

from __future__ import annotations

import logging
import re
from typing import Final

from django.conf import settings

from central.call import Call
from central.hsm import EmulatedHsm, NoKeysError
from central.problems import RefusedError
from contract import wire
from contract.wire import ProblemCode

LOG: Final = logging.getLogger("central.cards")
EIGHT: Final = 8
_REGION: Final = re.compile(r"[0-9]{6}")
_RESET_INFO: Final = re.compile(r"(?:[0-9A-F]{2}){8,15}")
_CODE: Final = re.compile(r"[0-9]{6}[0-9A-F]{26}")


def authenticate(call: Call[wire.CardAuthAsk]) -> wire.CardAuth:
    """What the HSM makes of one card's challenge. Every use is logged with the terminal and the division, because a
    terminal that was stolen could ask for cards that never were in it; the card itself is not logged."""
    ask = call.ask
    numbers = (ask.internal_factor, ask.internal_source, ask.external_factor, ask.external_source)
    sound = (
        _REGION.fullmatch(ask.region)
        and _RESET_INFO.fullmatch(ask.reset_info)
        and _CODE.fullmatch(ask.card_id_code)
        and ask.card_id_code.startswith(ask.region)
        and all(len(number) == EIGHT for number in numbers)
    )
    if not sound:
        raise RefusedError(ProblemCode.BAD_REQUEST, "卡的认证信息不合规")
    try:
        answer = EmulatedHsm.of(settings.CENTRAL.folder).cryptograms(ask)
    except NoKeysError:
        LOG.warning("card keys: terminal %s, division %s: no keys", call.terminal.pk, ask.region)
        raise RefusedError(ProblemCode.NO_CARD_KEYS, "加密机没有这种卡的密钥") from None
    LOG.info("card keys: terminal %s, division %s", call.terminal.pk, ask.region)
    return answer
