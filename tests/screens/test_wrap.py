"""Chinese lines, by example and by rule. Every character is one wide here, Latin ones half."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract import catalogue, codes, faults
from contract import texts as own_texts
from contract.wrapping import NEVER_FIRST, NEVER_LAST, PARTICLES, WORDS, halves, pieces, wrap

TEXTS = st.text(alphabet="能不社保卡就近办村里的一二年月日，。、；：？！（）《》「」“”12 3.5abcXY-%\n　", max_size=60)


def width(text: str) -> float:
    return sum(0.5 if character.isascii() else 1.0 for character in text)


@pytest.mark.parametrize(
    ("text", "wide", "lines"),
    [
        ("请插入社保卡，办完提醒您取走。", 6, ["请插入", "社保卡，办完", "提醒您取走。"]),
        ("参加《社会保险法》规定的保险", 4, ["参加", "《社会", "保险法》", "规定的", "保险"]),
        ("缴满 180 个月以后", 5, ["缴满", "180 个月", "以后"]),
        ("缴了 268 个月，满 12 个月了", 12, ["缴了 268 个月，满", "12 个月了"]),
        ("每月 1 234.50 元，到账", 7, ["每月", "1 234.50 元，", "到账"]),
        ("用 Kivy 画的", 3, ["用", "Kivy", "画的"]),
        ("等一等……好了", 4, ["等一", "等……", "好了"]),
        ("企业职工基本养老保险待遇发放记录查询", 14, ["企业职工基本养老保险待遇", "发放记录查询"]),
        ("放身份证、扫电子社保卡的码也行", 9, ["放身份证、扫", "电子社保卡的码也行"]),
        ("想不起来，请点「忘了密码」。", 11, ["想不起来，请点", "「忘了密码」。"]),
        ("有合适的岗位，会告诉您", 5, ["有合适的", "岗位，会", "告诉您"]),
        ("灵活就业人员基本养老保险", 5, ["灵活就业", "人员基本", "养老保险"]),
        ("平放在读卡的地方别动", 9, ["平放在读卡的地方", "别动"]),
        ("先把卡轻轻放好再拔", 8, ["先把卡轻轻放好", "再拔"]),
        ("最晚12月9日有答复（10个工作日）", 14, ["最晚12月9日有答复", "（10个工作日）"]),
        ("工作人员最晚2026年12月2日告诉您", 10, ["工作人员最晚2026年", "12月2日告诉您"]),
        ("看看我的社保卡能不能用、做好了没有", 9, ["看看我的社保卡", "能不能用、做好了", "没有"]),
        ("看有没有合适的", 3, ["看", "有没有", "合适的"]),
        ("张* 0021　看看我的社保卡", 12, ["张* 0021　看看我的社保卡"]),
        ("张* 0021　看看我的社保卡", 11, ["张* 0021", "看看我的社保卡"]),
        ("　　没带卡，也能看", 4, ["没带卡，", "也能看"]),
        ("第一行\n第二行", 9, ["第一行", "第二行"]),
        ("", 5, [""]),
    ],
)
def test_examples(text: str, wide: float, lines: list[str]) -> None:
    assert wrap(text, wide, width) == lines


@given(TEXTS, st.integers(1, 20))
def test_nothing_is_lost_and_nothing_too_wide(text: str, wide: int) -> None:
    lines = wrap(text, wide, width)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(width(line) <= wide or len(line) == 1 for line in lines)


@given(TEXTS, st.integers(12, 30))
def test_marks_stand_where_they_may(text: str, wide: int) -> None:
    """Wherever no single piece is wider than the line, the rule holds at every break."""
    for paragraph in text.split("\n"):
        if any(width(piece) > wide for piece in pieces(paragraph)):
            continue
        lines = [line for line in wrap(paragraph, wide, width) if line]
        for before, after in itertools.pairwise(lines):
            spaced = f"{before} {after}" in " ".join(paragraph.split())
            assert spaced or after[0] not in NEVER_FIRST
            assert spaced or before[-1] not in NEVER_LAST


def sentences() -> list[str]:
    """Everything that the terminal says out of declarations."""
    words = own_texts.load()
    said = [words(key) for key in own_texts.Text]
    said += [part for sentence in faults.load().values() for part in (sentence.what, sentence.do)]
    for item in catalogue.load():
        said += [item.name, item.plain, item.content, item.audience, item.documents, item.where, item.result]
        said += [*item.steps, *item.basis, item.declaration]
        said += [part for field in item.fields for part in (field.label, field.question, field.hint)]
    for name in codes.names():
        said += [code.label for code in codes.table(name).rows]
    return [one for one in said if one]


TERMS = ("养老保险", "电子社保卡", "社保卡", "身份证", "服务点", "服务密码", "帮办员", "办事指南", "打印机", "12333")


@pytest.mark.parametrize("wide", range(8, 24))
def test_no_word_is_broken(wide: int) -> None:
    """In none of the terminal's own sentences, however narrow the sheet; and no line begins with a particle."""
    wrong = []
    for text in sentences():
        lines = [line for line in wrap(text, wide, width) if line]
        for before, after in itertools.pairwise(lines):
            if after[0] in PARTICLES and not any(after.startswith(word) for word in WORDS):
                wrong.append(f"{before}/{after}")
            wrong += [
                f"{before}/{after}" for term in TERMS for cut in range(1, len(term))
                if before.endswith(term[:cut]) and after.startswith(term[cut:])
            ]  # fmt: skip
    assert not wrong


@pytest.mark.parametrize(
    ("text", "wide", "lines"),
    [
        ("办好了，县里已经收到", 8, ["办好了，", "县里已经收到"]),
        ("没带卡，点这里看看能办什么", 8, None),
        ("五台山风景名胜区 · 大甘河村服务点", 12, ["五台山风景名胜区", "大甘河村服务点"]),
        ("企业职工基本养老保险参保情况查询", 12, None),
        ("社保卡丢了，先挂失；找到了再解", 12, ["社保卡丢了，先挂失；", "找到了再解"]),
        ("张* 0021　能用吗，做好了吗", 11, ["张* 0021", "能用吗，做好了吗"]),
        ("您好，请把社保卡慢慢地插到底", 13, None),
    ],
)
def test_a_title_is_cut_where_one_pauses(text: str, wide: float, lines: list[str] | None) -> None:
    """Not where the pause would leave a scrap, and not where it does not fit."""
    assert halves(text, wide, width) == lines


def test_words_are_words() -> None:
    """The table holds what it says: no doubles, nothing but Chinese, nothing longer than a line of a narrow cell."""
    assert all(2 <= len(word) <= 6 and all("一" <= c <= "龥" for c in word) for word in WORDS)
    assert {"养老保险", "电子社保卡", "帮办员", "身份证", "办事指南"} <= WORDS


@given(TEXTS)
def test_pieces_are_the_text(text: str) -> None:
    for paragraph in text.split("\n"):
        assert "".join(pieces(paragraph)) == paragraph
