"""A module that answers, and answers something else than the standard says."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from contract.faults import Fault
from drivers.device import Failure, IdCardHolder
from drivers.emulated.sam_v import EmulatedSamV
from drivers.emulated.sam_v.module import PHOTO
from drivers.id_reader.document import Flaw, decode
from tests.drivers.id_reader.test_document import RESIDENT, TODAY
from tests.drivers.id_reader.test_reader import Desk, desk, laid

__all__ = ["desk"]


@pytest.mark.parametrize(
    ("lengths", "photo"),
    [("00FF0400", PHOTO), ("01000400", PHOTO[:-1]), ("01000400", PHOTO + b"x"), ("", b""), ("01000500", PHOTO)],
    ids=["text short", "photo cut", "photo long", "no text at all", "lengths lie"],
)
async def test_an_answer_whose_lengths_do_not_agree_is_nobodys(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, lengths: str, photo: bytes
) -> None:
    """Half an answer that is otherwise sound: no name, no number is taken out of it."""
    real = EmulatedSamV._work

    def work(self: EmulatedSamV, payload: bytes) -> tuple[int, bytes]:
        sw3, data = real(self, payload)
        if payload[:2] == b"\x30\x01" and data:
            return sw3, bytes.fromhex(lengths) + (self._text if lengths else b"") + photo
        return sw3, data

    monkeypatch.setattr(EmulatedSamV, "_work", work)
    await laid(desk)
    outcome = await desk.driver.read()
    if lengths:
        assert outcome == Failure(Fault.ID_CARD_UNREADABLE, Flaw.LENGTH.value)
    else:  # it looks like the late answer to another command, and is taken for nothing
        assert outcome == Failure(Fault.ID_CARD_UNREADABLE, "silent", timed_out=True)
    monkeypatch.undo()
    assert isinstance(await desk.driver.read(), IdCardHolder)


@pytest.mark.parametrize("at", [188, 204])
@pytest.mark.parametrize("day", ["20261331", "20260230", "00000000"])
def test_a_day_that_no_calendar_has_is_no_document(at: int, day: str) -> None:
    text = bytearray(RESIDENT.text())
    text[at : at + 16] = day.encode("utf-16-le")
    assert isinstance(decode(bytes(text), TODAY), Flaw)


@pytest.mark.parametrize(
    ("sent", "answer"),
    [
        (b"\x10\xff", 0x90),
        (b"\x11\xff", 0x90),
        (b"\x12\xff", 0x90),
        (b"\x60\x00", 0x90),
        (b"\x60\x05", 0x21),
        (b"\x61\xff", 0x21),
    ],
)
def test_the_peer_answers_the_commands_a_module_has_and_no_others(tmp_path, sent: bytes, answer: int) -> None:
    peer = EmulatedSamV(tmp_path / "id_reader")
    assert peer._work(sent)[0] == answer


def test_the_peer_gives_no_text_of_a_card_that_was_not_selected(tmp_path) -> None:
    peer = EmulatedSamV(tmp_path / "id_reader")
    peer.lay(replace(RESIDENT, valid_to=date(2030, 1, 1)))
    assert peer._work(b"\x30\x01") == (0x41, b"")
    assert peer._work(b"\x20\x02")[0] == 0x90
    assert peer._work(b"\x30\x01")[0] == 0x90
