from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from kiosk import equipment
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
        ("[printer]\nkind = 'network'", "host"),
        ("[printer]\nkind = 'usb'\nvendor = 0x04b8", "product"),
        ("[printer]\nkind = 'parallel'\npath = 'x'", "kind"),
        ("[printer]\nkind = 'usb'\nvendor = 0x104b8\nproduct = 1", "vendor"),
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


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ("path = 'x'\nprofile = 'epson'", "有的是"),
        ("path = 'x'\nprofile = 'generic-58'\nwidth_mm = 80", "58"),
        ("kind = 'network'\nhost = 'h'\nprofile = 'xonxoff-80'", "XON/XOFF"),
    ],
)
def test_a_printer_that_cannot_be_is_refused_with_a_sentence_and_the_terminal_says_not_ready(
    tmp_path: Path, more: str, sentence: str
) -> None:
    section = load(written(tmp_path, f"{WHOLE}[printer]\n{more}")).printer
    assert section is not None
    with pytest.raises(equipment.NOT_READY, match=sentence):
        equipment.printer_settings(section)


def test_a_usb_printer_is_named_by_its_two_numbers(tmp_path: Path) -> None:
    more = "[printer]\nkind = 'usb'\nvendor = 0x04b8\nproduct = 0x0e15\nprofile = 'epson-tm'\nwidth_mm = 58"
    section = load(written(tmp_path, WHOLE + more)).printer
    assert section is not None
    made = equipment.printer_settings(section)
    assert (made.vendor, made.product, made.width_mm, made.profile.automatic) == (0x04B8, 0x0E15, 58, True)
