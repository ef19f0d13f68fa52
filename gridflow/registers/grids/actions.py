"""The verbs of grid changes, as diagrams name them; what works on boundaries is loaded when it is first needed."""

from collections.abc import Callable, Mapping

from gridflow.engine.actions import Action, Call, Result
from gridflow.registers.grids.effect import apply_grids, suspend_grids

FileOf = Callable[[Call, str], bytes | None]
"""Returns the content of the newest file handed in with a field of the case."""
VERBS = frozenset({"check_grids", "recheck_grids", "apply_grids", "suspend_grids"})


def grid_actions(file_of: FileOf) -> Mapping[str, Action]:
    """Return the verbs."""

    def check_grids(call: Call) -> Result:
        from gridflow.registers.grids import checking  # brings numpy and shapely, 15 MB that few processes need

        return checking.check_grids(call, file_of)

    return {
        "check_grids": check_grids,
        "recheck_grids": recheck_grids,
        "apply_grids": apply_grids,
        "suspend_grids": suspend_grids,
    }


def recheck_grids(call: Call) -> Result:
    """Check the plan of a case against the register of this moment."""
    from gridflow.registers.grids import checking

    return checking.recheck_grids(call)
