"""Pages that nobody ever wrote, on tables that do not exist: drawn for dock and tests, nothing of a real person."""

from __future__ import annotations

import math
from typing import Any

import cv2
import numpy as np

Image = Any
WIDTH, HEIGHT = 1920, 1080


def sheet(width: int = 700, height: int = 990, paper: int = 225, seed: int = 1) -> Image:
    """A page with lines of made-up strokes, a frame and a stamp."""
    random = np.random.default_rng(seed)
    page = np.full((height, width, 3), paper, np.uint8)
    ink = (paper // 5,) * 3
    for y in range(70, height - 60, 34):
        x = 60
        while x < width - 80:
            for _ in range(3):
                dx, dy = random.integers(-9, 10, 2)
                cv2.line(page, (x, y), (x + int(dx), y + int(dy)), ink, 2)
            x += int(random.integers(20, 34))
    cv2.circle(page, (width - 160, height - 160), 70, (paper // 6, paper // 6, int(paper * 0.8)), 6)
    return page


def table(level: int = 60, width: int = WIDTH, height: int = HEIGHT, seed: int = 2) -> Image:
    """A dark table: a gentle slope of light, grain, and the camera's noise."""
    random = np.random.default_rng(seed)
    slope = np.linspace(level * 0.85, level * 1.15, width)[None, :] * np.linspace(1.05, 0.95, height)[:, None]
    grain = np.sin(np.arange(height) / 7.0)[:, None] * level * 0.04
    noise = random.normal(0, 2.0, (height, width, 3))
    return np.clip(slope[..., None] + grain[..., None] + noise, 0, 255).astype(np.uint8)


def corners_of(angle: float = 0.0, *, tilt: float = 0.0, at: tuple[float, float] = (0.5, 0.5), tall: float = 880,
               wide: float = 622) -> Image:  # fmt: skip
    """Where the page's corners are: turned by *angle* degrees, its far side shorter by the share *tilt*."""
    half = np.array([[-wide / 2 * (1 - tilt), -tall / 2], [wide / 2 * (1 - tilt), -tall / 2], [wide / 2, tall / 2],
                     [-wide / 2, tall / 2]])  # fmt: skip
    turn = math.radians(angle)
    matrix = np.array([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]])
    return (half @ matrix.T + np.array([at[0] * WIDTH, at[1] * HEIGHT])).astype(np.float32)


def laid(page: Image, onto: Image, corners: Image) -> Image:
    """*onto* with *page* lying at *corners*."""
    height, width = page.shape[:2]
    source = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    turn = cv2.getPerspectiveTransform(source, corners)
    size = (onto.shape[1], onto.shape[0])
    over = cv2.warpPerspective(page, turn, size, flags=cv2.INTER_AREA)
    mask = cv2.warpPerspective(np.full(page.shape[:2], 255, np.uint8), turn, size)
    return np.where(mask[..., None] > 127, over, onto)


def scene(angle: float = 0.0, *, tilt: float = 0.0, at: tuple[float, float] = (0.5, 0.5), level: int = 60) -> Image:
    return laid(sheet(), table(level), corners_of(angle, tilt=tilt, at=at))


def dark(picture: Image, share: float = 0.25) -> Image:
    return (picture * share).astype(np.uint8)


def blurred(picture: Image, pixels: float = 4.0) -> Image:
    return cv2.GaussianBlur(picture, (0, 0), pixels)


def glaring(picture: Image, at: tuple[float, float] = (0.5, 0.4), radius: int = 130) -> Image:
    """A lamp's reflection: full in the middle, falling off."""
    y, x = np.mgrid[0 : picture.shape[0], 0 : picture.shape[1]]
    away = np.hypot(x - at[0] * picture.shape[1], y - at[1] * picture.shape[0])
    light = np.clip(1.6 - away / radius, 0, 1) * 255
    return np.clip(picture + light[..., None], 0, 255).astype(np.uint8)


def with_hand(picture: Image, start: tuple[float, float] = (1.0, 0.9), end: tuple[float, float] = (0.58, 0.5),
              skin: tuple[int, int, int] = (90, 120, 175)) -> Image:  # fmt: skip
    """An arm from the picture's border to somewhere on the page."""
    out = picture.copy()
    place = [(round(p[0] * picture.shape[1]), round(p[1] * picture.shape[0])) for p in (start, end)]
    cv2.line(out, place[0], place[1], skin, 150)
    cv2.circle(out, place[1], 110, skin, cv2.FILLED)
    return out


def two_pages() -> Image:
    first = laid(sheet(), table(), corners_of(2, at=(0.3, 0.5)))
    return laid(sheet(seed=5), first, corners_of(-4, at=(0.7, 0.5)))


def encoded(picture: Image, ending: str = ".png") -> bytes:
    return bytes(cv2.imencode(ending, picture)[1].tobytes())
