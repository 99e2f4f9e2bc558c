"""Who is there, for the length of one visit. Nothing here has a repr that tells, and ``forget`` empties it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from contract import masking
from contract.catalogue import Proof
from contract.wire import SessionOpen, ShownBy
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
        )

    def forget(self) -> None:
        """Let go of everything personal, whoever still holds this object."""
        self.id_number = self.name = self.card_number = self.card_id_code = self.code = self.token = ""
        self.code_at = 0.0
        self.matters = 0
