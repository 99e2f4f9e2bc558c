"""Whether a page can be read: light, glare, sharpness, rest; and its JPEG, bounded. Only the camera's own process
imports this module. Grey levels are 0 to 255."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from cv2.typing import MatLike

from contract import limits
from drivers.camera.page import find_page, shrunk, straighten
from drivers.device import Hint

DARK_PAPER: Final = 85
"""Paper that is not lighter than this."""
DARK_ROOM: Final = 50
"""No page was found, and hardly anything is lighter than this: it is the light."""
WHITE: Final = 252
"""Nothing is to be read where the camera's sensor is full."""
LIT_PAPER: Final = 240
"""Paper as light as this all over is well lit; a spot on it is no glare."""
GLARE_SHARE: Final = 0.012
"""Of the page: the largest spot of glare that is let pass."""
SHARP: Final = 0.2
"""How much of a step in brightness the steepest pixel of a sharp edge takes. One of ideal sharpness takes 0.4 after the
smoothing here, one blurred over 2 pixels 0.2: 0.4 mm of an A4 sheet."""
SHARP_PIXELS: Final = 1600
"""The page's longer side when its sharpness is measured."""
STEP: Final = 30
"""Grey levels: smaller steps are noise."""
COARSEST: Final = 500
"""A page with a longer side of fewer pixels cannot be read, however sharp."""
MOVED: Final = 16
"""Grey levels by which a point must differ between two frames to have moved."""
MOVED_SHARE: Final = 0.006
MOTION_PIXELS: Final = 320
QUALITIES: Final = (90, 80, 70, 60, 50, 40)
SMALLER: Final = 0.8


def judged(picture: MatLike) -> tuple[Hint, MatLike | None]:
    """What a person should do about *picture*, and the page's corners where one was found."""
    found = find_page(picture)
    if found.corners is None:
        grey = cv2.cvtColor(shrunk(picture, MOTION_PIXELS), cv2.COLOR_BGR2GRAY)
        return (Hint.DARK if np.percentile(grey, 98) < DARK_ROOM else found.hint), None
    page = cv2.cvtColor(straighten(picture, found.corners), cv2.COLOR_BGR2GRAY)
    paper = float(np.median(page))
    if paper < DARK_PAPER:
        return Hint.DARK, found.corners
    if paper >= WHITE or (paper < LIT_PAPER and _largest_spot(page) > GLARE_SHARE):
        return Hint.GLARE, found.corners
    if max(page.shape) < COARSEST or sharpness(_around(picture, found.corners)) < SHARP:
        return Hint.BLURRED, found.corners
    return Hint.READY, found.corners


def _largest_spot(page: MatLike) -> float:
    """Of the page: the largest connected spot that is white and nothing else."""
    small = shrunk(page, 800)
    white = cv2.morphologyEx((small >= WHITE).astype(np.uint8), cv2.MORPH_OPEN, np.ones((5, 5), np.uint8))
    _, _, measures, _ = cv2.connectedComponentsWithStats(white)
    return max((float(row[cv2.CC_STAT_AREA]) for row in measures[1:]), default=0.0) / small.size


def _around(picture: MatLike, corners: MatLike) -> MatLike:
    """The page with a little of what it lies on (its own border is an edge even when it is blank), in grey, its longer
    side at most SHARP_PIXELS."""
    left, top = np.floor(corners.min(axis=0)).astype(int) - 8
    right, bottom = np.ceil(corners.max(axis=0)).astype(int) + 8
    part = picture[max(0, int(top)) : int(bottom), max(0, int(left)) : int(right)]
    return cv2.cvtColor(shrunk(part, SHARP_PIXELS), cv2.COLOR_BGR2GRAY)


def sharpness(grey: MatLike) -> float:
    """From 0 to about 0.5: the share of a step that its steepest pixel takes, for the sharper edges of *grey*. 0 when
    there is no edge. Neither light nor contrast changes it, as a variance of the Laplacian would be changed."""
    smooth = cv2.GaussianBlur(grey, (3, 3), 0)
    kernel = np.ones((9, 9), np.uint8)
    steps = cv2.dilate(smooth, kernel).astype(np.float32) - cv2.erode(smooth, kernel)
    across, down = cv2.Sobel(smooth, cv2.CV_32F, 1, 0), cv2.Sobel(smooth, cv2.CV_32F, 0, 1)
    steep = np.hypot(across, down) / 8
    edges = steps >= STEP
    if not np.any(edges):
        return 0.0
    return float(np.percentile(steep[edges] / steps[edges], 95))


def moved(before: MatLike | None, now: MatLike) -> bool:
    """Whether something moved between two pictures; True without a first one."""
    if before is None or before.shape != now.shape:
        return True
    change = _motion_view(now).astype(np.int16) - _motion_view(before)
    change -= np.int16(np.median(change))  # the camera's own exposure
    return float(np.mean(np.abs(change) > MOVED)) > MOVED_SHARE


def _motion_view(picture: MatLike) -> MatLike:
    return cv2.GaussianBlur(cv2.cvtColor(shrunk(picture, MOTION_PIXELS), cv2.COLOR_BGR2GRAY), (5, 5), 0)


def jpeg_of(page: MatLike, most: int = limits.PHOTO_BYTES) -> tuple[bytes, int, int]:
    """*page* as a JPEG of at most *most* bytes, its width and its height: first of less quality, then smaller."""
    while True:
        for quality in QUALITIES:
            _, data = cv2.imencode(".jpg", page, [cv2.IMWRITE_JPEG_QUALITY, quality])
            if data.size <= most:
                return data.tobytes(), page.shape[1], page.shape[0]
        assert max(page.shape[:2]) > 16, "the bound leaves room for a page"
        page = shrunk(page, int(max(page.shape[:2]) * SMALLER))
