"""Both cards where an item wants both: what a terminal read is held against the resident, in a session and in what is
handed in. The terminal has compared them already; nothing rests on that here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from central import clock
from central.models import Resident, SocialCard
from central.models.people import CardState
from central.problems import RefusedError
from contract.catalogue import Item
from contract.shown import BOTH, Reading, ShownBy, joined
from contract.wire import ProblemCode, Submission

ID_CHARS: Final = 18
NAME_CHARS: Final = 60
MISSING: Final = "这件事身份证和社保卡都要在机器上读过。请带上两样，再办一次"
OTHERS: Final = "身份证和社保卡不是同一个人的。请换成本人的两样，再办一次"
NOT_IN_USE: Final = "这张社保卡现在不能用（挂失、注销、过期或换了新卡），请带身份证到服务窗口办理"
NO_AGENT: Final = "代办要读代办人自己的身份证。请代办人带上身份证，再办一次"
IN_PERSON: Final = "这件事要本人来办，不能代办。请本人带上身份证和社保卡来办"


def read_of(resident: Resident, readings: Sequence[Reading]) -> str:
    """Which cards of *resident* were read, for the session. Raises RefusedError for one that is somebody else's. The
    state of the card does not matter here: to ask for it is what one of the items is for."""
    found = set()
    for one in readings:
        if one.shown_by not in BOTH:
            raise RefusedError(ProblemCode.BAD_REQUEST, "二维码不是证件")
        if one.id_number != resident.id_number:
            raise RefusedError(ProblemCode.OTHER_PERSON, "两张证件不是同一个人的")
        if one.shown_by is ShownBy.CARD and _card(one) is None:
            raise RefusedError(ProblemCode.CARD_NOT_VALID, "这张卡不是此人的卡")
        found.add(one.shown_by)
    return joined(found)


def against(item: Item, submission: Submission) -> str:
    """Why *submission* of *item* is refused for want of a card, for the resident; empty when nothing is wanting."""
    agent = submission.agent
    if not item.both_cards:
        return IN_PERSON if agent is not None else ""
    read = {one.shown_by: one for one in submission.readings}
    if not set(BOTH) <= read.keys():
        return MISSING
    if any(one.id_number != submission.id_number for one in submission.readings):
        return OTHERS
    if not _in_use(read[ShownBy.CARD]):
        return NOT_IN_USE
    if agent is None:
        return ""
    if not item.agent:
        return IN_PERSON
    own = agent.shown_by is ShownBy.ID_CARD and agent.id_number != submission.id_number
    fits = 0 < len(agent.id_number) <= ID_CHARS and 0 < len(agent.name) <= NAME_CHARS
    return "" if own and fits else NO_AGENT


def on_record(submission: Submission, judged: Resident | str) -> dict[str, Any]:
    """What a matter keeps of the cards; nothing of one that was refused."""
    if isinstance(judged, str) or not submission.readings:
        return {}
    agent = submission.agent
    return {
        "cards_read": joined({one.shown_by for one in submission.readings}),
        "names_differ": any(one.name != judged.name for one in submission.readings),
        "agent_id_number": "" if agent is None else agent.id_number,
        "agent_name": "" if agent is None else agent.name,
    }


def _card(one: Reading) -> SocialCard | None:
    """The card as the platform has it, whatever its state."""
    card = SocialCard.objects.filter(card_number=one.card_number, resident__id_number=one.id_number).first()
    agrees = card is not None and (not one.card_id_code or card.card_id_code.upper() == one.card_id_code.upper())
    return card if agrees else None


def _in_use(one: Reading) -> bool:
    """Whether it is the newest of its holder's cards that was handed out, and can be used: what is done is done to
    that one."""
    card = _card(one)
    handed_out = SocialCard.objects.filter(resident__id_number=one.id_number).exclude(state=CardState.IN_PRODUCTION)
    newest = handed_out.order_by("-issued", "-pk").first()
    if card is None or newest is None or card.pk != newest.pk:
        return False
    return card.state_at(clock.now()) is CardState.ACTIVE and card.expires >= clock.today()
