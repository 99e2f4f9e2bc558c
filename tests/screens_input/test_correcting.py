"""A digit too many, a mark in the wrong place, a PIN begun anew: what is answered is what was meant in the end."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.screens_input.windows import run

ANSWERS = {
    "wage": "35000",
    "too long": "10",
    "wiped": "7",
    "several": ["1", "2"],
    "second page": ["1", "9"],
    "one": "3",
    "unmarked": "1",
    "marked before": "8",
    "skipped": None,
    "code": "S001",
    "code too long": "S12349",
    "code wiped": "Y123",
    "code of before": "S123",
    "code skipped": None,
    "pin": "654321",
    "pin too short": "PinChoice.FORGOTTEN",
}


@pytest.fixture(scope="module", params=[(1080, 1920), (1280, 1024)], ids=str)
def told(request: pytest.FixtureRequest) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(run("corrector", request.param, wait=600).splitlines()[-1])
    return said


@pytest.mark.parametrize("way", ANSWERS)
def test_what_is_answered_is_what_was_meant_in_the_end(told: dict[str, Any], way: str) -> None:
    assert told[way]["answer"] == ANSWERS[way]


def test_what_is_too_much_is_said_and_gone_with_the_next_touch(told: dict[str, Any]) -> None:
    full, taken_back = told["too long"]["looks"]
    assert "已经够了" in full
    assert "已经够了" not in taken_back
    assert "最多选 2 个" in told["several"]["looks"][0]
    assert "最多选 2 个" not in told["several"]["looks"][1]
    assert "已经够了" not in told["wiped"]["looks"][0]


def test_a_code_is_written_in_fours_and_has_no_keys_but_its_own(told: dict[str, Any]) -> None:
    full, taken_back = told["code too long"]["looks"]
    assert "最多 6 位" in full
    assert "S123 45" in full
    assert "6 位" in full.split("|")
    assert "最多 6 位" not in taken_back
    keys = {one for one in full.split("|") if len(one) == 1}
    assert keys == set("0123456789SY")
    assert "0 位" in told["code wiped"]["looks"][0].split("|")


def test_money_is_written_in_groups_while_it_is_typed(told: dict[str, Any]) -> None:
    assert "35 000" in told["wage"]["looks"][0]


def test_a_page_opens_where_the_mark_is(told: dict[str, Any]) -> None:
    """What was chosen before stands on the second page, and an answer that the item no longer has is not kept."""
    (look,) = told["marked before"]["looks"]
    assert "第8样" in look
    assert "第1样" not in look.split("|")
