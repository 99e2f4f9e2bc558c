from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract import masking


@pytest.mark.parametrize(
    ("text", "masked"),
    [("张三", "张*"), ("欧阳示例", "欧*"), ("阿依古丽·示例", "阿*"), ("Jane Sample", "J*"),
     ("张", "*"), ("", ""), (" 李四 ", "李*"),

     ("葛\U000e0100示", "葛\U000e0100*"), ("𠮷示例", "𠮷*")],
)  # fmt: skip
def test_names(text: str, masked: str) -> None:
    assert masking.name(text) == masked


def test_numbers() -> None:
    assert masking.id_number("140999195501010011") == "140999********0011"
    assert masking.phone("13800001234") == "138****1234"
    assert masking.phone("138 0000 1234") == "138****1234"
    assert masking.phone("0350-3000012") == "035******12"
    assert masking.card_number("A12345678") == "*****5678"


@given(st.text())
def test_a_mask_never_shows_more_than_its_share(text: str) -> None:
    bare = text.strip()
    assert masking.name(text) != bare or bare in ("", "*") or bare.endswith("*")
    for mask, shown in ((masking.id_number, 10), (masking.phone, 7), (masking.card_number, 4)):
        masked = mask(text)
        assert len(masked.replace("*", "")) <= shown
        assert len(masked) <= len(bare)


@given(st.text(alphabet="0123456789X", min_size=15, max_size=18))
def test_of_a_citizen_number_the_birthday_is_hidden(number: str) -> None:
    masked = masking.id_number(number)
    assert masked[6:-4] == "*" * (len(number) - 10)
