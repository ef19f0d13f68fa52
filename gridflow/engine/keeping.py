"""Nobody a case is kept from gets a task of it: the office of the next tier does it, or it is parked."""

from collections.abc import Mapping
from dataclasses import replace

from gridflow.bpmn import Node
from gridflow.engine.errors import RoutingFailed
from gridflow.engine.routing import Assignment
from gridflow.engine.turn import Turn

HIGHER = {"village": "town", "town": "county_office", "county_office": "city_office", "county_head": "city_head"}
"""Who does what an office may not do itself, by role; what others may not do is parked."""


def placed(turn: Turn, process_id: str, node: Node, data: Mapping[str, object]) -> Assignment:
    """Return who may do a task; raises RoutingFailed."""
    return kept_away(turn, node.name, turn.router.assign(process_id, node, data))


def offered(turn: Turn, process_id: str, node: Node, data: Mapping[str, object]) -> Assignment:
    """Return to whom a message event is offered; raises RoutingFailed.

    What is offered to whoever reported stays his, wherever he lives and whomever he works for: the case is his own.
    """
    assignment = turn.router.assign_offer(process_id, node, data)
    if assignment.person_id is not None and assignment.person_id == turn.facts.seen.get("reporter"):
        return assignment
    return kept_away(turn, node.name, assignment)


def kept_away(turn: Turn, step: str, assignment: Assignment) -> Assignment:
    """Return an assignment that none of those a case is kept from can carry out, or raise RoutingFailed.

    Costs nothing for a case that is kept from nobody. Source: N18-4, domain 2.7.
    """
    facts, directory = turn.facts, turn.directory
    if not facts.kept:
        return assignment
    units, people = facts.kept["units"], set(facts.kept["people"])
    if assignment.person_id is not None:
        acting = directory.acting_for(turn.session, facts.city, units, person=assignment.person_id)
        if people | set(acting) >= {assignment.person_id}:
            raise RoutingFailed(f"环节“{step}”指定的办理人应当回避本案，请改派其他人员后重试。")
        return assignment
    while True:
        unit_id, post = str(assignment.unit_id), str(assignment.role)
        also = directory.acting_for(turn.session, facts.city, units, at=unit_id)
        barred = {*assignment.excluded, *people, *also}
        open_to_others = directory.manned(turn.session, unit_id, post, barred)
        if open_to_others and not directory.belongs(turn.session, unit_id, units):
            return replace(assignment, excluded=tuple(sorted(barred)))
        assignment = _higher(turn, step, assignment)


def _higher(turn: Turn, step: str, assignment: Assignment) -> Assignment:
    roles = turn.parsed.bundle.city_file.roles
    found = (role.code for role in roles.values() if role.post == assignment.role and role.code in HIGHER)
    above = roles.get(HIGHER.get(next(found, ""), ""))
    unit_id = turn.facts.units.get(above.tier or "") if above else None
    if above is None or unit_id is None:
        raise RoutingFailed(f"环节“{step}”的承办单位应当回避本案，也没有上一级可以承办。请改派后重试。")
    return replace(assignment, role=above.post, unit_id=unit_id, grid_staff=above.grid_staff)
