"""The dialogue with a social-security card that answers anything: a whole holder, or a Failure, after not too long."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from drivers.card_reader import dialogue
from drivers.device import CardHolder, Failure
from drivers.emulated.card import EmulatedCard, Kind, read_cast
from tests.fuzz.data import TODAY, Bytes, sound_number, sound_text

CAST: Final = tuple(read_cast(Path(__file__).parents[3] / "deploy/demo/cast.toml").values())
MOST_COMMANDS: Final = 200
"""Every command of the longest dialogue, each with all its follow-ups, stays below this."""
NO_KEYS: Final = dialogue.NoKeys()


def check(data: bytes) -> None:
    story = Bytes(data)
    card = EmulatedCard(CAST[story.byte() % len(CAST)])
    pin = story.byte() & 1
    outcome = _talk(
        dialogue.verify_pin("123456") if pin else dialogue.read_holder(TODAY, NO_KEYS, card.atr), card, story
    )
    if isinstance(outcome, CardHolder):
        assert not pin
        assert sound_number(outcome.id_number)
        assert sound_text(outcome.name)
        assert f"{outcome.born:%Y%m%d}" == outcome.id_number[6:14]
        assert outcome.sex in ("0", "1", "2", "9")
        assert outcome.card_number
        assert outcome.card_id_code
        assert outcome.version[0] in "123"
        assert outcome.expires is None or outcome.expires >= TODAY
    else:
        assert (pin and outcome is None) or isinstance(outcome, Failure)
        assert repr(outcome)


def _talk(talk: dialogue.Dialogue[object], card: EmulatedCard, story: Bytes) -> object:
    verified = 0
    try:
        command = next(talk)
        for _ in range(MOST_COMMANDS):
            verified += command[1] == 0x20
            assert verified <= 1, "VERIFY is sent once, whatever is answered"
            command = talk.send(_answer(card, command, story))
    except StopIteration as end:
        return end.value
    raise AssertionError("the dialogue does not end")


def _answer(card: EmulatedCard, command: bytes, story: Bytes) -> bytes:
    true = card.answer(command)
    match story.byte() % 6:
        case 1:
            return story.take(story.byte() % 48)
        case 2:
            return story.take(story.byte() % 48) + b"\x90\x00"
        case 3:  # one byte of it wrong
            at = story.byte() % len(true)
            return true[:at] + story.take(1) + true[at + 1 :]
        case 4:
            return true[:-2] + story.take(2)
        case 5:
            return true[: story.byte() % (len(true) + 1)]
        case _:
            return true


SEEDS: Final = (
    *(bytes((number, pin)) for number, person in enumerate(CAST) if person.kind is not Kind.SILENT for pin in (0, 1)),
    bytes((0, 0, 0, 0, 3, 2, 0x33)),
)
