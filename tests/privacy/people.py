"""Made-up residents, by a seed: division 140999 was never issued, and the names are nobody's."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from contract.id_number import check_digit
from tests.privacy.searching import Secret

FAMILY = "龘靐齉爨麤灪龗鱻"
"""Characters that stand in no text of the terminal and in few dictionaries."""
GIVEN = "瀞燚犇骉羴猋淼焱垚皛祎翀旻昉玥珩琇瑀璟瑄"


@dataclass(frozen=True)
class Resident:
    """What the terminal comes to know of one, and what it is shown."""

    number: int
    name: str = field(repr=False)
    id_number: str = field(repr=False)
    born: date = field(repr=False)
    card_number: str = field(repr=False)
    card_id_code: str = field(repr=False)
    pin: str = field(repr=False)
    service_password: str = field(repr=False)
    phone: str = field(repr=False)
    village: str = field(repr=False)
    code: str = field(repr=False)
    token: str = field(repr=False)

    def secrets(self) -> Iterator[Secret]:
        for kind, value in (
            ("name", self.name), ("ID number", self.id_number), ("card number", self.card_number),
            ("card id code", self.card_id_code), ("card PIN", self.pin), ("service password", self.service_password),
            ("telephone", self.phone), ("village typed", self.village), ("QR token", self.code),
            ("session token", self.token),
        ):  # fmt: skip
            yield Secret(kind, value, self.number)


def people(count: int, seed: int) -> list[Resident]:
    """*count* residents, nobody like another in anything that is searched for."""
    chance = random.Random(seed)
    names, made = set[str](), []
    pins = iter(chance.sample(range(102_345, 987_654), 2 * count))
    for number in range(count):
        while (name := chance.choice(FAMILY) + "".join(chance.sample(GIVEN, 3))) in names:
            pass
        names.add(name)
        born = date(chance.randrange(1940, 2005), chance.randrange(1, 13), chance.randrange(1, 29))
        first = f"140999{born:%Y%m%d}{number % 1000:03d}"
        made.append(
            Resident(
                number=number,
                name=name,
                id_number=first + check_digit(first),
                born=born,
                card_number=f"Q{chance.randrange(10**8):08d}",
                card_id_code=f"140999D156000005{chance.randrange(16**16):016X}",
                pin=str(next(pins)),
                service_password=str(next(pins)),
                phone=f"139{chance.randrange(10**8):08d}",
                village="".join(chance.sample(GIVEN, 3)) + "村",
                code=f"SBK{chance.randrange(16**24):024x}",
                token=f"{chance.randrange(16**40):040x}",
            )
        )
    return made
