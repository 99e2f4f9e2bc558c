"""Every fault has its sentence, and every sentence can be understood by somebody of seventy."""

from __future__ import annotations

import string
from pathlib import Path

import pytest

from contract import limits
from contract.faults import SENTENCES, Fault, Sentence, load
from contract.wire import ProblemCode

PICTURES = {"warning", "card", "network", "paper", "clock", "lock", "person"}
FORBIDDEN = ("错误", "失败", "异常", "error", "系统", "非法", "无效", "操作不当", "您没有", "您忘")
ALL = load()


@pytest.fixture(params=ALL.items(), ids=lambda pair: pair[0].value)
def pair(request: pytest.FixtureRequest) -> tuple[Fault, Sentence]:
    found: tuple[Fault, Sentence] = request.param
    return found


def test_every_fault_has_a_sentence_and_every_problem_a_fault() -> None:
    assert set(ALL) == set(Fault)
    assert {f"platform.{code.value}" for code in ProblemCode} <= {fault.value for fault in Fault}


def test_lengths(pair: tuple[Fault, Sentence]) -> None:
    sentence = pair[1]
    assert 4 <= len(sentence.what) <= 16
    assert 10 <= len(sentence.do) <= 60
    assert 8 <= len(sentence.staff) <= 50


def test_words(pair: tuple[Fault, Sentence]) -> None:
    sentence = pair[1]
    for text in (sentence.what, sentence.do, sentence.staff):
        assert not [word for word in FORBIDDEN if word in text.lower()], text
        text.encode("gb2312")


def test_a_resident_meets_no_code(pair: tuple[Fault, Sentence]) -> None:
    resident = pair[1].what + pair[1].do.replace("{tries}", "")
    letters = [character for character in resident if character.isascii() and not character.isspace()]
    assert "".join(letters) in {"", "12333"}


def test_shape(pair: tuple[Fault, Sentence]) -> None:
    fault, sentence = pair
    assert not sentence.what.endswith("。")
    assert sentence.do.endswith("。")
    assert sentence.staff.endswith("。")
    assert sentence.picture in PICTURES
    names = {name for _, name, _, _ in string.Formatter().parse(sentence.do) if name is not None}
    assert names == ({"tries"} if fault is Fault.PIN_WRONG else set())
    assert not {"{", "}"} & set(sentence.what + sentence.staff)


def test_titles_tell_faults_apart() -> None:
    titles = [sentence.what for sentence in ALL.values()]
    assert len(set(titles)) == len(titles)


def test_numbers_in_sentences_are_the_limits() -> None:
    assert "连着五次" in ALL[Fault.PLATFORM_WRONG_PASSWORD].staff
    assert limits.SERVICE_PASSWORD_TRIES == 5
    assert "一分钟" in ALL[Fault.PLATFORM_CODE_EXPIRED].do
    assert limits.QR_LIFETIME == 60.0


def test_a_missing_and_an_unknown_sentence_are_named(tmp_path: Path) -> None:
    text = SENTENCES.read_text(encoding="utf-8").replace('["card.silent"]', '["card.quiet"]')
    path = tmp_path / "faults.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=r"card\.quiet.*card\.silent"):
        load(path)
