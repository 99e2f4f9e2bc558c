"""How the platform puts figures into words for a resident (what contract.formatting does not say already)."""

from __future__ import annotations

from typing import Final

from contract.formatting import whole

MADE_UP: Final = "演示数据：人物是虚构的，金额是示例。"


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
