"""How far along the flow each element stands."""

from collections.abc import Mapping, Sequence

Link = tuple[str, str]


def columns(keys: Sequence[str], links: Sequence[Link]) -> tuple[dict[str, int], dict[str, int]]:
    """Return the column of each element, and how many elements follow it at most; ways back count for neither."""
    onward: dict[str, list[str]] = {key: [] for key in keys}
    for source, target in links:
        onward[source].append(target)
    entered = {target for source, target in links if source != target}
    order = _finished(sorted(keys, key=entered.__contains__), onward)
    place = {key: number for number, key in enumerate(order)}
    column, after = dict.fromkeys(keys, 0), dict.fromkeys(keys, 0)
    for key in reversed(order):
        for target in _ahead(key, onward, place):
            column[target] = max(column[target], column[key] + 1)
    for key in order:
        after[key] = max((after[target] + 1 for target in _ahead(key, onward, place)), default=0)
    return column, after


def _ahead(key: str, onward: Mapping[str, list[str]], place: Mapping[str, int]) -> list[str]:
    """Return what follows an element without the ways back: a depth-first walk leaves what is ahead sooner."""
    return [target for target in onward[key] if place[target] < place[key]]


def _finished(starts: Sequence[str], onward: Mapping[str, list[str]]) -> list[str]:
    """Return the elements in the order in which a depth-first walk leaves them."""
    seen: set[str] = set()
    order: list[str] = []
    for start in starts:
        if start in seen:
            continue
        seen.add(start)
        walk = [(start, iter(onward[start]))]
        while walk:
            key, rest = walk[-1]
            further = next((target for target in rest if target not in seen), None)
            if further is None:
                walk.pop()
                order.append(key)
            else:
                seen.add(further)
                walk.append((further, iter(onward[further])))
    return order
