"""The independent verifier and ours say the same; ten thousand times by ``scripts/soak histories``."""

from __future__ import annotations

import pytest

from tests.secure import agree


@pytest.mark.parametrize(("suite", "seed", "count"), [("INTL", 7, 100), ("INTL", 8, 50), ("GM", 8, 50)])
def test_both_verifiers_agree_on_damaged_histories(suite: str, seed: int, count: int) -> None:
    told = agree.agree(count, seed, suite)
    assert told.total() == count
    assert len(told) > 4, "the damage is of many kinds"
