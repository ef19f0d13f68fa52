"""A whole file laid out: processes below each other, lanes as bands, sub-processes inside, the rest beneath."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from gridflow.bpmn.geometry import Point, around
from gridflow.bpmn.labels import measured
from gridflow.bpmn.layout.naming import Names
from gridflow.bpmn.layout.sheet import ONE, Bands, Sheet, bent, moved
from gridflow.bpmn.model import Bounds, Diagram, Edge, Process, Shape
from gridflow.bpmn.names import SUB_PROCESSES
from gridflow.bpmn.reading.interchange import FARTHEST

STRIP = 30.0
LETTER = 15.0
GAP = 60.0
PAD, HEADING = 24.0, 30.0
LOWEST = 120.0
"""Of a lane."""
DATA, NOTE = (36.0, 50.0), 150.0
BESIDE = frozenset({"textAnnotation", "dataObjectReference", "dataStoreReference"})


def is_drawn(diagram: Diagram) -> bool:
    """Tell whether everything that is to be seen has its place and every flow its points."""
    folded = {key for key, shape in diagram.shapes.items() if not shape.expanded and key in diagram.nodes}
    inside = {node.id for node in diagram.nodes.values() if node.kind in SUB_PROCESSES} & folded
    shown = [node for node in diagram.nodes.values() if node.parent not in inside]
    lanes = [key for process in diagram.processes.values() for key in process.lanes]
    flows = [flow for flow in diagram.flows.values() if {flow.source, flow.target} <= {node.id for node in shown}]
    there = all(node.id in diagram.shapes for node in shown) and all(key in diagram.shapes for key in lanes)
    return there and all(flow.id in diagram.edges for flow in flows)


def lay_out(diagram: Diagram) -> Diagram:
    """Return the diagram with everything drawn anew; the same diagram always gives the same drawing."""
    page = _Page(diagram)
    y = 0.0
    for process in diagram.processes.values():
        y = page.process(process, y) + GAP
    for pool in diagram.participants:
        if pool.process is None or pool.process not in diagram.processes:
            page.put(pool.id, Bounds(0, y, page.width, GAP))
            y += GAP + STRIP
    page.beside(y)
    page.connect()
    page.name()
    return replace(diagram, shapes=page.shapes, edges=page.edges)


@dataclass(slots=True)
class _Page:
    diagram: Diagram
    shapes: dict[str, Shape] = field(default_factory=dict)
    edges: dict[str, Edge] = field(default_factory=dict)
    width: float = 600.0

    def put(self, key: str, box: Bounds, label: Bounds | None = None) -> None:
        self.shapes[key] = Shape(key, box, label)
        self.width = max(self.width, box.right)

    def process(self, process: Process, top: float) -> float:
        """Draw a process from a height on; return where it ends."""
        bands = _bands(process)
        sheets = self._sheets(process, bands)
        pools = [pool.id for pool in self.diagram.participants if pool.process == process.id]
        depth = max((_depth(process, lane) for lane in process.lanes), default=-1) + 1
        left = STRIP * (bool(pools) + depth)
        pad = PAD if pools or depth else 0.0
        sheet = sheets[process.id]
        right = left + sheet.width + 2 * pad
        self._place(process, sheets, process.id, (left + pad, top))
        ends = [top + edge for edge in sheet.edges_of_bands]
        for pool in pools:
            self.put(pool, Bounds(0, top, right, ends[-1] - top))
        for key, (first, last) in _extents(process, bands).items():
            x = STRIP * (bool(pools) + _depth(process, key))
            self.put(key, Bounds(x, ends[first], right - x, ends[last + 1] - ends[first]))
        return ends[-1]

    def _sheets(self, process: Process, bands: list[str]) -> Mapping[str, Sheet]:
        """Return a sheet for the process and each sub-process, the innermost made first."""
        found: dict[str, Sheet] = {}
        inner: dict[str, tuple[float, float]] = {}
        scopes = [node.id for node in process.nodes.values() if node.kind in SUB_PROCESSES]
        for scope in (*reversed(scopes), process.id):
            nodes = {node.id: node for node in process.inside(scope)}
            flows = {flow.id: flow for flow in process.flows.values() if flow.source in nodes and flow.target in nodes}
            lanes = _lanes(process, bands) if scope == process.id else ONE
            found[scope] = Sheet(nodes, flows, inner, lanes)
            if nodes and scope != process.id:
                inner[scope] = (found[scope].width + 2 * PAD, found[scope].edges_of_bands[-1] + HEADING)
        return found

    def _place(self, process: Process, sheets: Mapping[str, Sheet], scope: str, corner: Point) -> None:
        sheet = sheets[scope]
        boxes, names = sheet.rooms
        for key, box in boxes.items():
            there = moved(box, corner)
            self.put(key, there, moved(names[key], corner) if key in names else None)
            if key in sheets and sheets[key].nodes and key != process.id:  # an id used twice leads round
                self._place(process, sheets, key, (there.x + PAD, there.y + HEADING))
        for key, points in sheet.points.items():
            self.edges[key] = Edge(key, tuple((x + corner[0], y + corner[1]) for x, y in points))

    def beside(self, top: float) -> None:
        """Put notes and data in a row beneath everything, near what they belong to."""
        x = 0.0
        wanted = [(self._near(key), key) for key, each in self.diagram.artifacts.items() if each.kind in BESIDE]
        for near, key in sorted(wanted):
            found = self.diagram.artifacts[key]
            note = found.kind == "textAnnotation"
            wide, high = (NOTE, measured(found.text, NOTE - 20)[1] + 12) if note else DATA
            self.put(key, Bounds(max(x, near), top, wide, high))
            x = self.shapes[key].bounds.right + GAP

    def _near(self, artifact: str) -> float:
        for each in self.diagram.connections:
            other = each.target if each.source == artifact else each.source if each.target == artifact else None
            if other in self.shapes:
                return self.shapes[other].bounds.x
        return 0.0

    def connect(self) -> None:
        """Draw what is no sequence flow of one sheet: between pools, to notes, and flows that leave their scope."""
        ends = [(each.id, each.source, each.target) for each in self.diagram.connections]
        ends += [(flow.id, flow.source, flow.target) for flow in self.diagram.flows.values()]
        for key, source, target in ends:
            if key not in self.edges and source in self.shapes and target in self.shapes:
                self.edges[key] = Edge(key, bent(self.shapes[source].bounds, self.shapes[target].bounds))

    def name(self) -> None:
        """Find room for the names of the flows; a drawing larger than any reader takes is made smaller first."""
        far = around([shape.bounds for shape in self.shapes.values()], [(0, 0), *_points(self.edges)])
        share = min(1.0, FARTHEST / max(far.right, far.bottom, 1.0))
        if share < 1:
            self.shapes = {key: Shape(key, _scaled(shape.bounds, share)) for key, shape in self.shapes.items()}
            self.edges = {
                key: Edge(key, tuple((x * share, y * share) for x, y in edge.points))
                for key, edge in self.edges.items()
            }
        names = Names(self.diagram, self.shapes, self.edges)
        self.edges |= {key: replace(self.edges[key], label=room) for key, room in names.rooms()}


def _bands(process: Process) -> list[str]:
    """Return the lanes that are bands of their own, an empty name for what stands in none."""
    parents = {lane.parent for lane in process.lanes.values()}
    own = {node.lane for node in process.nodes.values() if node.parent == process.id}
    lanes = [key for key in _nested(_inner(process), None) if key not in parents or key in own]
    loose = not own <= set(lanes)
    return [*([""] if loose or not lanes else []), *lanes]


def _inner(process: Process) -> Mapping[str | None, list[str]]:
    """Return the lanes directly in each lane, those in none under None."""
    found: dict[str | None, list[str]] = {}
    for key, lane in process.lanes.items():
        found.setdefault(lane.parent, []).append(key)
    return found


def _nested(inner: Mapping[str | None, list[str]], parent: str | None) -> Iterator[str]:
    for key in inner.get(parent, ()):
        yield key
        yield from _nested(inner, key)


def _lanes(process: Process, bands: list[str]) -> Bands:
    place = {key: number for number, key in enumerate(bands)}
    of = {node.id: place.get(node.lane or "", 0) for node in process.nodes.values()}
    names = [process.lanes[key].name if key else "" for key in bands]
    return Bands(
        of, [max(LOWEST if key else 0.0, len(name[:16]) * LETTER) for key, name in zip(bands, names, strict=True)]
    )


def _extents(process: Process, bands: list[str]) -> dict[str, tuple[int, int]]:
    """Return the first and last band of each lane: an outer lane reaches round its inner ones."""
    place, within = {key: number for number, key in enumerate(bands)}, _inner(process)
    found: dict[str, tuple[int, int]] = {}
    for key in reversed(list(process.lanes)):
        inner = [found[each] for each in within.get(key, ()) if each in found]
        own = [(place[key], place[key])] if key in place else []
        found[key] = (min(first for first, _ in own + inner), max(last for _, last in own + inner))
    return found


def _depth(process: Process, lane: str) -> int:
    parent = process.lanes[lane].parent
    return 0 if parent is None else 1 + _depth(process, parent)


def _points(edges: Mapping[str, Edge]) -> Iterator[Point]:
    return (point for edge in edges.values() for point in edge.points)


def _scaled(box: Bounds, share: float) -> Bounds:
    return Bounds(box.x * share, box.y * share, box.width * share, box.height * share)
