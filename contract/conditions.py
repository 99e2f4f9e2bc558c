"""What the platform says of an item's conditions: each met or not, with the reason in one plain sentence."""

from __future__ import annotations

import enum

from contract.fields import Answer
from contract.message import Message


class Standing(enum.StrEnum):
    MET = "met"
    UNMET = "unmet"
    UNKNOWN = "unknown"
    """The platform cannot tell: it hangs on what will be filled in, or on a paper that somebody must look at."""


class ConditionsAsk(Message, frozen=True, kw_only=True):
    item: int
    answers: dict[str, Answer] = {}  # noqa: RUF012 - msgspec copies it
    """What was filled in so far; nothing before the form."""


class Finding(Message, frozen=True, kw_only=True):
    """One condition of the item, looked at."""

    label: str
    text: str
    """The condition itself."""
    standing: Standing
    words: str
    """What the platform knows of it, or why it is not met: for the resident."""


class Conditions(Message, frozen=True, kw_only=True):
    findings: tuple[Finding, ...]

    @property
    def unmet(self) -> tuple[Finding, ...]:
        return tuple(found for found in self.findings if found.standing is Standing.UNMET)

    @property
    def allowed(self) -> bool:
        """Nothing stands against it; what is unknown is looked at by whoever reviews."""
        return not self.unmet
