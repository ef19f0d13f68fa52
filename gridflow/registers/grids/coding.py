"""The codes of grids: reserved when a plan is checked, issued when it takes effect, never given twice."""

from collections.abc import Callable, Collection, Sequence
from itertools import count

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from gridflow.db import new_id, table
from gridflow.registers.errors import GridChangeRefused
from gridflow.registers.grids.kinds import LETTERS, MICRO
from gridflow.registers.grids.models import GridDraft
from gridflow.registers.grids.proposing import Proposal
from gridflow.registers.grids.queries import used_codes
from gridflow.registers.shaping import text

_DIGITS = {MICRO: 2}
_DRAFTS = table(GridDraft)


def reserve(
    session: Session, city: str, case_id: str, within: str, proposals: Sequence[Proposal], old: Sequence[str]
) -> list[str]:
    """Reserve a code for each grid of a plan and keep the plan; returns the codes in order.

    `within` is the code of the village, for micro-grids that of their grid. A plan that is drawn anew takes the codes
    it had before first; those it needs no more stay reserved and unused. Source: N9, domain 4.2.
    """
    own = list(session.scalars(select(_DRAFTS.c.code).where(_DRAFTS.c.case_id == case_id).order_by(_DRAFTS.c.number)))
    fresh = _next_codes(within, used_codes(session, city, within), own)
    codes = [proposal.keeps or fresh(proposal.kind) for proposal in proposals]
    session.execute(delete(_DRAFTS).where(_DRAFTS.c.case_id == case_id))
    rows = [
        {
            "id": new_id(), "city": city, "case_id": case_id, "number": number, "code": code, "name": one.name,
            "kind": one.kind, "geometry": text(one.geometry), "extent": one.extent, "households": one.households,
            "population": one.population, "units_count": one.units_count, "managing_unit": one.managing_unit,
            "replaces": list(old), "state": "reserved",
        }
        for number, (code, one) in enumerate(zip(codes, proposals, strict=True), 1)
    ]  # fmt: skip
    unused = [code for code in own if code not in codes and code not in old]
    rows += [{**rows[0], "id": new_id(), "number": 0, "code": code, "state": "dropped"} for code in unused]
    session.execute(insert(_DRAFTS), rows)
    return codes


def _next_codes(within: str, used: Collection[str], own: Sequence[str]) -> Callable[[str], str]:
    """Return what gives a kind its next code: one the plan had before, else a new one.

    A number is unique in a village over all kinds, so that the code without its letter is so too.
    """
    tails = [code[len(within) + 1 :] for code in used]
    numbers = count(1 + max((int(tail) for tail in tails if tail.isdecimal()), default=0))
    left = list(own)

    def fresh(kind: str) -> str:
        letter, digits = LETTERS[kind], _DIGITS.get(kind, 3)
        again = next((code for code in left if code.startswith(within + letter)), None)
        if again:
            left.remove(again)
            return again
        number = next(numbers)
        if number >= 10**digits:
            raise GridChangeRefused(f"{within} 的网格序号已用完，请联系市级机构扩充编码。")
        return f"{within}{letter}{number:0{digits}}"

    return fresh
