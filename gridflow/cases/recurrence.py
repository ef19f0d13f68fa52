"""How often the same kind of thing has come up lately in one grid."""

from datetime import timedelta
from decimal import Decimal

from sqlalchemy import func, select

from gridflow.cases.models import Case
from gridflow.db import table
from gridflow.engine.actions import Call, Result
from gridflow.engine.errors import ActionInvalid

_CASES = table(Case).c
OVER_AT_ONCE = ("merged", "withdrawn")
"""Ends that say the matter was not one of its own, or none."""


def count_same(call: Call) -> Result:
    """Count the cases of this procedure, category and grid opened within the last `days`, this one among them.

    Source: B22-2, N17-2.
    """
    days = call.inputs.get("days")
    if not isinstance(days, int | Decimal) or days <= 0:
        raise ActionInvalid(f"环节“{call.node.name}”应给出往前数多少天（days）。请流程负责人在流程图中补上。")
    turn = call.turn
    here = select(_CASES.city, _CASES.grid_code, _CASES.category, _CASES.slug).where(_CASES.id == turn.facts.case_id)
    mine = turn.session.execute(here).one()
    same = select(func.count()).where(
        _CASES.city == mine.city, _CASES.grid_code == mine.grid_code, _CASES.category == mine.category,
        _CASES.slug == mine.slug, _CASES.opened_at >= turn.instant - timedelta(days=float(days)),
        _CASES.state.not_in(OVER_AT_ONCE),
    )  # fmt: skip
    return {"same_count": turn.session.scalar(same)}
