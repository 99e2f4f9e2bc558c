"""What a resident reads is declared in one place: no screen holds a sentence or a button's word of its own."""

from __future__ import annotations

import ast
from pathlib import Path

from contract import texts
from screens.theme import Style

SCREENS = Path(__file__).parents[2] / "screens"
OTHERS = frozenset(
    {
        "screens/input/writing.py",  # what the keys write
        "screens/frame.py: 一二三四五六日",
        "screens/confirm.py: 六个字的标签",  # measured, never shown
        "screens/rows.py: 要满足的啊",
        "screens/questions/words.py: 村",
        "screens/questions/number.py: 元",  # units, as numbers are written
        "screens/tables.py: 七个字的标签啊",
        "screens/tables.py: 元",
        "screens/tables.py:  元",
        "screens/tables.py: \n(元)",
    }
)


def literals(path: Path) -> list[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    documentation = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documentation
    ]


def test_screens_hold_no_sentence_of_their_own() -> None:
    found = []
    for path in sorted(SCREENS.rglob("*.py")):
        name = str(path.relative_to(SCREENS.parent))
        for text in literals(path):
            if any("一" <= character <= "龥" for character in text) and not {name, f"{name}: {text}"} & OTHERS:
                found.append(f"{name}: {text}")
    assert not found


def test_a_style_carries_the_declared_texts() -> None:
    say = Style(fonts=None).texts  # type: ignore[arg-type]
    assert say(texts.Text.PAGE_OF, page=1, pages=3) == "第 1 页，共 3 页"
    assert {say(text) for text in (texts.Text.PAGE_BEFORE, texts.Text.PAGE_AFTER)} == {"上一页", "下一页"}


def test_who_has_just_lost_their_card_is_not_told_to_insert_it() -> None:
    """How to follow a matter is said of every item and to everybody, by whatever they showed who they are."""
    assert "卡" not in texts.load()(texts.Text.RESULT_HOW_TEXT)
