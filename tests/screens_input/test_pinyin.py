"""Pinyin through the real librime: what it offers, and that it keeps nothing."""

from __future__ import annotations

import string
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from screens.input import pinyin, rime_api
from screens.input.pinyin import Pinyin, RimeMissingError


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("rime")


@pytest.fixture
def engine(folder: Path) -> Iterator[Pinyin]:
    opened = Pinyin.open(folder)
    yield opened
    opened.close()


def spell(engine: Pinyin, letters: str) -> None:
    for letter in letters:
        assert engine.type(letter) == ""


def test_village_by_whole_pinyin(engine: Pinyin) -> None:
    spell(engine, "yangshucun")
    assert engine.preedit.replace("'", "") == "yangshucun"
    assert engine.candidates()[0] == "杨树村"
    assert engine.choose(0) == "杨树村"
    assert engine.preedit == ""
    assert engine.candidates() == ()


def test_village_character_by_character(engine: Pinyin) -> None:
    written = ""
    for letters, character in (("yang", "杨"), ("shu", "树"), ("cun", "村")):
        spell(engine, letters)
        written += engine.choose(engine.candidates().index(character))
    assert written == "杨树村"


def test_a_part_may_be_chosen_first(engine: Pinyin) -> None:
    spell(engine, "yangshucun")
    assert engine.choose(engine.candidates().index("杨")) == ""
    assert engine.preedit.startswith("杨")
    assert engine.choose(engine.candidates().index("树")) == ""
    assert engine.choose(engine.candidates().index("村")) == "杨树村"


@pytest.mark.parametrize("index", [0, 8, 9, 17, 18, 100])
def test_any_candidate_of_any_page_is_the_one_that_comes(engine: Pinyin, index: int) -> None:
    spell(engine, "yi")
    wanted = engine.candidates()[index]
    assert engine.choose(index) == wanted


def test_backspace_and_clear(engine: Pinyin) -> None:
    spell(engine, "cun")
    engine.backspace()
    assert engine.preedit == "cu"
    engine.clear()
    assert engine.preedit == ""
    assert engine.candidates() == ()


def test_exact_spelling_comes_before_what_only_sounds_alike(engine: Pinyin) -> None:
    spell(engine, "zhongzhi")
    found = engine.candidates()
    assert found.index("种植") < found.index("总之")
    engine.clear()
    spell(engine, "san")
    found = engine.candidates()
    assert found.index("三") < found.index("山")
    assert "商" in found


def test_simplified_everyday_characters_first(engine: Pinyin) -> None:
    spell(engine, "nv")
    assert engine.candidates()[0] == "女"
    assert engine.preedit == "nü"
    everyday = [pinyin._everyday(words) for words in engine.candidates()]
    assert everyday == sorted(everyday, reverse=True)


def test_a_hand_on_the_glass(engine: Pinyin) -> None:
    for _ in range(300):
        engine.type("z")
    assert len(engine.preedit.replace("'", "").replace(" ", "")) <= pinyin.LONGEST


KEYS = st.sampled_from([*string.ascii_lowercase, "'", "<"])


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(KEYS | st.integers(0, 40), max_size=25))
def test_any_touches_leave_it_usable(engine: Pinyin, touches: list[str | int]) -> None:
    engine.forget()
    for touch in touches:
        found = engine.candidates()
        if isinstance(touch, int):
            if found:
                engine.choose(touch % len(found))
        elif touch == "<":
            engine.backspace()
        else:
            engine.type(touch)
    engine.forget()
    assert engine.preedit == ""
    spell(engine, "cun")
    assert "村" in engine.candidates()


def everything_under(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_nothing_of_what_was_typed_is_on_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scratch = tmp_path / "tmp"
    scratch.mkdir()
    monkeypatch.setenv("TMPDIR", str(scratch))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    folder = tmp_path / "rime"
    pinyin.deploy(folder)
    before = everything_under(tmp_path)
    engine = Pinyin.open(folder)
    for _ in range(30):  # often enough for a dictionary that learns to have learnt it
        spell(engine, "kuijiangcun")
        engine.choose(engine.candidates().index("葵"))  # a name no dictionary has
        engine.choose(engine.candidates().index("江"))
        assert engine.choose(engine.candidates().index("村")) == "葵江村"
    spell(engine, "kuijiangcun")
    assert "葵江村" not in engine.candidates(), "it has learnt what somebody typed"
    engine.forget()
    engine.close()
    after = everything_under(tmp_path)
    assert after == before
    assert not [path for path in after if "userdb" in str(path)]
    for path, content in after.items():
        for trace in ("葵江", "kuijiang", "kui'jiang", "kui jiang"):
            assert trace.encode() not in content, path


def test_compiled_once(folder: Path) -> None:
    Pinyin.open(folder).close()
    assert pinyin.is_deployed(folder)
    prism = folder / "build" / f"{pinyin.SCHEMA}.prism.bin"
    made = prism.stat().st_mtime_ns
    Pinyin.open(folder).close()
    assert prism.stat().st_mtime_ns == made


def test_missing_library_is_an_ordinary_result(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(RimeMissingError):
        rime_api.load("librime-is-not-here.so.1")
    with pytest.raises(RimeMissingError):
        rime_api.load("libc.so.6")
    monkeypatch.setattr(pinyin, "SHARED", folder / "no-such-folder")
    with pytest.raises(RimeMissingError):
        Pinyin.open(folder / "elsewhere")


def test_repr_tells_nothing(engine: Pinyin) -> None:
    spell(engine, "cun")
    assert "cun" not in repr(engine)
    engine.forget()
