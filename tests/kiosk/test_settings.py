from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from kiosk.settings import load

WHOLE = """
[terminal]
id = "T-0001"
number = 1
place = "示例县 · 杨树村服务点"
[platform]
folder = "identity"
[paths]
ledger = "ledger.db"
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "terminal.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_what_is_not_named_is_not_there(tmp_path: Path) -> None:
    settings = load(written(tmp_path, WHOLE))
    assert settings.card_reader is None
    assert settings.printer is None
    assert (settings.screen.width, settings.screen.height, settings.screen.fullscreen) == (1080, 1920, True)


@pytest.mark.parametrize(
    ("more", "named"),
    [
        ("[screen]\nwidht = 5", "widht"),
        ("[screen]\nwidth = 5", "width"),
        ("[printer]\nbaud = 9600", "path"),
        ("[priner]\npath = 'x'", "priner"),
        ("[camera]\nsource = 'still'", "path"),
        ("[camera]\npath = 'x'\nsource = 'uvc'", "source"),
        ("[speaker]\nvolume = 5", "volume"),
        ("[presence]\nsensor = 'prox'\nnear = -1", "near"),
        ("[power]\nups = 'a b'", "ups"),
        ("[power]\nups = 'a'\nport = 0", "port"),
    ],
)
def test_a_wrong_setting_is_an_error_that_names_it(tmp_path: Path, more: str, named: str) -> None:
    with pytest.raises(msgspec.ValidationError, match=named):
        load(written(tmp_path, WHOLE + more))


def test_a_terminal_id_is_plain(tmp_path: Path) -> None:
    with pytest.raises(msgspec.ValidationError, match="id"):
        load(written(tmp_path, WHOLE.replace("T-0001", "T 1")))
