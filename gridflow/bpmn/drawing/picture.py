"""A diagram as one SVG picture, with the way a case took."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from gridflow.bpmn.drawing import lines, nodes
from gridflow.bpmn.drawing.differing import STYLES, Differing
from gridflow.bpmn.drawing.heat import Heat
from gridflow.bpmn.drawing.pen import pen_of
from gridflow.bpmn.drawing.surroundings import artifact, badge, band, title
from gridflow.bpmn.drawing.svg import BLUE, GREEN, group, label, number, tag, words
from gridflow.bpmn.drawing.taken import NOTHING, Taken
from gridflow.bpmn.errors import NothingToDraw
from gridflow.bpmn.geometry import around, common, grown, overlap
from gridflow.bpmn.labels import beside, outside
from gridflow.bpmn.layout.drawing import lay_out
from gridflow.bpmn.model import Bounds, Diagram, Node, Process, Shape
from gridflow.bpmn.names import EVENTS, GATEWAYS, SUB_PROCESSES
from gridflow.formats import retold

MARGIN = 14.0
MOST_NUMBERS = 3
BESIDE = 40.0
EDGE = 3.0
"""How much of what was not passed is shown beside the way of a case."""
NAMED_OUTSIDE = EVENTS | GATEWAYS


def draw(
    diagram: Diagram,
    process_id: str | None = None,
    taken: Taken | None = None,
    differing: Differing | None = None,
    heat: Heat | None = None,
) -> str:
    """Return the SVG of a whole file, or of one of its processes with its pool.

    Nothing in it needs a browser: no markers, no foreign objects, no filters. The same input gives the same text.
    A diagram that came without a drawing is laid out; an empty one, or an unknown process, raises NothingToDraw.
    """
    return Picture(_laid_out(diagram), process_id, taken or NOTHING, differing, heat).svg()


def walked(diagram: Diagram, process_id: str, taken: Taken) -> Bounds:
    """Return the part of a drawn process a way leads through, in the coordinates of its picture."""
    return Picture(_laid_out(diagram), process_id, taken).walked


def _laid_out(diagram: Diagram) -> Diagram:
    return diagram if diagram.shapes else lay_out(diagram)


@dataclass(frozen=True)
class Picture:
    """What is drawn and in which order."""

    diagram: Diagram
    process_id: str | None
    taken: Taken
    differing: Differing | None = None
    heat: Heat | None = None

    @cached_property
    def processes(self) -> list[Process]:
        """The processes shown."""
        known = self.diagram.processes
        if self.process_id is None:
            return list(known.values())
        if self.process_id not in known:
            raise NothingToDraw(f"文件里没有流程 {self.process_id}。请核对流程编号。")
        return [known[self.process_id]]

    @cached_property
    def nodes(self) -> list[tuple[Node, Shape]]:
        """The nodes shown: those drawn and not hidden in a collapsed sub-process."""
        found = [node for process in self.processes for node in process.nodes.values()]
        hidden = self._hidden(found)
        shapes = self.diagram.shapes
        return [(n, shapes[n.id]) for n in found if n.id in shapes and n.parent not in hidden]

    def _hidden(self, found: list[Node]) -> frozenset[str]:
        """Return the sub-processes of which the contents are not shown; the file names outer ones first."""
        shapes = self.diagram.shapes
        hidden: set[str] = set()
        for node in found:
            shape = shapes.get(node.id)
            folded = shape is not None and not shape.expanded
            if node.kind in SUB_PROCESSES and (folded or node.parent in hidden):
                hidden.add(node.id)
        return frozenset(hidden)

    @cached_property
    def bounds(self) -> Bounds:
        """The room everything takes, with its margin."""
        rectangles = [shape.bounds for _, shape in self.nodes] + [shape.bounds for _, shape, _ in self._bands]
        rectangles += [self.diagram.shapes[key].bounds for key in self._artifacts]
        rectangles += [room for _, room in self._labels]
        if not self.nodes:
            raise NothingToDraw("流程图里没有要画的元素。请在编辑器中画出流程后再试。")
        points = [point for key in self._edges for point in self.diagram.edges[key].points]
        return grown(around(rectangles, points), MARGIN)

    @cached_property
    def walked(self) -> Bounds:
        """The room of what was passed, with what lies beside it and the whole height of its lanes; else everything."""
        passed = self.taken.elements.keys() | self.taken.current
        rectangles = [shape.bounds for node, shape in self.nodes if node.id in passed and not _is_frame(node, shape)]
        points = [point for key in self._edges if key in self.taken.flows for point in self.diagram.edges[key].points]
        if not rectangles:
            return self.bounds
        near = common(grown(around(rectangles, points), BESIDE), self.bounds)
        entered = [s.bounds for _, s, pool in self._bands if not pool and any(overlap(s.bounds, r) for r in rectangles)]
        heights = [Bounds(lane.x, lane.y, near.right - lane.x, lane.height) for lane in entered]
        return grown(around([*heights, near], []), EDGE) if heights else near

    @cached_property
    def _bands(self) -> list[tuple[str, Shape, bool]]:
        shapes = self.diagram.shapes
        shown = {process.id for process in self.processes}
        pools = [p for p in self.diagram.participants if self.process_id is None or p.process in shown]
        lanes = [lane for process in self.processes for lane in process.lanes.values()]
        found = [(p.id, p.name, True) for p in pools] + [(lane.id, lane.name, False) for lane in lanes]
        return [(name, shapes[key], pool) for key, name, pool in found if key in shapes]

    @cached_property
    def _edges(self) -> list[str]:
        """The flows shown, the passed ones last so that they lie on top."""
        visible = {node.id for node, _ in self.nodes}
        flows = [f for process in self.processes for f in process.flows.values() if {f.source, f.target} <= visible]
        drawn = [f.id for f in flows if f.id in self.diagram.edges]
        return sorted(drawn, key=self.taken.flows.__contains__)

    @cached_property
    def _artifacts(self) -> list[str]:
        """The artifacts shown: all, or those that lie where the one process is drawn."""
        found = [key for key in self.diagram.artifacts if key in self.diagram.shapes]
        if len(self.processes) == len(self.diagram.processes) or not self.nodes:
            return found
        room = grown(around([shape.bounds for _, shape in self.nodes], []), MARGIN * 4)
        return [key for key in found if overlap(self.diagram.shapes[key].bounds, room)]

    @cached_property
    def _labels(self) -> list[tuple[str, Bounds]]:
        """The names written outside their element."""
        named = [(n, shape) for n, shape in self.nodes if n.name and n.kind in NAMED_OUTSIDE]
        touching = self.diagram.touching
        found = [(n.name, outside(n.name, s, touching(n), attached=n.attached_to is not None)) for n, s in named]
        flows = [(self.diagram.flows[key].name, self.diagram.edges[key]) for key in self._edges]
        return found + [(name, beside(name, edge)) for name, edge in flows if name]

    def svg(self) -> str:
        """Write the picture."""
        room = self.bounds
        view = " ".join(number(value) for value in (room.x, room.y, room.width, room.height))
        key = f"{self.differing.side}-{self.processes[0].id}" if self.differing else self.processes[0].id
        inner = (
            tag("title", words(retold(self._title())), id=f"{key}-title"),
            tag("desc", words(retold(self._description())), id=f"{key}-desc"),
            *self._layers(),
        )
        return tag(
            "svg",
            "".join(inner),
            xmlns="http://www.w3.org/2000/svg",
            viewBox=view,
            width=room.width,
            height=room.height,
            role="group" if self.heat and self.heat.links else "img",
            aria_labelledby=f"{key}-title {key}-desc",
        )

    def _layers(self) -> Iterator[str]:
        yield from (band(name, shape, pool=pool) for name, shape, pool in self._bands)
        yield from (self._node(node, shape) for node, shape in self.nodes if _is_frame(node, shape))
        yield from self._connections()
        yield from (self._flow(key) for key in self._edges)
        inner = [(node, shape) for node, shape in self.nodes if not _is_frame(node, shape)]
        yield from (self._node(node, shape) for node, shape in sorted(inner, key=_boundaries_last))
        yield from (artifact(self.diagram.artifacts[key], self.diagram.shapes[key]) for key in self._artifacts)
        yield from (label(name, room) for name, room in self._labels)
        yield from (self._badge(node, shape) for node, shape in self.nodes)
        yield from self._differences(self.differing) if self.differing else ()
        yield from self._figures(self.heat) if self.heat else ()

    def _figures(self, heat: Heat) -> Iterator[str]:
        yield from (heat.on_shape(shape) for _, shape, _ in self._bands)
        yield from (heat.on_edge(self.diagram.edges[key]) for key in self._edges)
        yield from (heat.on_shape(shape) for _, shape in self.nodes)

    def _differences(self, differing: Differing) -> Iterator[str]:
        yield from (differing.line(self.diagram.edges[key]) for key in self._edges)
        yield from (differing.frame(self.diagram.shapes[key]) for key in self._artifacts)
        yield from (differing.frame(shape) for _, shape, _ in self._bands)
        yield from (differing.frame(shape) for _, shape in self.nodes)

    def _node(self, node: Node, shape: Shape) -> str:
        pen = pen_of(node.id, self.taken)
        shade = self.heat.fill(node.id) if self.heat else None
        drawn = nodes.node(node, shape, replace(pen, fill=shade) if shade else pen)
        return group([title(node.name or node.id), drawn], data_element_id=node.id)

    def _flow(self, key: str) -> str:
        flow = self.diagram.flows[key]
        source = self.diagram.nodes[flow.source]
        default = source.default == key
        drawn = lines.sequence_flow(self.diagram.edges[key], taken=key in self.taken.flows, default=default)
        return group([drawn], data_element_id=key)

    def _connections(self) -> Iterator[str]:
        visible = {node.id for node, _ in self.nodes} | set(self._artifacts)
        everything = self.process_id is None
        for connection in self.diagram.connections:
            edge = self.diagram.edges.get(connection.id)
            if edge is None:
                continue
            if connection.kind == "messageFlow" and everything:
                yield lines.message_flow(edge)
            elif everything or {connection.source, connection.target} & visible:
                yield lines.association(edge)

    def _badge(self, node: Node, shape: Shape) -> str:
        numbers = self.taken.elements.get(node.id, ())
        shown = [str(n) for n in numbers[-MOST_NUMBERS:]]
        if len(numbers) > MOST_NUMBERS:
            shown.insert(0, "…")
        text = "·".join(shown)
        here = node.id in self.taken.current
        if here:
            text = f"{text} {retold('在办')}".strip()
        lower = 3.0 if node.kind in NAMED_OUTSIDE else 0.0
        middle = (shape.bounds.right - 14, shape.bounds.y + lower)
        return badge(text, middle, fill=BLUE if here else GREEN) if text else ""

    def _title(self) -> str:
        names = [process.name or process.id for process in self.processes]
        return f"流程图：{'、'.join(names)}"

    def _description(self) -> str:
        """Say in words what the picture shows, in the order in which it happened."""
        names = {node.id: node.name or node.id for node, _ in self.nodes}
        visits = sorted(
            (n, names[key]) for key, numbers in self.taken.elements.items() if key in names for n in numbers
        )
        passed = "，".join(f"{n} {name}" for n, name in visits)
        here = "、".join(names[key] for key in sorted(self.taken.current) if key in names)
        parts = [f"共 {len(self.nodes)} 个元素。"]
        parts += [f"已经过：{passed}。"] if passed else []
        parts += [f"正在办理：{here}。"] if here else []
        kinds = list(self.differing.kinds.values()) if self.differing else []
        signs = {kind: retold(style.sign) for kind, style in STYLES.items() if kind in kinds}
        counted = "，".join(f"“{sign}”{kinds.count(kind)} 处" for kind, sign in signs.items())
        parts += [f"标出：{counted}。"] if counted else []
        return "".join(parts)


def _is_frame(node: Node, shape: Shape) -> bool:
    """Whether other elements are drawn inside."""
    return node.kind in SUB_PROCESSES and shape.expanded


def _boundaries_last(drawn: tuple[Node, Shape]) -> bool:
    return drawn[0].kind == "boundaryEvent"
