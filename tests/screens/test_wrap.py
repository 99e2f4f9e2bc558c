"""Chinese lines, by example and by rule. Every character is one wide here, Latin ones half."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screens.wrap import NEVER_FIRST, NEVER_LAST, pieces, wrap

TEXTS = st.text(alphabet="社保卡就近办村里的一二年月日，。、；：？！（）《》「」“”12 3.5abcXY-%\n", max_size=60)


def width(text: str) -> float:
    return sum(0.5 if character.isascii() else 1.0 for character in text)


@pytest.mark.parametrize(
    ("text", "wide", "lines"),
    [
        ("请插入社保卡，办完提醒您取走。", 6, ["请插入社保", "卡，办完提醒", "您取走。"]),
        ("参加《社会保险法》规定的保险", 4, ["参加《社", "会保险", "法》规定", "的保险"]),
        ("缴满 180 个月以后", 5, ["缴满", "180 个月以", "后"]),
        ("每月 1 234.50 元，到账", 7, ["每月", "1 234.50 元，", "到账"]),
        ("用 Kivy 画的", 3, ["用", "Kivy", "画的"]),
        ("等一等……好了", 4, ["等一", "等……好", "了"]),
        ("第一行\n第二行", 9, ["第一行", "第二行"]),
        ("", 5, [""]),
    ],
)
def test_examples(text: str, wide: float, lines: list[str]) -> None:
    assert wrap(text, wide, width) == lines


@given(TEXTS, st.integers(1, 20))
def test_nothing_is_lost_and_nothing_too_wide(text: str, wide: int) -> None:
    lines = wrap(text, wide, width)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(width(line) <= wide or len(line) == 1 for line in lines)


@given(TEXTS, st.integers(12, 30))
def test_marks_stand_where_they_may(text: str, wide: int) -> None:
    """Wherever no single piece is wider than the line, the rule holds at every break."""
    for paragraph in text.split("\n"):
        if any(width(piece) > wide for piece in pieces(paragraph)):
            continue
        lines = [line for line in wrap(paragraph, wide, width) if line]
        for before, after in itertools.pairwise(lines):
            spaced = f"{before} {after}" in " ".join(paragraph.split())
            assert spaced or after[0] not in NEVER_FIRST
            assert spaced or before[-1] not in NEVER_LAST


@given(TEXTS)
def test_pieces_are_the_text(text: str) -> None:
    for paragraph in text.split("\n"):
        assert "".join(pieces(paragraph)) == paragraph
