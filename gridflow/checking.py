"""Check procedures as a whole: diagrams against forms, roles, articles, decisions, documents and one another.

The same code serves `gridflow procedures check` and publication.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath

from gridflow.application import VERBS
from gridflow.bpmn import Diagram, Finding, Knowledge, lint, read
from gridflow.catalogue import Bundle, Catalogue
from gridflow.errors import GridflowError
from gridflow.feel import DecisionSet, check_expression, read_decisions
from gridflow.forms import Form

READERS: Mapping[str, Callable[[bytes], object]] = {".bpmn": read, ".dmn": read_decisions, ".json": Form.read}


@dataclass(frozen=True, slots=True)
class Found:
    """A finding with the file it is in."""

    file: str
    finding: Finding

    def as_dict(self) -> dict[str, object]:
        """Return it for JSON output."""
        return {"file": self.file, **asdict(self.finding)}


def check_all(home: Path) -> list[Found]:
    """Check every procedure of every city; the same finding of several cities is said once."""
    catalogue = Catalogue.read(home)
    found: dict[Found, None] = {}
    for city in catalogue.cities:
        for slug in catalogue.procedures(city):
            found |= dict.fromkeys(check_bundle(catalogue.bundle(city, slug)))
    return [*found, *_orphan_scenarios(catalogue)]


def check_bundle(bundle: Bundle) -> Iterator[Found]:
    """Yield everything wrong with one procedure in one city."""
    broken = list(_unreadable(bundle))
    if broken:
        yield from broken
        return
    try:
        knowledge = knowledge_of(bundle)
    except GridflowError as error:
        yield Found(bundle.main, _broken(error.message))
        return
    diagrams = knowledge.processes or {}
    for path, outline in bundle.outlines.items():
        for finding in lint(diagrams[outline.processes[0]], knowledge):
            yield Found(path, finding)
    yield from _forms(bundle)
    yield from _orphans(bundle, diagrams)


def check_file(path: Path) -> list[Found]:
    """Check one BPMN, DMN, form or scenario file on its own; whatever the file holds, the answer is findings."""
    try:
        content = path.read_bytes()
    except OSError as error:
        return [Found(str(path), _broken(f"文件无法打开（{error.strerror}）。", "请核对路径和读取权限。"))]
    try:
        opened = READERS.get(path.suffix, read)(content)
    except GridflowError as error:
        return [Found(str(path), _broken(error.message))]
    if not isinstance(opened, Diagram):
        return []
    alone = Knowledge(check_expression=check_expression)
    return [Found(str(path), finding) for finding in lint(opened, alone)]


def knowledge_of(bundle: Bundle) -> Knowledge:
    """Return what the linter has to know about a bundle."""
    city = bundle.city_file
    decisions = DecisionSet.merge(read_decisions(content) for content in bundle.decision_files.values())
    diagrams = {process: read(bundle.diagram(process)) for process in bundle.process_ids}
    called = {
        node.called for diagram in diagrams.values() for node in diagram.nodes.values() if node.kind == "callActivity"
    }
    return Knowledge(
        roles=frozenset(city.roles),
        forms={name: _public(Form.read(content)) for name, content in bundle.forms.items()},
        articles=None,
        documents=frozenset(bundle.documents),
        actions=VERBS,
        processes=diagrams,
        decisions={name: frozenset(one.outputs) or frozenset({name}) for name, one in decisions.decisions.items()},
        check_expression=check_expression,
        called=frozenset(name for name in called if name),
    )


def _unreadable(bundle: Bundle) -> Iterator[Found]:
    """Say which file of a bundle cannot even be read."""
    for path, content in bundle.files.items():
        reader = READERS.get(PurePosixPath(path).suffix)
        try:
            if reader:
                reader(content)
        except GridflowError as error:
            yield Found(path, _broken(error.message))


def _public(form: Form) -> frozenset[str]:
    return frozenset(field.key for field in form.fields if field.class_ == "public")


def _forms(bundle: Bundle) -> Iterator[Found]:
    for name, content in bundle.forms.items():
        for field in Form.read(content).fields:
            for code in field.basis:
                yield from _basis(bundle, name, field.key, code)


def _basis(bundle: Bundle, form: str, key: str, code: str) -> Iterator[Found]:
    if not code.startswith(bundle.city_file.law) or not code[1:2].isdigit():
        return
    try:
        bundle.city_file.article(code)
    except GridflowError as error:
        finding = Finding("form-basis", "error", key, form, error.message, "请改正该栏的依据条款。")
        yield Found(f"{bundle.slug}/{form}.json", finding)


def _orphans(bundle: Bundle, diagrams: Mapping[str, Diagram]) -> Iterator[Found]:
    used = {bundle.manifest.start_form}
    for diagram in diagrams.values():
        for node in diagram.nodes.values():
            used |= {node.id, node.attributes.get("form")}
            for code in node.attributes.get("article", "").split():
                yield from _article(bundle, node.id, node.name, code)
    own = [path for path in bundle.files if path.startswith(f"forms/{bundle.slug}/")]
    for path in own:
        name = Path(path).name.split(".")[0]
        if name not in used:
            remedy = "请删去，或在流程图中引用。"
            finding = Finding("form-unused", "warning", name, "", "没有环节使用这个表单。", remedy)
            yield Found(path, finding)


def _article(bundle: Bundle, element: str, name: str, code: str) -> Iterator[Found]:
    if not code.startswith(bundle.city_file.law):
        return
    try:
        bundle.city_file.article(code)
    except GridflowError as error:
        yield Found(bundle.main, Finding("article-unknown", "error", element, name, error.message, "请改正条款代码。"))


def _orphan_scenarios(catalogue: Catalogue) -> Iterator[Found]:
    told = {(scenario.city, scenario.slug) for scenario in catalogue.scenarios()}
    for city in catalogue.cities:
        for slug in catalogue.procedures(city):
            if catalogue.manifest(slug).people_may_start and (city, slug) not in told:
                message = f"城市 {city} 没有这个流程的案例。"
                finding = Finding("scenario-missing", "warning", slug, "", message, "请在 scenarios/ 中补一个。")
                yield Found(f"processes/{slug}", finding)


def _broken(message: str, remedy: str = "请按提示修改文件后重新检查。") -> Finding:
    return Finding("unreadable", "error", "", "", message, remedy)
