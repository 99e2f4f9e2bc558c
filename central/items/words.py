"""How the platform puts figures into words for a resident (what contract.formatting does not say already)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from contract.formatting import whole

NUMBER: Final = re.compile(r"[0-9０-９][0-9０-９ \-]{5,}[0-9０-９]")
"""What could be a telephone or an ID number: seven digits in a row or more."""
YEARS: Final = re.compile(r"(?:19|20)[0-9]{2} ?-{1,2} ?(?:19|20)[0-9]{2}")
"""What looks like one and is none: 「2015-2020 年在砖厂」."""
HIDDEN: Final = "（号码不显示）"
IF_WRONG: Final = "要是觉得不对，请找村里的帮办员，或打 12333 问一问。"
"""After every 「没有您的记录」."""
MADE_UP: Final = "演示数据：人物是虚构的，金额是示例。"
MADE_UP_TRAINING: Final = "演示数据：培训机构和培训班是虚构的。"


def yuan(amount: int) -> str:
    """Whole yuan: 「3 200 元」."""
    return f"{whole(amount)} 元"


def months(count: int) -> str:
    """「268 个月（22 年 4 个月）」"""
    years, rest = divmod(count, 12)
    if not years:
        return f"{count} 个月"
    spoken = f"{years} 年" + (f" {rest} 个月" if rest else "")
    return f"{count} 个月（{spoken}）"


def years(those: Iterable[int]) -> str:
    """「2012 年、2015 到 2017 年」"""
    runs: list[list[int]] = []
    for year in sorted(those):
        if runs and runs[-1][-1] == year - 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    return "、".join(f"{run[0]} 到 {run[-1]} 年" if len(run) > 1 else f"{run[0]} 年" for run in runs)


def without_numbers(text: str) -> str:
    """*text* as others may read it: whoever wrote a telephone or an ID number into it did not mean to publish it."""
    return NUMBER.sub(lambda found: found[0] if YEARS.fullmatch(found[0].strip()) else HIDDEN, text)
