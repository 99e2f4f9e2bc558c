"""Everything that can go wrong and that a person has to be told: ids here, sentences in ``contract/faults.toml``.

A fault is an ordinary result. Each has: what happened, what to do, for the resident; one line for staff.
"""

from __future__ import annotations

import enum
from pathlib import Path
from typing import Final, Literal

import msgspec

SENTENCES: Final = Path(__file__).with_name("faults.toml")


class Fault(enum.StrEnum):
    # the social-security card
    CARD_SILENT = "card.silent"
    """No ATR: upside down, dirty, chip broken."""
    CARD_OTHER_KIND = "card.other_kind"
    """Answers, but is no social-security card (bank card, other city card)."""
    CARD_UNREADABLE = "card.unreadable"
    """Answers that make no sense, or stopped in the middle of reading."""
    CARD_FIELDS_INVALID = "card.fields_invalid"
    """Read, but a field is out of range: check digit, date, name."""
    CARD_NOT_AUTHORISED = "card.not_authorised"
    """6982: a third-generation card that wants keys this terminal has not."""
    CARD_KEYS_WRONG = "card.keys_wrong"
    """A third-generation card and this terminal's keys do not agree: another division's card, or no genuine one."""
    CARD_KEYS_AWAY = "card.keys_away"
    """The keys for a third-generation card lie behind the platform, and it cannot be asked now."""
    PSAM_MISSING = "psam.missing"
    """The PSAM with the keys for third-generation cards is not in its slot, or does not answer."""
    PSAM_REFUSED = "psam.refused"
    """The PSAM answers and does not do it: no such key or algorithm, conditions not satisfied."""
    CARD_LOCKED = "card.locked"
    """6A81/9303: the application is locked."""
    CARD_EXPIRED = "card.expired"
    CARD_PULLED = "card.pulled"
    """Taken out while it was being read."""
    CARD_PULLED_IN_VISIT = "card.pulled_in_visit"
    CARD_PULLED_AFTER_SUBMIT = "card.pulled_after_submit"
    PIN_WRONG = "pin.wrong"
    PIN_BLOCKED = "pin.blocked"
    PIN_FORGOTTEN = "pin.forgotten"
    READER_GONE = "reader.gone"
    # ID card and code
    ID_CARD_UNREADABLE = "id_card.unreadable"
    ID_CARD_EXPIRED = "id_card.expired"
    ID_CARD_OTHER_KIND = "id_card.other_kind"
    """Something lies there that is no identity document (SW3 40)."""
    ID_READER_SELF_TEST = "id_reader.self_test"
    """The module failed its own test and accepts nothing (SW3 60)."""
    ID_READER_NOT_AUTHORISED = "id_reader.not_authorised"
    """The module was never authorised, or its authorisation has ended (SW3 66)."""
    CARDS_OTHER_PERSON = "cards.other_person"
    """Both cards are wanted, and the second one is somebody else's."""
    CARDS_AGENT_NEEDED = "cards.agent_needed"
    """The agent's own ID card is wanted, and the resident's was laid there."""
    CARDS_NO_ID_READER = "cards.no_id_reader"
    """Both cards are wanted, and ID cards cannot be read here: no reader, or it does not work now."""
    CARDS_NO_CARD_READER = "cards.no_card_reader"
    """The same of social-security cards."""
    CODE_UNREADABLE = "code.unreadable"
    """What was scanned cannot be an electronic card's code: rubbish, too long, a payment code."""
    # slip
    PRINTER_GONE = "printer.gone"
    PAPER_LOW = "printer.paper_low"
    """Nothing that keeps anybody from anything: for staff."""
    PAPER_OUT = "printer.paper_out"
    PRINTER_COVER = "printer.cover"
    PRINTER_JAM = "printer.jam"
    PRINTER_HOT = "printer.hot"
    """The head was too hot for so long that the slip was given up."""
    PRINTER_BROKEN = "printer.broken"
    """It says itself that something is wrong which neither paper nor cover is."""
    PRINT_UNKNOWN = "printer.unknown"
    # camera and speaker
    CAMERA_GONE = "camera.gone"
    CAMERA_NO_PAGE = "camera.no_page"
    CAMERA_SEVERAL = "camera.several"
    """More than one page lies there."""
    CAMERA_COVERED = "camera.covered"
    """A hand or something else lies over a part of the page."""
    CAMERA_MOVING = "camera.moving"
    CAMERA_BLURRED = "camera.blurred"
    CAMERA_DARK = "camera.dark"
    CAMERA_GLARE = "camera.glare"
    DOCUMENT_NO_WAY = "document.no_way"
    """The item does not go on without a document, and no picture of it can be made or sent now."""
    SPEAKER_GONE = "speaker.gone"
    """No sound: no sound card, a sound that cannot be played, or one that would not end."""
    # the platform
    PLATFORM_AWAY = "platform.away"
    PLATFORM_SLOW = "platform.slow"
    PLATFORM_GARBLED = "platform.garbled"
    PLATFORM_BAD_REQUEST = "platform.bad_request"
    PLATFORM_NOT_KNOWN = "platform.not_known"
    PLATFORM_NOT_ALLOWED = "platform.not_allowed"
    PLATFORM_SESSION_ENDED = "platform.session_ended"
    PLATFORM_CARD_NOT_VALID = "platform.card_not_valid"
    PLATFORM_OTHER_PERSON = "platform.other_person"
    PLATFORM_BOTH_CARDS_NEEDED = "platform.both_cards_needed"
    PLATFORM_CODE_EXPIRED = "platform.code_expired"
    PLATFORM_WRONG_PASSWORD = "platform.wrong_password"
    PLATFORM_PASSWORD_BLOCKED = "platform.password_blocked"
    PLATFORM_NOT_FOUND = "platform.not_found"
    PLATFORM_NOT_REGISTERED = "platform.not_registered"
    PLATFORM_INVALID_ANSWERS = "platform.invalid_answers"
    PLATFORM_CONFLICT = "platform.conflict"
    PLATFORM_BUSY = "platform.busy"
    PLATFORM_NO_CARD_KEYS = "platform.no_card_keys"
    # staff who assist
    STAFF_NO_ROSTER = "staff.no_roster"
    """No roster for this terminal came by signed configuration, or the pepper is missing."""
    STAFF_ROSTER_OVER = "staff.roster_over"
    STAFF_NO_WAY = "staff.no_way"
    """Nothing works now by which a worker could say who they are."""
    STAFF_AWAY = "staff.away"
    """The platform cannot be asked whose code it is; the worker's own card is the other way."""
    STAFF_NOT_OFFLINE = "staff.not_offline"
    """The same, and the roster allows nothing offline."""
    STAFF_CARD_IN = "staff.card_in"
    """The same, and the resident's card is in the slot."""
    STAFF_NOT_SHOWN = "staff.not_shown"
    """The code or the card was shown too long ago."""
    STAFF_PIN_FORGOTTEN = "staff.pin_forgotten"
    STAFF_DISABLED = "staff.disabled"
    """Too many wrong PINs: the platform has to unlock."""
    STAFF_NOT_TAKEN = "staff.not_taken"
    """The platform does not let this worker help this resident: themselves, or the sign-in has ended there."""
    STAFF_NOT_OFFLINE_ITEM = "staff.not_offline_item"
    STAFF_ENDED = "staff.ended"
    """The roster no longer has the worker who is signed in."""
    # the terminal itself
    DISK_FULL = "terminal.disk_full"
    OPERATOR_NEEDED = "terminal.operator_needed"
    NOT_READY = "terminal.not_ready"
    """The terminal cannot open its own file or has not been admitted: nothing works until a technician has been."""
    POWER_LOW = "terminal.power_low"
    """Mains gone and the battery nearly empty: no new visit begins."""
    IDLE_ENDED = "terminal.idle_ended"
    INTERNAL = "terminal.internal"


class Sentence(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    what: str
    """What happened, as a title of at most 16 characters."""
    do: str
    """What the resident can do now."""
    staff: str
    """What the village worker or technician should know."""
    others: str = ""
    """What to use instead, with ``{ways}``: said only where this terminal has another way that works now."""
    failed: Literal["", "card", "id_card", "code", "shown"] = ""
    """The way that did not serve, and is not advised; ``shown``: whichever the person used."""
    picture: str = "warning"
    """Name of the drawing: warning, card, network, paper, clock, lock, person."""


def load(path: Path = SENTENCES) -> dict[Fault, Sentence]:
    """All sentences; raises ValueError when a fault has none or a sentence has no fault."""
    raw = msgspec.toml.decode(path.read_bytes(), type=dict[str, Sentence])
    unknown = raw.keys() - {fault.value for fault in Fault}
    missing = {fault.value for fault in Fault} - raw.keys()
    if unknown or missing:
        raise ValueError(f"faults.toml: unknown {sorted(unknown)}, missing {sorted(missing)}")
    return {fault: raw[fault.value] for fault in Fault}
