"""Lines, columns and tables: nothing lost, nothing too wide, no mark where it must not stand."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from contract.wrapping import NEVER_FIRST, NEVER_LAST
from drivers.printer.typesetting import pairs, table, width, wrap

HAN = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5)
RUNNING = st.text(st.one_of(HAN, st.sampled_from("，。、；：？！（）《》「」0123456789abc .-*")), max_size=120)
CELLS = st.text(st.one_of(HAN, st.sampled_from("0123456789 .")), max_size=14)


@given(RUNNING, st.sampled_from([48, 32, 24, 16]))
def test_wrapping_keeps_every_character_and_the_width(text, columns):
    lines = wrap(text, columns)
    assert all(width(line) <= columns for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


@given(st.lists(st.text(HAN, min_size=1, max_size=9), min_size=1, max_size=12), st.sampled_from([48, 32]))
def test_no_closing_mark_begins_a_line_and_no_opening_mark_ends_one(words, columns):
    lines = wrap("（" + "）。「".join(words) + "」，", columns)
    assert not any(line[0] in NEVER_FIRST for line in lines)
    assert not any(line[-1] in NEVER_LAST for line in lines)


def test_a_mark_takes_the_character_before_it_along():
    assert wrap("一二三四，五", 8) == ["一二三", "四，五"]


def test_words_and_grouped_numbers_stay_together():
    assert wrap("每月发 1 234.50 元", 12) == ["每月发", "1 234.50 元"]
    assert wrap("地址 https://a.example/b", 20) == ["地址", "https://a.example/b"]
    assert wrap("138 **** 1234", 10) == ["138 ****", "1234"]


def test_control_characters_never_reach_the_printer():
    assert wrap("张\x1b@三\x10\x04\x01\t四", 20) == ["张@三 四"]


def test_pairs_line_up_and_a_long_value_goes_below():
    assert pairs([("姓名", "张*"), ("联系电话", "138")], 32) == ["姓名      张*", "联系电话  138"]
    assert pairs([("地点", "示" * 16)], 32) == ["地点", "    " + "示" * 14, "    示示"]


def test_a_table_lines_up_and_numbers_stand_right():
    lines = table(("月份", "基数"), (("2026年10月", "4 512.00"), ("9月", "9.00")), 32)
    assert len(lines) == 3
    assert len({width(line) for line in lines}) == 1
    assert lines[1].endswith("4 512.00")


def test_words_begin_below_each_other_and_dates_end_so():
    rows = (("2026年6月25日", "享受就业扶持政策", "忻府区"), ("2026年5月18日", "失业登记", "定襄县"))
    head, first, second = table(("日期", "记的事", "在哪儿办的"), rows, 48)
    at = [width(line[: line.index(word)]) for line, word in ((head, "记"), (first, "享"), (second, "失"))]
    assert len(set(at)) == 1
    paid = table(("月份", "结果", "日期"), (("6月", "已发放", "2026年11月15日"), ("5月", "没发成", "2026年5月5日")), 48)
    assert width(paid[1]) == width(paid[2])


def test_long_headings_are_folded_in_the_middle():
    heading = ("月份", "缴费基数", "个人缴费", "单位缴费", "到账")
    lines = table(heading, (("2026年10月", "4 512.00", "360.96", "721.92", "已到账，已到账"),), 48)
    assert "个人" in lines[0]
    assert "缴费" in lines[1]


def test_a_table_too_wide_for_the_paper_becomes_blocks():
    heading = ("月份", "缴费基数", "个人缴费", "单位缴费")
    lines = table(heading, (("2026年10月", "4 512.00", "1 360.96", "2 721.92"),), 32)
    assert lines == ["2026年10月", "  缴费基数  4 512.00", "  个人缴费  1 360.96", "  单位缴费  2 721.92"]


@given(
    st.integers(1, 6).flatmap(
        lambda n: st.tuples(
            st.lists(CELLS, min_size=n, max_size=n),
            st.lists(st.lists(CELLS, min_size=n, max_size=n), max_size=5),
        )
    ),
    st.sampled_from([48, 32]),
)
def test_no_table_is_wider_than_the_paper_or_loses_a_figure(content, columns):
    heading, rows = content
    lines = table(heading, rows, columns)
    assert all(width(line) <= columns for line in lines)
    printed, wanted = "".join(lines), "".join(cell for row in rows for cell in row)
    for char in set(wanted) - {" "}:
        assert printed.count(char) >= wanted.count(char)


def test_a_heading_s_unit_stands_below_it_before_a_word_is_cut() -> None:
    head = ["月份", "缴费基数(元)", "个人缴费(元)", "单位缴费(元)", "到账"]
    lines = table(head, [["2026年11月", "6 950.00", "556.00", "1 112.00", "还没到账"]], 48)
    assert lines[0].split() == ["月份", "缴费基数", "个人缴费", "单位缴费", "到账"]
    assert lines[1].split() == ["(元)", "(元)", "(元)"]
