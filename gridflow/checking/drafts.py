"""Check one file of a bundle while somebody writes it: what concerns this file, and nothing of the others."""

from collections.abc import Callable, Iterator
from pathlib import PurePosixPath

from gridflow.bpmn import Finding, Knowledge, lint
from gridflow.catalogue import Bundle
from gridflow.checking.articles import unknown_articles
from gridflow.checking.documents import in_file
from gridflow.checking.findings import broken, unreadable
from gridflow.checking.formulas import bad_formulas
from gridflow.checking.knowledge import everything
from gridflow.checking.opening import READERS, diagram
from gridflow.checking.tables import bad_rules
from gridflow.errors import GridflowError
from gridflow.forms import Form


def check_draft(bundle: Bundle, path: str, knowledge: Callable[[], Knowledge]) -> list[Finding]:
    """Return everything wrong with one file of a bundle, errors first; the others are only looked up."""
    try:
        found = list(_unreadable(bundle, path)) or list(_of_kind(bundle, path, knowledge))
    except GridflowError as error:
        found = [broken(error.message)]
    return sorted(found, key=lambda finding: (finding.severity != "error", finding.line))


def _unreadable(bundle: Bundle, path: str) -> Iterator[Finding]:
    reader = READERS.get(PurePosixPath(path).suffix)
    try:
        if reader:
            reader(bundle.files[path])
    except GridflowError as error:
        yield from (found.finding for found in unreadable(path, error))


def _of_kind(bundle: Bundle, path: str, knowledge: Callable[[], Knowledge]) -> Iterator[Finding]:
    match PurePosixPath(path).suffix:
        case ".bpmn":
            yield from _repeated(bundle, path)
            yield from lint(diagram(bundle.files[path]), knowledge())
        case ".dmn":
            yield from bad_rules(bundle.files[path])
        case ".json":
            name, form = PurePosixPath(path).name.split(".")[0], Form.read(bundle.files[path])
            yield from unknown_articles(form, name, [bundle.city_file])
            yield from bad_formulas(form, name, everything(knowledge()))
        case ".html":
            yield from in_file(bundle, path, knowledge())


def _repeated(bundle: Bundle, path: str) -> Iterator[Finding]:
    """Two files with one process id: which of them is called would be chance."""
    for other, outline in bundle.outlines.items():
        for process in set(outline.processes) & set(bundle.outlines[path].processes) if other != path else ():
            message = f"流程编号 {process} 在 {other} 中已有。"
            yield Finding("process-repeated", "error", process, "", message, "给其中一处换一个编号。")
