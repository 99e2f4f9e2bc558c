"""What configuration may not bring: each is refused by itself with its reason, and the rest is taken."""

from __future__ import annotations

import io
import zlib
from datetime import UTC, datetime, timedelta

import pytest
from PIL import Image

from contract import catalogue, contents, png, roster

ITEM = (catalogue.ITEMS / "03.toml").read_bytes()
NOW = datetime(2026, 11, 23, tzinfo=UTC)
ROSTER = roster.Roster(version=1, point="p-1", not_before=NOW, not_after=NOW + timedelta(days=30), workers=())
SENTENCE = '["{key}"]\nwhat = "{what}"\ndo = "请等一等"\nstaff = "看一看"\npicture = "{picture}"\n'


def drawn(width: int, height: int, mode: str = "RGB") -> bytes:
    written = io.BytesIO()
    Image.new(mode, (width, height), 3 if mode in "LP" else None).save(written, "PNG")
    return written.getvalue()


POSTER = drawn(30, 20)
HEADER = (30).to_bytes(4, "big") + (20).to_bytes(4, "big")


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
        ("obj/media-poster", POSTER[:-30], "完整"),
        ("obj/media-poster", POSTER[:60] + bytes([POSTER[60] ^ 1]) + POSTER[61:], "完整"),
        ("obj/media-poster", drawn(png.WIDEST + 1, 1), "边长"),
        ("obj/media-poster", POSTER.replace(HEADER, HEADER[:7] + b"\x09", 1), "完整"),
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


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "LA", "P"])
def test_pictures_come_in_the_order_of_their_names_and_no_more_than_hang_there(mode: str) -> None:
    given = {f"obj/media-{n}": drawn(10 + n, 10, mode) for n in range(contents.MOST_PICTURES + 1)}
    made, refused = contents.build(given)
    assert made.pictures == tuple(given.values())[: contents.MOST_PICTURES]
    assert list(refused) == [f"obj/media-{contents.MOST_PICTURES}"]


def test_a_picture_unpacks_to_what_it_promises_and_no_further() -> None:
    """A header that promises little over pixels that never end, and one that promises more than there is."""
    for height in (1, 21):
        header = HEADER[:4] + height.to_bytes(4, "big")
        data = bytearray(POSTER)
        at = data.index(b"IHDR")
        data[at + 4 : at + 12] = header
        data[at + 17 : at + 21] = zlib.crc32(data[at : at + 17]).to_bytes(4, "big")
        if height == 1:
            png.check(bytes(data))
        else:
            with pytest.raises(ValueError, match="完整"):
                png.check(bytes(data))
