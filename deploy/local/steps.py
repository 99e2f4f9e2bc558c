"""What a visit of the tour is made of, as data: touches, cards, expectations. deploy/local/playing.py plays them.

Labels are what stands on the screen. A touch looks for its label on the following pages too, as a person would.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True)
class Tap:
    """Touch what bears this label."""

    label: str


@dataclass(frozen=True)
class TapCard:
    """Touch the n-th card of a list, whatever it is called."""

    place: int = 0


@dataclass(frozen=True)
class Choose:
    """Mark these answers of a question, then go on."""

    labels: tuple[str, ...]


@dataclass(frozen=True)
class Digits:
    """Type digits on the pad, then touch ``then``."""

    digits: str
    then: str = "下一步"


@dataclass(frozen=True)
class Pinyin:
    """Type letters, choose these candidates one after the other, then go on."""

    letters: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class Letters:
    """Type capital letters and digits, then go on."""

    keys: str


@dataclass(frozen=True)
class OnKeys:
    """Touch the key that changes the keyboard to this page, type, then go on."""

    page: str
    keys: str


@dataclass(frozen=True)
class Insert:
    """Insert the card of a person of deploy/demo/cast.toml. ``pull_after``: it is pulled after so many answers."""

    person: str
    pull_after: int | None = None


@dataclass(frozen=True)
class Pull:
    """Pull the card."""


@dataclass(frozen=True)
class Lay:
    """Lay this person's ID card on the reader."""

    person: str


@dataclass(frozen=True)
class Lift:
    """Take the ID card away."""


@dataclass(frozen=True)
class ShowCode:
    """This person makes a code of their electronic card on their phone and holds it before the scanner."""

    person: str


@dataclass(frozen=True)
class Paper:
    """How much paper the printer has: ``full``, ``low``, ``out``."""

    supply: str


@dataclass(frozen=True)
class Slow:
    """So many seconds before each answer of the platform arrives (0: none)."""

    seconds: float


@dataclass(frozen=True)
class Expect:
    """This view is shown, and all these words stand on it."""

    view: str
    words: tuple[str, ...] = ()
    wait: float = 20.0


@dataclass(frozen=True)
class Absent:
    """None of these words stands on the screen."""

    words: tuple[str, ...]


@dataclass(frozen=True)
class Slip:
    """A slip came out of the printer; it is kept, and these words stand on it."""

    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Receipt:
    """Remember the number on the screen; what it says is the visit's outcome."""

    outcome: str


@dataclass(frozen=True)
class Platform:
    """The wire between terminal and platform is whole, or cut."""

    up: bool


@dataclass(frozen=True)
class Delivered:
    """So many more submissions have had an effect on the platform than when this visit began, and none waits."""

    more: int
    waiting: int = 0
    wait: float = 60.0


@dataclass(frozen=True)
class Rostered:
    """This terminal has taken in who of the staff may sign in at it."""

    wait: float = 60.0


@dataclass(frozen=True)
class Reviewed:
    """The county's specialist says yes to what was handed in last for this item."""

    item: int


@dataclass(frozen=True)
class Answered:
    """The staff found a class for the wish for training that was registered last under this item."""

    item: int


Looks: TypeAlias = Expect | Absent | Slip | Receipt | Delivered | Rostered
Touches: TypeAlias = Tap | TapCard | Choose | Digits | Letters | Pinyin | OnKeys
Things: TypeAlias = Insert | Pull | Lay | Lift | ShowCode | Paper | Platform | Slow | Reviewed | Answered
Step: TypeAlias = Touches | Things | Looks


@dataclass(frozen=True)
class VisitPlan:
    """One visit, or one item within a sitting. ``outcome`` is what its end is called when every step was reached;
    ``after``: the visit it stands on, which is played before it."""

    item: int
    name: str
    steps: tuple[Step, ...]
    outcome: str = "done"
    after: str = ""
