"""What was measured, in the form in which it is printed."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from platform import python_version
from statistics import median, quantiles

from gridflow import clock


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table."""

    what: str
    figure: str
    ratio: float | None = None
    """Against the reference taken beside it; None where the budget is not a ratio."""
    budget: str = ""
    kept: bool | None = None
    """Whether the budget is kept; None where there is none."""


def compared(what: str, ours: Sequence[float], reference: Sequence[float], budget: float | None) -> Figure:
    """Return the median of seconds taken in turns with a reference, as a ratio to the reference's median."""
    ratio = median(ours) / median(reference)
    p95 = quantiles(ours, n=20)[-1]
    figure = f"{median(ours) * 1000:.2f} ms, p95 {p95 * 1000:.1f} (reference {median(reference) * 1000:.2f})"
    return Figure(what, figure, ratio, f"{budget:g}x" if budget else "", ratio <= budget if budget else None)


def limited(what: str, value: float, most: float, unit: str) -> Figure:
    """Return a figure whose budget is an amount."""
    return Figure(what, f"{value:.4g} {unit}", None, f"{most:g} {unit}", value <= most)


def machine() -> str:
    """Say where and when the figures were taken."""
    load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    return f"{clock.now():%Y-%m-%d %H:%M} UTC, Python {python_version()}, {os.cpu_count()} cores, load {load}"


def table(figures: Sequence[Figure]) -> str:
    """Return the figures as a Markdown table."""
    rows = [("what", "figure", "ratio", "budget", "kept"), ("---",) * 5]
    for each in figures:
        ratio = f"{each.ratio:.2f}x" if each.ratio is not None else ""
        kept = "" if each.kept is None else "yes" if each.kept else "NO"
        rows.append((each.what, each.figure, ratio, each.budget, kept))
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)
