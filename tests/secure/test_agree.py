"""The independent verifier and ours say the same; ten thousand times by ``scripts/soak histories``."""

from __future__ import annotations

import pytest

from tests.secure import agree


@pytest.mark.parametrize("seed", [7, 8])
def test_both_verifiers_agree_on_damaged_histories(seed: int) -> None:
    told = agree.agree(100, seed)
    assert told.total() == 100
    assert len(told) > 4, "the damage is of many kinds"
