"""The code tables: complete, unique, sourced, readable."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from contract import codes
from contract.codes import OWN, TABLES


@pytest.fixture(params=codes.names())
def table(request: pytest.FixtureRequest) -> codes.Table:
    return codes.table(request.param)


def test_which_tables_there_are() -> None:
    assert set(codes.names()) == {
        "card_steps", "certificates", "counties", "ethnicity", "fair_audiences", "gig_starts", "gig_times", "hours",
        "lodging", "marital", "occupations", "old_prefixes", "policy_kinds", "policy_topics", "rating_levels",
        "rating_reasons", "reaches", "schooling", "sex", "training_groups", "training_times",
    }  # fmt: skip


def test_rows(table: codes.Table) -> None:
    assert table.title
    assert table.source
    assert table.standard == OWN or table.standard.startswith("GB/T ")
    labels = [row.label for row in table.rows]
    assert len({row.code for row in table.rows}) == len(table.rows)
    assert len(set(labels)) == len(labels)
    for row in table.rows:
        for text in (row.label, row.official, row.note, table.title):
            text.encode("gb2312")
        assert row.code.isascii()
        assert 1 <= len(row.code) <= 16
        assert 1 <= len(row.label) <= 12


def test_ethnicity_is_the_standard() -> None:
    table = codes.table("ethnicity")
    assert [row.code for row in table.rows] == [f"{number:02d}" for number in range(1, 57)] + ["97", "98"]
    # Spread over the list, so that a row lost or doubled shifts one of them.
    known = {
        "01": "汉族",
        "05": "维吾尔族",
        "11": "满族",
        "21": "佤族",
        "30": "土族",
        "43": "乌孜别克族",
        "56": "基诺族",
    }
    assert {code: table.label(code) for code in known} == known


def test_counties() -> None:
    table = codes.table("counties")
    offered = [row.code for row in table.offered]
    assert len(offered) == 14
    assert "140971" not in offered
    assert table.label("140971") == "五台山风景名胜区"
    assert all(code.startswith("1409") for code in offered)


def test_old_prefixes_are_read_and_never_offered() -> None:
    table = codes.table("old_prefixes")
    assert not table.offered
    assert all(row.code.startswith("1422") for row in table.rows)
    assert table.label("142201") == "忻州市"


def test_personal_tables() -> None:
    assert [row.code for row in codes.table("sex").offered] == ["1", "2"]
    assert sorted(row.code for row in codes.table("schooling").rows) == ["10", "20", "30", "40", "60", "70", "80", "90"]
    assert {row.code for row in codes.table("marital").rows} == {"10", "20", "21", "22", "23", "30", "40", "90"}


@pytest.mark.parametrize(
    ("name", "standard"),
    [
        ("sex", "GB/T 2261.1"), ("marital", "GB/T 2261.2"), ("ethnicity", "GB/T 3304"), ("schooling", "GB/T 4658"),
        ("occupations", "GB/T 6565"), ("counties", "GB/T 2260"), ("old_prefixes", "GB/T 2260"),
    ],
)  # fmt: skip
def test_each_table_names_its_standard(name: str, standard: str) -> None:
    """The occupations' codes are our own: of them the source says which standard there is."""
    table = codes.table(name)
    assert standard in (table.source if table.standard == OWN else table.standard)


def test_occupations() -> None:
    table = codes.table("occupations")
    assert len(table.rows) == 24
    assert {row.major for row in table.rows} <= {"", "1", "2", "3", "4", "5", "6", "7", "8"}
    assert sum(bool(row.major) for row in table.rows) >= 20


def test_an_unknown_code_is_shown_as_it_is() -> None:
    assert codes.table("sex").label("7") == "7"
    assert codes.table("sex").find("7") is None


@pytest.mark.parametrize("name", ["", "nothing", "../items/01", "sex.toml", "/etc/passwd", "\0"])
def test_no_other_file_is_a_table(name: str) -> None:
    with pytest.raises(ValueError, match="代码表"):
        codes.table(name)


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ('code = "2"', 'code = "1"', "重复"),
        ('label = "男"', "label = 1", "$.rows[0].label"),
        ("source =", "sauce =", "sauce"),
        ("rows = [", "rows = [[", "array"),
    ],
)
def test_a_wrong_table_names_file_and_field(tmp_path: Path, old: str, new: str, named: str) -> None:
    text = (TABLES / "sex.toml").read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "sex.toml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(msgspec.ValidationError) as caught:
        codes.load(path)
    assert "sex.toml" in str(caught.value)
    assert named in str(caught.value)
