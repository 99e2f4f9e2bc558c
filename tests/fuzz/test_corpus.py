"""What fuzzing has found, once more, without the fuzzer: every input of the corpus and every seed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fuzz.run import CORPUS, NAMES, target

CASES = [(name, path) for name in NAMES for path in sorted((CORPUS / name).iterdir())]


@pytest.mark.parametrize(("name", "path"), CASES, ids=[f"{name}-{path.name}" for name, path in CASES])
def test_an_input_of_the_corpus(name: str, path: Path) -> None:
    target(name).check(path.read_bytes())


@pytest.mark.parametrize("name", NAMES)
def test_the_seeds_and_nothing_at_all(name: str) -> None:
    for data in (b"", *target(name).SEEDS):
        target(name).check(data)


def test_the_corpus_is_small() -> None:
    assert {name for name, _ in CASES} == set(NAMES)
    assert all(path.stat().st_size <= 600 for _, path in CASES)
    assert len(CASES) < 900
