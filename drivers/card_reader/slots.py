"""Where a card can be: the contact slot, the contactless antenna. Blocking; used in the reader's worker thread only.

A dual-interface device shows as two PC/SC readers. A card on either counts; one card is looked after at a time: the
one that is in stays the one, and of two that appear together it is the one in the slot.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from drivers.card_reader.pcsc import Service, SlotState
from drivers.device import Medium, State

LOOKS_PER_SEARCH: Final = 10
"""While one of two interfaces is missing, it is looked for at every so many-th look."""


@dataclass(frozen=True, slots=True)
class Interface:
    """One interface as it is configured."""

    reader: str
    """Part of the PC/SC reader's name; of several the first by name is taken."""
    contactless: bool


@dataclass(frozen=True, slots=True)
class Sight:
    """What was last seen."""

    state: State
    medium: Medium = Medium.UNKNOWN
    insertion: tuple[str, int] = ("", 0)
    """PC/SC reader and its counter: changes with every card that goes in or out, also when nobody looked in between."""
    contactless: bool = False

    @property
    def reader(self) -> str:
        return self.insertion[0]


class Slots:
    """The readers of one device at one pcscd. PcscError when pcscd went away."""

    def __init__(self, service: Service, wanted: tuple[Interface, ...]) -> None:
        self._service = service
        self._wanted = wanted
        self._found: dict[Interface, str] = {}
        self._held = ("", 0)
        self._looks = 0

    def search(self) -> bool:
        """Look for the interfaces that are missing; whether any is there."""
        names = sorted(self._service.readers())
        for interface in self._wanted:
            name = next((name for name in names if interface.reader in name), None)
            if interface not in self._found and name is not None:
                self._found[interface] = name
        return bool(self._found)

    def look(self) -> Sight:
        """What is in now; NO_DEVICE when the last interface went away."""
        self._looks += 1
        if len(self._found) < len(self._wanted) and self._looks % LOOKS_PER_SEARCH == 0:
            self.search()
        seen: list[Sight] = []
        for interface, reader in list(self._found.items()):
            slot = self._service.look(reader)
            if slot.gone:
                del self._found[interface]
            else:
                seen.append(_sight(interface, reader, slot))
        if not seen:
            return Sight(State.NO_DEVICE)
        seen.sort(key=lambda sight: sight.contactless)
        present = [sight for sight in seen if sight.medium is Medium.PRESENT]
        chosen = next((sight for sight in present if sight.insertion == self._held), None)
        chosen = chosen or (present[0] if present else seen[0])
        self._held = chosen.insertion
        return chosen


def _sight(interface: Interface, reader: str, slot: SlotState) -> Sight:
    medium = Medium.PRESENT if slot.present else Medium.NOT_PRESENT
    return Sight(State.ONLINE, medium, (reader, slot.counter), interface.contactless)
