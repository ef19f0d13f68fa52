"""A new file of a revision, begun from the smallest one that passes the check."""

import re
from collections.abc import Iterator, Mapping

from sqlalchemy.orm import Session

from gridflow import starter
from gridflow.bpmn import Diagram
from gridflow.bpmn.linting.people import is_offer
from gridflow.bpmn.linting.variables import form_of
from gridflow.bpmn.names import HUMAN_TASKS
from gridflow.cases.office import Office
from gridflow.cases.viewer import Viewer
from gridflow.catalogue import Bundle
from gridflow.catalogue.bundle import TEMPLATES
from gridflow.catalogue.editions import NAME
from gridflow.checking.opening import diagram
from gridflow.workbench.errors import FileRefused
from gridflow.workbench.models import Revision
from gridflow.workbench.revising.revisions import bundle_of, save

KINDS: Mapping[str, tuple[str, str]] = {
    "form": ("handle.json", "forms/{slug}/{name}.json"),
    "table": ("table.dmn", "processes/{slug}/decisions/{name}.dmn"),
    "diagram": ("called.bpmn", "processes/{slug}/{name}.bpmn"),
    "document": ("document.html", f"{TEMPLATES}/{{slug}}/{{name}}.html"),
}
"""What each kind begins with and where it lies."""
_LONGEST = 50
_UNFIT = re.compile(r"[<>&\"'{}#%\x00-\x1f]")


def add_file(
    session: Session, office: Office, viewer: Viewer, revision: Revision, kind: str, name: str, title: str
) -> str:
    """Add a file and return its path; a diagram comes with the form of its step.

    Raises FileRefused for a name that is taken or cannot be one, RevisionOver and NotOwner.
    """
    bundle = bundle_of(session, office, revision)
    files = dict(_begun(bundle, kind, name, title.strip() or name))
    for path, content in files.items():
        if path in bundle.files:
            raise FileRefused(path, "已经有这个文件，请直接修改它，或另取一个名称。")
        save(session, office, viewer, revision, path, content.encode(), "")
    return next(iter(files))


def steps_without_form(bundle: Bundle) -> list[tuple[str, str]]:
    """Return id and name of every step people do whose form is not there yet."""
    found = {node: name for each in _diagrams(bundle) for node, name in _asking(each) if node not in bundle.forms}
    return list(found.items())


def _begun(bundle: Bundle, kind: str, name: str, title: str) -> Iterator[tuple[str, str]]:
    place = f"{kind}/{name[:_LONGEST]}"
    if kind not in KINDS:
        raise FileRefused(place, "没有这种文件，请选表单、决策表、流程图或文书。")
    if not NAME.fullmatch(name) or len(name) > _LONGEST:
        raise FileRefused(place, "代码应以小写字母开头，由小写字母、数字和下划线组成，不超过 50 个字。")
    if _UNFIT.search(title):
        raise FileRefused(place, "名称里不能有 < > & # % 引号和花括号，请改写。")
    words = {"name": name, "title": title, "basis": _basis(bundle), **_role(bundle)}
    begin, path = KINDS[kind]
    yield path.format(slug=bundle.slug, name=name), starter.filled(begin, words)
    if kind == "diagram":
        form, path = KINDS["form"]
        yield path.format(slug=bundle.slug, name=f"{name}_step"), starter.filled(form, words)


def _basis(bundle: Bundle) -> str:
    """Return an article of this city the procedure rests on."""
    articles = bundle.city_file.ordinance.articles
    return next((code for code in bundle.manifest.basis if code in articles), next(iter(articles)))


def _role(bundle: Bundle) -> dict[str, str]:
    """Return the role of the first lane of the main diagram."""
    lanes = (
        lane for each in _diagrams(bundle) for process in each.processes.values() for lane in process.lanes.values()
    )
    roles = bundle.city_file.roles
    code = next((role for lane in lanes if (role := lane.attributes.get("role", "")) in roles), next(iter(roles)))
    return {"role": code, "role_title": roles[code].title}


def _diagrams(bundle: Bundle) -> Iterator[Diagram]:
    return (diagram(bundle.files[path]) for path in bundle.outlines)


def _asking(drawn: Diagram) -> Iterator[tuple[str, str]]:
    for node in drawn.nodes.values():
        if node.kind in HUMAN_TASKS or is_offer(node):
            yield form_of(node), node.name or node.id
