"""Three-way merge of variables: what each branch changed against its base is kept, whoever finishes last."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from gridflow.engine.runtime.tokens import Token

Data = Mapping[str, Any]
_GONE = object()


class Merge:
    """Variables into which branches are merged one after another; a later branch wins a conflict."""

    def __init__(self, start: Data) -> None:
        self.data: dict[str, Any] = dict(start)
        self.conflicts: list[tuple[str, object, object]] = []

    def take(self, base: Data, branch: Data) -> None:
        """Apply what a branch changed against the data it began with; deletions count, contexts merge by key."""
        self.data = self._merged(self.data, base, branch, "")

    def _merged(self, into: Data, base: Data, branch: Data, path: str) -> dict[str, Any]:
        result = dict(into)
        for key in [*branch, *(key for key in base if key not in branch)]:
            old: Any = base.get(key, _GONE)
            new: Any = branch.get(key, _GONE)
            here: Any = result.get(key, _GONE)
            if new is old or (new is not _GONE and old is not _GONE and same(new, old)):
                continue
            if isinstance(new, dict) and isinstance(here, dict) and (old is _GONE or isinstance(old, dict)):
                result[key] = self._merged(here, old if isinstance(old, dict) else {}, new, f"{path}{key}.")
                continue
            if not _equal(here, old) and not _equal(here, new):
                self.conflicts.append((path + key, _shown(here), _shown(new)))
            if new is _GONE:
                result.pop(key, None)
            else:
                result[key] = new
        return result


def merged(base: Data, branches: Iterable[Data]) -> Merge:
    """Merge branches that all began with the same data."""
    merge = Merge(base)
    for branch in branches:
        merge.take(base, branch)
    return merge


def common_ancestor(tokens: Sequence[Token]) -> Token:
    """Return the nearest token above all of these: where their ways parted."""
    first, *others = ([*token.ancestors()][1:] for token in tokens)
    ids = [{token.id for token in chain} for chain in others]
    return next(token for token in first if all(token.id in chain for chain in ids))


def same(one: object, other: object) -> bool:
    """Tell whether two values are the same and of the same kind, so that true is not 1 and 1.0 is not 1.00."""
    if one is other:
        return True
    if one.__class__ is not other.__class__:
        return False
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(item, other[key]) for key, item in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return one == other and str(one) == str(other)


def _equal(one: object, other: object) -> bool:
    if one is _GONE or other is _GONE:
        return one is other
    return same(one, other)


def _shown(value: object) -> object:
    return None if value is _GONE else value
