"""Which proof is enough for which item; and the terminal's own words, whole or not taken."""

from __future__ import annotations

from pathlib import Path

import pytest

from contract import texts
from contract.catalogue import Proof
from contract.log_events import Event, Level

ENOUGH = {
    Proof.OPEN: {Proof.OPEN},
    Proof.SHOWN: {Proof.OPEN, Proof.SHOWN},
    Proof.PROVED: {Proof.OPEN, Proof.SHOWN, Proof.PROVED},
    Proof.OPERATOR: {Proof.OPERATOR},
}


@pytest.mark.parametrize("proof", list(Proof))
@pytest.mark.parametrize("needed", list(Proof))
def test_a_proof_is_enough_for_what_needs_less_and_the_operators_role_comes_from_no_card(
    proof: Proof, needed: Proof
) -> None:
    assert proof.satisfies(needed) is (needed in ENOUGH[proof])


@pytest.mark.parametrize("wrong", ["missing", "unknown"])
def test_words_that_are_not_all_there_or_too_many_name_what(tmp_path: Path, wrong: str) -> None:
    """A text left out by whoever changes the words must be seen at the start, not in the middle of a visit."""
    whole = texts.WORDS.read_text(encoding="utf-8")
    if wrong == "missing":
        changed = "\n".join(line for line in whole.splitlines() if not line.startswith('"leave.line"'))
        assert changed != whole.rstrip()
    else:
        changed = whole + '\n"leave.never" = "再见"\n'
    file = tmp_path / "texts.toml"
    file.write_text(changed, encoding="utf-8")
    with pytest.raises(ValueError, match=r"leave\.(line|never)"):
        texts.load(file)


def test_every_event_has_a_code_of_its_own_and_a_level() -> None:
    assert len({event.code for event in Event}) == len(Event)
    assert {event.level for event in Event} <= set(Level)
