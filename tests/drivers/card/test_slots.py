"""Slot and antenna without pcscd: one goes away, comes back, both go; the card that is in stays the one."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from drivers.card_reader.pcsc import SlotState
from drivers.card_reader.slots import LOOKS_PER_SEARCH, Interface, Slots
from drivers.device import Medium, State

SLOT, ANTENNA = Interface("Slot", contactless=False), Interface("Antenna", contactless=True)
EMPTY = SlotState(present=False, mute=False, gone=False, counter=0, atr=b"")
GONE = SlotState(present=False, mute=False, gone=True, counter=0, atr=b"")


def card(counter: int) -> SlotState:
    return SlotState(present=True, mute=False, gone=False, counter=counter, atr=b"\x3b\x00")


@dataclass
class Pcscd:
    """Readers by name and what lies in them."""

    slots: dict[str, SlotState] = field(default_factory=dict)

    def readers(self) -> tuple[str, ...]:
        return tuple(self.slots)

    def look(self, reader: str) -> SlotState:
        return self.slots.get(reader, GONE)


def test_an_interface_that_goes_away_and_comes_back():
    pcscd = Pcscd({"The Slot 00": EMPTY, "The Antenna 00": card(3)})
    slots = Slots(pcscd, (SLOT, ANTENNA))  # type: ignore[arg-type]
    assert slots.search()
    assert slots.look().contactless
    del pcscd.slots["The Antenna 00"]
    seen = slots.look()
    assert (seen.state, seen.medium, seen.reader) == (State.ONLINE, Medium.NOT_PRESENT, "The Slot 00")
    pcscd.slots["The Antenna 00"] = card(4)
    assert any(slots.look().contactless for _ in range(LOOKS_PER_SEARCH + 1))
    pcscd.slots.clear()
    assert slots.look().state is State.NO_DEVICE
    assert not slots.search()


def test_two_cards_of_a_person_at_once():
    pcscd = Pcscd({"The Slot 00": EMPTY, "The Antenna 00": card(1)})
    slots = Slots(pcscd, (SLOT, ANTENNA))  # type: ignore[arg-type]
    slots.search()
    assert slots.look().insertion == ("The Antenna 00", 1)
    pcscd.slots["The Slot 00"] = card(1)
    assert slots.look().insertion == ("The Antenna 00", 1), "the one that was in first"
    pcscd.slots["The Antenna 00"] = card(3)
    assert slots.look().insertion == ("The Slot 00", 1), "another card on the antenna is not the one"
    pcscd.slots["The Slot 00"] = EMPTY
    assert slots.look().insertion == ("The Antenna 00", 3)


STATES = st.one_of(st.just(EMPTY), st.just(GONE), st.integers(0, 4).map(card))


@given(st.lists(st.tuples(STATES, STATES), max_size=30))
def test_whatever_happens_what_is_seen_is_there(history: list[tuple[SlotState, SlotState]]):
    pcscd = Pcscd({"The Slot 00": EMPTY, "The Antenna 00": EMPTY})
    slots = Slots(pcscd, (SLOT, ANTENNA))  # type: ignore[arg-type]
    slots.search()
    for slot, antenna in history:
        pcscd.slots.update({"The Slot 00": slot, "The Antenna 00": antenna})
        seen = slots.look()
        if seen.medium is Medium.PRESENT:
            assert pcscd.look(seen.reader).present
            assert pcscd.look(seen.reader).counter == seen.insertion[1]
        if seen.state is State.NO_DEVICE:
            break
