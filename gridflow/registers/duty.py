"""Who is called out in an emergency: the grids of an area, their staff in order, and the grids beside them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, undefer

from gridflow.clock import SHANGHAI
from gridflow.engine.actions import Action, Call, Result
from gridflow.engine.errors import ActionInvalid
from gridflow.people.models import Post, User
from gridflow.people.queries import unit_by_code
from gridflow.registers.models import Grid
from gridflow.registers.queries import grid_by_code
from gridflow.registers.queries import grids_within as lasting_grids

NEIGHBOURS = 6
"""How many grids round about are tried."""
AREAS = ("village", "town", "county")


def grids_within(call: Call) -> Result:
    """List the grids an order concerns: `kind` is listed, units, village, town, county, city or none.

    `grids` are those listed by hand, `units` the codes of villages, towns and counties, `but` the grids already at
    work. Gives all of them and the new ones.
    Source: N19, B12-2(7).
    """
    kind, known = call.text("kind"), _texts(call, "but")
    found = sorted({*known, *_asked(call, kind)})
    if not found and kind != "none":
        raise ActionInvalid(f"环节“{call.node.name}”没有涉及的网格，请核对命令的范围。")
    return {"area_grids": found, "new_grids": [code for code in found if code not in known]}


def _asked(call: Call, kind: str) -> Iterable[str]:
    if kind == "none":
        return ()
    if kind == "listed":
        return [code for code in _texts(call, "grids") if grid_by_code(call.turn.session, call.turn.facts.city, code)]
    if kind == "units":
        return {grid for code in _texts(call, "units") for grid in _of_unit(call, code)}
    seen, city = call.turn.facts.seen, call.turn.facts.city
    prefix = "" if kind == "city" else seen.get(kind)
    if prefix is None or kind not in (*AREAS, "city"):
        raise ActionInvalid(f"环节“{call.node.name}”的范围“{kind}”在本案没有对应的地方，请另选范围。")
    return [grid.code for grid in lasting_grids(call.turn.session, city, str(prefix))]


def _of_unit(call: Call, code: str) -> Iterator[str]:
    session, city = call.turn.session, call.turn.facts.city
    unit = unit_by_code(session, city, code)
    if unit is None or unit.tier not in AREAS:
        raise ActionInvalid(f"环节“{call.node.name}”的范围里，“{code}”不是本市的区县、镇街或村（社区），请另选。")
    return (grid.code for grid in lasting_grids(session, city, unit.code))


def next_on_duty(call: Call) -> Result:
    """Find whom to call next for a grid: its own staff in the order of `roles`, then those of the grids beside it.

    `called` are those called before. Gives the person, null when nobody is left, the person's grid, and whether it is
    the first one of another grid. Source: N19, B12-2(7).
    """
    called = _texts(call, "called")
    own = list(_staff(call, [call.text("grid")]))
    left = [(person, grid) for person, grid in own if person not in called]
    near = False
    if not left:
        known = {person for person, _ in own}
        others = [pair for pair in _near(call) if pair[0] not in known]
        left = [pair for pair in others if pair[0] not in called]
        near = bool(left) and not any(person in called for person, _ in others)
    person, grid = left[0] if left else (None, None)
    return {
        "duty_person": person,
        "duty_grid": grid,
        "duty_near": near,
        "called": [*called, person] if person else called,
    }


def neighbour_on_duty(call: Call) -> Result:
    """Find somebody of a grid beside this one; null where there is nobody. Source: N19, B12-2(7)."""
    own = {person for person, _ in _staff(call, [call.text("grid")])}
    found = next(((person, grid) for person, grid in _near(call) if person not in own), (None, None))
    return {"search_person": found[0], "search_grid": found[1]}


def _near(call: Call) -> Iterator[tuple[str, str]]:
    return _staff(call, beside(call.turn.session, call.turn.facts.city, call.text("grid")))


def beside(session: Session, city: str, code: str) -> list[str]:
    """Return the lasting grids of the town round about a grid, those that touch it first, then by distance."""
    from shapely import from_geojson  # takes a while to load, and few commands ask for it

    own = grid_by_code(session, city, code)
    if own is None or own.geometry is None:
        return []
    shape = from_geojson(own.geometry)
    town = select(Grid).where(
        Grid.city == city, Grid.code.startswith(code[:9]), Grid.until.is_(None), Grid.code != code
    )
    others = session.scalars(town.options(undefer(Grid.geometry)))
    measured = [(shape.distance(from_geojson(grid.geometry)), grid.code) for grid in others if grid.geometry]
    return [grid for _, grid in sorted(measured)[:NEIGHBOURS]]


def _staff(call: Call, grids: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield person and grid in the order of the duty list: of each grid those posted to it before the village's."""
    turn = call.turn
    day = turn.instant.astimezone(SHANGHAI).date()
    roles = turn.parsed.bundle.city_file.roles
    posts = list(dict.fromkeys(roles[role].post for role in _texts(call, "roles") if role in roles))
    for grid in grids:
        village = unit_by_code(turn.session, turn.facts.city, grid[:12])
        held = (
            select(Post.user_id, Post.role, Post.grid_code)
            .join(User, User.id == Post.user_id)
            .where(
                Post.unit_id == (village.id if village else ""), Post.role.in_(posts), User.active, Post.since <= day,
                or_(Post.until.is_(None), Post.until >= day), or_(Post.grid_code.is_(None), Post.grid_code == grid),
            )
        )  # fmt: skip
        rows = turn.session.execute(held.order_by(User.login)).all()
        for row in sorted(rows, key=lambda row: (row.grid_code is None, posts.index(row.role))):
            yield row.user_id, grid


def _texts(call: Call, name: str) -> list[str]:
    value = call.inputs.get(name)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise ActionInvalid(f"环节“{call.node.name}”的参数“{name}”应为文字的列表，得到 {value!r:.80}。")
    return [str(one) for one in value]


VERBS: Mapping[str, Action] = {
    "grids_within": grids_within,
    "next_on_duty": next_on_duty,
    "neighbour_on_duty": neighbour_on_duty,
}
