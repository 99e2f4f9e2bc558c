"""The page in a picture: found, and straightened. Pure functions; only the camera's own process imports this module.

A page is lighter than what it lies on (the tray of a document camera is dark and matt): a bright region with four
straight sides, whole within the picture.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from cv2.typing import MatLike

from contract import limits
from drivers.device import Hint

WORK_PIXELS: Final = 640
"""The longer side of the picture that is searched."""
SMALLEST: Final = 0.06
"""Of the picture: a smaller region is a stain of light or a scrap, no page."""
SHEET: Final = 0.12
"""Of the picture: a region with clear edges that is at least so large is a page with something over it."""
FILLED: Final = 0.945
"""How much of its four-sided outline a region must fill; the rest is covered."""
CONTRAST: Final = 14
"""Grey levels between a page and what it lies on, at least."""
EDGED: Final = 0.55
"""Share of a page's outline that must be a real edge: the soft border of a lamp's light is none."""
NEARBY: Final = 13
"""Pixels across which the two sides of an edge are compared."""
OFF_LINE: Final = 5.0
"""Pixels from a side within which an outline's point belongs to it."""
LINE_POINTS: Final = 8
MARGIN: Final = 0.004
"""Of the picture: a corner nearer to the border than this is outside it."""
NARROWEST: Final = 0.2
"""The shorter side against the longer one."""


@dataclass(frozen=True, slots=True)
class Found:
    """``hint`` READY with the four corners (pixels, clockwise from the upper left), or why there is no page."""

    hint: Hint
    corners: MatLike | None = None


def shrunk(picture: MatLike, longest: int) -> MatLike:
    """*picture* with a longer side of at most *longest* pixels."""
    height, width = picture.shape[:2]
    scale = longest / max(height, width)
    if scale >= 1:
        return picture
    return cv2.resize(
        picture, (max(1, round(width * scale)), max(1, round(height * scale))), interpolation=cv2.INTER_AREA
    )


def find_page(picture: MatLike) -> Found:
    """The one page in *picture* (8 bit BGR)."""
    small = shrunk(picture, WORK_PIXELS)
    grey = cv2.GaussianBlur(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY), (5, 5), 0)
    pages, spoilt = _sheets(grey)
    if len(pages) > 1:
        return Found(Hint.SEVERAL)
    if spoilt:
        return Found(Hint.COVERED)
    if not pages or not _inside(pages[0], grey):
        return Found(Hint.NO_PAGE)
    scale = np.array([picture.shape[1] / small.shape[1], picture.shape[0] / small.shape[0]], np.float32)
    return Found(Hint.READY, pages[0] * scale)


def _sheets(grey: MatLike) -> tuple[list[MatLike], bool]:
    """The four-sided bright regions, and whether there is a large one with clear edges that is not four-sided."""
    level, bright = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    if level <= 0:
        return [], False
    bright = cv2.morphologyEx(bright, cv2.MORPH_CLOSE, np.ones((7, 7), np.uint8))
    bright = cv2.morphologyEx(bright, cv2.MORPH_OPEN, np.ones((5, 5), np.uint8))
    # A border of its own: a region that is cut off by the picture's edge keeps an outline there.
    bright[[0, -1], :] = 0
    bright[:, [0, -1]] = 0
    contours, _ = cv2.findContours(bright, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    pages: list[MatLike] = []
    spoilt = False
    for contour in contours:
        area = cv2.contourArea(contour)
        if area < SMALLEST * grey.size or not _stands_out(grey, contour):
            continue
        corners = _four_corners(contour, area)
        if corners is not None:
            pages.append(corners)
        elif area >= SHEET * grey.size and not _cut_off(grey, contour, area):
            spoilt = True
    return pages, spoilt


def _stands_out(grey: MatLike, contour: MatLike) -> bool:
    """Whether it is lighter inside than outside, along most of its outline."""
    mask = np.zeros(grey.shape[:2], np.uint8)
    cv2.drawContours(mask, [contour], -1, 1, cv2.FILLED)
    if np.all(mask > 0):
        return False
    contrast = float(np.median(grey[mask > 0])) - float(np.median(grey[mask == 0]))
    outline = contour.reshape(-1, 2)
    inside, outside = (
        (_near(grey * part) / np.maximum(_near(part), 1e-3))[outline[:, 1], outline[:, 0]] for part in (mask, 1 - mask)
    )
    return contrast >= CONTRAST and float(np.mean(inside - outside >= contrast * 0.4)) >= EDGED


def _near(values: MatLike) -> MatLike:
    """The mean around each point."""
    return cv2.boxFilter(values, cv2.CV_32F, (NEARBY, NEARBY), borderType=cv2.BORDER_REPLICATE)


def _cut_off(grey: MatLike, contour: MatLike, area: float) -> bool:
    """Whether it ends at the picture's border and has nothing over it: a page that lies half outside."""
    left, top, width, height = cv2.boundingRect(contour)
    at_border = left <= 1 or top <= 1 or left + width >= grey.shape[1] - 1 or top + height >= grey.shape[0] - 1
    return at_border and area / max(cv2.contourArea(cv2.convexHull(contour)), 1.0) >= FILLED


def _four_corners(contour: MatLike, area: float) -> MatLike | None:
    """The corners of a region that fills four straight sides; None when it does not."""
    hull = cv2.convexHull(contour)
    around = cv2.arcLength(hull, True)
    for share in (0.01, 0.02, 0.03, 0.045, 0.06):
        outline = cv2.approxPolyDP(hull, share * around, True)
        if len(outline) < 4:
            return None
        if len(outline) == 4:
            corners = _clockwise(_exact(outline.reshape(4, 2).astype(np.float32), contour))
            sides = _sides(corners)
            whole = float(cv2.contourArea(corners))
            fits = area / max(whole, 1.0) >= FILLED and cv2.contourArea(hull) / max(whole, 1.0) <= 2 - FILLED
            return corners if fits and min(sides) >= NARROWEST * max(sides) else None
    return None


def _exact(corners: MatLike, contour: MatLike) -> MatLike:
    """Where the straight lines through the four sides meet: the region's own corners are rounded off."""
    points = contour.reshape(-1, 2).astype(np.float32)
    lines = []
    for start, end in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        along = (end - start) / max(float(np.linalg.norm(end - start)), 1e-3)
        way, off = (points - start) @ along, np.abs((points - start) @ np.array([-along[1], along[0]]))
        length = float(np.linalg.norm(end - start))
        side = points[(way > 0.12 * length) & (way < 0.88 * length) & (off < OFF_LINE)]
        if len(side) < LINE_POINTS:
            return corners
        lines.append(cv2.fitLine(side, cv2.DIST_HUBER, 0, 0.01, 0.01).ravel())
    meeting = [_meeting(lines[i - 1], lines[i]) for i in range(4)]
    exact = np.array([corners[i] if place is None else place for i, place in enumerate(meeting)], np.float32)
    return exact if float(np.abs(exact - corners).max()) < 4 * OFF_LINE else corners


def _meeting(one: MatLike, other: MatLike) -> MatLike | None:
    """Where two lines (direction and point) meet; None when they run side by side."""
    across = float(one[0] * other[1] - one[1] * other[0])
    if abs(across) < 0.1:
        return None
    away = other[2:] - one[2:]
    return np.asarray(one[2:] + one[:2] * float(away[0] * other[1] - away[1] * other[0]) / across)


def _clockwise(corners: MatLike) -> MatLike:
    """Clockwise (y downwards) from the one nearest to the upper left."""
    middle = corners.mean(axis=0)
    turned = corners[np.argsort(np.arctan2(corners[:, 1] - middle[1], corners[:, 0] - middle[0]))]
    return np.roll(turned, -int(np.argmin(turned.sum(axis=1))), axis=0)


def _sides(corners: MatLike) -> list[float]:
    return [float(np.linalg.norm(corners[i] - corners[(i + 1) % 4])) for i in range(4)]


def _inside(corners: MatLike, grey: MatLike) -> bool:
    height, width = grey.shape[:2]
    margin = max(2.0, MARGIN * max(width, height))
    low, high = corners.min(axis=0), corners.max(axis=0)
    return bool(low.min() >= margin and high[0] <= width - 1 - margin and high[1] <= height - 1 - margin)


def straighten(picture: MatLike, corners: MatLike) -> MatLike:
    """The page alone, seen from straight above, its longer side at most limits.PHOTO_PIXELS and never enlarged.

    Which way round it lies is not known: the upper left is what lay there.
    """
    upper, right, lower, left = _sides(corners)
    width, height = max(upper, lower), max(left, right)
    scale = min(1.0, limits.PHOTO_PIXELS / max(width, height))
    wide, tall = max(1, round(width * scale)), max(1, round(height * scale))
    target = np.array([[0, 0], [wide - 1, 0], [wide - 1, tall - 1], [0, tall - 1]], np.float32)
    turn = cv2.getPerspectiveTransform(corners.astype(np.float32), target)
    return cv2.warpPerspective(picture, turn, (wide, tall), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
