"""Which line of a channel each flow takes, so that two flows never run on one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

Key = tuple[str, str]
"""A bundle of flows: "from" or "to", and the element they have in common."""


@dataclass(slots=True)
class Run:
    """What a bundle of flows with a common end needs of a channel."""

    low: int
    high: int
    """From where to where it runs along the channel."""
    near: set[int] = field(default_factory=set)
    """Where it comes in from the side with the smaller coordinates."""
    far: set[int] = field(default_factory=set)

    def reach(self, start: int, end: int) -> None:
        """Stretch it to two places."""
        self.low, self.high = min(self.low, start, end), max(self.high, start, end)


def tracks(runs: Mapping[Key, Run]) -> dict[Key, int]:
    """Return the line of each run: free where it runs, and beyond those that come in where it leaves."""
    near: dict[int, list[Key]] = {}
    for key, run in runs.items():
        for place in sorted(run.near):
            near.setdefault(place, []).append(key)
    taken: list[list[Run]] = []
    found: dict[Key, int] = {}
    for key in _ordered(runs, near):
        run = runs[key]
        least = max((found[each] + 1 for each in _first(run, key, near) if each in found), default=0)
        line = least
        while line < len(taken) and any(run.low <= other.high and other.low <= run.high for other in taken[line]):
            line += 1
        while line >= len(taken):
            taken.append([])
        taken[line].append(run)
        found[key] = line
    return found


def _first(run: Run, key: Key, near: Mapping[int, Sequence[Key]]) -> list[Key]:
    """Return the runs whose line has to come before."""
    return list(dict.fromkeys(each for place in sorted(run.far) for each in near.get(place, ()) if each != key))


def _ordered(runs: Mapping[Key, Run], near: Mapping[int, Sequence[Key]]) -> list[Key]:
    """Put those first that have to come before others; where two want it of each other, one gives in."""
    waiting = {key: _first(run, key, near) for key, run in runs.items()}
    order: list[Key] = []
    seen: set[Key] = set()
    for start in sorted(runs, key=lambda key: (runs[key].high - runs[key].low, runs[key].low)):
        walk = [start]
        while walk:
            key = walk[-1]
            seen.add(key)
            further = next((each for each in waiting[key] if each not in seen), None)
            if further is not None:
                walk.append(further)
                continue
            walk.pop()
            order.append(key)
    return order
