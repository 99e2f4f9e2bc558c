"""The one shape every measurement is written in."""

from __future__ import annotations

import json
import os
import platform
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal


@dataclass(frozen=True)
class Figure:
    """One measured quantity, a value a round: the terminal's, and the peer's where there is one; smaller is better.
    What is told is the median; ``goal`` is for the ratio to the peer, or for the terminal's own value."""

    name: str
    values: Sequence[float]
    unit: str
    peer: str | None = None
    peer_values: Sequence[float] = field(default=())
    goal: float | None = None
    of_value: bool = False
    """The goal is for the value although there is a peer."""
    speed: bool = False
    """The goal is agreed the other way round, peer to ours (≥): told beside the ratio."""

    @property
    def value(self) -> float:
        return statistics.median(self.values)

    @property
    def peer_value(self) -> float | None:
        return statistics.median(self.peer_values) if self.peer_values else None

    @property
    def ratio(self) -> float | None:
        return self.value / self.peer_value if self.peer_value else None

    @property
    def goal_of(self) -> Literal["ratio", "value"]:
        return "value" if self.of_value or self.peer is None else "ratio"

    @property
    def holds(self) -> bool | None:
        if self.goal is None:
            return None
        measured = self.ratio if self.goal_of == "ratio" else self.value
        return measured is not None and measured <= self.goal

    def as_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "value": round(self.value, 5),
            "unit": self.unit,
            "peer": self.peer,
            "peer_value": _rounded(self.peer_value),
            "ratio": _rounded(self.ratio),
            "goal": _rounded(self.goal),
            "goal_of": self.goal_of if self.goal is not None else None,
            "holds": self.holds,
            "rounds": len(self.values),
            "spread": spread(self.values),
            "peer_spread": spread(self.peer_values) if self.peer_values else None,
        }

    def line(self) -> str:
        low, high = spread(self.values)
        text = f"{self.name:28} {self.value:10.4g} {self.unit:6} [{low:.4g} … {high:.4g}]"
        if self.peer_value is not None and self.ratio is not None:
            text += f"   {self.peer} {self.peer_value:.4g}   ratio {self.ratio:.3f}"
        if self.goal is not None:
            text += f"   {self.goal_of} ≤ {self.goal:.3g} {'holds' if self.holds else 'DOES NOT HOLD'}"
            if self.speed and self.ratio:
                text += f" (peer / ours {1 / self.ratio:.2f}, goal ≥ {1 / self.goal:.3g})"
        return text


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 5)


def spread(values: Sequence[float]) -> list[float]:
    """Smallest and largest of the rounds."""
    return [round(min(values), 5), round(max(values), 5)]


def percentile(values: Sequence[float], part: float) -> float:
    """The value below which *part* (0 to 1) of *values* lies, nearest rank."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, round(part * len(ordered) + 0.5) - 1))]


def machine() -> dict[str, Any]:
    """Enough to tell one machine's figures from another's."""
    info = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    model = next((line.split(":", 1)[1].strip() for line in info.splitlines() if line.startswith("model name")), "")
    memory = int(Path("/proc/meminfo").read_text(encoding="utf-8").split()[1])
    return {
        "cpu": model or platform.machine(),
        "cores": os.cpu_count(),
        "memory_mb": memory // 1024,
        "system": platform.platform(),
        "python": platform.python_version(),
        "load": [round(part, 2) for part in os.getloadavg()],
    }


def write(name: str, figures: Iterable[Figure], file: Path | None) -> None:
    """Print *figures* as they come, and write them to *file*."""
    found = []
    for figure in figures:
        print(figure.line(), flush=True)
        found.append(figure)
    if file is not None:
        document = {"bench": name, "machine": machine(), "figures": [figure.as_json() for figure in found]}
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(document, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
