"""What every window of these tests needs once: pinyin compiled."""

from __future__ import annotations

from pathlib import Path

import pytest

from screens.input import pinyin


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the compiled schema, shared by all windows of the run."""
    folder = tmp_path_factory.mktemp("pinyin")
    pinyin.deploy(folder)
    return folder
