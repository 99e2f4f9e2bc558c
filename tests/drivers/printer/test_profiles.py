"""Models are data, and a printer that cannot be is refused with a sentence."""

from __future__ import annotations

import msgspec
import pytest

from drivers.printer import Kind, PrinterSettings, PrinterSettingsError, Profile, profile, profiles
from drivers.printer.settings import Cut, End


def test_every_model_names_its_source_and_can_be_used_on_each_of_its_papers():
    assert {"generic-80", "generic-58", "epson-tm", "citizen-ppu", "no-in-order", "no-near-end", "xonxoff-80"} < set(
        profiles()
    )
    for name, model in profiles().items():
        assert model.title, name
        assert model.source, name
        for width in model.widths:
            assert PrinterSettings(path="/dev/x", profile=model, width_mm=width).dots in (576, 384)


def test_the_paper_is_the_models_first_when_nobody_says():
    assert PrinterSettings(path="/dev/x", profile=profile("generic-58")).width_mm == 58
    assert PrinterSettings(path="/dev/x", profile=profile("generic-80")).columns == 48


def test_a_model_that_is_not_there_is_refused_with_those_that_are():
    with pytest.raises(PrinterSettingsError, match=r"「epson」没有，有的是：.*epson-tm"):
        profile("epson")


@pytest.mark.parametrize(
    "wrong",
    [
        {"widths": (72,)},
        {"charset": "big5"},
        {"speed": 0.0},
        {"answers": (1, 5)},
        {"answers": (2, 3)},
        {"answers": (), "end": End.IN_ORDER},
        {"answers": (), "end": End.TIME, "automatic": True},
        {"near_end": (2, 5), "paper_end": (5, 6)},
        {"near_end": (4,)},
        {"paper_end": ()},
        {"presenter": 6},
        {"presenter": 6, "paper_end": (5,), "cut": Cut.NONE},
    ],
)
def test_a_model_that_cannot_be_is_refused_with_a_sentence(wrong):
    with pytest.raises(PrinterSettingsError) as refused:
        Profile(**wrong)
    assert len(str(refused.value)) > 8


def test_a_misspelt_setting_of_a_model_is_an_error_that_names_it(tmp_path):
    (tmp_path / "p.toml").write_text("[x]\ntitel = 'y'\n", "utf-8")
    with pytest.raises(msgspec.ValidationError, match="titel"):
        profiles(tmp_path / "p.toml")
    (tmp_path / "p.toml").write_text("[x]\nwidths = [72]\n", "utf-8")
    with pytest.raises(msgspec.ValidationError, match="纸宽"):
        profiles(tmp_path / "p.toml")


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ({"path": "/dev/x", "width_mm": 58, "profile": Profile(widths=(80,))}, "80"),
        ({"kind": Kind.NETWORK}, "host"),
        ({"kind": Kind.NETWORK, "host": "h", "path": "/dev/x"}, "path"),
        ({"kind": Kind.NETWORK, "host": "h", "port": 0}, "port"),
        ({"kind": Kind.NETWORK, "host": "h", "profile": Profile(xonxoff=True)}, "XON"),
        ({"kind": Kind.USB}, "vendor"),
        ({"kind": Kind.USB, "vendor": 1, "product": 70000}, "十六进制"),
        ({"path": "/dev/x", "vendor": 1}, "USB"),
        ({"path": "/dev/x", "host": "h"}, "host"),
        ({"path": "/dev/x", "baud": 12345}, "12345"),
    ],
)
def test_a_printer_that_cannot_be_is_refused_with_a_sentence(wrong, word):
    with pytest.raises(PrinterSettingsError, match=word):
        PrinterSettings(**wrong)
