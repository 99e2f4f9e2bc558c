"""The pages of a visit: from what is known to views, ready to be read. Pure: nothing here waits or writes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from contract import formatting
from contract.catalogue import INSTANT, Group, Item, Kind, Offline, Proof
from contract.faults import Fault
from contract.slip import PrintOutcome
from contract.texts import Text
from contract.wire import Matter, Verdict
from contract.working_days import Due
from drivers.device import Failure, Printed, State, Supply
from kiosk import guide_pages
from kiosk.house import House
from kiosk.person import Person
from kiosk.views import (
    Action,
    AskProof,
    Attract,
    GroupTile,
    GuideRow,
    ItemList,
    ItemRow,
    Menu,
    MessageView,
    Notice,
    Picture,
    QrView,
    Way,
)

if TYPE_CHECKING:
    from kiosk.acts import Act

OK: Final = "ok"
AGAIN: Final = "again"
MENU: Final = "menu"
LEAVE: Final = "leave"
STAY: Final = "stay"
SIGN_IN: Final = "sign_in"
DISCLOSURE: Final = "disclosure"

WAY_NAMES: Final = {Way.CARD: Text.INSTEAD_CARD, Way.ID_CARD: Text.INSTEAD_ID_CARD, Way.CODE: Text.INSTEAD_CODE}
GROUP_LINES: Final = {
    Group.WORK: Text.GROUP_WORK,
    Group.SKILL: Text.GROUP_SKILL,
    Group.INSURANCE: Text.GROUP_INSURANCE,
    Group.CARD: Text.GROUP_CARD,
}
NETWORK_FAULTS: Final = frozenset(
    {Fault.PLATFORM_AWAY, Fault.PLATFORM_SLOW, Fault.PLATFORM_GARBLED, Fault.PLATFORM_BUSY}
)
"""The platform cannot be asked now: it is worth trying again, and what can be kept is kept meanwhile."""


def trouble(house: House) -> str:
    """The one line that says what does not work now; the gravest only."""
    bay, texts = house.bay, house.texts
    if bay.power_is_low():
        return texts(Text.TROUBLE_POWER)
    if house.central.slow:
        return texts(Text.TROUBLE_SLOW)
    if house.central.away:
        return texts(Text.TROUBLE_AWAY if bay.card_reader is not None else Text.TROUBLE_AWAY_NOTHING_KEPT)
    if bay.card_reader is not None and Way.CARD not in bay.ways():
        return texts(Text.TROUBLE_READER if bay.ways() else Text.TROUBLE_READER_ONLY)
    if bay.printer is not None and bay.printer.supply is Supply.OUT:
        return texts(Text.TROUBLE_PAPER)
    if bay.printer is not None and not bay.printer_works():
        return texts(Text.TROUBLE_PRINTER)
    for way, device, said in (
        (Way.CODE, bay.scanner, Text.TROUBLE_SCANNER),
        (Way.ID_CARD, bay.id_reader, Text.TROUBLE_ID_READER),
    ):
        if device is not None and way not in bay.ways():
            return texts(said if bay.ways() else Text.TROUBLE_NO_WAY)
    return ""


def closed(house: House) -> MessageView:
    """Instead of the idle screen while no new visit may begin: the power is nearly gone."""
    texts, telephone = house.texts, house.settings.terminal.telephone
    staff = GuideRow(texts(Text.FAULT_STAFF), (texts(Text.FAULT_STAFF_TEXT, telephone=telephone),))
    return ended(house, Fault.POWER_LOW, (staff,))


def attract(house: House) -> Attract:
    notices = tuple(Notice(n.title, n.text) for n in house.notices)
    pictures, items = tuple(house.pictures), len(house.catalogue)
    return Attract(ways=house.bay.ways(), notices=notices, pictures=pictures, trouble=trouble(house), items=items)


def menu(house: House, person: Person | None) -> Menu:
    texts = house.texts
    tiles = tuple(GroupTile(g, len(house.catalogue.group(g)), texts(GROUP_LINES[g])) for g in Group)
    if person is None:
        title, line = texts(Text.MENU_TITLE_NEW), texts(Text.MENU_LINE_NO_CARD)
    else:
        title = texts(Text.MENU_TITLE_KNOWN, name=person.masked_name)
        line = texts(Text.MENU_LINE_CARD if person.by_card else Text.MENU_LINE_OTHER)
    return Menu(
        title=title,
        line=line,
        groups=tiles,
        matters=person.matters if person is not None else 0,
        leave=texts(Text.MENU_LEAVE_CARD if person is not None and person.by_card else Text.MENU_LEAVE),
        trouble=trouble(house),
        speech=title,
    )


def items(house: House, group: Group) -> ItemList:
    rows = tuple(
        ItemRow(item.number, item.name, item.plain, _tag(house, item)) for item in house.catalogue.group(group)
    )
    return ItemList(group=group, rows=rows)


def _tag(house: House, item: Item) -> str:
    texts = house.texts
    if item.proof is Proof.OPERATOR or not item.for_residents:
        return texts(Text.TAG_HELP)
    if item.kind is Kind.GUIDE:
        return texts(Text.TAG_GUIDE)
    if house.central.away and not house.central.slow:
        # Only a card proves its holder without the platform: a terminal without a card reader can keep nothing.
        keeps = item.offline is Offline.KEPT and house.bay.card_reader is not None
        return texts(Text.TAG_KEPT if keeps else Text.TAG_AWAY)
    return texts(Text.TAG_INSTANT) if item.time_limit == INSTANT else item.time_limit


def due_of(matter: Matter) -> Due | None:
    """By when a matter that is under way is done."""
    day = formatting.parse_date(matter.due)
    return None if day is None else Due(day, matter.due_provisional)


def code(house: House, link: str) -> QrView:
    """What the public page at *link* says, to take along on one's own telephone."""
    texts = house.texts
    return QrView(title=texts(Text.DETAIL_QR_TITLE), line=texts(Text.DETAIL_QR_LINE), content=link)


def ask_proof(house: House) -> AskProof:
    ways = house.bay.ways()
    line = house.texts(Text.PROOF_LINE if ways else Text.PROOF_LINE_NONE)
    return AskProof(title=house.texts(Text.PROOF_TITLE), line=line, ways=ways)


def notices(house: House) -> MessageView:
    rows = tuple(GuideRow(n.title, (n.text,)) for n in house.notices)
    return MessageView(
        title=house.texts(Text.NOTICES_TITLE),
        text="" if rows else house.texts(Text.NOTICES_NONE),
        picture=Picture.PAPER,
        rows=rows,
        actions=(Action(DISCLOSURE, house.texts(Text.DISCLOSURE_TITLE)), Action(OK, house.texts(Text.OK), True)),
    )


def staff_lines(house: House) -> tuple[str, ...]:
    """For the worker who was called: what of the printer wants a hand. A resident has no use for it, so it stands on
    no other page."""
    printer = house.bay.printer
    if printer is None:
        return ()
    found = printer.seen
    fault = None
    if found.supply is Supply.JAMMED or found.cutter_error:
        fault = Fault.PRINTER_JAM
    elif found.cover_open:
        fault = Fault.PRINTER_COVER
    elif found.supply is Supply.OUT:
        fault = Fault.PAPER_OUT
    elif found.state is State.HARDWARE_ERROR:
        fault = Fault.PRINTER_BROKEN
    elif found.overheated:
        fault = Fault.PRINTER_HOT
    elif found.state is not State.ONLINE:
        fault = Fault.PRINTER_GONE
    elif found.supply is Supply.LOW:
        fault = Fault.PAPER_LOW
    return () if fault is None else (house.faults[fault].staff,)


def help_page(house: House, *, sign_in: bool = False) -> MessageView:
    """帮办: whom to ask and how to reach them; for whoever comes, what of the printer wants a hand, and the way to sign
    in where that can be begun now."""
    texts = house.texts
    staff = staff_lines(house)
    signing_in = (Action(SIGN_IN, texts(Text.STAFF_SIGN_IN)),) if sign_in else ()
    return MessageView(
        title=texts(Text.HELP_TITLE),
        text=texts(Text.HELP_TEXT),
        picture=Picture.PERSON,
        rows=(
            GuideRow(texts(Text.HELP_WHO), (texts(Text.HELP_WHO_TEXT),)),
            GuideRow(texts(Text.HELP_CALL), (house.settings.terminal.telephone,)),
            GuideRow(texts(Text.HELP_MORE), (texts(Text.HELP_MORE_TEXT),)),
            *((GuideRow(texts(Text.HELP_STAFF), staff),) if staff else ()),
        ),
        actions=(*signing_in, Action(OK, texts(Text.OK), True)),
    )


def leaving(house: House) -> MessageView:
    """Before a form that has been begun is left: what is filled in would be gone."""
    texts = house.texts
    title, text = texts(Text.FORM_LEAVE_TITLE), texts(Text.FORM_LEAVE_TEXT)
    return MessageView(
        title=title,
        text=text,
        picture=Picture.WARNING,
        actions=(Action(LEAVE, texts(Text.FORM_LEAVE)), Action(STAY, texts(Text.FORM_STAY), True)),
        speech=f"{title}{text}",
    )


def _advice(house: House, failure: Failure, shown: Way | None, others: bool) -> str:
    """What to do now. Another way to say who one is, is advised only where this terminal has one that works, and
    where it would do (*others*)."""
    sentence = house.faults[failure.fault]
    do = sentence.do.format(tries="" if failure.tries_left is None else failure.tries_left)
    failed = shown if sentence.failed == "shown" else sentence.failed
    names = [house.texts(WAY_NAMES[way]) for way in house.bay.ways() if others and way != failed]
    return do + (sentence.others.format(ways="，或".join(names)) if names else "")


def fault(house: House, failure: Failure, shown: Way | None = None, *, others: bool = True) -> MessageView:
    """One fault: what happened, what to do, whom to call; with the platform away, what still works. *shown*: how the
    person said who they are. Not *others*: no other way than this would do."""
    texts, sentence = house.texts, house.faults[failure.fault]
    telephone = house.settings.terminal.telephone
    advice = _advice(house, failure, shown, others)
    rows: tuple[GuideRow, ...]
    actions: tuple[Action, ...]
    if failure.fault in NETWORK_FAULTS:
        kept = "、".join(
            item.name for item in house.catalogue if item.offline is Offline.KEPT and guide_pages.can_start(item)
        )
        # Only a card proves its holder without the platform: a terminal without a card reader can keep nothing.
        keeps = (GuideRow(texts(Text.AWAY_CAN), (texts(Text.AWAY_CAN_TEXT, names=kept),)),)
        rows = (
            *(keeps if house.bay.card_reader is not None else ()),
            GuideRow(texts(Text.AWAY_LOOK), (texts(Text.AWAY_LOOK_TEXT, items=len(house.catalogue)),)),
            GuideRow(texts(Text.AWAY_CANNOT), (texts(Text.AWAY_CANNOT_TEXT),)),
            GuideRow(texts(Text.AWAY_URGENT), (texts(Text.AWAY_URGENT_TEXT, telephone=telephone),)),
        )
        actions = (Action(AGAIN, texts(Text.AWAY_RETRY)), Action(MENU, texts(Text.AWAY_MENU), True))
    else:
        rows = (GuideRow(texts(Text.FAULT_DO), (advice,)), *_whom_to_ask(house, failure.fault))
        actions = (Action(OK, texts(Text.OK), True),)
    return MessageView(
        title=sentence.what,
        text=advice if failure.fault in NETWORK_FAULTS else "",
        picture=Picture(sentence.picture),
        rows=rows,
        actions=actions,
        speech=f"{sentence.what}。{advice}",
    )


def _whom_to_ask(house: House, fault: Fault) -> tuple[GuideRow, ...]:
    """For a worker who signs in: what they should know, and the telephone; for everybody else, the worker."""
    if not fault.value.startswith("staff."):
        return (_staff_row(house),)
    texts, telephone = house.texts, house.settings.terminal.telephone
    told = GuideRow(texts(Text.HELP_STAFF), (house.faults[fault].staff,))
    return told, GuideRow(texts(Text.HELP_CALL), (telephone,))


def _staff_row(house: House) -> GuideRow:
    """Whom to ask, on every page where something does not go on: so that no advice has to say it again."""
    words = house.texts(Text.FAULT_STAFF_TEXT, telephone=house.settings.terminal.telephone)
    return GuideRow(house.texts(Text.FAULT_STAFF), (words,))


def slip_line(house: House, printed: Printed) -> str:
    """What became of a slip, in one sentence; a cause the resident can see is named first."""
    texts = house.texts
    if printed.outcome is PrintOutcome.PRINTED:
        return texts(Text.SLIP_PRINTED)
    if printed.outcome is PrintOutcome.UNKNOWN:
        return texts(Text.SLIP_UNKNOWN)
    if house.bay.printer is None:
        return texts(Text.SLIP_NONE)
    cause = f"{house.faults[printed.fault].what}。" if printed.fault is not None else ""
    return cause + texts(Text.SLIP_NOT_PRINTED)


def slip_page(house: House, printed: Printed, link: str = "") -> MessageView | QrView:
    """After printing something that has no page of its own to come back to. *link*: what the slip has behind its QR;
    where the paper failed, it is on the screen."""
    texts = house.texts
    title = {
        PrintOutcome.PRINTED: Text.SLIP_PRINTED,
        PrintOutcome.NOT_PRINTED: Text.SLIP_PAGE_NOT_PRINTED,
        PrintOutcome.UNKNOWN: Text.SLIP_PAGE_UNKNOWN,
    }[printed.outcome]
    fine = printed.outcome is PrintOutcome.PRINTED
    cause = f"{house.faults[printed.fault].what}。" if printed.fault is not None and not fine else ""
    if link and not fine:
        line = cause + texts(Text.SLIP_PAGE_SCAN)
        return QrView(title=texts(title), line=line, content=link, speech=f"{texts(title)}。{line}")
    return MessageView(
        title=texts(title),
        text="" if fine else cause + texts(Text.SLIP_PAGE_DO),
        picture=Picture.PAPER,
        actions=(Action(OK, house.texts(Text.OK), True),),
    )


def pulled(house: House, act: Act | None) -> MessageView:
    """The card was taken out: the visit is over, and what became of what was being done."""
    texts = house.texts
    if act is None or not act.kept:
        reader_gone = house.bay.card_reader is not None and not house.bay.card_reader_works()
        if reader_gone:
            cleared = GuideRow(texts(Text.FAULT_FILLED_IN), (texts(Text.FAULT_FILLED_IN_TEXT),))
            return ended(house, Fault.READER_GONE, (cleared, _staff_row(house)))
        return ended(house, Fault.CARD_PULLED_IN_VISIT)
    rows = [GuideRow(texts(Text.SLIP_RECEIPT), (formatting.receipt(act.receipt),))]
    if act.printed is not None and act.printed.outcome is not PrintOutcome.PRINTED:
        rows.append(GuideRow(texts(Text.SLIP_LABEL), (texts(Text.SLIP_COPY),)))
    view = ended(house, Fault.CARD_PULLED_AFTER_SUBMIT, tuple(rows))
    if act.verdict is Verdict.REFUSED:
        title = texts(Text.RESULT_REFUSED)
        view = msgspec.structs.replace(
            view, title=title, text=act.reason, picture=Picture.WARNING, speech=f"{title}。{act.reason}"
        )
    return view


def ended(house: House, fault: Fault, rows: tuple[GuideRow, ...] = ()) -> MessageView:
    """Last words of a visit that was not ended by its own way out."""
    sentence = house.faults[fault]
    return MessageView(
        title=sentence.what,
        text=sentence.do,
        picture=Picture(sentence.picture),
        rows=rows,
        actions=(Action(OK, house.texts(Text.OK), True),),
        speech=f"{sentence.what}。{sentence.do}",
    )
