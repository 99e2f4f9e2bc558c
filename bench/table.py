"""The last figures as a page: ``python -m bench.table FILE.json …`` prints docs/measurements.md."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

HEAD = """# 量出来的 · Measurements

`scripts/bench 名字 --json 文件`，再用 `.venv/bin/python -m bench.table 文件…` 排成这一页。
各轮的中位数，方括号里是最小和最大；目标带单位的看终端自己的数，不带的看比值。量出来是多少就写多少；机器忙的时候测不准，负载一起记着。
Medians of interleaved rounds with their spread; the peer is Chromium in kiosk mode with an equivalent page on the same
display. A goal with a unit is for the terminal's own value, one without for the ratio. Written as measured, whatever it
is.

| 测量 bench | 量 figure | 终端 terminal | 对手 peer | 比值 ratio | 目标 goal | 达到 holds | 轮 n | 日期、负载 load |
|---|---|---|---|---|---|---|---|---|"""


def rows(document: dict[str, Any], when: datetime) -> list[str]:
    """One line a figure."""
    return [
        "| "
        + " | ".join(
            (
                document["bench"],
                figure["name"],
                f"{figure['value']:.3g} {figure['unit']} {_spread(figure['spread'])}",
                f"{figure['peer_value']:.3g} {_spread(figure['peer_spread'])}" if figure["peer_value"] else "—",
                f"{figure['ratio']:.2f}" if figure["ratio"] else "—",
                _goal(figure),
                {True: "是 yes", False: "**否 no**", None: "—"}[figure["holds"]],
                str(figure["rounds"]),
                f"{when:%Y-%m-%d}, {document['machine']['load'][0]:.1f}",
            )
        )
        + " |"
        for figure in document["figures"]
    ]


def _goal(figure: dict[str, Any]) -> str:
    if figure["goal"] is None:
        return "—"
    return f"≤ {figure['goal']:.3g}{' ' + figure['unit'] if figure.get('goal_of') == 'value' else ''}"


def _spread(ends: list[float]) -> str:
    low, high = ends
    return f"[{low:.3g} … {high:.3g}]" if high > low else ""


def page(files: list[Path]) -> str:
    documents = [
        (json.loads(f.read_text(encoding="utf-8")), datetime.fromtimestamp(f.stat().st_mtime, UTC)) for f in files
    ]
    machines = {
        f"{m['cpu']}，{m['cores']} 核 cores，{m['memory_mb']} MB，{m['system']}，Python {m['python']}"
        for m in (document["machine"] for document, _ in documents)
    }
    lines = [line for document, when in documents for line in rows(document, when)]
    return (
        "\n".join([HEAD, *lines, "", "机器 machine：" + "；".join(sorted(machines)) + "。软件绘图 software drawing。"])
        + "\n"
    )


if __name__ == "__main__":
    sys.stdout.write(page([Path(name) for name in sys.argv[1:]]))
