"""Who is there, for the length of one visit. Nothing here has a repr that tells, and ``forget`` empties it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from contract import masking
from contract.catalogue import Proof
from contract.shown import BOTH
from contract.wire import Reading, SessionOpen, ShownBy
from kiosk.views import Way

WAYS: Final = {ShownBy.CARD: Way.CARD, ShownBy.ID_CARD: Way.ID_CARD, ShownBy.CODE: Way.CODE}


@dataclass(slots=True)
class Person:
    """A resident during a visit."""

    shown_by: ShownBy
    proof: Proof
    id_number: str = field(repr=False)
    name: str = field(repr=False)
    card_number: str = field(default="", repr=False)
    card_id_code: str = field(default="", repr=False)
    code: str = field(default="", repr=False)
    code_at: float = 0.0
    """When the code was scanned (drivers.device.since_boot)."""
    token: str = field(default="", repr=False)
    """The platform's session; empty while the platform has not been asked or was away."""
    matters: int = 0
    readings: dict[ShownBy, Reading] = field(default_factory=dict, repr=False)
    """Every card of theirs that was read in this visit, the one that it began with too."""
    id_card_at: int | None = None
    """Bay.lifted when their ID card was read: what lies there for as long as it stays so is theirs."""
    agent: Reading | None = field(default=None, repr=False)
    """Who comes for them in what is being done (代办): their own ID card."""

    @property
    def masked_name(self) -> str:
        return masking.name(self.name)

    @property
    def masked_id(self) -> str:
        return masking.id_number(self.id_number)

    @property
    def way(self) -> Way:
        return WAYS[self.shown_by]

    @property
    def by_card(self) -> bool:
        return self.shown_by is ShownBy.CARD

    @property
    def beside(self) -> tuple[Reading, ...]:
        """What was read besides what the visit began with."""
        return tuple(one for one in self.readings.values() if one.shown_by is not self.shown_by)

    @property
    def both_cards(self) -> tuple[Reading, ...]:
        """The social-security card and the ID card; empty while they were not both read."""
        return tuple(self.readings[one] for one in BOTH) if self.readings.keys() >= set(BOTH) else ()

    def opening(self, operator: str = "") -> SessionOpen:
        """What the platform is told to open a session for this person. *operator*: token of the worker who helps."""
        return SessionOpen(
            shown_by=self.shown_by,
            id_number=self.id_number,
            name=self.name,
            card_number=self.card_number,
            card_id_code=self.card_id_code,
            pin_verified=self.by_card and self.proof is Proof.PROVED,
            code=self.code,
            operator=operator,
            readings=self.beside,
        )

    def forget(self) -> None:
        """Let go of everything personal, whoever still holds this object."""
        self.id_number = self.name = self.card_number = self.card_id_code = self.code = self.token = ""
        self.readings, self.agent, self.id_card_at = {}, None, None
        self.code_at = 0.0
        self.matters = 0
