"""What stands above the content: title and line, or a question with its step; an error in words beside a sign."""

from __future__ import annotations

from typing import Final

from contract.texts import Text
from kiosk.questions import Question
from screens.input.boxes import Box
from screens.kit import Kit

ONE_LINE: Final = 42.0
"""Lying, a title shrinks to this before it takes a second line."""


def lying(kit: Kit) -> bool:
    """The window is wider than high, or letters are so large that height is dear."""
    return kit.height < kit.look.type(1300)


def low(kit: Kit) -> bool:
    """Lying, and large letters: every line counts."""
    return kit.height < kit.look.type(1000)


def _title(kit: Kit, width: float, title: str, following: bool) -> float:
    size = 54.0 if low(kit) else 64.0
    if following or lying(kit):
        while size > ONE_LINE and kit.width(title, size, bold=True) > width:
            size -= 1
    return size


def heading_height(kit: Kit, width: float, title: str, line: str = "", *, following: bool = False) -> float:
    """What ``heading`` takes without an error."""
    return (
        kit.tall(title, width, _title(kit, width, title, following), bold=True)
        + kit.tall(line, width, 36)
        + kit.px(12 if low(kit) else 24)
    )


def heading(kit: Kit, box: Box, title: str, line: str = "", error: str = "", *, following: bool = False) -> Box:
    """Draw title and line, and the error below them, at the top of *box*. Returns what remains below.

    *following*: not the first page of what bears this title; it is smaller."""
    used = kit.words(box, title, _title(kit, box.w, title, following), bold=True, even=True)
    _, rest = box.top(used)
    if line:
        used = kit.words(rest, line, 36, colour="soft", even=True)
        _, rest = rest.top(used)
    if error:
        rest = error_line(kit, rest, error)
    return rest.top(0, kit.px(12 if low(kit) else 24))[1]


def error_line(kit: Kit, box: Box, error: str) -> Box:
    """Why the last answer was not taken: a sign and a sentence. Returns what remains below."""
    size = kit.look.type(40)
    inner = Box(box.x + size * 1.4, box.y, box.w - size * 1.4, box.h)
    used = kit.words(inner, error, 38, bold=True, colour="error")
    kit.mark("bad", box.x, box.y + (kit.look.type(38) * 1.45 - size) / 2, size)
    return box.top(used)[1]


def question_heading(kit: Kit, box: Box, view: Question, error: str = "", short: bool = False) -> Box:
    """Item and step, the bar of steps, the question, its hint or the error. Returns what remains below.

    *short*: there is little height; the question is smaller, the item is named only where it has room beside the step
    on one line, and a hint for which there is no room is left out.
    """
    step = kit.say(Text.STEP_OF, step=view.step, steps=view.steps)
    size = 34.0
    while size > 30 and kit.width(f"{view.item}　{step}", size) > box.w:
        size -= 2
    if kit.width(f"{view.item}　{step}", size) <= box.w:
        place = f"{view.item}　{step}"
    else:
        place = step if short else f"{view.item}\n{step}"
    rest = box
    if not (short and kit.look.large):
        _, rest = box.top(kit.words(box, place, size, colour="soft"), kit.px(8))
    bar, rest = rest.top(kit.px(14), kit.px(8 if short else 16))
    for number, part in enumerate(bar.grid(max(1, view.steps), 1, kit.px(8)), start=1):
        kit.fill(part, "primary" if number <= view.step else "rule", corner=7)
    size = 46.0 if short else 56.0
    while short and size > 30 and kit.width(view.question, size, bold=True) > rest.w:
        size -= 2
    _, rest = rest.top(kit.words(rest, view.question, size, bold=True, even=True))
    if error:
        rest = error_line(kit, rest, error)
    elif view.hint and not (short and (kit.look.large or kit.tall(view.hint, rest.w, 34) > rest.h)):
        _, rest = rest.top(kit.words(rest, view.hint, 34 if short else 36, colour="soft"))
    return rest.top(0, kit.px(20))[1]
