"""A virtual display of its own, its pixels, and the page around it."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest

from bench.measures import Bench, touch_until_answered
from bench.screen import Area, Screen
from bench.subjects import Subject, page_is_there, showing
from deploy.local.display import NOVNC, Size, lay_page, size_of, xvfb

SIZE = Size(480, 640)


@pytest.mark.parametrize(("text", "size"), [("1080x1920", Size(1080, 1920)), ("1280×1024", Size(1280, 1024))])
def test_sizes(text: str, size: Size) -> None:
    assert Size.parse(text) == size


@pytest.mark.parametrize("text", ["", "1080", "x", "10x10", "1080x1920x24", "-1080x1920"])
def test_what_is_no_size(text: str) -> None:
    with pytest.raises(ValueError, match="WIDTHxHEIGHT"):
        Size.parse(text)


async def test_a_display_of_the_size_asked_for(tmp_path: Path) -> None:
    async with xvfb(SIZE, tmp_path / "xvfb.log") as display:
        assert await size_of(display) == SIZE
        with Screen(display) as screen:
            pixels = screen.pixels(Area(0, 0, SIZE.width, 4))
            assert len(pixels) == SIZE.width * 4 * 4
            assert not page_is_there(screen.pixels(Area(5, 0, 1, SIZE.height)))
    with pytest.raises(OSError, match="no X server"):
        Screen(display)


async def test_a_page_is_seen_and_touched(tmp_path: Path) -> None:
    """The measuring eye and finger, on a bare window."""
    size = Size(1080, 1920)
    bare = Subject("bare", (sys.executable, "-m", "bench.peer.bare", "1080", "1920"), tmp_path / "bare.log")
    async with xvfb(size, tmp_path / "xvfb.log") as display:
        with Screen(display) as screen:
            async with showing(bare, display, screen, size) as started:
                assert started.began < started.shown
                bench = Bench(display, screen, size, bare, bare, 1)
                touched = await asyncio.to_thread(touch_until_answered, bench)
                assert touched is not None
                assert touched >= started.shown
            assert started.process.returncode is not None


def test_the_page_names_its_dock_and_brings_the_viewer(tmp_path: Path) -> None:
    lay_page(tmp_path, dock=18599, size=SIZE)
    lay_page(tmp_path, dock=18599, size=SIZE)
    text = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert ":18599/" in text
    assert "480 / 640" in text
    assert "@" not in text
    assert (tmp_path / "core" / "rfb.js").read_bytes() == (NOVNC / "core" / "rfb.js").read_bytes()
