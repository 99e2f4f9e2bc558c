"""The table of what is offered without each device (docs/devices.md) says what the program does."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest

from kiosk.bay import Bay
from kiosk.views import Way
from tests.kiosk.scripted import FakeDevice

ROOT = Path(__file__).parents[2]
NAMES = {
    "printer": "printer", "card reader": "card_reader", "ID-card reader": "id_reader", "scanner": "scanner",
    "document camera": "camera", "speaker": "speaker", "presence": "presence", "UPS": "power", "none at all": "",
}  # fmt: skip
WORDS = {Way.CARD: "社保卡", Way.CODE: "二维码", Way.ID_CARD: "身份证"}
WAYS = ("card_reader", "id_reader", "scanner")


def rows() -> dict[str, tuple[str, str]]:
    """Section (empty: nothing at all) → what residents get, what it is shown by."""
    found = {}
    for line in (ROOT / "docs" / "devices.md").read_text(encoding="utf-8").splitlines():
        if line.startswith("| ") and line.count("|") == 4 and not line.startswith("| 缺了"):
            name, offered, shown = (part.strip() for part in line.strip("|").split(" | "))
            found[NAMES[re.sub("^[^ A-Za-z]+ ", "", name)]] = (offered, shown)
    return found


def test_every_device_has_its_row_and_no_row_is_of_none() -> None:
    assert set(rows()) == {*inspect.signature(Bay).parameters, ""}


@pytest.mark.parametrize("section", rows())
def test_what_is_named_as_its_test_is_there(section: str) -> None:
    files = re.findall("`(tests/[^`]+)` `([^`]+)`", rows()[section][1])
    assert files
    for file, name in files:
        assert re.search(rf"def (test_)?{name}", (ROOT / file).read_text(encoding="utf-8")), (file, name)


@pytest.mark.parametrize("absent", WAYS)
def test_the_ways_that_are_left_are_those_the_table_names(absent: str) -> None:
    bay = Bay(**{name: FakeDevice() for name in WAYS if name != absent})  # type: ignore[arg-type]
    offered = rows()[absent][0].partition("·")[0].replace("电子社保卡二维码", "二维码")
    left = offered.partition("；")[0]
    assert {way for way, word in WORDS.items() if word in left} == set(bay.ways())
    assert "帮办员" in offered


def test_without_any_way_staff_are_left() -> None:
    assert Bay().ways() == ()
    assert "帮办员" in rows()[""][0]
