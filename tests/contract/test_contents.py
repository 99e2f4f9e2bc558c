"""What configuration may not bring: each is refused by itself with its reason, and the rest is taken."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from contract import catalogue, contents, roster

ITEM = (catalogue.ITEMS / "03.toml").read_bytes()
NOW = datetime(2026, 11, 23, tzinfo=UTC)
ROSTER = roster.Roster(version=1, point="p-1", not_before=NOW, not_after=NOW + timedelta(days=30), workers=())
SENTENCE = '["{key}"]\nwhat = "{what}"\ndo = "请等一等"\nstaff = "看一看"\npicture = "{picture}"\n'


def sentence(key: str = "card.silent", what: str = "卡没有反应", picture: str = "no such picture") -> bytes:
    return SENTENCE.format(key=key, what=what, picture=picture).encode()


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("obj/wishes", b"", "没有这一类配置"),
        ("county/140902/item-3", ITEM, "没有这一类配置"),
        ("obj/item-4", ITEM, "对不上"),
        ("obj/item-x", ITEM, "对不上"),
        ("obj/texts", '"no.such.key" = "好"'.encode(), "没有这个键"),
        ("obj/texts", b'"ok" = "\xff"', "UTF-8"),
        ("obj/texts", b'"ok" = ""', "要有话"),
        ("obj/texts", '"ok" = "好{who}"'.encode(), "没有空位"),
        ("obj/texts", '"page_of" = "第 {page!r} 页"'.encode(), ""),
        ("obj/faults", sentence(key="no.such.fault"), "没有这种故障"),
        ("obj/faults", sentence(), "画得出来"),
        ("obj/faults", sentence(what="话" * 17), "16 个字"),
        ("obj/calendar-1999", b"year = 2027", ""),
        ("obj/media-poster", b"GIF89a" + bytes(40), "PNG"),
        ("obj/limits", b"NO_SUCH_LIMIT = 3", ""),
        ("county/140902/roster-liushu", b"sealed", ""),
    ],
)
def test_what_cannot_be_taken_says_why_and_holds_nothing_else_up(name: str, data: bytes, why: str) -> None:
    good = {"county/140902/roster-yangshu": roster.encode(ROSTER)}
    made, refused = contents.build({name: data, **good})
    assert list(refused) == [name]
    assert why in refused[name]
    assert dict(made.rosters) == {"yangshu": ROSTER}
    assert made.catalogue[3].number == 3
