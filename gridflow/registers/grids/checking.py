"""The verb `check_grids`: turn a filled plan into boundaries, check them, reserve codes and draw the map."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from gridflow import clock
from gridflow.catalogue.appointments import Appointment
from gridflow.engine.actions import Call, Result
from gridflow.people.appointments import holders_of
from gridflow.people.models import Unit
from gridflow.registers import boundaries
from gridflow.registers.boundaries import Area, Division, Finding
from gridflow.registers.coordinates import square_metres
from gridflow.registers.errors import BoundaryInvalid, GridChangeRefused
from gridflow.registers.grids.coding import reserve
from gridflow.registers.grids.kinds import MICRO, WORDS
from gridflow.registers.grids.proposing import Plan, Proposal, propose
from gridflow.registers.grids.queries import drafts_of, lasting, nearby
from gridflow.registers.maps import Shape, draw
from gridflow.registers.models import Grid
from gridflow.registers.shaping import read

FileOf = Callable[[Call, str], bytes | None]
"""Returns the content of the newest file handed in with a field of the case."""
FIELD = "boundary_file"
HERE = frozenset({"gap", "balance"})
"""Faults that a division into micro-grids need not be free of: it may leave ground out."""


def check_grids(call: Call, file_of: FileOf) -> Result:
    """Check a plan and return `check_passed`, `check_report`, `plan` and `plan_map`.

    Inputs: change, way, grids (codes chosen), rows, datum, side, share, gives, resized, size_reason, staff, micro.
    Source: N7-1, B6-2, domain 2.4 step 4.4.
    """
    session, facts, given = call.turn.session, call.turn.facts, call.inputs
    village = session.get(Unit, facts.units.get("village", ""))
    if village is None:
        raise GridChangeRefused("网格划分、调整的案件要落在一个村（社区），请在登记时选到村（社区）一级。")
    here = lasting(session, village.id)
    micro = given.get("micro") is True
    plan = _plan(given, here, file_of(call, FIELD) if given.get("way") == "file" else None)
    try:
        proposals = propose(plan)
    except BoundaryInvalid as error:
        return _refused(error.message)
    division = _division(session, call, plan, proposals, here, village)
    found = [
        *_as_filled(plan, proposals, here, village, micro=micro),
        *_sizes(call, proposals),
        *_staff(call, proposals),
        *(one for one in boundaries.check(division) if not micro or one.rule not in HERE),
    ]
    within = plan.old[0].code if micro else village.code
    codes = reserve(session, facts.city, facts.case_id, within, proposals, [grid.code for grid in plan.old])
    return {
        "check_passed": not found,
        "check_report": _report(found, _vacancies(call, proposals), _leaving(call, plan, proposals)),
        "plan": [_row(code, one) for code, one in zip(codes, proposals, strict=True)],
        "plan_map": draw(_shapes(division, found), "网格划分方案图"),
    }


def recheck_grids(call: Call) -> Result:
    """Check the plan of a case against the register of this moment: others may have changed it meanwhile."""
    session, facts = call.turn.session, call.turn.facts
    village, drafts = session.get_one(Unit, facts.units["village"]), drafts_of(session, facts.case_id)
    here = lasting(session, village.id)
    codes = set(drafts[0].replaces) if drafts else set()
    if not drafts or codes - {grid.code for grid in here}:
        return _refused("方案核验之后，有的原网格已由别的变更撤销，请重新起草方案。")
    proposals = [
        Proposal(
            draft.name, draft.kind, read(draft.geometry), draft.households, draft.population, draft.units_count,
            draft.managing_unit, draft.code if draft.code in codes else None, draft.extent,
        )
        for draft in drafts
    ]  # fmt: skip
    plan = Plan("", "", [grid for grid in here if grid.code in codes], ())
    division = _division(session, call, plan, proposals, here, village)
    found = boundaries.check(division)
    return {
        "check_passed": not found,
        "check_report": _report(found, (), 0),
        "plan_map": draw(_shapes(division, found), "网格划分方案图"),
    }


def _plan(given: Mapping[str, Any], here: Sequence[Grid], file: bytes | None) -> Plan:
    chosen = set(given.get("grids") or ())
    return Plan(
        change=str(given.get("change") or ""),
        way=str(given.get("way") or ""),
        old=[grid for grid in here if grid.code in chosen],
        rows=given.get("rows") or (),
        file=file,
        datum=str(given.get("datum") or "cgcs2000"),
        side=str(given.get("side") or "west"),
        share=int(given.get("share") or 0),
        gives=str(given.get("gives") or ""),
    )


def _refused(why: str) -> Result:
    return {"check_passed": False, "check_report": f"1. {why}", "plan": [], "plan_map": None}


def _division(
    session: Session, call: Call, plan: Plan, proposals: Sequence[Proposal], here: Sequence[Grid], village: Unit
) -> Division:
    new = [Area(one.name, one.geometry, one.kind) for one in proposals]
    old = [_area(grid) for grid in plan.old if grid.geometry]
    if call.inputs.get("micro") is True:
        others = [grid for grid in lasting(session, village.id, micro=True) if grid.code.startswith(plan.old[0].code)]
        return Division(new, old, [_area(grid) for grid in others if grid.geometry], [])
    kept = [_area(grid) for grid in here if grid not in plan.old and grid.geometry]
    beside = [_area(grid, name) for grid, name in nearby(session, call.turn.facts.city, village.code[:6], village.id)]
    ground = boundaries.around(new + old)
    grows = plan.change == "new" or call.inputs.get("resized") is True
    return Division(new, old, kept, [area for area in beside if area.geometry.intersects(ground)], may_grow=grows)


def _area(grid: Grid, village: str = "") -> Area:
    return Area(grid.name, read(str(grid.geometry)), grid.kind, village)


# ------------------------------------------------------------ how the plan is filled


def _as_filled(
    plan: Plan, proposals: Sequence[Proposal], here: Sequence[Grid], village: Unit, *, micro: bool
) -> list[Finding]:
    stays = {grid.name for grid in here if grid not in plan.old}
    names = [one.name for one in proposals]
    twice = {name for name in names if name in stays or names.count(name) > 1}
    found = [
        Finding("name", f"{village.name}已有名为“{name}”的网格", "网格名称在一个村（社区）内不能重复，请改名")
        for name in sorted(twice)
    ]
    wrong = [one.name for one in proposals if (one.kind == MICRO) != micro]
    found += [Finding("kind", f"“{name}”的类型与这次变更不符", "微网格只在微网格方案里填写") for name in wrong]
    return found + _codes(plan, proposals)


def _codes(plan: Plan, proposals: Sequence[Proposal]) -> list[Finding]:
    """Say where a plan keeps codes it should not, or ends one it should keep. Source: domain 4.2."""
    old, kept = {grid.code for grid in plan.old}, [one.keeps for one in proposals if one.keeps]
    if plan.change in {"split", "merge"} and kept:
        return [Finding("code", "拆分、合并后的网格都用新编码", "请清空“沿用编码”")]
    if plan.change in {"adjust", "rename"} and (set(kept) != old or len(kept) != len(proposals)):
        return [Finding("code", "调整界线、更名不改编码", "请把选中的每个原网格各填一行，并在“沿用编码”里选明")]
    if plan.change == "abolish" and (len(kept) != 1 or not set(kept) <= old):
        return [Finding("code", "撤销时由一个原网格接收", "请填一行，并在“沿用编码”里选接收的网格")]
    if not set(kept) <= old:
        return [Finding("code", "“沿用编码”选了没有列入本次变更的网格", "请在原网格里一并选中")]
    return []


def _sizes(call: Call, proposals: Sequence[Proposal]) -> list[Finding]:
    """Ask the decision `grid_size` about each grid; outside its range a reason is wanted, which blocks nothing."""
    found = []
    for one in proposals:
        size = call.turn.decide("grid_size", {**call.data, "grid_type": one.kind})
        least, most, basis = size.get("least"), size.get("most"), size.get("basis")
        if not isinstance(least, Decimal) or not isinstance(most, Decimal):
            words = WORDS.get(one.kind, "未选类型")
            found.append(Finding("kind", f"“{one.name}”：本市不设{words}", f"请改选类型（{basis}）"))
        elif not least <= one.households <= most and not call.inputs.get("size_reason"):
            found.append(
                Finding(
                    "households",
                    f"“{one.name}”有 {one.households} 户，通常为 {least} 至 {most} 户（{basis}）",
                    "请调整范围，或填写规模特殊的理由",
                )
            )
    return found


def _staff(call: Call, proposals: Sequence[Proposal]) -> list[Finding]:
    """Say who may not be appointed because of where the person comes from. Source: N8-2, B9-2, B9-3, B9-4."""
    posts = {post.title: post for post in call.turn.parsed.bundle.city_file.appointments.values()}
    found = []
    for row in _staff_of(call):
        number, post = int(row.get("staff_grid") or 0), posts.get(str(row.get("staff_post")))
        if post is None or not 1 <= number <= len(proposals):
            found.append(Finding("staff", f"人员配备里的第 {number} 号网格或岗位不存在", "请按新网格的序号填写"))
            continue
        allowed = post.sources_for(proposals[number - 1].kind)
        if allowed and row.get("staff_source") not in allowed:
            one = f"“{proposals[number - 1].name}”的{post.title}来源为“{row.get('staff_source')}”"
            found.append(Finding("staff", one, f"应来自：{'、'.join(allowed)}"))
    return found


def _vacancies(call: Call, proposals: Sequence[Proposal]) -> list[str]:
    """Say which posts the plan leaves empty; the register goes on saying so until they are filled."""
    posts = [post for post in call.turn.parsed.bundle.city_file.appointments.values() if _wanted(post, proposals)]
    filled = {(int(row.get("staff_grid") or 0), row.get("staff_post")) for row in _staff_of(call)}
    empty = {
        one.name: [post.title for post in posts if (number, post.title) not in filled]
        for number, one in enumerate(proposals, 1)
        if one.keeps is None
    }
    return [f"“{name}”未配{'、'.join(titles)}" for name, titles in empty.items() if titles]


def _leaving(call: Call, plan: Plan, proposals: Sequence[Proposal]) -> int:
    """Return how many posts end with the codes that end and whose people the plan gives no other."""
    kept = {one.keeps for one in proposals}
    ending = [grid.code for grid in plan.old if grid.code not in kept and proposals[0].kind != MICRO]
    named = {row.get("staff_person") for row in _staff_of(call)}
    held = holders_of(call.turn.session, call.turn.facts.city, ending, [], clock.today()) if ending else []
    return len({one.user.id for one in held if one.user.login not in named})


def _staff_of(call: Call) -> Sequence[Mapping[str, Any]]:
    """Return the rows of the plan that say who takes which post."""
    rows: Any = call.inputs.get("staff")
    return rows or ()


def _wanted(post: Appointment, proposals: Sequence[Proposal]) -> bool:
    micro = all(one.kind == MICRO for one in proposals)
    return post.needed and post.place == ("micro" if micro else "grid")


# ------------------------------------------------------------ what comes of it


def _report(found: Sequence[Finding], vacancies: Sequence[str], leaving: int) -> str:
    marks = iter(range(1, len(found) + 1))
    lines = [
        f"{number}. {one.sentence}{f'见图上红圈 {next(marks)}。' if one.where is not None else ''}"
        for number, one in enumerate(found, 1)
    ]
    head = f"发现 {len(found)} 处问题，请逐项改正：" if found else "核验通过：无重叠、无空白、都在本村（社区）界内。"
    empty = [f"另请注意，到岗前为空缺：{'；'.join(vacancies)}。"] if vacancies else []
    gone = [f"原网格有 {leaving} 人没有写入人员配备，生效时岗位随原编码结束。"] if leaving else []
    return "\n".join([head, *lines, *empty, *gone])


def _row(code: str, one: Proposal) -> dict[str, Any]:
    return {
        "code": code,
        "name": one.name,
        "kind": one.kind,
        "kind_words": WORDS.get(one.kind, one.kind),
        "households": one.households,
        "population": one.population,
        "units_count": one.units_count,
        "managing_unit": one.managing_unit,
        "extent": one.extent,
        "area": f"{square_metres(one.geometry) / 1_000_000:.4f}",
        "keeps": one.keeps is not None,
    }


def _shapes(division: Division, found: Sequence[Finding]) -> list[Shape]:
    numbers = range(1, len(division.new) + 1)
    return [
        *(Shape("beside", area.geometry) for area in division.neighbours),
        *(Shape("kept", area.geometry, area.name) for area in division.kept),
        *(Shape("new", area.geometry, str(number)) for number, area in zip(numbers, division.new, strict=True)),
        *(Shape("old", area.geometry) for area in division.old),
        *(Shape("fault", one.where) for one in found if one.where is not None),
    ]
