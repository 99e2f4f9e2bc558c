"""The page in drawn pictures: found where it lies, straightened as it was, and every reason why it cannot be read."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from contract import limits
from drivers.camera.frames import NoFrameError, as_bgr, decoded
from drivers.camera.page import find_page, straighten
from drivers.camera.quality import jpeg_of, judged, moved
from drivers.device import Hint
from drivers.emulated.drawing import (
    HEIGHT,
    WIDTH,
    blurred,
    corners_of,
    dark,
    encoded,
    glaring,
    laid,
    scene,
    sheet,
    table,
    two_pages,
    with_hand,
)

NEAR = 6.0
"""Pixels of a corner found beside where it was drawn (1920 across)."""


@pytest.mark.parametrize("angle", [0, 3, -8, 20, 45, 80, 135, 180, 260])
@pytest.mark.parametrize("tilt", [0.0, 0.15])
@pytest.mark.parametrize("level", [25, 60, 130])
def test_a_page_is_found_turned_in_perspective_and_on_any_darker_table(angle: float, tilt: float, level: int) -> None:
    found = find_page(scene(angle, tilt=tilt, level=level))
    assert found.hint is Hint.READY
    drawn = corners_of(angle, tilt=tilt)
    for corner in found.corners:
        assert min(np.linalg.norm(drawn - corner, axis=1)) < NEAR


@pytest.mark.parametrize("angle", [0, 12, -20])
def test_a_straightened_page_is_the_page_that_was_drawn(angle: float) -> None:
    picture = scene(angle, tilt=0.1)
    page = straighten(picture, find_page(picture).corners)
    drawn = cv2.resize(sheet(), (page.shape[1], page.shape[0]), interpolation=cv2.INTER_AREA)
    grey = [cv2.cvtColor(cv2.GaussianBlur(p, (0, 0), 4), cv2.COLOR_BGR2GRAY).astype(float)[30:-30, 30:-30]
            for p in (page, drawn)]  # fmt: skip
    assert np.corrcoef(grey[0].ravel(), grey[1].ravel())[0, 1] > 0.8


@pytest.mark.parametrize("angle", [0, 17, 45])
def test_a_page_that_lies_well_is_ready(angle: float) -> None:
    assert judged(scene(angle, tilt=0.05))[0] is Hint.READY


def test_a_card_is_a_page_too() -> None:
    card = laid(sheet(860, 540), table(), corners_of(5, tall=560, wide=890))
    assert judged(card)[0] is Hint.READY


def test_a_blank_page_is_no_blurred_one() -> None:
    assert judged(laid(np.full((990, 700, 3), 225, np.uint8), table(), corners_of(4)))[0] is Hint.READY


@pytest.mark.parametrize(
    ("picture", "hint"),
    [
        (table(), Hint.NO_PAGE),
        (table(120), Hint.NO_PAGE),
        (glaring(table()), Hint.NO_PAGE),
        (np.full((HEIGHT, WIDTH, 3), 128, np.uint8), Hint.NO_PAGE),
        (np.full((HEIGHT, WIDTH, 3), 255, np.uint8), Hint.NO_PAGE),
        (np.zeros((HEIGHT, WIDTH, 3), np.uint8), Hint.DARK),
        (dark(table(), 0.3), Hint.DARK),
        (scene(at=(0.5, 0.1)), Hint.NO_PAGE),
        (scene(30, at=(0.02, 0.5)), Hint.NO_PAGE),
        (two_pages(), Hint.SEVERAL),
        (with_hand(scene(3)), Hint.COVERED),
        (with_hand(scene(3), skin=(40, 60, 90)), Hint.COVERED),
        (with_hand(scene(3), skin=(150, 185, 225)), Hint.COVERED),
        (with_hand(scene(3), (0.5, 1.0), (0.5, 0.6)), Hint.COVERED),
        (dark(scene(5)), Hint.DARK),
        (dark(scene(5), 0.12), Hint.DARK),
        (blurred(scene(5)), Hint.BLURRED),
        (blurred(scene(5), 8), Hint.BLURRED),
        (glaring(scene(5)), Hint.GLARE),
        (np.clip(scene(5).astype(int) * 2, 0, 255).astype(np.uint8), Hint.GLARE),
        (cv2.resize(scene(5), (640, 360), interpolation=cv2.INTER_AREA), Hint.BLURRED),
    ],
    ids=["nothing", "nothing_light_table", "lamp_on_the_table", "grey", "white", "black", "unlit_table", "half_out",
         "corner_out", "two", "hand", "dark_hand", "light_hand", "hand_from_below", "dark", "very_dark", "blurred",
         "very_blurred", "glare", "overexposed", "too_coarse"],
)  # fmt: skip
def test_why_a_page_cannot_be_read(picture: np.ndarray, hint: Hint) -> None:
    assert judged(picture)[0] is hint


def test_what_moves_is_told_from_light_that_changes() -> None:
    still = scene(5)
    assert moved(None, still)
    assert not moved(still, scene(5))
    assert not moved(still, np.clip(still.astype(int) + 12, 0, 255).astype(np.uint8))
    assert moved(still, with_hand(still))
    assert moved(still, scene(6.5))
    assert moved(still, still[:-2])


def test_a_photo_is_bounded_even_when_the_page_is_nothing_but_noise() -> None:
    noise = np.random.default_rng(3).integers(0, 256, (2000, 1414, 3), np.uint8)
    for most in (limits.PHOTO_BYTES, 40_000, 4_000):
        data, width, height = jpeg_of(noise, most)
        assert len(data) <= most
        assert cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR).shape == (height, width, 3)


SHAPES = st.tuples(st.integers(1, 90), st.integers(1, 90), st.integers(1, 5)) | st.tuples(
    st.integers(0, 90), st.integers(0, 90)
)


@settings(max_examples=150, deadline=None)
@given(arrays.arrays(np.uint8, SHAPES))
def test_no_picture_of_any_size_breaks_the_finder(raw: np.ndarray) -> None:
    try:
        picture = as_bgr(raw)
    except NoFrameError:
        return
    hint, corners = judged(picture)
    assert isinstance(hint, Hint)
    if corners is not None:
        straighten(picture, corners)


@settings(max_examples=60, deadline=None)
@given(st.integers(16, 3000), st.integers(16, 40), st.integers(0, 2**32 - 1), st.booleans())
def test_no_long_thin_picture_breaks_it(long: int, short: int, seed: int, upright: bool) -> None:
    size = (long, short, 3) if upright else (short, long, 3)
    judged(np.random.default_rng(seed).integers(0, 256, size, np.uint8))


@settings(max_examples=60, deadline=None)
@given(arrays.arrays(np.float32, (4, 2), elements=st.floats(-50, 250, width=32)))
def test_no_quadrilateral_breaks_it(corners: np.ndarray) -> None:
    """Whatever four corners a page is drawn at, also folded over itself or outside the picture."""
    judged(laid(sheet(70, 99), table(60, 200, 160), corners) if abs(cv2.contourArea(corners)) > 1 else table())


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400))
def test_no_bytes_break_the_decoder(data: bytes) -> None:
    with pytest.raises(NoFrameError):
        decoded(data)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from([".png", ".jpg", ".bmp"]), st.integers(0, 5000), st.binary(min_size=1, max_size=30))
def test_no_damage_to_an_image_breaks_the_decoder(ending: str, at: int, damage: bytes) -> None:
    data = bytearray(encoded(table(60, 64, 48), ending))
    at %= len(data)
    data[at : at + len(damage)] = damage
    try:
        judged(decoded(bytes(data)))
    except NoFrameError:
        return


@pytest.mark.parametrize(
    ("raw", "works"),
    [
        (np.zeros((48, 64), np.uint8), True),
        (np.zeros((48, 64, 1), np.uint8), True),
        (np.zeros((48, 64, 2), np.uint8), True),
        (np.zeros((48, 64, 4), np.uint8), True),
        (np.zeros((48, 64), np.uint16), True),
        (np.zeros((48, 63, 2), np.uint8), False),
        (np.zeros((48, 64, 5), np.uint8), False),
        (np.zeros((1, 90_000), np.uint8), False),
        (np.zeros((48, 64, 3), np.float64), False),
        (np.zeros((6000, 6000), np.uint8), False),
        (None, False),
        (b"MJPG", False),
    ],
    ids=["grey", "grey1", "yuyv", "bgra", "grey16", "odd_yuyv", "five", "compressed", "float", "huge", "none", "bytes"],
)
def test_pixel_formats(raw: object, works: bool) -> None:
    if works:
        assert as_bgr(raw).shape == (48, 64, 3)
    else:
        with pytest.raises(NoFrameError):
            as_bgr(raw)
