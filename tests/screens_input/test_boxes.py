"""Cutting rectangles loses and doubles no paper."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screens.input.boxes import Box

SHEET = Box(10, 20, 1000, 600)


@given(st.floats(0, 600), st.floats(0, 50))
def test_cuts(height: float, gap: float) -> None:
    piece, rest = SHEET.top(height, gap)
    assert (piece.y, piece.h) == (20, height)
    assert rest.y == pytest.approx(piece.bottom + gap)
    assert rest.bottom == pytest.approx(SHEET.bottom)
    piece, rest = SHEET.foot(height, gap)
    assert piece.bottom == pytest.approx(SHEET.bottom)
    assert rest.bottom == pytest.approx(piece.y - gap)
    assert rest.y == SHEET.y


@given(st.lists(st.floats(0.1, 5), min_size=1, max_size=6), st.floats(0, 30))
def test_split(shares: list[float], gap: float) -> None:
    boxes = SHEET.split(gap, *shares)
    assert boxes[0].x == SHEET.x
    assert boxes[-1].right == pytest.approx(SHEET.right)
    for one, other in itertools.pairwise(boxes):
        assert other.x == pytest.approx(one.right + gap)


@given(st.integers(1, 10), st.integers(1, 6), st.floats(0, 20))
def test_grid(columns: int, rows: int, gap: float) -> None:
    cells = SHEET.grid(columns, rows, gap)
    assert len(cells) == columns * rows
    assert cells[-1].right == pytest.approx(SHEET.right)
    assert cells[-1].bottom == pytest.approx(SHEET.bottom)
    for one, other in itertools.combinations(cells, 2):
        apart = max(other.x - one.right, one.x - other.right, other.y - one.bottom, one.y - other.bottom)
        assert apart >= gap - 1e-6
