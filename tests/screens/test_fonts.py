"""Which font draws what. The real fonts, as set-up puts them."""

from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path

import pytest

from screens.fonts import FOLDER, MISSING, Fonts

GB2312 = "".join(
    bytes((row, cell)).decode("gb2312", errors="ignore") for row in range(0xB0, 0xF8) for cell in range(0xA1, 0xFF)
)


def file_of(text: str, *, bold: bool = False) -> list[str]:
    return [Path(run.font).name for run in Fonts().runs(text, bold)]


def test_everyday_words_take_the_light_font_alone() -> None:
    assert file_of("请插入社保卡，1 234.50 元 · 「帮办」《办法》…—？ ①") == ["RegularLight.otf"]
    assert file_of(GB2312) == ["RegularLight.otf"]
    assert file_of(GB2312, bold=True) == ["BoldLight.otf"]


@pytest.mark.parametrize(("character", "font"), [("喆", "Regular.otf"), ("堃", "Regular.otf"), ("𠀀", "HanaMinA.ttf")])
def test_rare_characters_fall_through(character: str, font: str) -> None:
    """Only the rare character of a name changes its font."""
    assert file_of(f"王{character}生") == ["RegularLight.otf", font, "RegularLight.otf"]
    assert Fonts().missing(character) == ""


def test_what_no_font_has_is_drawn_as_a_mark() -> None:
    unknown = "\U0003fffd"
    fonts = Fonts()
    assert fonts.missing(f"王{unknown}") == unknown
    assert "".join(run.text for run in fonts.runs(f"王{unknown}")) == f"王{MISSING}"


def test_figures_are_tabular() -> None:
    fonts = Fonts()
    for bold in (False, True):
        assert len({fonts.width(digit, 40, bold) for digit in "0123456789"}) == 1


def test_a_line_is_as_wide_as_its_characters() -> None:
    fonts = Fonts()
    assert fonts.width("社保卡", 40) == 3 * 40
    assert fonts.width("", 40) == 0
    assert fonts.width("大字", 54) > fonts.width("大字", 40)


def test_forgetting_leaves_no_character_behind() -> None:
    fonts = Fonts()
    fonts.width("赵钱孙", 40)
    fonts.forget()
    assert "赵" not in repr(vars(fonts))


def test_without_set_up_it_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"scripts/lib/fonts\.py"):
        Fonts(tmp_path)


def test_set_up_does_nothing_twice(tmp_path: Path) -> None:
    """And mends a cover that is gone."""
    spec = importlib.util.spec_from_file_location("set_up", Path(__file__).parents[2] / "scripts" / "lib" / "fonts.py")
    assert spec is not None
    assert spec.loader is not None
    set_up = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(set_up)
    folder = tmp_path / "fonts"
    shutil.copytree(FOLDER, folder)
    before = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
    assert set_up.main([str(folder)]) == 0
    assert {path.name: path.stat().st_mtime_ns for path in folder.iterdir()} == before
    (folder / "BoldLight.cover").unlink()
    assert set_up.main([str(folder)]) == 0
    assert (folder / "BoldLight.cover").read_bytes() == (FOLDER / "BoldLight.cover").read_bytes()
