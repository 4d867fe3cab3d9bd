"""The one form in which every bench reports: an object for machines, a table for people."""

from __future__ import annotations

import json
import operator
import os
import platform
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_OPERATORS: dict[str, Callable[[float, float], bool]] = {
    "<=": operator.le, ">=": operator.ge, "<": operator.lt, ">": operator.gt, "=": operator.eq,
}  # fmt: skip


@dataclass(frozen=True)
class Goal:
    """What a figure should reach."""

    figure: str
    op: str
    target: float


def machine() -> dict[str, Any]:
    """What the figures were measured on."""
    cpu = Path("/proc/cpuinfo")
    names = (
        [line.split(":", 1)[1].strip() for line in cpu.read_text().splitlines() if line.startswith("model name")]
        if cpu.exists()
        else []
    )
    return {
        "cpu": names[0] if names else platform.processor(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
    }


def percentile(values: list[float], share: float) -> float:
    """The value below which `share` of the values lie, by linear interpolation; NaN for none."""
    if not values:
        return float("nan")
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (place - low) * (ordered[high] - ordered[low])


def report(name: str, figures: dict[str, Any], goals: list[Goal]) -> dict[str, Any]:
    """The object that `kumpel bench NAME --json` prints."""
    judged = [
        {"figure": g.figure, "value": figures[g.figure], "op": g.op, "target": g.target,
         "met": bool(_OPERATORS[g.op](figures[g.figure], g.target))}
        for g in goals if g.figure in figures
    ]  # fmt: skip
    return {
        "name": name,
        "machine": machine(),
        "figures": figures,
        "goals": judged,
        "met": all(g["met"] for g in judged),
    }


def show(result: dict[str, Any], as_json: bool) -> None:
    """Prints one JSON object, or a table that a person reads."""
    if as_json:
        print(json.dumps(result, ensure_ascii=False))
        return
    goals = {goal["figure"]: goal for goal in result["goals"]}
    print(f"\n{result['name']} on {result['machine']['cpu']}, {result['machine']['cores']} cores")
    for figure, value in result["figures"].items():
        shown = f"{value:.3f}" if isinstance(value, float) else str(value)
        goal = goals.get(figure)
        judged = f"goal {goal['op']} {goal['target']:g}: {'met' if goal['met'] else 'MISSED'}" if goal else ""
        print(f"  {figure:<40} {shown:>12}  {judged}")
