"""What is written, without a window: text box, candidates' pages, digits behind dots."""

from __future__ import annotations

import gc
import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screens.input.pinyin import Pinyin
from screens.input.secret import Secret
from screens.input.writing import Writing, pack


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("rime")


@pytest.fixture
def engine(folder: Path) -> Iterator[Pinyin]:
    opened = Pinyin.open(folder)
    yield opened
    opened.close()


def test_words_digits_and_marks(engine: Pinyin) -> None:
    writing = Writing(engine, 30)
    for letter in "yangshucun":
        writing.touch(letter)
    assert writing.letters == "yang shu cun"
    assert writing.text == ""
    writing.choose(0)
    for key in "3号A":
        writing.touch(key)
    assert writing.text == "杨树村3号A", "a capital is written, not spelt"
    writing.back()
    assert writing.letters == ""
    writing.back()
    assert writing.text == "杨树村3"
    writing.touch("c")
    writing.back()
    assert (writing.text, writing.letters) == ("杨树村3", "")
    writing.clear()
    assert writing.text == ""


def test_a_digit_after_letters_drops_the_letters(engine: Pinyin) -> None:
    writing = Writing(engine, 30)
    writing.touch("c")
    writing.touch("3")
    assert (writing.text, writing.letters) == ("3", "")


def test_full_box_says_so_and_keeps_what_fits(engine: Pinyin) -> None:
    writing = Writing(engine, 2)
    for letter in "yangshucun":
        writing.touch(letter)
    writing.choose(0)
    assert writing.text == "杨树"
    assert writing.full
    writing.back()
    assert writing.text == "杨"
    assert not writing.full


def test_without_librime() -> None:
    writing = Writing(None, 10)
    assert not writing.spelling
    writing.touch("3")
    writing.touch("a")
    assert (writing.text, writing.letters, writing.offered) == ("3a", "", ())


def test_wiped(engine: Pinyin) -> None:
    writing = Writing(engine, 30)
    for letter in "yangshucun":
        writing.touch(letter)
    writing.choose(0)
    for letter in "yang":
        writing.touch(letter)
    assert "杨" not in repr(writing)
    writing.wipe()
    assert (writing.text, writing.letters) == ("", "")
    assert engine.preedit == ""
    gc.collect()
    assert not [found for found in gc.get_objects() if isinstance(found, Writing) and found.text]


@given(st.lists(st.floats(1, 500), max_size=60), st.floats(10, 900), st.floats(0, 30))
def test_pages_of_candidates(widths: list[float], available: float, gap: float) -> None:
    pages = pack(widths, available, gap)
    assert [index for page in pages for index in range(page.start, page.stop)] == list(range(len(widths)))
    for page in pages:
        row = widths[page]
        assert len(row) == 1 or sum(row) + gap * (len(row) - 1) <= available * (1 + 1e-9)
    for page, following in itertools.pairwise(pages):
        row = [*widths[page], widths[following.start]]
        assert sum(row) + gap * (len(row) - 1) > available * (1 - 1e-9), "the next one would have fitted"


def test_secret() -> None:
    secret = Secret(6)
    for digit in "12345":
        secret.add(digit)
    assert not secret.complete
    secret.back()
    secret.add("9")
    secret.add("6")
    secret.add("7")
    assert len(secret) == 6
    assert "1" not in repr(secret)
    held = secret._digits
    assert secret.take() == "123496"
    assert len(secret) == 0
    assert held == b""
