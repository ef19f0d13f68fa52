"""Two versions of a procedure beside each other, one file at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from flask import g, render_template, request

from gridflow.bpmn import Differing, NothingToDraw, draw
from gridflow.catalogue import Bundle
from gridflow.checking.opening import diagram
from gridflow.db import db
from gridflow.workbench.comparing import Change, FileChange, Meanings, compare, fields_of, grids, lines, marks, meanings
from gridflow.workbench.revising.sides import Side, bundle_at, side, sides, usual
from gridflow.workbench.views.place import blueprint, office, reads

OLD, NEW = "old", "new"


@dataclass(frozen=True, slots=True)
class Drawing:
    """A diagram of one side."""

    svg: str
    """Empty where the side has none, or it has no picture."""
    elements: frozenset[str]
    """Those that are marked in it."""


@blueprint.get("/procedures/<slug>/comparison")
@reads
def comparison(slug: str) -> str:
    """Compare two of the versions and revisions of a procedure; of the files that differ one is shown."""
    session = db.session()
    every = sides(session, g.viewer, slug)
    codes = dict(zip((OLD, NEW), usual(session, g.viewer, slug, every, request.args.get(NEW, "")), strict=True))
    chosen = {each: side(session, g.viewer, slug, request.args.get(each) or codes[each]) for each in (OLD, NEW)}
    bundles = {each: bundle_at(session, office(), g.viewer, slug, one.code) for each, one in chosen.items()}
    known = meanings(session, bundles[OLD], bundles[NEW])
    changes = compare(bundles[OLD], bundles[NEW], known)
    wanted = request.args.get("path", "")
    shown = next((one for one in changes if one.path == wanted), changes[0] if changes else None)
    return render_template(
        "pages/workbench/comparison.html",
        slug=slug,
        title=bundles[NEW].title,
        old=chosen[OLD],
        new=chosen[NEW],
        choices=_choices(every, *chosen.values()),
        changes=changes,
        shown=shown,
        whole="whole" in request.args,
        fit="fit" in request.args,
        **(_of(shown, bundles[OLD], bundles[NEW], known) if shown else {"form": ""}),
    )


def _choices(every: list[Side], *chosen: Side) -> list[Side]:
    """Return what can be chosen, an edition somebody came from as well."""
    return [*every, *(one for one in chosen if one.kind == "edition")]


def _of(shown: FileChange, old: Bundle, new: Bundle, known: Meanings) -> dict[str, object]:
    """Return what the page shows of a file: drawings, tables, fields or lines."""
    before, after = old.files.get(shown.path), new.files.get(shown.path)
    if not shown.changes and shown.kind == "changed":
        return {"form": "lines", "lines": shown.lines}
    match PurePosixPath(shown.path).suffix:
        case ".bpmn":
            drawn = [_drawing(before, shown, OLD), _drawing(after, shown, NEW)]
            return {"form": "drawings", "drawings_shown": drawn, "subjects": _by_subject(shown.changes)}
        case ".dmn":
            return {"form": "tables", "grids": [one for one in grids(before, after, known) if one.kind]}
        case ".json":
            return {"form": "fields", "fields_shown": fields_of(before, after, known)}
    return {"form": "lines", "lines": lines(before, after)}


def _drawing(content: bytes | None, shown: FileChange, which: str) -> Drawing:
    kinds = marks(shown.changes, old=which == OLD)
    if content is None:
        return Drawing("", frozenset())
    opened = diagram(content)
    try:
        svg = draw(opened, differing=Differing(kinds, which))
    except NothingToDraw:
        return Drawing("", frozenset())
    return Drawing(svg, frozenset(kinds.keys() & (opened.shapes.keys() | opened.edges.keys())))


def _by_subject(changes: Sequence[Change]) -> list[list[Change]]:
    """Return the changes of each element together, in the order they were found."""
    found: dict[tuple[str, str], list[Change]] = {}
    for one in changes:
        found.setdefault((one.element, one.subject), []).append(one)
    return list(found.values())
