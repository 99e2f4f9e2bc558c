"""The document camera on the screen: what it sees now, changing while the view is shown, and a page that was taken."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field

from kiosk.views import View


@dataclass(slots=True)
class Sight:
    """What the camera sees. The visit writes it, the screen looks at it; neither keeps it."""

    line: str
    """What to do now, as a sentence."""
    ready: bool = False
    width: int = 0
    height: int = 0
    rgb: bytes = field(default=b"", repr=False)
    """Packed RGB; empty before the first look."""
    corners: tuple[tuple[float, float], ...] = ()
    """The page's, within the picture, 0 to 1."""
    looks: int = 0
    """Counts up with every look: the screen draws when it has changed."""

    def forget(self) -> None:
        """Nothing of a page is held afterwards."""
        self.rgb, self.corners = b"", ()


class PageChoice(enum.Enum):
    TAKE = "拍这一页"
    AGAIN = "重拍"
    NEXT = "下一页"
    DONE = "拍好了"


class Viewfinder(View[PageChoice], frozen=True, kw_only=True):
    """Put the page under: the picture as it is now, what to do, and what can be touched."""

    title: str
    line: str
    sight: Sight
    choices: tuple[PageChoice, ...]
    """The last one is what one would do next."""
    error: str = ""
    """Why the last try gave no page, as a sentence."""
