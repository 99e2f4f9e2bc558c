"""Who is there: opening, proving and ending a resident's session at a terminal."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Final

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.db.models import F

from central import both_cards, clock, staff_sessions
from central.call import Call
from central.models import ECode, MatterRecord, Resident, Session, SocialCard, Terminal
from central.models.people import CardState
from central.problems import RefusedError
from central.tokens import new_token, token_hash
from contract import limits, wire
from contract.catalogue import Proof
from contract.wire import ProblemCode, ShownBy

MATTERS_SINCE: Final = timedelta(days=366)
"""By when they came: the terminal's clock may have been lost when they were made."""
SESSION_LIFETIME: Final = timedelta(seconds=limits.SESSION_LIFETIME)
QR_LIFETIME: Final = timedelta(seconds=limits.QR_LIFETIME)
"""What ends later than twice this from now was made while this machine's clock was ahead: it has ended."""
KEPT: Final = timedelta(days=1)
"""Sessions and codes are forgotten so long after they ended: what was done stands in the matters and the sealed log."""


def open_session(call: Call[wire.SessionOpen]) -> wire.Session:
    """Decide what was shown is worth, and open a session for it."""
    ask = call.ask
    if ask.staff:
        if ask.shown_by is not ShownBy.CODE:
            raise RefusedError(ProblemCode.BAD_REQUEST, "工作人员登录要出示二维码")
        return staff_sessions.resolve(use_code(ask.code, call.at), call.terminal, call.at)
    if ask.shown_by is ShownBy.CARD:
        card = valid_card(ask.id_number, ask.card_number, ask.card_id_code)
        resident, proof = card.resident, Proof.PROVED if ask.pin_verified else Proof.SHOWN
    elif ask.shown_by is ShownBy.ID_CARD:
        resident, proof = known(ask.id_number, ask.name), Proof.SHOWN
    else:
        resident, proof = use_code(ask.code, call.at), Proof.PROVED
    Session.objects.filter(expires_at__lt=call.at - KEPT).delete()
    token = new_token()
    helper = staff_sessions.helping(ask.operator, call.terminal, resident, call.at) if ask.operator else None
    session = Session.objects.create(
        token_hash=token_hash(token),
        resident=resident,
        terminal=call.terminal,
        shown_by=ask.shown_by.value,
        proof=proof.value,
        opened_at=call.at,
        expires_at=call.at + SESSION_LIFETIME,
        helper=helper,
        cards_read=both_cards.read_of(resident, ask.readings),
    )
    return _answer(session, token)


def elevate(call: Call[wire.Elevate]) -> wire.Session:
    """A second proof: the card's PIN in a card's session, the service password in an ID card's; the other card; or who
    helps."""
    session, ask = call.open_session, call.ask
    if ask.operator:
        session.helper = staff_sessions.helping(ask.operator, call.terminal, session.resident, call.at)
        session.save(update_fields=["helper"])
        return _answer(session, call.token)
    if ask.readings:
        session.cards_read = both_cards.read_of(session.resident, ask.readings)
        session.save(update_fields=["cards_read"])
        return _answer(session, call.token)
    if ask.pin_verified and session.shown_by == ShownBy.CARD:
        pass
    elif ask.service_password and session.shown_by == ShownBy.ID_CARD:
        check_service_password(session.resident, ask.service_password)
    else:
        raise RefusedError(ProblemCode.NOT_ALLOWED, "这种证明与出示的证件不配")
    Session.objects.filter(pk=session.pk).update(proof=Proof.PROVED.value)
    session.proof = Proof.PROVED.value
    return _answer(session, call.token)


def close(call: Call[wire.Empty]) -> wire.Empty:
    """End the session; ending it twice is no fault."""
    Session.objects.filter(pk=call.open_session.pk, closed_at=None).update(closed_at=call.at)
    return wire.Empty()


def live(token: str, terminal: Terminal, at: datetime) -> Session:
    """The session of *token*, if it is open, not too old, and of this very terminal."""
    session = (
        Session.objects.select_related("resident", "helper__worker")
        .filter(token_hash=token_hash(token), terminal=terminal, closed_at=None)
        .filter(expires_at__gt=at, expires_at__lte=at + 2 * SESSION_LIFETIME)
        .first()
    )
    if session is None:
        raise RefusedError(ProblemCode.SESSION_ENDED, "会话已结束")
    return session


def known(id_number: str, name: str) -> Resident:
    """The resident with this number and name; the name must agree, so that a number alone opens nothing."""
    resident = Resident.objects.filter(id_number=id_number, name=name).first() if id_number and name else None
    if resident is None:
        raise RefusedError(ProblemCode.NOT_KNOWN, "平台没有这个人")
    return resident


def valid_card(id_number: str, card_number: str, card_id_code: str) -> SocialCard:
    """The card as the platform has it, when it is this person's, in force, and not lost."""
    if not Resident.objects.filter(id_number=id_number).exists():
        raise RefusedError(ProblemCode.NOT_KNOWN, "平台没有这个人")
    card = (
        SocialCard.objects.select_related("resident")
        .filter(card_number=card_number, resident__id_number=id_number)
        .first()
    )
    if card is None or (card_id_code and card.card_id_code.upper() != card_id_code.upper()):
        raise RefusedError(ProblemCode.CARD_NOT_VALID, "这张卡不是此人现用的卡")
    state = card.state_at(clock.now())
    if state is not CardState.ACTIVE:
        raise RefusedError(ProblemCode.CARD_NOT_VALID, f"卡状态：{state.label}")
    if card.expires < clock.today():
        raise RefusedError(ProblemCode.CARD_NOT_VALID, "卡已过有效期")
    return card


def make_code(resident: Resident, at: datetime) -> str:
    """A new electronic card's code for *resident*: opaque, good once, for limits.QR_LIFETIME."""
    code = secrets.token_urlsafe(24)
    ECode.objects.filter(expires_at__lt=at - KEPT).delete()
    ECode.objects.create(token_hash=token_hash(code), resident=resident, expires_at=at + QR_LIFETIME)
    return code


def use_code(code: str, at: datetime) -> Resident:
    """Whose code it is; marks it used in the same statement, so that two readers cannot both have it."""
    digest = token_hash(code)
    in_time = ECode.objects.filter(expires_at__gt=at, expires_at__lte=at + 2 * QR_LIFETIME)
    used = in_time.filter(token_hash=digest, used_at=None).update(used_at=at)
    if not used:
        raise RefusedError(ProblemCode.CODE_EXPIRED, "二维码已过期、已用过或不是电子社保卡")
    return ECode.objects.select_related("resident").get(token_hash=digest).resident


def check_service_password(resident: Resident, password: str) -> None:
    """Count the try before checking it, so that many asked at once are still counted; five wrong ones block."""
    if not resident.service_password:
        raise RefusedError(ProblemCode.PASSWORD_BLOCKED, "没有设置过服务密码")
    mine = Resident.objects.filter(pk=resident.pk)
    with transaction.atomic():
        counted = mine.filter(password_tries_left__gt=0).update(password_tries_left=F("password_tries_left") - 1)
    if not counted:
        raise RefusedError(ProblemCode.PASSWORD_BLOCKED, "服务密码已锁，请到柜台解锁")
    if check_password(password, resident.service_password):
        mine.update(password_tries_left=limits.SERVICE_PASSWORD_TRIES)
        return
    left = mine.values_list("password_tries_left", flat=True).get()
    if left == 0:
        raise RefusedError(ProblemCode.PASSWORD_BLOCKED, "服务密码连续输错，已锁")
    raise RefusedError(ProblemCode.WRONG_PASSWORD, "服务密码不对", tries_left=left)


def hash_password(password: str) -> str:
    return make_password(password)


def password_is(resident: Resident, password: str) -> bool:
    """Whether it is the resident's; counts nothing, so never for a request."""
    return bool(resident.service_password) and check_password(password, resident.service_password)


def _answer(session: Session, token: str) -> wire.Session:
    resident = session.resident
    card = SocialCard.objects.filter(resident=resident).order_by("-issued").first()
    matters = MatterRecord.objects.filter(resident=resident, received_at__gt=session.opened_at - MATTERS_SINCE).count()
    return wire.Session(
        token=token,
        proof=Proof(session.proof),
        name=resident.name,
        id_number=resident.id_number,
        card_state=card.state_at(clock.now()).label if card else "",
        matters=matters,
    )
