"""The verbs of grid changes, as diagrams name them."""

from collections.abc import Mapping
from functools import partial

from gridflow.engine.actions import Action, Call
from gridflow.registers.grids.checking import FileOf, check_grids, recheck_grids
from gridflow.registers.grids.effect import apply_grids, suspend_grids

VERBS = frozenset({"check_grids", "recheck_grids", "apply_grids", "suspend_grids"})


def no_file(call: Call, field: str) -> bytes | None:  # noqa: ARG001  -- one shape
    """Stand for a case without files."""
    return None


def grid_actions(file_of: FileOf = no_file) -> Mapping[str, Action]:
    """Return the verbs; `file_of` fetches what was handed in with a case."""
    return {
        "check_grids": partial(check_grids, file_of=file_of),
        "recheck_grids": recheck_grids,
        "apply_grids": apply_grids,
        "suspend_grids": suspend_grids,
    }
