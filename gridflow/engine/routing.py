"""Who gets a task: one post at one unit, or a person; anything unclear is an incident, never an unrouted task."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from gridflow.bpmn import Node
from gridflow.catalogue import City, Role
from gridflow.db import table
from gridflow.engine.definitions import Parsed
from gridflow.engine.directory import Directory
from gridflow.engine.errors import TIERS, RoutingFailed, shown
from gridflow.engine.models import WorkItem

Evaluate = Callable[[str, Mapping[str, object]], object]

_ITEMS = table(WorkItem).c
_DID = (
    select(_ITEMS.done_by)
    .where(
        _ITEMS.instance_id == bindparam("instance"),
        _ITEMS.element_id.in_(bindparam("steps", expanding=True)),
        _ITEMS.done_by.is_not(None),
    )
    .distinct()
)


@dataclass(frozen=True, slots=True)
class Assignment:
    """Where a task goes."""

    role: str | None
    unit_id: str | None
    person_id: str | None
    grid_staff: bool
    excluded: tuple[str, ...] = ()
    matter: str | None = None
    """The listed matter on which grid staff get it."""


@dataclass(frozen=True, slots=True)
class Router:
    """Finds the assignment of the tasks of one instance."""

    session: Session
    directory: Directory
    parsed: Parsed
    instance_id: str
    units: Mapping[str, str]
    evaluate: Evaluate
    matters: Mapping[str, Mapping[str, object]]
    looked_up: dict[str, str | None] = field(default_factory=dict)
    """Unit ids by code."""

    @property
    def city(self) -> City:
        """The city file of the version the instance runs."""
        return self.parsed.bundle.city_file

    def assign(self, process_id: str, node: Node, data: Mapping[str, object]) -> Assignment:
        """Return who may do a task, or raise RoutingFailed with the reason and what to repair."""
        role = self._role(process_id, node, data)
        matter = self.guard(process_id, node, data) if role.grid_staff else None
        return replace(self._place(process_id, node, role, data), matter=matter)

    def assign_offer(self, process_id: str, node: Node, data: Mapping[str, object]) -> Assignment:
        """Return to whom a message event is offered: its own role, else that of its host.

        Where the person is nobody, as in a case that no person opened, it is offered to nobody.
        """
        person = node.attributes.get("person")
        if person and self.evaluate(person, data) is None:
            return Assignment(None, None, None, grid_staff=False)
        return self._place(process_id, node, self._role(process_id, node, data), data)

    def _role(self, process_id: str, node: Node, data: Mapping[str, object]) -> Role:
        text = self.parsed.attribute(process_id, node, "role") or ""
        code = text if text in self.city.roles or not text else self.evaluate(text, data)
        role = self.city.roles.get(code) if isinstance(code, str) else None
        if role is None:
            raise RoutingFailed(
                f"环节“{node.name}”的角色“{text}”{'' if code == text else f'得到“{code}”，'}在城市文件中没有对应岗位。"
                "请改正角色，或在城市文件中补充 [roles.…]。"
            )
        return role

    def _place(self, process_id: str, node: Node, role: Role, data: Mapping[str, object]) -> Assignment:
        excluded = self._excluded(node)
        person = node.attributes.get("person")
        if person:
            return Assignment(None, None, self._person(node, person, data), role.grid_staff, excluded)
        return Assignment(role.post, self._unit(process_id, node, role.tier, data), None, role.grid_staff, excluded)

    def guard(self, process_id: str, node: Node, data: Mapping[str, object]) -> str:
        """Return the matter of a task, or refuse to give grid staff work on one that is not on the list today.

        Source: N13-2, B13-1.
        """
        expression = self.parsed.attribute(process_id, node, "matter") or "matter_code"
        code = self.evaluate(expression, data)
        if not isinstance(code, str) or not self.matters.get(code, {}).get("active"):
            raise RoutingFailed(
                f"环节“{node.name}”要求网格人员办理清单外事项（{code or '未填事项编码'}），已拦截。"
                "请先核对事项编码，或按清单准入程序申请纳入。",
                kind="off_list",
            )
        return code

    def _unit(self, process_id: str, node: Node, tier: str | None, data: Mapping[str, object]) -> str:
        expression = self.parsed.attribute(process_id, node, "unit")
        if expression is None:
            unit_id = self.units.get(tier or "")
            if unit_id is None:
                raise RoutingFailed(
                    f"环节“{node.name}”没有写明承办单位，案件所在地也没有{TIERS.get(tier or '', '这一级')}的单位。"
                    "请流程负责人写明承办单位，或改由案件所在地有的单位办理。"
                )
            return unit_id
        code = self.evaluate(expression, data)
        found = self._unit_id(code) if isinstance(code, str) else None
        if found is None:
            raise RoutingFailed(
                f"环节“{node.name}”的承办单位（{shown(code)}）不存在、已撤销或不属于本市。请更正承办单位，或改派后重试。"
            )
        return found

    def _unit_id(self, code: str) -> str | None:
        """Look a unit up once in a command: a task and its offers mostly go to the same."""
        if code not in self.looked_up:
            self.looked_up[code] = self.directory.unit_id(self.session, self.city.code, code)
        return self.looked_up[code]

    def _person(self, node: Node, expression: str, data: Mapping[str, object]) -> str:
        user_id = self.evaluate(expression, data)
        if not isinstance(user_id, str) or not self.directory.is_active(self.session, self.city.code, user_id):
            raise RoutingFailed(f"环节“{node.name}”指定的办理人不存在或已停用，请改派后重试。")
        return user_id

    def _excluded(self, node: Node) -> tuple[str, ...]:
        steps = node.attributes.get("exclude", "").split()
        if not steps:
            return ()
        return tuple(sorted(self.session.scalars(_DID, {"instance": self.instance_id, "steps": steps})))
