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
    worked: float | None = None
    """The ratio of processor time, which tells the same on a busy machine."""


@dataclass(frozen=True, slots=True)
class Took:
    """How long something took, in seconds."""

    clock: float
    processor: float
    """What the machine really worked; other work on it lengthens only the clock."""


def compared(what: str, ours: Sequence[Took], reference: Sequence[Took], budget: float) -> Figure:
    """Return a median taken in turns with a reference, as a ratio to the reference's median."""
    mine, other = (median(each.clock for each in taken) * 1000 for taken in (ours, reference))
    worked, others = (median(each.processor for each in taken) * 1000 for taken in (ours, reference))
    p95 = quantiles([each.clock for each in ours], n=20)[-1] * 1000
    figure = f"{mine:.1f} ms (reference {other:.1f}), p95 {p95:.0f}; processor {worked:.1f} ms ({others:.1f})"
    return Figure(what, figure, mine / other, f"{budget:g}x", mine / other <= budget, worked / others)


def limited(what: str, value: float, most: float, unit: str) -> Figure:
    """Return a figure whose budget is an amount."""
    return Figure(what, f"{value:.4g} {unit}", None, f"{most:g} {unit}", value <= most)


def machine() -> str:
    """Say where and when the figures were taken."""
    load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    return f"{clock.now():%Y-%m-%d %H:%M} UTC, Python {python_version()}, {os.cpu_count()} cores, load {load}"


def table(figures: Sequence[Figure]) -> str:
    """Return the figures as a Markdown table."""
    rows = [("what", "figure", "p50 ratio", "processor ratio", "budget", "kept"), ("---",) * 6]
    for each in figures:
        kept = "" if each.kept is None else "yes" if each.kept else "NO"
        rows.append((each.what, each.figure, _times(each.ratio), _times(each.worked), each.budget, kept))
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _times(ratio: float | None) -> str:
    return "" if ratio is None else f"{ratio:.2f}x"
