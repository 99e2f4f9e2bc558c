"""An act: what passes the point of no return. Kept in one transaction, delivered, and its slip printed."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass, field

import msgspec

from contract import wire
from contract.catalogue import Item, Proof
from contract.faults import Fault
from contract.fields import Answers
from contract.log_events import Event
from contract.shown import joined
from contract.slip import PrintOutcome
from contract.waits import Wait
from contract.working_days import Due
from drivers.device import Printed
from kiosk import slips
from kiosk.courier import Undelivered
from kiosk.defects import report
from kiosk.house import House
from kiosk.person import Person
from kiosk.printing import Marks
from kiosk.staff import Helper
from secure.business import DiskFull, Draft, Entry, Position, SealedPhoto


@dataclass(slots=True)
class Act:
    """One submission, from the touch on 提交 to the slip. Its outcome is read off after ``perform``."""

    house: House
    item: Item
    person: Person = field(repr=False)
    answers: Answers = field(repr=False)
    photos: tuple[SealedPhoto, ...] = field(default=(), repr=False)
    """Pages that were photographed for it; the answers name them by key."""
    helper: Helper | None = None
    receipt: str = ""
    verdict: wire.Verdict | None = None
    """None: kept, the platform has not confirmed yet."""
    reason: str = ""
    link: str = ""
    printed: Printed | None = None
    due: Due | None = None
    """By when it is done; None: at once."""
    fault: Fault | None = None
    """Nothing was kept, and why."""

    def __post_init__(self) -> None:
        helped = self.item.proof is Proof.OPERATOR and self.helper is not None
        assert helped or self.person.proof.satisfies(self.item.proof), "an act begins only after its item's proof"
        assert self.person.both_cards or not self.item.both_cards, "what wants both cards begins when both were read"
        assert self.helper is None or self.helper.may(self.item.number), "an offline 帮办 does what it may"

    @property
    def kept(self) -> bool:
        """Whether it passed the point of no return."""
        return bool(self.receipt)

    @property
    def has_slip(self) -> bool:
        return self.printed is not None and self.printed.outcome is not PrintOutcome.NOT_PRINTED

    async def perform(self, visit: Marks) -> None:
        """Keep, deliver, print. Not to be cancelled: the caller shields it. The person may leave and be forgotten
        meanwhile: what the slip says of them is written down first."""
        made = self.house.clock()
        who = slips.who(self.house, self.person) + slips.helped(self.house, self.helper, self._agent)
        draft = self._draft(visit, made.isoformat(timespec="seconds"))
        kept = await self.house.journal.do(lambda ledger: ledger.accept(draft, day=made.date()))
        if isinstance(kept, DiskFull):
            self.fault = Fault.DISK_FULL
            return
        self.receipt = kept.receipt
        self.link = self.house.follow(kept.receipt)
        if self.item.working_days:
            self.due = self.house.calendar.due(made.date(), self.item.working_days)
        # It stands now. Whatever breaks from here on, the resident gets the number and is never told to try again.
        try:
            answer = await self._deliver(kept.key)
            if isinstance(answer, wire.Receipt):
                self.verdict, self.reason = answer.verdict, answer.reason
        except Exception as error:
            report(error)
        self.printed = Printed(PrintOutcome.UNKNOWN, Fault.PRINT_UNKNOWN)
        try:
            slip = slips.submission(self.house, self, who, kept.position, made)
            self.printed = await self.house.desk.print(slip, visit)
        except Exception as error:
            report(error)

    @property
    def _agent(self) -> wire.Reading | None:
        return self.person.agent if self.item.agent else None

    def _draft(self, visit: Marks, made_at: str) -> Draft:
        """What the ledger fills in and keeps: the business record and the body of its delivery."""
        person, item, terminal = self.person, self.item, self.house.settings.terminal
        answers = dict(self.answers)
        shown_by, proof = person.shown_by, person.proof
        id_number, name, card_number = person.id_number, person.name, person.card_number
        readings, agent = person.both_cards if item.both_cards else (), self._agent
        shown = joined({one.shown_by for one in readings}) or shown_by.value
        offline, operator = self.house.central.away, "" if self.helper is None else self.helper.worker

        def body(key: str, receipt: str, position: Position) -> bytes:
            return msgspec.json.encode(
                wire.Submission(
                    key=key,
                    item=item.number,
                    receipt=receipt,
                    terminal=terminal.id,
                    made_at=made_at,
                    shown_by=shown_by,
                    proof=proof,
                    id_number=id_number,
                    name=name,
                    card_number=card_number,
                    answers=answers,
                    log_segment=position.segment,
                    log_seq=position.seq,
                    offline=offline,
                    operator=operator,
                    readings=readings,
                    agent=agent,
                    salt=secrets.token_hex(16),
                )
            )

        def entry(key: str, receipt: str, sha256: str) -> Entry:
            return Entry(
                Event.SUBMITTED,
                {
                    **visit,
                    "item": item.number,
                    "receipt": receipt,
                    "key": key,
                    "sha256": sha256,
                    "shown_by": shown,
                },
            )

        return Draft(type=wire.SUBMISSION, terminal_number=terminal.number, body=body, entry=entry, photos=self.photos)

    async def _deliver(self, key: str) -> wire.Receipt | Undelivered | None:
        """The platform's receipt if it comes soon; otherwise the courier goes on with it."""
        try:
            async with asyncio.timeout(self.house.waits[Wait.SUBMIT_WAIT]):
                return await self.house.courier.deliver(key)
        except TimeoutError:
            return None
        finally:
            self.house.courier.hurry()
