from __future__ import annotations

import concurrent.futures
from pathlib import Path

import msgspec
import pytest

from kiosk import equipment, outfit
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
        ("[card_reader]\n", "card_reader"),
        ("[card_reader]\nreader = 'A'\n[card_reader.psam]\nreader = 'B'", "external_key"),
        ("[card_reader]\nreader = 'A'\n[card_reader.psam]\nreader = ''\nexternal_key = 1", "psam.reader"),
        ("[card_reader]\nreader = 'A'\n[card_reader.psam]\nreader = 'B'\nexternal_key = 256", "external_key"),
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


PSAM = "[card_reader.psam]\nreader = 'B'\nexternal_key = 26\n"


@pytest.mark.parametrize(
    ("more", "contact", "contactless", "authenticator"),
    [
        ("reader = 'A'", True, False, "none"),
        ("contactless = 'A'", False, True, "none"),
        (f"reader = 'A'\ncontactless = 'C'\n{PSAM}", True, True, "psam"),
        ("reader = 'A'\nplatform_keys = true", True, False, "platform"),
        (f"reader = 'A'\nplatform_keys = true\n{PSAM}", True, False, "psam+platform"),
    ],
)
def test_who_opens_third_generation_cards(
    tmp_path: Path, more: str, contact: bool, contactless: bool, authenticator: str
) -> None:
    section = load(written(tmp_path, f"{WHOLE}[card_reader]\n{more}\n")).card_reader
    assert section is not None
    can = outfit.make_card_reader(section, lambda _ask: concurrent.futures.Future()).capabilities
    assert (can.contact, can.contactless, can.authenticator) == (contact, contactless, authenticator)


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
        outfit.printer_settings(section)


def test_a_usb_printer_is_named_by_its_two_numbers(tmp_path: Path) -> None:
    more = "[printer]\nkind = 'usb'\nvendor = 0x04b8\nproduct = 0x0e15\nprofile = 'epson-tm'\nwidth_mm = 58"
    section = load(written(tmp_path, WHOLE + more)).printer
    assert section is not None
    made = outfit.printer_settings(section)
    assert (made.vendor, made.product, made.width_mm, made.profile.automatic) == (0x04B8, 0x0E15, 58, True)
