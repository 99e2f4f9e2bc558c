"""Every showing screen, in three sizes, two sizes of text, with and without high contrast: in the real window."""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from kiosk.views import Nav
from screens.theme import GAP, LEAST_TARGET, TILE, scale_of
from tests.screens.theatre import played

SIZES = ((1080, 1920), (1920, 1080), (1280, 1024))
Found = tuple[float, float, list[dict[str, Any]], Path]


@pytest.fixture(scope="module", params=SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def seen(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Found:
    """What stood where, on every page of every view in every mode. Pictures are left in pytest's folder."""
    width, height = request.param
    out: Path = tmp_path_factory.mktemp(f"screens-{width}x{height}")
    done = played(
        "tests.screens.scene_pictures", str(width), str(height), str(out), width=width, height=height, wait=600
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return width, height, json.loads((out / "found.json").read_text(encoding="utf-8")), out


def places(seen: Found) -> Iterator[tuple[str, dict[str, Any]]]:
    for one in seen[2]:
        yield f"{one['view']} page {one['page']} {one['mode']}", one


def test_everything_lies_in_the_window(seen: Found) -> None:
    width, height, *_ = seen
    wrong = []
    for where, one in places(seen):
        boxes = [(box["label"], box["x"], box["y"], box["w"], box["h"]) for box in one["targets"]]
        boxes += [(said["text"], *said["box"]) for said in one["said"]]
        wrong += [
            f"{where}: {name}" for name, x, y, w, h in boxes
            if x < -1 or y < -1 or x + w > width + 1 or y + h > height + 1
        ]  # fmt: skip
    assert not wrong


def test_targets_are_large_and_apart(seen: Found) -> None:
    """No target below the least size; none nearer to another than the gap."""
    scale = scale_of(seen[0], seen[1])
    wrong = []
    for where, one in places(seen):
        for box in one["targets"]:
            if min(box["w"], box["h"]) < LEAST_TARGET * scale - 1:
                wrong.append(f"{where}: {box['label']} is {box['w']:.0f}x{box['h']:.0f}")
            if box["key"].startswith("group:") and box["h"] < TILE * scale - 1:
                wrong.append(f"{where}: tile {box['label']} is {box['h']:.0f} high")
        for one_box, other in itertools.combinations(one["targets"], 2):
            across = max(one_box["x"] - other["x"] - other["w"], other["x"] - one_box["x"] - one_box["w"], 0)
            down = max(one_box["y"] - other["y"] - other["h"], other["y"] - one_box["y"] - one_box["h"], 0)
            if math.hypot(across, down) < GAP * scale - 1:
                wrong.append(f"{where}: {one_box['label']} and {other['label']} {across:.0f}, {down:.0f} apart")
    assert not wrong


def test_no_words_over_words(seen: Found) -> None:
    wrong = []
    for where, one in places(seen):
        for first, second in itertools.combinations(one["said"], 2):
            (ax, ay, aw, ah), (bx, by, bw, bh) = first["box"], second["box"]
            if min(ax + aw, bx + bw) - max(ax, bx) > 2 and min(ay + ah, by + bh) - max(ay, by) > 2:
                wrong.append(f"{where}: {first['text']} / {second['text']}")
    assert not wrong


def test_words_stay_on_their_target(seen: Found) -> None:
    """What stands on a button stands on it whole; what does not, lies under no button."""
    wrong = []
    for where, one in places(seen):
        targets = {box["key"]: box for box in one["targets"]}
        for said in one["said"]:
            x, y, w, h = said["box"]
            if said["target"] is not None:
                box = targets[said["target"]]
                across = x < box["x"] - 1 or x + w > box["x"] + box["w"] + 1
                if across or y < box["y"] - 1 or y + h > box["y"] + box["h"] + 1:
                    wrong.append(f"{where}: {said['text']} leaves {box['label']}")
            else:
                wrong += [
                    f"{where}: {said['text']} under {box['label']}"
                    for box in one["targets"]
                    if box["key"] != "still_there"
                    and min(x + w, box["x"] + box["w"]) - max(x, box["x"]) > 2
                    and min(y + h, box["y"] + box["h"]) - max(y, box["y"]) > 2
                ]
    assert not wrong


def test_no_glyph_is_missing(seen: Found) -> None:
    assert not [f"{where}: {said['missing']}" for where, one in places(seen) for said in one["said"] if said["missing"]]


def test_the_foot_never_moves(seen: Found) -> None:
    """返回 · 首页 · 帮办 in this order, in one place, on every framed view in every mode."""
    feet = set()
    for _where, one in places(seen):
        foot = [(box["label"], box["x"], box["y"], box["w"], box["h"]) for box in one["targets"]
                if box["key"].startswith("nav:")]  # fmt: skip
        assert bool(foot) is one["framed"]
        if foot:
            feet.add(tuple(foot))
    assert len(feet) == 1
    assert [box[0] for box in feet.pop()] == [nav.value for nav in Nav]


def test_hands_stay_in_the_lower_two_thirds(seen: Found) -> None:
    """Upright, nothing that a visit needs lies above a third of the window (a row of a list may begin there)."""
    width, height, *_ = seen
    if width > height:
        pytest.skip("a lying window is reached all over")
    for where, one in places(seen):
        high = [box["label"] for box in one["targets"] if box["y"] + box["h"] < height / 3]
        assert one["view"].startswith("items-") or not high, f"{where}: {high}"


def test_long_things_have_pages_and_the_last_one_ends(seen: Found) -> None:
    pages: dict[tuple[str, str], int] = {}
    for _where, one in places(seen):
        pages[one["view"], one["mode"]] = max(pages.get((one["view"], one["mode"]), 0), one["page"])
    assert pages["items-insurance", "plain"] > 0
    assert max(pages.values()) < 11, pages


def test_the_drawn_card_has_straight_edges(seen: Found) -> None:
    """Nothing sticks out of the card's upper edge where its outline begins and ends: it has as much ink everywhere."""
    scale = scale_of(seen[0], seen[1])
    begin = next(
        box
        for one in seen[2]
        if (one["view"], one["mode"]) == ("attract", "plain")
        for box in one["targets"]
        if box["key"] == "begin"
    )
    picture = Image.open(seen[3] / "plain-attract-0.png").convert("L")
    middle, top = round(begin["x"] + begin["w"] / 2), round(begin["y"] + 8 * scale)
    white = 250
    inks = []
    for x in range(middle - round(30 * scale), middle + round(30 * scale)):
        column = [picture.getpixel((x, y)) for y in range(top, top + round(220 * scale))]
        first = next(y for y, light in enumerate(column) if light < white)
        end = next(y for y in range(first + 3, len(column)) if column[y] >= white)
        inks.append(sum(255 - light for light in column[first:end]) / (255 - min(column)))
    assert max(inks) - min(inks) < 0.5, (min(inks), max(inks))  # pixels of thickness


def test_what_belongs_together_stands_in_line(seen: Found) -> None:
    """The names on the menu's tiles, and the names of the ways to show who one is, side by side or below each other."""
    for where, one in places(seen):
        said = {part["text"]: part["box"] for part in one["said"]}
        if one["view"] == "menu":
            rows = [[said[name][1] for name in row] for row in (("找工作", "学技术"), ("办社保", "用社保卡"))]
        elif one["view"] == "ask-all":
            axis = 1 if seen[0] > seen[1] else 0
            rows = [[said[name][axis] for name in ("插社保卡", "放身份证", "扫电子社保卡")]]
        else:
            continue
        for row in rows:
            assert max(row) - min(row) < 2, f"{where}: {row}"


def test_no_room_is_kept_for_buttons_that_are_not_there(seen: Found) -> None:
    """A page with nothing but 上一页 and 下一页 has them at its foot, as wide as it is."""
    for where, one in places(seen):
        if one["view"] == "guide-counter":
            turns = [box for box in one["targets"] if box["key"] in ("page:before", "page:after")]
            right = max(box["x"] + box["w"] for box in turns)
            assert right > seen[0] - 64 * scale_of(seen[0], seen[1]) - 1, where
            foot = min((b["y"] for b in one["targets"] if b["key"].startswith("nav:")), default=seen[1])
            bottom = seen[1] if seen[0] > seen[1] else foot
            assert bottom - max(box["y"] + box["h"] for box in turns) < 64 * scale_of(seen[0], seen[1]), where
