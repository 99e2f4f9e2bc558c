"""Every input and data view in three windows × two sizes of text × two contrasts, every page of it: nothing too small
to hit, nothing cut, nothing over something else, no glyph missing (checks.py). The pictures stay in pytest's folder, or
in the folder that JIUJINBAN_PICTURES names."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.screens_input import gallery, windows

SIZES = ((1080, 1920), (1920, 1080), (1280, 1024))
LOOKS = len(("normal", "large")) * len(("paper", "contrast"))
WAIT = 600.0
"""Seconds for one window with all its pictures; it takes about twenty-five on a machine with nothing else to do."""


@dataclass(frozen=True)
class Picture:
    scene: str
    large: bool
    contrast: bool
    page: int
    file: str
    texts: list[str]
    labels: list[list[str]]
    findings: list[str]


@pytest.fixture(scope="module")
def seen(request: pytest.FixtureRequest, library: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Picture]:
    """What the window of one size saw."""
    width, height = size = request.param
    chosen = os.environ.get("JIUJINBAN_PICTURES")
    out = (Path(chosen) if chosen else tmp_path_factory.mktemp("pictures")) / f"{width}x{height}"
    out.mkdir(parents=True, exist_ok=True)
    told = windows.run("walker", size, str(library), str(out), wait=WAIT)
    return [Picture(**json.loads(line)) for line in told.splitlines()]


of_every_size = pytest.mark.parametrize(
    "seen", SIZES, ids=lambda size: f"{size[0]}x{size[1]}", indirect=True, scope="module"
)
"""The size stands first in a test's name: several workers have one window each (tests/conftest.py)."""


@pytest.mark.parametrize("name", gallery.SCENES)
@of_every_size
def test_view(seen: list[Picture], name: str) -> None:
    pictures = [picture for picture in seen if picture.scene == name]
    assert len([picture for picture in pictures if picture.page == 1]) == LOOKS
    wrong = {picture.file: picture.findings for picture in pictures if picture.findings}
    assert not wrong
    most = gallery.SCENES[name].most_pages
    assert max(picture.page for picture in pictures) <= most


@of_every_size
def test_any_item_in_three_touches(seen: list[Picture]) -> None:
    """Group, page, item: every item stands on a page whose number can be touched from the first one."""
    for group in gallery.Group:
        for large in (False, True):
            pages = [
                p for p in seen if p.scene == f"items-{group.name.lower()}" and p.large is large and not p.contrast
            ]
            first = [label for label, _ in pages[0].labels]
            reached = {key for _, key in pages[0].labels}
            for picture in pages[1:]:
                assert f"第 {picture.page} 页" in first, "no touch on the first page leads here"
                reached |= {key for _, key in picture.labels}
            wanted = {f"item:{item.number}" for item in gallery.ITEMS.group(group)}
            assert wanted <= reached
            assert [p.page for p in pages] == list(range(1, len(pages) + 1))


@of_every_size
def test_the_page_shown_is_marked_by_words(seen: list[Picture]) -> None:
    """Not by colour alone: it says 「在这页」, and takes no touch."""
    for picture in seen:
        if picture.scene == "items-insurance":
            here = [label for label, key in picture.labels if key == "here"]
            assert here == [f"第 {picture.page} 页\n在这页"], picture.file


@of_every_size
def test_handing_in_only_at_the_end(seen: list[Picture]) -> None:
    """提交 stands on the last page only: nobody hands in what was not seen."""
    pages = [p for p in seen if p.scene == "confirm" and not p.contrast]
    for picture in pages:
        last = max(p.page for p in pages if p.large is picture.large)
        assert ("提交" in [one for one, _ in picture.labels]) is (picture.page == last), picture.file


@of_every_size
def test_older_records_are_one_touch_away_on_every_page(seen: list[Picture]) -> None:
    for picture in seen:
        if picture.scene in ("contributions-year", "payouts"):
            assert ("更早的", "older") in [tuple(one) for one in picture.labels], picture.file


@of_every_size
def test_a_list_says_which_ones_it_shows(seen: list[Picture]) -> None:
    """「第 7–9 个」 counts on over the platform's pages of six; turned back to, a list shows its end."""
    for large in (False, True):
        pages = [p for p in seen if (p.scene, p.large, p.contrast) == ("listing", large, False)]
        at = 7
        for picture in pages:
            cards = sum(key.startswith("card:") for _, key in picture.labels)
            span = f"第 {at}–{at + cards - 1} 个" if cards > 1 else f"第 {at} 个"
            assert span in picture.texts, picture.file
            at += cards
        assert at == 13
        back = next(p for p in seen if (p.scene, p.large) == ("listing-back", large))
        assert [key for _, key in back.labels if key.startswith("card:")][-1] == "card:14090005"
