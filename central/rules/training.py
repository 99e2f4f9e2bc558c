"""Rules about training (16 to 19): who it is for, what was registered, answered and told, and by when."""

from __future__ import annotations

from typing import Final

from central.rules.life import Asked, Life, Training, month_of
from central.rules.said import Said, no, spoken, unknown, yes
from contract import codes, formatting

GROUPS: Final = "training_groups"
NO_GROUP: Final = "none"
UNEMPLOYED: Final = "unemployed"
OF_THE_YEAR: Final = frozenset({"graduate", "junior"})
"""Groups of those who left school this year."""
AFTERWARDS: Final = unknown("登记以后才有")
FOR_STAFF: Final = "由帮办员看材料核对"


def priority_group(life: Life, asked: Asked) -> Said:
    """One of the six groups: what the platform knows decides, what it cannot know the worker looks at."""
    group = asked.text("group")
    if not group:
        known = [codes.table(GROUPS).label(code) for code in sorted(on_record(life))]
        words = f"平台上您是{'、'.join(known)}" if known else f"您是哪一类，填的时候选，{FOR_STAFF}"
        return yes(words) if known else unknown(words)
    if group == NO_GROUP:
        return no("这件事是给六类重点群体办的，您说都不是。想学手艺，打 12333 问问别的培训")
    label = codes.table(GROUPS).label(group)
    if group in OF_THE_YEAR:
        return _left_school(life, asked, label)
    if group in on_record(life):
        return yes(f"平台上您是{label}")
    if group == UNEMPLOYED:
        return no("平台上没有您的失业登记。请先办「失业登记」，或者选别的一类")
    return unknown(f"您说是{label}，{FOR_STAFF}")


def _left_school(life: Life, asked: Asked, label: str) -> Said:
    """The year is the calendar's, and it has happened."""
    month = asked.text("left_school")
    if not month:
        return no(f"选了{label}，要写上哪年哪月毕业的")
    said = formatting.month(month)
    if month > month_of(asked.today):
        return no(f"{said}还没有到，毕业以后再来登记")
    if month[:4] != str(asked.today.year):
        return no(f"您{said}毕业，不是今年毕业的。请看看是不是别的一类")
    if life.student:
        return no("平台上您还是在校学生，毕业以后就能办")
    return unknown(f"您{said}毕业，毕业证{FOR_STAFF}")


def on_record(life: Life) -> frozenset[str]:
    """The groups that somebody is known to be in."""
    return life.groups | ({UNEMPLOYED} if life.unemployed is not None else set())


def training_registered(life: Life, asked: Asked) -> Said:
    del asked
    if life.training is None:
        return no("您还没有登记过想学什么，请先办「培训意向登记」")
    return yes(f"您在{spoken(life.training.registered)}登记过，想学：{life.training.wants}")


def training_answered(life: Life, asked: Asked) -> Said:
    """What the staff found out, or until when they have time."""
    training = life.training
    if training is None:
        return AFTERWARDS
    if training.delivered is not None:
        return yes(f"{spoken(training.delivered)}通知过您：{training.told}")
    if training.answered is None:
        return unknown(waiting(training, asked))
    if training.starts is None:
        return unknown(no_class(training))
    if training.starts < asked.today:
        return unknown(begun(training))
    return yes(f"{spoken(training.answered)}有了消息：{training.told}")


def training_class_known(life: Life, asked: Asked) -> Said:
    """There is a class to tell of, and it has not begun before today."""
    training = life.training
    if training is None:
        return AFTERWARDS
    if training.answered is None:
        return no(f"还没有开班的消息。{waiting(training, asked)}")
    if training.starts is None:
        return no(no_class(training))
    if training.starts < asked.today:
        return no(begun(training))
    return yes(training.told)


def training_not_delivered(life: Life, asked: Asked) -> Said:
    del asked
    if life.training is not None and life.training.delivered is not None:
        return no(f"{spoken(life.training.delivered)}已经通知过，办结了。想上别的班，请再办「培训意向登记」")
    return yes("还没有通知过")


def waiting(training: Training, asked: Asked) -> str:
    """Until when an answer is due, in words for the resident."""
    if asked.today > training.due.day:
        return f"最晚该在{training.due.words}告诉您，已经晚了，请让帮办员马上去问"
    if asked.today == training.due.day:
        return "今天是最后一天，工作人员今天告诉您"
    return f"工作人员最晚{training.due.words}告诉您"


def no_class(training: Training) -> str:
    assert training.answered is not None
    return f"{spoken(training.answered)}问过，眼下没有班开。有了班，工作人员再告诉您"


def begun(training: Training) -> str:
    """Nobody told the resident in time."""
    assert training.starts is not None
    return f"找到的班{spoken(training.starts)}已经开了，没有赶上。请帮办员再问一个新的班"
