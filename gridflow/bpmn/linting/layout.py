"""How the drawing reads: found from the interchange, always a warning."""

from collections.abc import Iterator
from itertools import combinations

from gridflow.bpmn.geometry import Segment, cross, grown, overlap, passes, segments, shared_length, within
from gridflow.bpmn.labels import beside, outside
from gridflow.bpmn.lettering import wrap
from gridflow.bpmn.linting.findings import Finding, Place, warning
from gridflow.bpmn.linting.knowledge import Knowledge
from gridflow.bpmn.linting.rules import Rules
from gridflow.bpmn.linting.scope import Scope
from gridflow.bpmn.model import Bounds, Diagram, Edge, Flow, Node, Process
from gridflow.bpmn.names import EVENTS, GATEWAYS, SUB_PROCESSES, TASKS
from gridflow.bpmn.titles import quoted

TASK_SIZE = (120.0, 80.0)
MOST_NODES = 30
MOST_SEGMENTS = 800
SHARED = 8.0
"""How far two flows may run on one line before they are read as one."""
MARGIN = 2.0
NAME_LINES = 4
LONGEST_NAME = 100
NAME_WIDTH = 108.0


def layout_missing(scope: Scope) -> Iterator[Finding]:
    """Everything in a diagram is drawn."""
    diagram = scope.diagram
    if not diagram.shapes:
        if scope.outermost:
            yield warning(
                "layout-missing", scope.place, "文件里没有图形信息，画不出流程图。", "在编辑器中重新画出并保存。"
            )
        return
    for node in scope.nodes.values():
        if node.id not in diagram.shapes and not _folded(scope):
            yield warning("layout-missing", node, "这个元素没有画出来。", "在编辑器中重新放置。")
    for flow in scope.flows.values():
        if flow.id not in diagram.edges and not _folded(scope):
            yield warning("layout-missing", flow, "这条流没有画出来。", "在编辑器中重新连线。")


def layout_lane_missing(process: Process, diagram: Diagram, _: Knowledge) -> Iterator[Finding]:
    """Lanes are drawn as well."""
    for lane in process.lanes.values():
        if diagram.shapes and lane.id not in diagram.shapes:
            yield warning("layout-missing", lane, "这条泳道没有画出来。", "在编辑器中重新画出泳道。")


def layout_overlap(scope: Scope) -> Iterator[Finding]:
    """Shapes keep clear of each other; a boundary event may sit on its host."""
    for (one, here), (other, there) in combinations(_drawn(scope), 2):
        attached = one.attached_to == other.id or other.attached_to == one.id
        if overlap(here, there) and not attached:
            yield warning("layout-overlap", one, f"与{quoted(scope.diagram, other.id)}重叠。", "把两个元素移开。")


def layout_crossing(scope: Scope) -> Iterator[Finding]:
    """Flows neither cross nor run on one line."""
    for (one, edge), (other, another) in combinations(_edges(scope), 2):
        together = one.source == other.source or one.target == other.target
        pairs = [(a, b) for a in segments(edge) for b in segments(another)]
        if any(cross(a, b) for a, b in pairs):
            message = f"与{quoted(scope.diagram, other.id, '流')}交叉。"
            yield warning("layout-crossing", one, message, "改走线或移动元素，使两条流不交叉。")
        elif not together and any(shared_length(a, b) > SHARED for a, b in pairs):
            message = f"与{quoted(scope.diagram, other.id, '流')}走在同一条线上。"
            yield warning("layout-crossing", one, message, "把其中一条移开。")


def layout_through_shape(scope: Scope) -> Iterator[Finding]:
    """A flow touches nothing but its two ends."""
    drawn = [(node, grown(bounds, -MARGIN)) for node, bounds in _drawn(scope)]
    for flow, edge in _edges(scope):
        for node, bounds in drawn:
            if node.id not in {flow.source, flow.target} and _hits(edge, bounds):
                yield warning("layout-through-shape", flow, f"穿过了{quoted(scope.diagram, node.id)}。", "让流绕开它。")


def layout_through_label(scope: Scope) -> Iterator[Finding]:
    """No flow runs through a name; its own has a white ground."""
    labels = list(_labels(scope))
    for flow, edge in _edges(scope):
        for place, bounds in labels:
            if place.id != flow.id and _hits(edge, grown(bounds, -MARGIN)):
                message = f"穿过了{quoted(scope.diagram, place.id)}的文字。"
                yield warning("layout-through-label", flow, message, "移动文字或让流绕开。")


def layout_label_covered(scope: Scope) -> Iterator[Finding]:
    """No name lies on a shape that is not its own."""
    drawn = _drawn(scope)
    for place, bounds in _labels(scope):
        for node, shape in drawn:
            if node.id != place.id and overlap(grown(bounds, -MARGIN), shape):
                message = f"文字压在{quoted(scope.diagram, node.id)}上。"
                yield warning("layout-label-covered", place, message, "把文字移到空白处。")


def layout_outside_lane(node: Node, scope: Scope) -> Iterator[Finding]:
    """What stands in a lane is drawn in it."""
    lane, shape = (scope.diagram.shapes.get(key or "") for key in (node.lane, node.id))
    if lane is None or shape is None or _folded(scope) or node.attached_to:
        return
    if not within(shape.bounds, grown(lane.bounds, 1.0)):
        yield warning("layout-outside-lane", node, "画在自己的泳道之外。", "移进泳道，或把它归到另一条泳道。")


def layout_task_size(node: Node, scope: Scope) -> Iterator[Finding]:
    """Tasks are of one size."""
    shape = scope.diagram.shapes.get(node.id)
    if node.kind in TASKS and shape is not None:
        size = (shape.bounds.width, shape.bounds.height)
        if size != TASK_SIZE:
            message = f"任务大小是 {size[0]:g}×{size[1]:g}，不是 120×80。"
            yield warning("layout-task-size", node, message, "把任务调成 120×80。")


def layout_name_too_long(node: Node, _: Scope) -> Iterator[Finding]:
    """A task's name fits in it."""
    if node.kind in TASKS and len(wrap(node.name[:LONGEST_NAME], NAME_WIDTH, 12.0)) > NAME_LINES:
        yield warning("layout-name-too-long", node, "名称在任务框里放不下。", "名称缩短到 20 个字以内。")


def layout_crowded(process: Process, diagram: Diagram, _: Knowledge) -> Iterator[Finding]:
    """A page holds about thirty nodes."""
    hidden = {n.id for n in process.nodes.values() if n.kind in SUB_PROCESSES and not _expanded(n.id, diagram)}
    count = sum(node.parent not in hidden for node in process.nodes.values())
    if count > MOST_NODES:
        message = f"一张图上有 {count} 个元素，最多约 {MOST_NODES} 个才看得清。"
        yield warning("layout-crowded", process, message, "把一部分移到被调用的流程图里。")


def _folded(scope: Scope) -> bool:
    return not scope.outermost and not _expanded(scope.id, scope.diagram)


def _expanded(key: str, diagram: Diagram) -> bool:
    shape = diagram.shapes.get(key)
    return shape is None or shape.expanded


def _drawn(scope: Scope) -> list[tuple[Node, Bounds]]:
    shapes = scope.diagram.shapes
    return [(node, shapes[node.id].bounds) for node in scope.nodes.values() if node.id in shapes]


def _edges(scope: Scope) -> list[tuple[Flow, Edge]]:
    """Return the drawn flows; none if there are too many to compare each with each."""
    drawn = scope.diagram.edges
    found = [(flow, drawn[flow.id]) for flow in scope.flows.values() if flow.id in drawn]
    return found if sum(len(edge.points) for _, edge in found) <= MOST_SEGMENTS else []


def _labels(scope: Scope) -> Iterator[tuple[Place, Bounds]]:
    for node in scope.nodes.values():
        shape = scope.diagram.shapes.get(node.id)
        if shape is not None and node.name and node.kind in EVENTS | GATEWAYS:
            yield node, outside(node.name, shape, scope.diagram.touching(node), attached=node.attached_to is not None)
    for flow, edge in _edges(scope):
        if flow.name:
            yield flow, beside(flow.name, edge)


def _hits(edge: Edge, bounds: Bounds) -> bool:
    pieces: list[Segment] = list(segments(edge))
    return any(passes(piece, bounds) for piece in pieces)


RULES = Rules(
    node=(layout_outside_lane, layout_task_size, layout_name_too_long),
    scope=(
        layout_missing,
        layout_overlap,
        layout_crossing,
        layout_through_shape,
        layout_through_label,
        layout_label_covered,
    ),
    process=(layout_lane_missing, layout_crowded),
)
