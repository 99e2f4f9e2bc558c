"""The forty items: the plan's own facts carried over, complete, and in words a neighbour would use.

``services.csv`` is a copy of the city's list of forty services (忻人社发〔2024〕6号, annex 1); there the six
priority groups of items 16 to 19 are written out.
"""

from __future__ import annotations

import csv
from pathlib import Path

import msgspec
import pytest

from contract.answers import documents
from contract.catalogue import ITEMS, Catalogue, Channel, Document, Group, Item, Kind, Offline, Proof, load
from contract.fields import options

FACTS = Path(__file__).with_name("services.csv")
LIVE = {
    1: Kind.REGISTRATION,
    2: Kind.RECOMMENDATION,
    3: Kind.BROWSE,
    4: Kind.REGISTRATION,
    5: Kind.RECOMMENDATION,
    6: Kind.BROWSE,
    7: Kind.REGISTRATION,
    8: Kind.RECOMMENDATION,
    9: Kind.BROWSE,
    10: Kind.REGISTRATION,
    11: Kind.REGISTRATION,
    12: Kind.BROWSE,
    13: Kind.RECORDS,
    14: Kind.BROWSE,
    15: Kind.BROWSE,
    16: Kind.REGISTRATION,
    17: Kind.RECOMMENDATION,
    18: Kind.RECORDS,
    19: Kind.REGISTRATION,
    20: Kind.REGISTRATION,
    21: Kind.REGISTRATION,
    22: Kind.REGISTRATION,
    23: Kind.REGISTRATION,
    24: Kind.REGISTRATION,
    25: Kind.RECORDS,
    26: Kind.RECORDS,
    27: Kind.RECORDS,
    28: Kind.REGISTRATION,
    29: Kind.REGISTRATION,
    30: Kind.REGISTRATION,
    31: Kind.REGISTRATION,
    32: Kind.REGISTRATION,
    33: Kind.RECORDS,
    34: Kind.REGISTRATION,
    35: Kind.REGISTRATION,
    36: Kind.RECORDS,
    37: Kind.REGISTRATION,
    38: Kind.REGISTRATION,
    39: Kind.RECORDS,
    40: Kind.REGISTRATION,
}
PUBLIC = {3, 6, 9, 12, 14, 15}
"""Lookups without personal data."""
FORBIDDEN = ("错误", "失败", "异常", "error", "系统", "mission", "非法", "无效")


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load()


def facts() -> list[dict[str, str]]:
    with FACTS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def our_words(item: Item) -> list[str]:
    """Every text of *item* that is ours, not the plan's."""
    words = [item.plain, item.where, item.result, item.declaration, *item.steps, *item.basis]
    for field in item.fields:
        words += [field.question, field.label, field.hint, field.example, field.unit]
        words += [option.label for option in options(field)]
    return words


def test_the_list_has_forty_rows_and_the_catalogue_has_them_all(catalogue: Catalogue) -> None:
    assert [int(row["number"]) for row in facts()] == list(range(1, 41))
    assert [item.number for item in catalogue] == list(range(1, 41))


@pytest.mark.parametrize("row", facts(), ids=lambda row: row["number"])
def test_facts_are_carried_over_exactly(catalogue: Catalogue, row: dict[str, str]) -> None:
    item = catalogue[int(row["number"])]
    ours = {
        "number": str(item.number),
        "group": item.group.value,
        "name": item.name,
        "content": item.content,
        "channels": "|".join(channel.value for channel in item.channels),
        "audience": item.audience,
        "documents": item.documents,
        "time_limit": item.time_limit,
    }
    assert ours == row


@pytest.mark.parametrize("number", range(1, 41))
def test_all_four_are_public(catalogue: Catalogue, number: int) -> None:
    """四公开: procedure, basis, limit and result; each basis names a law, a regulation or a numbered paper."""
    item = catalogue[number]
    assert len(item.steps) >= 2
    assert item.time_limit
    assert item.result
    assert item.basis
    assert all("《" in one or "〔" in one for one in item.basis)


def test_counts_of_the_plan(catalogue: Catalogue) -> None:
    assert [len(catalogue.group(group)) for group in Group] == [15, 4, 18, 3]
    assert sum(item.for_residents for item in catalogue) == 22
    assert sum(item.time_limit == "即时" for item in catalogue) == 26


def test_files_are_named_by_number() -> None:
    for path in ITEMS.glob("*.toml"):
        assert path.stem == f"{msgspec.toml.decode(path.read_bytes(), type=Item).number:02d}"


def test_kind_proof_and_offline(catalogue: Catalogue) -> None:
    for item in catalogue:
        assert item.kind is LIVE.get(item.number, Kind.GUIDE)
        if Channel.TERMINAL not in item.channels:
            assert item.proof is Proof.OPERATOR
        else:
            assert item.proof is (Proof.SHOWN if item.number in PUBLIC else Proof.PROVED)
        if item.kind is Kind.GUIDE:
            assert item.offline is Offline.LOCAL
    assert catalogue[1].offline is Offline.KEPT


def test_every_notice_is_whole(catalogue: Catalogue) -> None:
    for item in catalogue:
        assert item.plain, item.number
        assert item.where, item.number
        assert item.result, item.number
        assert item.steps, item.number
        assert len(item.plain) <= 18, item.number
        assert max(map(len, item.steps)) <= 60, item.number


def test_plain_lines_tell_items_apart(catalogue: Catalogue) -> None:
    lines = [item.plain for item in catalogue]
    assert len(set(lines)) == len(lines)


def test_words(catalogue: Catalogue) -> None:
    for item in catalogue:
        for text in our_words(item):
            assert not [word for word in FORBIDDEN if word in text], (item.number, text)
            text.encode("gb2312")
        for text in (item.name, item.content, item.audience, item.documents, item.time_limit):
            text.encode("gb2312")


def test_the_registration_form(catalogue: Catalogue) -> None:
    keys = [field.key for field in catalogue[1].fields]
    assert set(keys) == {
        "occupations", "county", "distance", "wage", "schooling", "certificate", "years", "hours", "lodging",
        "village", "phone", "contact", "start", "past",
    }  # fmt: skip
    by_key = {field.key: field for field in catalogue[1].fields}
    assert by_key["phone"].masked
    assert not by_key["past"].required
    assert [field.key for field in catalogue[1].fields if not field.required] == ["past"]
    assert catalogue[1].declaration
    assert len(keys) == 14
    assert any("一共十四个" in step for step in catalogue[1].steps)
    assert len(options(by_key["county"])) == 15
    assert options(by_key["county"])[0].label == "不限"


def test_the_filters(catalogue: Catalogue) -> None:
    fields = catalogue[3].fields
    assert {field.key for field in fields} == {"keyword", "county", "wage", "occupation"}
    assert not any(field.required for field in fields)
    floors = next(field for field in fields if field.key == "wage").options
    assert [option.label for option in floors] == [f"{int(o.code):,} 元以上".replace(",", " ") for o in floors]


def test_questions_end_like_questions(catalogue: Catalogue) -> None:
    for item in catalogue:
        for field in item.fields:
            assert field.question.endswith("？"), field.key
            assert 2 <= len(field.label) <= 6, field.key


GOOD = (ITEMS / "03.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ('kind = "browse"', 'kind = "brows"', "$.kind"),
        ('proof = "shown"\n', "", "proof"),
        ("number = 3", 'number = "three"', "$.number"),
        ('offline = "live"', 'offline = "live"\nextra = 1', "extra"),
        ('key = "county"', 'key = "wage"', "wage"),
        ('codes = "counties"', 'codes = "countries"', "countries"),
        ('key = "county"', 'key = "County"', "County"),
        ("most = 20", "most = 0", "keyword"),
        ("most = 20", "most = ", "line"),
    ],
)
def test_a_wrong_item_names_file_and_field(tmp_path: Path, old: str, new: str, named: str) -> None:
    assert old in GOOD
    (tmp_path / "03.toml").write_text(GOOD.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(msgspec.ValidationError) as caught:
        load(tmp_path)
    assert "03.toml" in str(caught.value)
    assert named in str(caught.value)


def test_a_file_that_is_not_utf8_is_named(tmp_path: Path) -> None:
    (tmp_path / "03.toml").write_bytes(GOOD.encode("gb18030"))
    with pytest.raises(msgspec.ValidationError, match=r"03\.toml"):
        load(tmp_path)


def test_two_items_of_one_number_are_refused(tmp_path: Path) -> None:
    for name in ("03.toml", "04.toml"):
        (tmp_path / name).write_text(GOOD, encoding="utf-8")
    with pytest.raises(ValueError, match="3"):
        load(tmp_path)


def test_a_paper_that_is_to_be_brought_is_asked_for_as_a_document(catalogue: Catalogue) -> None:
    """Cards are read; what else the list wants is pictured, or the original goes to the counter."""
    cards = {Document.ID_CARD, Document.SOCIAL_SECURITY_CARD}
    wanted = {
        (item.number, one.value) for item in catalogue for group in item.bring for one in group if one not in cards
    }
    asked = {(item.number, field.key) for item in catalogue for field in documents(item)}
    assert wanted == {(21, "commitment_letter"), (28, "household_book"), (29, "household_book")}
    assert asked == wanted | {(22, "skill_certificate"), (24, "evidence"), (37, "evidence")}
