"""The terminal's own sentences: keys here, words in ``contract/texts.toml``. Faults have their own page (faults)."""

from __future__ import annotations

import enum
import string
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import msgspec

WORDS: Final = Path(__file__).with_name("texts.toml")


class Text(enum.StrEnum):
    """Each key's placeholders stand in its comment; ``load`` checks that the words use no others."""

    MENU_TITLE_KNOWN = "menu.title_known"  # name
    MENU_TITLE_NEW = "menu.title_new"
    MENU_LINE_CARD = "menu.line_card"
    MENU_LINE_NO_CARD = "menu.line_no_card"
    MENU_LINE_OTHER = "menu.line_other"
    MENU_LEAVE_CARD = "menu.leave_card"
    MENU_LEAVE = "menu.leave"
    GROUP_WORK = "group.work"
    GROUP_SKILL = "group.skill"
    GROUP_INSURANCE = "group.insurance"
    GROUP_CARD = "group.card"
    TAG_INSTANT = "tag.instant"
    TAG_HELP = "tag.help"
    TAG_AWAY = "tag.away"
    TAG_KEPT = "tag.kept"
    TAG_GUIDE = "tag.guide"
    TROUBLE_AWAY = "trouble.away"
    TROUBLE_AWAY_NOTHING_KEPT = "trouble.away_nothing_kept"
    TROUBLE_SLOW = "trouble.slow"
    TROUBLE_PAPER = "trouble.paper"
    TROUBLE_POWER = "trouble.power"
    TROUBLE_PRINTER = "trouble.printer"
    TROUBLE_ID_READER = "trouble.id_reader"
    TROUBLE_NO_WAY = "trouble.no_way"
    TROUBLE_READER = "trouble.reader"
    TROUBLE_READER_ONLY = "trouble.reader_only"
    TROUBLE_SCANNER = "trouble.scanner"
    INSTEAD_CARD = "instead.card"
    INSTEAD_ID_CARD = "instead.id_card"
    INSTEAD_CODE = "instead.code"
    GUIDE_LINE = "guide.line"
    GUIDE_START = "guide.start"
    GUIDE_WHO = "guide.who"
    GUIDE_WHAT = "guide.what"
    GUIDE_BRING = "guide.bring"
    GUIDE_STEPS = "guide.steps"
    GUIDE_LIMIT = "guide.limit"
    GUIDE_WHERE = "guide.where"
    GUIDE_RESULT = "guide.result"
    GUIDE_BASIS = "guide.basis"
    GUIDE_BASIS_LOCAL = "guide.basis_local"
    GUIDE_CONDITIONS = "guide.conditions"
    GUIDE_CHECK = "guide.check"
    GUIDE_STATE = "guide.state"
    GUIDE_HERE = "guide.here"
    GUIDE_HERE_COUNTER = "guide.here_counter"
    GUIDE_HERE_LATER = "guide.here_later"
    GUIDE_HERE_NO_READER = "guide.here_no_reader"  # card
    CONDITION_LINE = "condition.line"
    CONDITION_LINE_NOT = "condition.line_not"
    CONDITION_START = "condition.start"
    CONDITION_COUNTER = "condition.counter"  # documents
    CONDITION_ASK = "condition.ask"  # telephone
    CONDITION_MET = "condition.met"
    CONDITION_UNMET = "condition.unmet"
    CONDITION_UNKNOWN = "condition.unknown"
    CONDITION_AGE = "condition.age"
    CONDITION_YOUNGEST = "condition.youngest"
    PROOF_TITLE = "proof.title"
    PROOF_LINE = "proof.line"
    PROOF_LINE_NONE = "proof.line_none"
    BOTH_WHO_TITLE = "both.who_title"
    BOTH_WHO_TEXT = "both.who_text"
    BOTH_WHO_SELF = "both.who_self"
    BOTH_WHO_AGENT = "both.who_agent"
    BOTH_CARD_TITLE = "both.card_title"
    BOTH_CARD_LINE = "both.card_line"  # name
    BOTH_ID_TITLE = "both.id_title"
    BOTH_ID_LINE = "both.id_line"  # name
    BOTH_ID_LINE_CARD_IN = "both.id_line_card_in"  # name
    BOTH_AGENT_TITLE = "both.agent_title"
    BOTH_AGENT_LINE = "both.agent_line"  # name
    BOTH_NAMES_TITLE = "both.names_title"
    BOTH_NAMES_TEXT = "both.names_text"
    BOTH_NAMES_GO_ON = "both.names_go_on"
    BOTH_NAMES_STOP = "both.names_stop"
    PIN_TITLE = "pin.title"
    PIN_LINE = "pin.line"
    PIN_WRONG = "pin.wrong"  # tries
    WRONG_ONCE_MORE = "pin.wrong_once_more"
    SERVICE_TITLE = "service.title"
    SERVICE_LINE = "service.line"
    SERVICE_WRONG = "service.wrong"  # tries
    PROVE_AGAIN_TITLE = "prove_again.title"
    BUSY_READING = "busy.reading"
    BUSY_PIN = "busy.pin"
    BUSY_PLATFORM = "busy.platform"
    BUSY_SUBMITTING = "busy.submitting"
    BUSY_PRINTING = "busy.printing"
    BUSY_ADVICE = "busy.advice"
    BUSY_ADVICE_CARD = "busy.advice_card"
    BUSY_ADVICE_ID = "busy.advice_id"
    RECORDS_LINE = "records.line"  # name, id_number, item
    RECORDS_OPEN = "records.open"  # columns
    RECORDS_YUAN = "records.yuan"  # amount
    RECORDS_NONE = "records.none"
    FILTER_BUTTON = "filter.button"
    FILTER_NEXT = "filter.next"
    LISTING_LINE = "listing.line"  # total
    LISTING_EMPTY = "listing.empty"
    RECOMMEND_LINE = "recommend.line"  # total
    RECOMMEND_EMPTY = "recommend.empty"
    RECOMMEND_AGAIN = "recommend.again"
    DETAIL_QR_TITLE = "detail.qr_title"
    DETAIL_QR_LINE = "detail.qr_line"
    FORM_LEAVE_TITLE = "form.leave_title"
    FORM_LEAVE_TEXT = "form.leave_text"
    FORM_LEAVE = "form.leave"
    FORM_STAY = "form.stay"
    DOCUMENT_CAMERA = "document.camera"
    DOCUMENT_PHONE = "document.phone"
    DOCUMENT_WINDOW = "document.window"
    DOCUMENT_MORE_CAMERA = "document.more_camera"
    DOCUMENT_MORE_PHONE = "document.more_phone"
    DOCUMENT_DONE = "document.done"  # pages
    DOCUMENT_AGAIN = "document.again"
    DOCUMENT_HAS = "document.has"  # pages, most
    DOCUMENT_ONLY_WINDOW = "document.only_window"
    UPLOAD_TITLE = "upload.title"  # document
    UPLOAD_LINE = "upload.line"
    UPLOAD_BACK = "upload.back"
    UPLOAD_CAME_TITLE = "upload.came_title"  # pages
    UPLOAD_CAME_TEXT = "upload.came_text"
    UPLOAD_DONE = "upload.done"
    UPLOAD_ENDED = "upload.ended"
    VIEWFINDER_TITLE = "viewfinder.title"  # page, document
    VIEWFINDER_LINE = "viewfinder.line"
    VIEWFINDER_WAIT = "viewfinder.wait"
    VIEWFINDER_READY = "viewfinder.ready"
    VIEWFINDER_TAKEN_TITLE = "viewfinder.taken_title"  # page
    VIEWFINDER_TAKEN_LINE = "viewfinder.taken_line"
    VIEWFINDER_FULL_LINE = "viewfinder.full_line"
    BUSY_CAMERA = "busy.camera"
    RESULT_ORIGINAL = "result.original"
    RESULT_ORIGINAL_TEXT = "result.original_text"  # documents
    SLIP_ORIGINAL = "slip.original"  # documents
    CONFIRM_TITLE = "confirm.title"
    CONFIRM_LINE = "confirm.line"
    RESULT_ACCEPTED = "result.accepted"
    RESULT_TAKEN = "result.taken"
    RESULT_DUE = "result.due"  # due, limit
    RESULT_PENDING = "result.pending"
    RESULT_REFUSED = "result.refused"
    RESULT_NEXT = "result.next"
    RESULT_HAVE = "result.have"
    LIMIT_INSTANT = "limit.instant"
    RESULT_WHEN = "result.when"
    RESULT_HOW = "result.how"
    RESULT_HOW_TEXT = "result.how_text"
    RESULT_WHEN_PENDING = "result.when_pending"
    RESULT_NEXT_PENDING = "result.next_pending"
    RESULT_REASON = "result.reason"
    RESULT_SAID = "result.said"
    SLIP_PRINTED = "slip.printed"
    SLIP_NOT_PRINTED = "slip.not_printed"
    SLIP_UNKNOWN = "slip.unknown"
    SLIP_PAGE_NOT_PRINTED = "slip.page_not_printed"
    SLIP_PAGE_UNKNOWN = "slip.page_unknown"
    SLIP_PAGE_DO = "slip.page_do"
    SLIP_PAGE_SCAN = "slip.page_scan"
    SLIP_NONE = "slip.none"
    SLIP_LABEL = "slip.label"
    SLIP_COPY = "slip.copy"
    SLIP_AGAIN = "slip.again"
    SLIP_AGAIN_AT = "slip.again_at"  # time
    RATING_TITLE = "rating.title"
    RATING_LINE = "rating.line"  # item
    RATING_LINE_HELPED = "rating.line_helped"  # item
    RATING_WHY = "rating.why"
    RATING_WHY_HINT = "rating.why_hint"
    RATING_WORDS = "rating.words"
    RATING_WORDS_HINT = "rating.words_hint"
    RATING_WORDS_EXAMPLE = "rating.words_example"
    RATING_CALL = "rating.call"
    RATING_CALL_HINT = "rating.call_hint"  # days
    RATING_CALL_YES = "rating.call_yes"
    RATING_CALL_NO = "rating.call_no"
    RATING_DONE = "rating.done"
    RATING_THANKS = "rating.thanks"
    MATTERS_TITLE = "matters.title"
    MATTERS_LINE = "matters.line"  # total
    MATTERS_EMPTY = "matters.empty"
    MATTERS_ITEM = "matters.item"
    MATTERS_STATE = "matters.state"
    MATTERS_DUE = "matters.due"  # due
    MATTERS_LATE = "matters.late"  # due, telephone
    MATTERS_DETAIL = "matters.detail"
    MATTERS_PRINT = "matters.print"
    MATTERS_WHICH = "matters.which"
    MATTERS_WHICH_LINE = "matters.which_line"
    DISCLOSURE_TITLE = "disclosure.title"
    DISCLOSURE_LINE = "disclosure.line"
    DISCLOSURE_COUNT = "disclosure.count"  # count
    DISCLOSURE_GUIDE = "disclosure.guide"
    NOTICES_TITLE = "notices.title"
    NOTICES_NONE = "notices.none"
    HELP_TITLE = "help.title"
    HELP_TEXT = "help.text"
    HELP_WHO = "help.who"
    HELP_WHO_TEXT = "help.who_text"
    HELP_CALL = "help.call"
    HELP_STAFF = "help.staff"
    HELP_MORE = "help.more"
    HELP_MORE_TEXT = "help.more_text"
    STAFF_SIGN_IN = "staff.sign_in"
    STAFF_TITLE = "staff.title"
    STAFF_LINE_CODE = "staff.line_code"
    STAFF_LINE_CARD = "staff.line_card"
    STAFF_LINE_BOTH = "staff.line_both"
    STAFF_PIN_TITLE = "staff.pin_title"
    STAFF_PIN_LINE = "staff.pin_line"  # least
    STAFF_PIN_LINE_OFFLINE = "staff.pin_line_offline"  # least
    STAFF_WRONG = "staff.wrong"  # tries
    STAFF_MALFORMED = "staff.malformed"  # least
    STAFF_WAIT_TITLE = "staff.wait_title"
    STAFF_WAIT_TEXT = "staff.wait_text"
    STAFF_LOCKOUT = "staff.lockout"
    STAFF_LOCKOUT_TEXT = "staff.lockout_text"  # lockout
    STAFF_TAKE_CARD = "staff.take_card"
    STAFF_HEAD = "staff.head"  # name, worker
    STAFF_HEAD_OFFLINE = "staff.head_offline"  # name, worker
    STAFF_PAGE_TITLE = "staff.page_title"
    STAFF_PAGE_TEXT = "staff.page_text"
    STAFF_WHO = "staff.who"
    STAFF_WHO_TEXT = "staff.who_text"  # name, worker
    STAFF_HOW = "staff.how"
    STAFF_HOW_CODE = "staff.how_code"
    STAFF_HOW_OFFLINE = "staff.how_offline"  # items
    STAFF_UNTIL = "staff.until"
    STAFF_UNTIL_TEXT = "staff.until_text"
    STAFF_SIGN_OUT = "staff.sign_out"
    STAFF_GO_ON = "staff.go_on"
    SLIP_HELPER = "slip.helper"
    SLIP_HELPER_TEXT = "slip.helper_text"  # name, worker
    SLIP_HELPER_OFFLINE = "slip.helper_offline"  # name, worker
    SLIP_AGENT = "slip.agent"
    AWAY_CAN = "away.can"
    AWAY_CAN_TEXT = "away.can_text"  # names
    AWAY_LOOK = "away.look"
    AWAY_LOOK_TEXT = "away.look_text"
    AWAY_CANNOT = "away.cannot"
    AWAY_CANNOT_TEXT = "away.cannot_text"
    AWAY_URGENT = "away.urgent"
    AWAY_URGENT_TEXT = "away.urgent_text"  # telephone
    AWAY_RETRY = "away.retry"
    AWAY_MENU = "away.menu"
    FAULT_STAFF = "fault.staff"
    FAULT_STAFF_TEXT = "fault.staff_text"  # telephone
    FAULT_DO = "fault.do"
    FAULT_FILLED_IN = "fault.filled_in"
    FAULT_FILLED_IN_TEXT = "fault.filled_in_text"
    OK = "ok"
    LEAVE_LINE = "leave.line"
    LEAVE_PENDING = "leave.pending"
    SLIP_YUAN = "slip.yuan"  # amount
    SLIP_IN_YUAN = "slip.in_yuan"  # label
    SLIP_HEAD = "slip.head"
    SLIP_RECEIPT = "slip.receipt"
    SLIP_NAME = "slip.name"
    SLIP_ID = "slip.id"
    SLIP_TIME = "slip.time"
    SLIP_PLACE = "slip.place"
    SLIP_LIMIT = "slip.limit"
    SLIP_DUE = "slip.due"
    SLIP_ACCEPTED = "slip.accepted"
    SLIP_PENDING = "slip.pending"
    SLIP_REFUSED = "slip.refused"
    SLIP_FOLLOW = "slip.follow"
    SLIP_CALL = "slip.call"  # telephone
    SLIP_HOW = "slip.how"
    SLIP_REFUSED_DO = "slip.refused_do"
    SLIP_WITNESS = "slip.witness"
    SLIP_KEEP = "slip.keep"
    # what the screens themselves say: buttons, hints, the idle and the last screen
    PAGE_BEFORE = "page.before"
    PAGE_AFTER = "page.after"
    PAGE_NUMBER = "page.number"  # page
    PAGE_OF = "page.of"  # page, pages
    PAGE_HERE = "page.here"
    PAGE_ONWARD = "page.onward"
    STEP_OF = "step.of"  # step, steps
    STEP_SKIP = "step.skip"
    PAD_BACK = "pad.back"
    PAD_CLEAR = "pad.clear"
    PAD_DONE = "pad.done"
    KEYS_BACK = "keys.back"
    KEYS_CLEAR = "keys.clear"
    KEYS_PART = "keys.part"
    KEYS_BEFORE = "keys.before"
    KEYS_MORE = "keys.more"
    KEYS_HINT = "keys.hint"
    KEYS_NO_PINYIN = "keys.no_pinyin"
    KEYS_NOTHING = "keys.nothing"
    ANSWER_EXAMPLE = "answer.example"  # example
    ANSWER_FULL = "answer.full"  # most
    ANSWER_COUNT = "answer.count"  # count
    ANSWER_DIGITS = "answer.digits"  # most
    ANSWER_CHOICES = "answer.choices"  # most
    CONFIRM_CHANGE = "confirm.change"
    ITEMS_LINE = "items.line"
    ITEMS_LINE_PAGES = "items.line_pages"
    ITEMS_COUNT = "items.count"  # count
    LISTING_ONE = "listing.one"  # first
    LISTING_SPAN = "listing.span"  # first, last
    LISTING_MORE_REASONS = "listing.more_reasons"  # count
    RESULT_NUMBER = "result.number"  # item
    HEAD_LARGE = "head.large"
    HEAD_CONTRAST = "head.contrast"
    HEAD_DATE = "head.date"  # month, day, weekday
    WAY_CARD = "way.card"
    WAY_ID_CARD = "way.id_card"
    WAY_CODE = "way.code"
    WAY_CARD_HOW = "way.card_how"
    WAY_ID_CARD_HOW = "way.id_card_how"
    WAY_CODE_HOW = "way.code_how"
    IDLE_NAME = "idle.name"
    IDLE_LINE = "idle.line"  # items
    IDLE_CARD = "idle.card"
    IDLE_ID_CARD = "idle.id_card"
    IDLE_CODE = "idle.code"
    IDLE_ALSO_CODE = "idle.also_code"
    IDLE_ALSO = "idle.also"  # ways
    IDLE_NO_WAY = "idle.no_way"
    IDLE_LOOK = "idle.look"
    STILL_TITLE = "still.title"
    STILL_LINE = "still.line"
    STILL_HERE = "still.here"
    LEAVE_BOTH = "leave.both"
    LEAVE_CARD = "leave.card"
    LEAVE_SLIP = "leave.slip"
    LEAVE_NOTHING = "leave.nothing"


class Texts:
    """The words, by key, with their placeholders filled."""

    def __init__(self, words: Mapping[Text, str]) -> None:
        self._words = words

    def __call__(self, key: Text, /, **values: str | int) -> str:
        return self._words[key].format(**values) if values else self._words[key]

    @property
    def words(self) -> Mapping[Text, str]:
        """All of them, unfilled."""
        return self._words

    def placeholders(self, key: Text) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(self._words[key]) if name}


def load(path: Path = WORDS) -> Texts:
    """All sentences; raises ValueError when a key has no words or words have no key."""
    raw = msgspec.toml.decode(path.read_bytes(), type=dict[str, str])
    unknown = raw.keys() - {text.value for text in Text}
    missing = {text.value for text in Text} - raw.keys()
    if unknown or missing:
        raise ValueError(f"{path.name}: unknown {sorted(unknown)}, missing {sorted(missing)}")
    return Texts({text: raw[text.value] for text in Text})
