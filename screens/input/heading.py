"""What stands above the content: title and line, or a question with its step; an error in words beside a sign."""

from __future__ import annotations

from kiosk.views import Question
from screens.input.boxes import Box
from screens.input.kit import Kit


def heading(kit: Kit, box: Box, title: str, line: str, error: str = "") -> Box:
    """Draw title and line (or the error in its place) at the top of *box*. Returns what remains below."""
    used = kit.words(box, title, 64, bold=True)
    _, rest = box.top(used)
    if line:
        used = kit.words(rest, line, 36, colour="soft")
        _, rest = rest.top(used)
    if error:
        rest = error_line(kit, rest, error)
    return rest.top(0, kit.px(24))[1]


def error_line(kit: Kit, box: Box, error: str) -> Box:
    """Why the last answer was not taken: a sign and a sentence. Returns what remains below."""
    size = kit.look.type(40)
    inner = Box(box.x + size * 1.4, box.y, box.w - size * 1.4, box.h)
    used = kit.words(inner, error, 38, bold=True, colour="error")
    kit.mark("bad", box.x, box.y + (kit.look.type(38) * 1.45 - size) / 2, size)
    return box.top(used)[1]


def question_heading(kit: Kit, box: Box, view: Question, error: str = "") -> Box:
    """Item and step, the bar of steps, the question, its hint or the error. Returns what remains below."""
    used = kit.words(box, f"{view.item}　第 {view.step} 步，共 {view.steps} 步", 34, colour="soft")
    _, rest = box.top(used, kit.px(8))
    bar, rest = rest.top(kit.px(14), kit.px(16))
    for step, part in enumerate(bar.grid(max(1, view.steps), 1, kit.px(8)), start=1):
        kit.fill(part, "primary" if step <= view.step else "rule", corner=7)
    used = kit.words(rest, view.question, 56, bold=True)
    _, rest = rest.top(used)
    if error:
        rest = error_line(kit, rest, error)
    elif view.hint:
        _, rest = rest.top(kit.words(rest, view.hint, 36, colour="soft"))
    return rest.top(0, kit.px(20))[1]
