"""The messages between terminal and platform, and the table of routes.

One declaration: the client (kiosk.central), the platform's URL table and ``docs/openapi.json`` follow from ``ROUTES``.
JSON over HTTPS; field names as here; money in fen; dates ``YYYY-MM-DD``; instants ISO 8601 with offset.
"""

from __future__ import annotations

import enum
import hashlib
from typing import Final, TypeAlias

import msgspec

from contract import limits, message
from contract.catalogue import Proof
from contract.conditions import Conditions, ConditionsAsk
from contract.config_report import (
    CONFIG_METADATA,
    CONFIG_TARGETS,
    CONFIG_TIME,
    ConfigReport,
    ConfigState,
    TimeAnswer,
)
from contract.enrolment import Renewal, Renewed
from contract.fields import Answer
from contract.lookups import (
    BrowseAsk,
    Card,
    Cell,
    Column,
    Detail,
    DetailAsk,
    Fact,
    Listing,
    Matter,
    Matters,
    RecommendAsk,
    Records,
    RecordsAsk,
    Table,
)
from contract.ratings import Rating
from contract.roster import Lockouts, Unlocks
from contract.shown import Reading, ShownBy
from contract.uploads import Upload, UploadAsk, UploadLook, UploadState
from contract.witnessing import Checkpoint, Cosignature, LogPart, LogReceipt

__all__ = [
    "CONFIG_METADATA", "CONFIG_TARGETS", "CONFIG_TIME", "BrowseAsk", "Card", "Cell", "Column", "ConfigReport",
    "ConfigState", "Detail", "DetailAsk", "Fact", "Listing", "Matter", "Matters", "Rating", "Reading", "RecommendAsk",
    "Records", "RecordsAsk", "ShownBy", "Table", "TimeAnswer", "Upload", "UploadAsk", "UploadLook",
    "UploadState",
]  # fmt: skip
"""What stands in a module of its own and is said on this wire as well: ``wire.NAME`` names every message."""

Message: TypeAlias = message.Message

# -- problems --------------------------------------------------------------------------------------------------------


class ProblemCode(enum.StrEnum):
    """Why the platform does not do what was asked; its sentence in contract/faults.toml is ``platform.<code>``."""

    BAD_REQUEST = "bad_request"
    NOT_KNOWN = "not_known"
    """The platform has nobody with this social-security number."""
    NOT_ALLOWED = "not_allowed"
    """The session's proof is not enough for the item."""
    SESSION_ENDED = "session_ended"
    CARD_NOT_VALID = "card_not_valid"
    """The card is reported lost, cancelled, or another card was issued since."""
    OTHER_PERSON = "other_person"
    """A second card was read, and it is somebody else's."""
    BOTH_CARDS_NEEDED = "both_cards_needed"
    """The item wants ID card and social-security card, and not both were read in this session."""
    NO_CARD_KEYS = "no_card_keys"
    """The platform's HSM has no keys for this division or algorithm."""
    CODE_EXPIRED = "code_expired"
    """An electronic card's QR older than a minute, used before, or not one."""
    WRONG_PASSWORD = "wrong_password"
    PASSWORD_BLOCKED = "password_blocked"
    NOT_FOUND = "not_found"
    NOT_REGISTERED = "not_registered"
    """A recommendation without a registration before it."""
    INVALID_ANSWERS = "invalid_answers"
    CONFLICT = "conflict"
    """Same key, other body (HTTP 422)."""
    BUSY = "busy"


class Problem(Message, frozen=True, kw_only=True):
    """Any answer that is not 2xx (application/problem+json, RFC 9457)."""

    code: ProblemCode
    detail: str = ""
    """For staff, in Chinese; never personal data."""
    tries_left: int | None = None


# -- who is there ----------------------------------------------------------------------------------------------------


class SessionOpen(Message, frozen=True, kw_only=True):
    """What was read. The platform decides what it is worth."""

    shown_by: ShownBy
    id_number: str = ""
    name: str = ""
    card_number: str = ""
    card_id_code: str = ""
    pin_verified: bool = False
    """The card itself accepted the PIN, at this terminal."""
    code: str = ""
    """Opaque token of the electronic card."""
    staff: bool = False
    """A village worker signs in (帮办): whose code it is, is asked for as a worker of this terminal's service point."""
    operator: str = ""
    """Token of the session of the worker who helps, after this terminal took the PIN."""
    readings: tuple[Reading, ...] = ()
    """Cards of the same person that were read besides, where a session is opened once more in a visit."""


class Elevate(Message, frozen=True, kw_only=True):
    """A second proof within the session: the card took the PIN, the service password is to be checked, or the other
    card was read too."""

    pin_verified: bool = False
    service_password: str = ""
    operator: str = ""
    """A worker began to help: the token of their session, after this terminal took the PIN."""
    readings: tuple[Reading, ...] = ()
    """Cards of the same person that were read besides what the session was opened with."""


class Session(Message, frozen=True, kw_only=True):
    token: str
    proof: Proof
    name: str
    id_number: str
    card_state: str = ""
    matters: int = 0
    """How many matters of the last year stand under 「我的办件」."""
    worker: str = ""
    """Staff number, when a worker's code was asked for; empty (and no token): nobody's of this service point."""


class Empty(Message, frozen=True, kw_only=True):
    pass


class StaffOut(Message, frozen=True, kw_only=True):
    """A worker no longer helps here."""

    operator: str
    """Token of their session."""


# -- opening a third-generation card ----------------------------------------------------------------------------------


class CardAuthAsk(Message, frozen=True, kw_only=True):
    """A third-generation card wants to know who reads it; the keys are in the platform's HSM.

    The fields are those of step 1 of the ministry's reader interface with an HSM (iReadCardBas_HSM_Step1). They say
    which card it is and nothing of its holder.
    """

    region: str
    """Issuing division: six digits."""
    reset_info: str
    """Historical bytes of the card's ATR, in hex; the last eight derive the card's keys."""
    algorithm: str
    """``3DES``, ``SM4``, ``SSF33``"""
    card_id_code: str
    """Tag 01 in hex, 32 digits."""
    internal_factor: bytes
    """Eight bytes each: process factor and source of the internal and of the external authentication."""
    internal_source: bytes
    external_factor: bytes
    external_source: bytes


class CardAuth(Message, frozen=True, kw_only=True):
    """What the HSM makes of it (input of step 2)."""

    internal: bytes
    """Eight bytes: what a genuine card answered to INTERNAL AUTHENTICATE."""
    external: bytes
    """Eight bytes: cryptogram for EXTERNAL AUTHENTICATE."""


# -- business --------------------------------------------------------------------------------------------------------


class Submission(Message, frozen=True, kw_only=True):
    """The plain body of an outbox row: signed by the device and HPKE-sealed to the platform before it is on a disk."""

    key: str
    """UUIDv7; also the key of idempotency."""
    item: int
    receipt: str
    """Receipt number, made by the terminal: 12 digits."""
    terminal: str
    made_at: str
    shown_by: ShownBy
    proof: Proof
    id_number: str
    name: str
    card_number: str = ""
    answers: dict[str, Answer]
    log_segment: int
    log_seq: int
    offline: bool = False
    operator: str = ""
    """Who helped (帮办), by staff number; empty when nobody did."""
    readings: tuple[Reading, ...] = ()
    """Of an item that wants both cards: the social-security card and the ID card as they were read in this visit."""
    agent: Reading | None = None
    """The ID card of whoever came for the resident (代办); None: the resident came."""
    salt: str = ""
    """Random, so that the hash that stays on the terminal says nothing of the body to who guesses it."""


class Delivery(Message, frozen=True, kw_only=True):
    """One outbox row on the wire."""

    key: str
    type: str
    """``submission``; ``rating``, by the same route; ``photo``, with a route of its own"""
    sha256: str
    """Hex, of the plain body, so that sealing again is the same act; of a photo, which is plain nowhere, of what is
    sealed."""
    sealed: bytes
    """HPKE: encapsulated key ‖ ciphertext; info = ``device|key|type``, of a photo ``device|photo``. Under suite GM the
    seal of contract.gm."""
    signature: bytes
    """By the device key over ``device|key|type|sha256``"""
    suite: str = "INTL"
    """``INTL`` or ``GM``; under GM ``sha256`` holds the SM3 hash."""


class Verdict(enum.StrEnum):
    ACCEPTED = "accepted"
    REFUSED = "refused"


class Receipt(Message, frozen=True, kw_only=True):
    """The platform's signed answer to a delivery. Only this lets an outbox row go."""

    device: str
    key: str
    sha256: str
    verdict: Verdict
    reason: str = ""
    """For the resident: why it is refused; of what was done at once, what was done."""
    receipt: str = ""
    at: str
    suite: str = "INTL"
    """As in the delivery."""
    signature: bytes
    """By the platform's receipt key over ``signed_bytes``: Ed25519, or SM2 with SM3 under suite GM."""

    def signed_bytes(self) -> bytes:
        """UTF-8 of ``receipt1|device|key|sha256|verdict|receipt|at|SHA-256 of the reason in hex``: these words are
        the platform's own too. Under suite GM it begins with ``receipt1-GM``, and the hash is SM3."""
        gm = self.suite == "GM"
        reason = hashlib.new("sm3" if gm else "sha256", self.reason.encode()).hexdigest()
        what = "receipt1-GM" if gm else "receipt1"
        parts = (what, self.device, self.key, self.sha256, self.verdict, self.receipt, self.at, reason)
        return "|".join(parts).encode()


class Health(Message, frozen=True, kw_only=True):
    at: str
    version: str


# -- routes ----------------------------------------------------------------------------------------------------------


class Route(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    method: str
    path: str
    ask: type[Message] | None
    answer: type[Message]
    session: bool
    """Needs ``Authorization: Bearer <session token>``."""
    summary: str
    most: int = limits.REQUEST_BYTES
    """The largest body (bytes); beyond it 413."""


SUBMISSION: Final = "submission"
PHOTO: Final = "photo"
RATING: Final = "rating"
"""Types of a delivery."""

HEALTH: Final = Route(
    name="health", method="GET", path="/v1/health", ask=None, answer=Health, session=False, summary="平台是否在线"
)
SESSION_OPEN: Final = Route(
    name="session_open", method="POST", path="/v1/sessions", ask=SessionOpen, answer=Session, session=False,
    summary="出示社保卡、身份证或电子社保卡，开始一次办事",
)  # fmt: skip
SESSION_ELEVATE: Final = Route(
    name="session_elevate", method="POST", path="/v1/sessions/proof", ask=Elevate, answer=Session, session=True,
    summary="再次证明是本人（卡密码或服务密码）",
)  # fmt: skip
SESSION_CLOSE: Final = Route(
    name="session_close", method="POST", path="/v1/sessions/close", ask=Empty, answer=Empty, session=True,
    summary="结束办事",
)  # fmt: skip
CARD_AUTH: Final = Route(
    name="card_auth", method="POST", path="/v1/cards/authentication", ask=CardAuthAsk, answer=CardAuth, session=False,
    summary="第三代社保卡：由平台的加密机算出内部、外部认证的密文",
)  # fmt: skip
RECORDS: Final = Route(
    name="records", method="POST", path="/v1/records", ask=RecordsAsk, answer=Records, session=True,
    summary="查本人记录",
)  # fmt: skip
BROWSE: Final = Route(
    name="browse", method="POST", path="/v1/browse", ask=BrowseAsk, answer=Listing, session=True, summary="查公开信息"
)
DETAIL: Final = Route(
    name="detail", method="POST", path="/v1/browse/detail", ask=DetailAsk, answer=Detail, session=True,
    summary="一条公开信息的全部内容",
)  # fmt: skip
RECOMMEND: Final = Route(
    name="recommend", method="POST", path="/v1/recommendations", ask=RecommendAsk, answer=Listing, session=True,
    summary="按登记的条件推荐",
)  # fmt: skip
MATTERS: Final = Route(
    name="matters", method="POST", path="/v1/matters", ask=Empty, answer=Matters, session=True, summary="我的办件"
)
CONDITIONS: Final = Route(
    name="conditions", method="POST", path="/v1/conditions", ask=ConditionsAsk, answer=Conditions, session=True,
    summary="一件事的条件，一条一条对着本人的情况看：够，不够，还是要人核",
)  # fmt: skip
DELIVER: Final = Route(
    name="deliver", method="POST", path="/v1/deliveries", ask=Delivery, answer=Receipt, session=False,
    summary="递交办件或评价（密封，可重复递交，只生效一次）",
)  # fmt: skip
DELIVER_PHOTO: Final = Route(
    name="deliver_photo", method="POST", path="/v1/photos", ask=Delivery, answer=Receipt, session=False,
    summary="递交材料照片（终端拍下时已封给平台，平台原样存着；可重复递交，只存一次）", most=limits.PHOTO_REQUEST_BYTES,
)  # fmt: skip
UPLOAD_OPEN: Final = Route(
    name="upload_open", method="POST", path="/v1/uploads", ask=UploadAsk, answer=Upload, session=True,
    summary="要一个链接，群众用自己的手机传一份材料：一次、短时、随办事结束作废",
)  # fmt: skip
UPLOAD_LOOK: Final = Route(
    name="upload_look", method="POST", path="/v1/uploads/state", ask=UploadLook, answer=UploadState, session=True,
    summary="手机传来了哪几页；也用来收掉链接",
)  # fmt: skip
CONFIG_REPORT: Final = Route(
    name="config_report", method="POST", path="/v1/config/report", ask=ConfigReport, answer=Empty, session=False,
    summary="终端报告正在用哪一份配置",
)  # fmt: skip

RENEW: Final = Route(
    name="renew", method="POST", path="/v1/certificate", ask=Renewal, answer=Renewed, session=False,
    summary="终端证书换新：同一把密钥，送来新签的申请",
)  # fmt: skip
WITNESS: Final = Route(
    name="witness", method="POST", path="/v1/log/checkpoints", ask=Checkpoint, answer=Cosignature, session=False,
    summary="为封存日志作见证：收下终端签名的位置和散列，还以平台签名和时间；与先前的不符即报警，不予见证",
)  # fmt: skip
DELIVER_LOG: Final = Route(
    name="deliver_log", method="POST", path="/v1/log/segments", ask=LogPart, answer=LogReceipt, session=False,
    summary="递交封存日志已结束的段（原样密封，可重复递交），还以平台签名的回执",
)  # fmt: skip

STAFF_UNLOCKS: Final = Route(
    name="staff_unlocks", method="POST", path="/v1/staff/unlocks", ask=Lockouts, answer=Unlocks, session=False,
    summary="报告被停用的工作人员密码，取回平台签名的解锁",
)  # fmt: skip

STAFF_CLOSE: Final = Route(
    name="staff_close", method="POST", path="/v1/staff/close", ask=StaffOut, answer=Empty, session=False,
    summary="退出帮办",
)  # fmt: skip

ROUTES: Final = (
    HEALTH, SESSION_OPEN, SESSION_ELEVATE, SESSION_CLOSE, CARD_AUTH, RECORDS, BROWSE, DETAIL, RECOMMEND, MATTERS,
    CONDITIONS, DELIVER, DELIVER_PHOTO, UPLOAD_OPEN, UPLOAD_LOOK, CONFIG_REPORT,
    RENEW, WITNESS, DELIVER_LOG, STAFF_UNLOCKS, STAFF_CLOSE,
)  # fmt: skip
