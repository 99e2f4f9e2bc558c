from __future__ import annotations

from pathlib import Path

import pytest

from contract.configuration import CONTENT, county_role
from contract.wire import ConfigState
from tests.secure.config.simulator import COUNTY
from tests.secure.config.village import DEVICE, ROSTER, WORDS, Village, roster


@pytest.fixture
def village(tmp_path: Path) -> Village:
    """A terminal that runs one text and one roster, from a repository in its second state."""
    made = Village(tmp_path)
    sim = made.sim
    sim.put("obj/texts.v1", WORDS)
    sim.put(f"{ROSTER}.v1", roster("one"), role=county_role(COUNTY))
    sim.publish(CONTENT, county_role(COUNTY), sim.assign(DEVICE, ("obj/texts", 1), (ROSTER, 1)))
    assert made.refresh().state is ConfigState.CURRENT
    assert made.runs() == {"obj/texts": 1, ROSTER: 1}
    return made
