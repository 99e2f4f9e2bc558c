"""The enrolment code: 100 bits, forgiving of how it is typed, unforgiving of what is typed."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from contract import enrolment
from contract.enrolment import ALPHABET, CodeError, check_of, keys_of, new_code, parse_code, parse_qr, qr_text

CHARACTERS = st.text(ALPHABET, min_size=20, max_size=20)


@given(CHARACTERS, st.sampled_from(["", "-", " ", "－", "—"]), st.booleans())
def test_a_code_is_read_however_it_is_typed(characters: str, between: str, lower: bool) -> None:
    typed = between.join((characters + check_of(characters)).replace("0", "O").replace("1", "l"))
    assert parse_code(typed.lower() if lower else typed) == characters


@given(CHARACTERS, st.integers(0, 20), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_told(characters: str, place: int, other: str) -> None:
    whole = characters + check_of(characters)
    wrong = whole[:place] + other + whole[place + 1 :]
    if wrong != whole:
        with pytest.raises(CodeError):
            parse_code(wrong)


@given(CHARACTERS, st.integers(0, 20), st.integers(0, 20))
@example("1" + "0" * 19, 0, 20)  # the first one and the check character
@example("0" * 19 + "1", 0, 20)
def test_two_characters_that_changed_places_are_told(characters: str, one: int, other: int) -> None:
    whole = list(characters + check_of(characters))
    whole[one], whole[other] = whole[other], whole[one]
    if "".join(whole) != characters + check_of(characters):
        with pytest.raises(CodeError):
            parse_code("".join(whole))


@given(st.text(max_size=60))
def test_anything_else_is_no_code_and_is_never_repeated(text: str) -> None:
    try:
        said = parse_code(text)
    except CodeError as error:
        said = str(error)
    assert len(said) == 20 or len(text) < 4 or text not in said


def test_codes_differ_and_their_keys_have_nothing_in_common() -> None:
    codes = {new_code() for _ in range(50)}
    assert len(codes) == 50
    keys = keys_of(parse_code(codes.pop()))
    assert len({keys.terminal, keys.platform, keys.sealing, keys.index.encode()}) == 4
    assert keys.terminal.hex() not in repr(keys)
    assert keys.ask_mac(b"csr") != keys.ask_mac(b"cst")
    assert keys.reply_mac(b"csr", b"a") != keys.reply_mac(b"csr", b"b")


def test_the_keys_are_what_they_were() -> None:
    """Codes that are out in envelopes still work after an update."""
    keys = keys_of("0123456789ABCDEFGHJK")
    assert keys.index == "b2f91a2ae4b5ec93"


def test_a_qr_holds_address_and_code() -> None:
    code = new_code()
    assert parse_qr(qr_text("https://a.example:8603", code)) == ("https://a.example:8603", parse_code(code), "INTL")
    for wrong in ("", "JJB1 https://a", f"JJB1 http://a {code}", f"JJB2 https://a {code}", "https://a"):
        with pytest.raises(CodeError):
            parse_qr(wrong)


def test_a_field_has_no_zero_divisors() -> None:
    products = {(a, b): enrolment._times(a, b) for a in range(1, 32) for b in range(1, 32)}
    assert all(products.values())
    assert all(products[a, b] == products[b, a] for a, b in products)
    assert all(len({products[a, b] for b in range(1, 32)}) == 31 for a in range(1, 32))
