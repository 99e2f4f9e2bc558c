"""The table of attacks cannot rot: every mutant's text stands in its file, every test is there, the page shows it.
That the tests fall without their defence is proven by ``scripts/mutants --all``."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tests import mutating
from tests.mutating import Change, attacks


def test_every_mutant_fits_the_tree_and_every_test_is_there() -> None:
    assert list(mutating.wrong(attacks())) == []


def test_the_page_shows_the_table() -> None:
    text = mutating.PAGE.read_text("utf-8")
    assert mutating.page(text, attacks()) == text, "scripts/mutants --page"


def test_what_does_not_fit_is_told() -> None:
    first, *rest = attacks()
    mutant = first.mutants[0]
    gone = replace(mutant, changes=(Change(mutant.changes[0].file, "this stands nowhere", ""),))
    nobody = replace(mutant, test="tests/secure/test_attacks.py::test_that_was_renamed")
    found = list(mutating.wrong([replace(first, mutants=(gone, nobody)), *rest]))
    assert len(found) == 2
    assert list(mutating.wrong(rest))


def test_a_test_that_cannot_fail_and_one_that_breaks_down_prove_nothing(tmp_path: Path) -> None:
    """The judge itself, on a tree of two files."""
    (tmp_path / "tests").mkdir()
    for name in ("mutating.py", "mutants_plugin.py"):
        (tmp_path / "tests" / name).write_bytes((mutating.ROOT / "tests" / name).read_bytes())
    (tmp_path / "guard.py").write_text("def allowed(n):\n    return n < 3\n")
    (tmp_path / "test_guard.py").write_text(
        "import guard\n\n"
        "def test_good():\n    assert not guard.allowed(5)\n\n"
        "def test_blind():\n    guard.allowed(5)\n\n"
        "def test_breaks():\n    1 / (1 - guard.allowed(5))\n"
    )
    tests = [f"test_guard.py::test_{name}" for name in ("good", "blind", "breaks")]
    outcomes, said = mutating.run(tmp_path, tests)
    assert set(outcomes.values()) == {"passed"}, said
    (tmp_path / "guard.py").write_text("def allowed(n):\n    return True\n")
    outcomes, _ = mutating.run(tmp_path, tests)
    assert [mutating.verdict(mutating.of(outcomes, test)) for test in tests] == [
        "", "it still passes", "no verdict: ['call: ZeroDivisionError']",
    ]  # fmt: skip
    assert mutating.verdict(mutating.of(outcomes, "test_guard.py::test_that_is_not_there")) == "no verdict: []"
