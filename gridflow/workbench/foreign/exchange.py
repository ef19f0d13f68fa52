"""Files of other products taken into a revision: kept as they came, made into a draft, the rest said."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from lxml import etree
from sqlalchemy import select
from sqlalchemy.orm import Session

from gridflow import clock
from gridflow.bpmn import Heat, draw, is_drawn, lay_out, read
from gridflow.bpmn.names import BPMN
from gridflow.bpmn.reading.source import parse
from gridflow.cases.office import Office
from gridflow.cases.viewer import Viewer
from gridflow.catalogue import Bundle
from gridflow.errors import GridflowError
from gridflow.workbench.errors import FileRefused, RevisionUnknown
from gridflow.workbench.foreign.diagrams import diagram_draft
from gridflow.workbench.foreign.drafts import Draft
from gridflow.workbench.foreign.meanings import Known
from gridflow.workbench.foreign.remarks import ASKS, LOST, TAKEN, Remark
from gridflow.workbench.foreign.tables import table_draft
from gridflow.workbench.models import ForeignFile, Revision
from gridflow.workbench.revising.files import MOST_BYTES
from gridflow.workbench.revising.revisions import bundle_of, mark, note, save

DIAGRAMS, TABLES = (".bpmn", ".bpmn20.xml", ".xml"), (".dmn",)
STATES = (LOST, ASKS, TAKEN)
"""In the order a page lists them."""
NAME = 200


@dataclass(frozen=True, slots=True)
class ForeignView:
    """A foreign file with everything its page shows."""

    file: ForeignFile
    remarks: Mapping[str, Sequence[Remark]]
    """By what becomes of the part: without meaning, waiting for a decision, taken."""
    counts: Mapping[str, int]
    """How many parts of each kind there are, the most frequent first."""
    drawn: bool
    """It came with a picture of its own."""
    picture: str
    """SVG, empty for a decision table."""
    settled: frozenset[str]
    """The flows whose condition stands in the draft by now."""


def begins_with(name: str) -> str:
    """Return the kind of file by its name, .bpmn or .dmn; empty for any other."""
    lower = name.lower()
    return ".dmn" if lower.endswith(TABLES) else ".bpmn" if lower.endswith(DIAGRAMS) else ""


def take_in(
    session: Session,
    office: Office,
    viewer: Viewer,
    revision: Revision,
    name: str,
    content: bytes,
    instead: str = "",
) -> ForeignFile:
    """Keep a foreign file and save the draft made of it, as a new file or `instead` of one of the procedure.

    Raises FileRefused with the reason for a file that cannot be read, and RevisionOver; nothing of it is then kept.
    """
    bundle = bundle_of(session, office, revision)
    if len(content) > MOST_BYTES:
        raise FileRefused(name[:NAME], f"超过 {MOST_BYTES // 1_000_000} MB。")
    if instead and (instead not in bundle.files or PurePosixPath(instead).suffix != begins_with(name)):
        raise FileRefused(name[:NAME], "流程里没有要换掉的那个文件，或者种类不同。")
    made = _draft(bundle, name, content, _code(bundle, instead))
    path = instead or _free(bundle, made.code, begins_with(name))
    save(session, office, viewer, revision, path, made.content, mark(bundle.files.get(path)))
    kept = ForeignFile(
        revision_id=revision.id, name=PurePosixPath(name).name[:NAME], path=path, content=content, by=viewer.user.id,
        at=clock.now(),
    )  # fmt: skip
    session.add(kept)
    session.flush()
    note(session, viewer, "take_in_foreign_file", revision, name=kept.name, path=path, remarks=len(made.remarks))
    return kept


def foreign_files(session: Session, revision: Revision) -> list[ForeignFile]:
    """Return the foreign files of a revision, the newest first."""
    mine = select(ForeignFile).where(ForeignFile.revision_id == revision.id)
    return list(session.scalars(mine.order_by(ForeignFile.at.desc(), ForeignFile.id.desc())))


def foreign_file(session: Session, revision: Revision, file_id: str) -> ForeignFile:
    """Return a foreign file of a revision; raises RevisionUnknown."""
    mine = select(ForeignFile).where(ForeignFile.revision_id == revision.id, ForeignFile.id == file_id)
    found = session.scalar(mine)
    if found is None:
        raise RevisionUnknown
    return found


def foreign_view(session: Session, office: Office, revision: Revision, file: ForeignFile) -> ForeignView:
    """Return a foreign file with its remarks and its picture as it came, the remarks counted on the shapes."""
    bundle = bundle_of(session, office, revision)
    remarks = _draft(bundle, file.name, file.content, _code(bundle, file.path)).remarks
    drawn, picture = _picture(file, remarks)
    now = bundle.files.get(file.path)
    flows = read(now).flows if now is not None and file.path.endswith(".bpmn") else {}
    return ForeignView(
        file=file,
        remarks={state: [one for one in remarks if one.state == state] for state in STATES},
        counts=dict(Counter(one.what.split("（")[0] for one in remarks if one.state != TAKEN).most_common()),
        drawn=drawn,
        picture=picture,
        settled=frozenset(key for key, flow in flows.items() if flow.condition),
    )


def adopt(
    session: Session, office: Office, viewer: Viewer, revision: Revision, file: ForeignFile, flows: Sequence[str]
) -> int:
    """Write suggested conditions on flows of the draft as it now is; returns how many. Raises RevisionOver."""
    bundle = bundle_of(session, office, revision)
    content = bundle.files.get(file.path, b"")
    made = _draft(bundle, file.name, file.content, _code(bundle, file.path))
    wanted = {one.element: one.suggestion for one in made.remarks if one.suggestion and one.element in flows}
    root, done = parse(content), 0
    for flow in root.iter(f"{{{BPMN}}}sequenceFlow"):
        feel = wanted.get(flow.get("id") or "")
        if feel and flow.find(f"{{{BPMN}}}conditionExpression") is None:
            etree.SubElement(flow, f"{{{BPMN}}}conditionExpression").text = feel
            done += 1
    if done:
        written = etree.tostring(root, encoding="utf-8", xml_declaration=True)
        save(session, office, viewer, revision, file.path, written, mark(content))
    return done


def _draft(bundle: Bundle, name: str, content: bytes, code: str) -> Draft:
    roles = {one.code: one.title for one in bundle.city_file.roles.values()}
    try:
        match begins_with(name):
            case ".bpmn":
                return diagram_draft(content, Known(roles, frozenset(bundle.forms)), code)
            case ".dmn":
                return table_draft(content, code)
    except GridflowError as error:
        raise FileRefused(name[:NAME], error.message) from error
    raise FileRefused(name[:NAME], "只能导入流程图（.bpmn、.bpmn20.xml）和决策表（.dmn）。")


def _code(bundle: Bundle, path: str) -> str:
    """Return the process or name the file at a path has to keep."""
    outline = bundle.outlines.get(path) if path.endswith(".bpmn") else None
    return outline.processes[0] if outline and len(outline.processes) == 1 else ""


def _free(bundle: Bundle, code: str, suffix: str) -> str:
    """Return a path of its own for a new file."""
    folder = f"processes/{bundle.slug}/" + ("decisions/" if suffix == ".dmn" else "")
    number = 1
    while (path := f"{folder}{code}{f'_{number}' if number > 1 else ''}{suffix}") in bundle.files:
        number += 1
    return path


def _picture(file: ForeignFile, remarks: Sequence[Remark]) -> tuple[bool, str]:
    """Draw the file as it came, or laid out where it has no picture."""
    if begins_with(file.name) != ".bpmn":
        return False, ""
    diagram = read(file.content)
    drawn = is_drawn(diagram)
    numbers = Counter(one.element for one in remarks if one.state != TAKEN)
    words = {element: f"{number} 处" for element, number in numbers.items()}
    heat = Heat(words, dict.fromkeys(numbers, 2), links="#about-")
    return drawn, draw(diagram if drawn else lay_out(diagram), heat=heat)
