"""What must hold on every picture: asked of what the window says can be touched and read, and of its pixels."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from PIL import Image

from screens import inspection
from screens.fonts import Fonts
from screens.input.boxes import Box
from screens.input.writing import Page
from screens.kit import BODY
from screens.theme import GAP, KEY_GAP, LARGE, LEAST_TARGET, LINE_HEIGHT, SMALL, Style
from screens.widgets.part import Part, Said
from screens.widgets.target import Target

KEYS = ("key:", "candidate:", "candidates:", *(f"page:{page.name.lower()}" for page in Page), "back", "clear")
"""Targets of the keyboards."""
LEAST_KEY = 80
SLACK = 0.75
"""Pixels by which rounding may miss."""
RECEIPT = re.compile(r"\d{4} ?\d{4} ?\d{4}")
LINES = 2
"""On a target that says one thing."""
WHOLE_CARD = ("card:", "item:", "option:")
"""Targets with a text of several lines on them."""


@dataclass(frozen=True)
class Shot:
    """A picture of the window and what it was drawn from."""

    root: Part
    content: Part
    area: Box
    window: Box
    look: Style
    picture: Image.Image
    keyboard: bool


def findings(shot: Shot) -> list[str]:
    return [*_sizes(shot), *_gaps(shot), *_words(shot), *_over_each_other(shot), *_glyphs(shot), *_ink(shot)]


def labels(shot: Shot) -> list[tuple[str, str]]:
    """Label and key of what takes a touch, or is an item; of the page shown its words, with the key ``here``."""
    found = []
    for target in _targets(shot.root):
        if target.enabled or target.key.startswith("item:"):
            found.append((target.label, target.key))
        elif target.key.startswith("page:") and target.key[5:].isdigit():
            found.append(("\n".join(said.text for said in target.said), "here"))
    return found


def gap_between(one: Box, other: Box) -> float:
    """Pixels of free space between two boxes, negative when they overlap."""
    return max(other.x - one.right, one.x - other.right, other.y - one.bottom, one.y - other.bottom)


def within(inner: Box, outer: Box) -> bool:
    return (
        inner.x >= outer.x - SLACK
        and inner.y >= outer.y - SLACK
        and inner.right <= outer.right + SLACK
        and inner.bottom <= outer.bottom + SLACK
    )


def _targets(root: Part) -> list[Target]:
    return [part for part in inspection.parts(root) if isinstance(part, Target)]


def _is_key(shot: Shot, target: Target) -> bool:
    return shot.keyboard and target.key.startswith(KEYS)


def _sizes(shot: Shot) -> Iterator[str]:
    inside = _targets(shot.content)
    for target in _targets(shot.root):
        least = (LEAST_KEY if _is_key(shot, target) else LEAST_TARGET) * shot.look.scale
        if min(target.box.w, target.box.h) < least - SLACK:
            yield f"{target.label} is {target.box.w:.0f}×{target.box.h:.0f}, less than {least:.0f}"
        if not within(target.box, shot.area if target in inside else shot.window):
            yield f"{target.label} leaves its area: {_spoken(target.box)}"


def _gaps(shot: Shot) -> Iterator[str]:
    for one, other in itertools.combinations(_targets(shot.root), 2):
        keys = _is_key(shot, one) and _is_key(shot, other)
        least = (KEY_GAP if keys else GAP) * shot.look.scale
        if (found := gap_between(one.box, other.box)) < least - SLACK:
            yield f"{one.label} and {other.label} are {found:.0f} apart, less than {least:.0f}"


def _owned(shot: Shot) -> list[tuple[Said, Part]]:
    return [(said, part) for part in inspection.parts(shot.root) for said in part.said]


def letters(said: Said) -> float:
    """How high they are, in pixels."""
    return said.box.h / ((said.lines - 1) * LINE_HEIGHT + BODY)


def _words(shot: Shot) -> Iterator[str]:
    inside = list(inspection.parts(shot.content))
    targets = _targets(shot.root)
    for said, part in _owned(shot):
        high = letters(said)
        least = SMALL * shot.look.scale * (LARGE if shot.look.large else 1)
        if part in inside and high < least - SLACK:
            yield f"「{said.text}」 is in letters of {high:.0f}, less than {least:.0f}"
        if said.lines > 1 and RECEIPT.fullmatch(said.text):
            yield f"the number {said.text} is broken"
        if isinstance(part, Target):
            if not within(said.box, part.box):
                yield f"「{said.text}」 leaves its target"
            if said.lines > LINES and not part.key.startswith(WHOLE_CARD):
                yield f"「{said.text}」 takes {said.lines} lines on its target"
        elif not within(said.box, shot.area if part in inside else shot.window):
            yield f"「{said.text}」 leaves its area: {_spoken(said.box)}"
        for target in targets:
            if target is not part and gap_between(said.box, target.box) < -SLACK:
                yield f"「{said.text}」 runs under 「{target.label}」"


def _over_each_other(shot: Shot) -> Iterator[str]:
    for (one, _), (other, _) in itertools.combinations(_owned(shot), 2):
        if gap_between(one.box, other.box) < -SLACK:
            yield f"「{one.text}」 runs into 「{other.text}」"


def _glyphs(shot: Shot) -> Iterator[str]:
    fonts: Fonts = shot.look.fonts
    for text in inspection.texts(shot.root):
        if lost := fonts.missing(text) + fonts.missing(text, bold=True):
            yield f"「{text}」 lacks {lost}"


def _ink(shot: Shot) -> Iterator[str]:
    """Words are really to be seen: in both halves of where they stand something differs clearly from the ground. A
    single mark (「，」) may have one half empty."""
    for said, _ in _owned(shot):
        box = said.box
        parts = 1 if len(said.text) == 1 else 2
        for part in box.split(0, *[1] * parts):
            piece = shot.picture.crop((round(part.x), round(part.y), round(part.right), round(part.bottom)))
            counts = piece.convert("L").histogram()
            ground = max(range(256), key=counts.__getitem__)
            inked = sum(count for shade, count in enumerate(counts) if abs(shade - ground) > 60)
            if inked < 0.008 * sum(counts):
                yield f"「{said.text}」 is not to be seen"
                break


def _spoken(box: Box) -> str:
    return f"{box.x:.0f},{box.y:.0f} to {box.right:.0f},{box.bottom:.0f}"
