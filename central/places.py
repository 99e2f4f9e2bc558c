"""Where the counties lie: roughly, from a map, for the distance between a made-up village and an opening."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final, NamedTuple

EARTH_KM: Final = 6371.0
DEGREE_KM: Final = math.pi * EARTH_KM / 180
"""A degree of latitude."""


class Place(NamedTuple):
    name: str
    lat: float
    lon: float


COUNTIES: Final[Mapping[str, Place]] = {
    "140902": Place("忻府区", 38.40, 112.73),
    "140921": Place("定襄县", 38.47, 112.96),
    "140922": Place("五台县", 38.73, 113.26),
    "140923": Place("代县", 39.07, 112.96),
    "140924": Place("繁峙县", 39.19, 113.27),
    "140925": Place("宁武县", 39.00, 112.30),
    "140926": Place("静乐县", 38.36, 111.94),
    "140927": Place("神池县", 39.09, 112.21),
    "140928": Place("五寨县", 38.91, 111.85),
    "140929": Place("岢岚县", 38.70, 111.57),
    "140930": Place("河曲县", 39.38, 111.14),
    "140931": Place("保德县", 39.02, 111.09),
    "140932": Place("偏关县", 39.44, 111.51),
    "140981": Place("原平市", 38.73, 112.71),
}
"""By GB/T 2260; degrees to two places."""


def kilometres(lat: float, lon: float, to_lat: float, to_lon: float) -> float:
    """Great-circle distance (haversine), km."""
    one, two = math.radians(lat), math.radians(to_lat)
    half = math.sin((two - one) / 2) ** 2
    half += math.cos(one) * math.cos(two) * math.sin(math.radians(to_lon - lon) / 2) ** 2
    return 2 * EARTH_KM * math.asin(math.sqrt(half))


def spoken(one: tuple[float, float] | None, other: tuple[float, float]) -> str:
    """Kilometres between two places in whole numbers, at least one; empty when one is not known."""
    return "" if one is None else str(max(1, round(kilometres(*one, *other))))
