"""The bytes of a slip: text a printer can print, drawn where it cannot, and nothing it could misread."""

from __future__ import annotations

import asyncio
import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contract.slip import Qr, Slip, Text, Title
from drivers.emulated.printer import EmulatedPrinter
from drivers.printer.drawing import Pen, harmless
from drivers.printer.rendering import encode, render
from drivers.printer.settings import NOTO, PrinterSettings, Profile


def _in_gbk(char: str) -> bool:
    return encode(char, "gbk") is not None


BMP = st.characters(min_codepoint=0x20, max_codepoint=0xFFEF, exclude_categories=("Cs", "Cc", "Cn", "Cf", "Co"))
GBK = st.text(BMP.filter(_in_gbk).filter(lambda char: not char.isspace()), min_size=1, max_size=40)
ANY = st.text(st.one_of(BMP, st.characters(min_codepoint=0x20000, max_codepoint=0x2A6DF)), max_size=24)
PEN = Pen(NOTO)


async def _on_paper(data: bytes, folder) -> EmulatedPrinter:
    async with EmulatedPrinter(folder / "printer", millimetres_per_second=0) as peer:
        tty = os.open(folder / "printer", os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
        os.write(tty, data)
        async with asyncio.timeout(5):
            while not peer.slips:
                await asyncio.sleep(0.001)
        os.close(tty)
        return peer


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(GBK)
def test_whatever_is_in_gbk_arrives_as_it_is(tmp_path, text):
    job = render(Slip((Text(text),)), PrinterSettings(), PEN)
    peer = asyncio.run(_on_paper(job.data, tmp_path))
    assert "".join(peer.slips[0].text).replace(" ", "") == text
    assert b"\x1d\x76\x30" not in job.data


@settings(max_examples=60, deadline=None)
@given(ANY, st.sampled_from([80, 58]), st.booleans())
def test_no_slip_holds_a_real_time_command_or_a_substitute(text, width_mm, big):
    job = render(Slip((Title(text) if big else Text(text),)), PrinterSettings(width_mm=width_mm), PEN)
    for second in (0x04, 0x05, 0x14):
        assert bytes((0x10, second)) not in job.data
    assert job.data.count(b"?") == text.count("?") or b"\x1d\x76\x30" in job.data
    assert 0 < job.visible < len(job.data)


@given(st.binary(max_size=64))
def test_harmless_adds_dots_and_takes_none(raster):
    made = harmless(raster)
    assert len(made) == len(raster)
    assert all(one & other == one for one, other in zip(raster, made, strict=True))
    assert not any(bytes((0x10, second)) in made for second in (0x04, 0x05, 0x14))


@pytest.mark.parametrize("char", ["㐂", "𠮷", "€", "\u2212"])
def test_what_a_two_byte_font_has_not_is_not_sent_as_text(char):
    assert encode("张" + char, "gbk") is None


@pytest.mark.parametrize("char", [*"，：￥①☎龥a"])
def test_what_it_has_is(char):
    expected = _in_gbk(char)
    assert (encode(char, "gbk") is not None) is expected
    if expected:
        assert encode(char, "gbk") == char.encode("gbk")


def test_a_smaller_font_draws_more():
    assert encode("镕", "gbk") is not None
    assert encode("镕", "gb2312") is None
    job = render(Slip((Text("镕"),)), PrinterSettings(profile=Profile(charset="gb2312")), PEN)
    assert b"\x1d\x76\x30" in job.data


def test_a_character_no_font_has_is_a_box_with_its_code_point():
    drawn = PEN.line("\U0002ffff")
    assert drawn.size == (24, 24)
    assert min(drawn.crop((0, 10, 4, 11)).tobytes()) == 0, "the box's left side"


def test_the_longest_code_fits_both_papers():
    for width_mm in (80, 58):
        for native in (True, False):
            profile = Profile(native_qr=native)
            slip = Slip((Qr("https://follow.example/" + "x" * 480, ""),))
            assert render(slip, PrinterSettings(width_mm=width_mm, profile=profile), PEN).data
