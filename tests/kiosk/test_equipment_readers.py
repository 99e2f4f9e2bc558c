"""terminal.toml's scanner and ID-card reader become the drivers they name."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from drivers.scanner import PROFILES, HidScanner, SerialScanner
from kiosk.outfit import make_scanner
from kiosk.settings import IdReaderSection, SerialSection, load


@pytest.mark.parametrize("name", [*PROFILES, "keyboard"])
def test_every_profile_can_be_named(name: str) -> None:
    section = msgspec.toml.decode(f'path = "/dev/null"\nprofile = "{name}"', type=SerialSection)
    made = make_scanner(section)
    assert isinstance(made, HidScanner if name == "keyboard" else SerialScanner)
    assert made.capabilities.exclusive == (name == "keyboard")
    assert made.capabilities.trigger == ("presentation" if name == "keyboard" else name)


def test_without_a_word_it_always_looks() -> None:
    assert make_scanner(SerialSection(path="x")).capabilities.trigger == "presentation"


@pytest.mark.parametrize("wrong", ['[scanner]\npath = "x"\nprofile = "other"', '[id_reader]\npath = "x"\nbaud = 2400'])
def test_a_profile_or_rate_that_is_none_names_the_setting(tmp_path: Path, wrong: str) -> None:
    file = tmp_path / "terminal.toml"
    file.write_text(
        f'[terminal]\nid = "T-0001"\nnumber = 1\nplace = "x"\n[platform]\nfolder = ""\n[paths]\nledger = ""\n{wrong}\n'
    )
    with pytest.raises(msgspec.ValidationError, match=r"scanner\.profile|id_reader\.baud"):
        load(file)


def test_the_usual_rate() -> None:
    assert IdReaderSection(path="x").baud == 115200
