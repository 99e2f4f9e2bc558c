"""The dialogue with a social-security card that answers anything, and with a PSAM or a platform that does: a whole
holder, or a Failure, after not too long; nothing opens by mistake, and nothing that is counted is sent twice."""

from __future__ import annotations

import concurrent.futures
import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from contract import wire
from contract.faults import Fault
from drivers.card_reader import InTurn, PlatformAuthenticator, PsamAuthenticator, PsamSettings, dialogue
from drivers.card_reader.apdu import Dialogue
from drivers.card_reader.authenticator import Authenticator, NoKeys
from drivers.device import CardHolder, Failure
from drivers.emulated.card import EmulatedCard, EmulatedPsam, Kind, read_cast, read_keys
from drivers.emulated.card.psam import EXTERNAL_KEY, INTERNAL_KEY
from tests.fuzz.data import TODAY, Bytes, sound_number, sound_text

_CAST_FILE: Final = Path(__file__).parents[3] / "deploy/demo/cast.toml"
CAST: Final = tuple(read_cast(_CAST_FILE).values())
RING: Final = read_keys(_CAST_FILE)
SETTINGS: Final = PsamSettings("PSAM", EXTERNAL_KEY, INTERNAL_KEY)
_KEYS: Final = 4
MOST_COMMANDS: Final = 200
"""Every command of the longest dialogue, each with all its follow-ups, stays below this."""


def check(data: bytes) -> None:
    story = Bytes(data)
    card = EmulatedCard(CAST[story.byte() % len(CAST)])
    how = story.byte()
    pin, keys = how & 1, _keys(how >> 1, story)
    outcome = _talk(
        dialogue.verify_pin("123456") if pin else dialogue.read_holder(TODAY, keys, lambda: card.atr), card, story
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


def _keys(which: int, story: Bytes) -> Authenticator:
    """None; a PSAM; the platform; one after the other. Each answers what the story says."""
    match which % _KEYS:
        case 1:
            return _psam(story)
        case 2:
            return _platform(story)
        case 3:
            return InTurn(_psam(story), _platform(story))
        case _:
            return NoKeys()


def _psam(story: Bytes) -> PsamAuthenticator:
    psam = EmulatedPsam(RING)

    @contextlib.contextmanager
    def slot() -> Iterator[Callable[[bytes], bytes]]:
        yield lambda command: _spoilt(psam.answer(command), story)

    return PsamAuthenticator(SETTINGS, slot)


def _platform(story: Bytes) -> PlatformAuthenticator:
    def exchange(ask: wire.CardAuthAsk) -> concurrent.futures.Future[wire.CardAuth | Failure]:
        future: concurrent.futures.Future[wire.CardAuth | Failure] = concurrent.futures.Future()
        faults = tuple(Fault)
        if story.byte() & 1:
            future.set_result(Failure(faults[story.byte() % len(faults)]))
        else:
            future.set_result(
                wire.CardAuth(internal=story.take(story.byte() % 12), external=story.take(story.byte() % 12))
            )
        return future

    return PlatformAuthenticator(exchange)


def _talk(talk: Dialogue[object], card: EmulatedCard, story: Bytes) -> object:
    verified = authenticated = 0
    try:
        command = next(talk)
        for _ in range(MOST_COMMANDS):
            verified += command[1] == 0x20
            authenticated += command[1] == 0x82
            assert verified <= 1, "VERIFY is sent once, whatever is answered"
            assert authenticated <= 1, "EXTERNAL AUTHENTICATE is sent once, whoever has the keys"
            command = talk.send(_answer(card, command, story))
    except StopIteration as end:
        return end.value
    raise AssertionError("the dialogue does not end")


def _answer(card: EmulatedCard, command: bytes, story: Bytes) -> bytes:
    return _spoilt(card.answer(command), story)


def _spoilt(true: bytes, story: Bytes) -> bytes:
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
    *(
        bytes((number, pin))
        for number, person in enumerate(CAST)
        if person.kind is not Kind.SILENT
        for pin in (0, 1, 2, 4, 6)
    ),
    bytes((0, 0, 0, 0, 3, 2, 0x33)),
)
