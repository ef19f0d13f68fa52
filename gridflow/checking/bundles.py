"""Check a bundle, and every bundle of an installation."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath

from gridflow.bpmn import Diagram, Finding, Knowledge, lint
from gridflow.catalogue import Bundle, Catalogue, FileInvalid
from gridflow.checking.articles import unknown_articles, without_basis
from gridflow.checking.cityfiles import bad_cities
from gridflow.checking.divisions import bad_places
from gridflow.checking.documents import unknown_names
from gridflow.checking.examples import bad_examples
from gridflow.checking.findings import Found, broken, unreadable
from gridflow.checking.formulas import bad_formulas
from gridflow.checking.knowledge import Names, everything, handed_over, knowledge_of
from gridflow.checking.ledgers import bad_ledgers
from gridflow.checking.obligations import uncarried
from gridflow.checking.opening import READERS, diagram
from gridflow.checking.tables import bad_rules
from gridflow.errors import GridflowError
from gridflow.forms import Form

FOLDERS = ("processes", "forms")
Others = tuple[Names, Names]
"""What other procedures of the city hand a procedure, and which may be opened."""


def check_all(home: Path) -> list[Found]:
    """Check every procedure of every city; the same finding of several cities is said once."""
    catalogue = Catalogue.read(home)
    broken_files: dict[Found, None] = {}
    cities: dict[Found, dict[str, None]] = {}
    sound = []
    for bundle in assembled(catalogue, broken_files):
        wrong = list(check_bundle(bundle, catalogue))
        for one in wrong:
            cities.setdefault(one, {})[bundle.city_file.name] = None
        if all(one.finding.severity != "error" for one in wrong):
            sound.append(bundle)
    found = [one if len(names) == len(catalogue.cities) else _only_in(names, one) for one, names in cities.items()]
    whole = not broken_files and all(one.finding.severity != "error" for one in found)
    ledgers = bad_ledgers(catalogue)
    alone = (*bad_cities(catalogue), *bad_places(catalogue, home), *bad_examples(catalogue))
    lacking = uncarried(catalogue, sound) if whole and not ledgers else ()
    return [*broken_files, *found, *ledgers, *alone, *without_basis(catalogue, sound), *lacking, *_untold(catalogue)]


def _only_in(cities: Iterable[str], found: Found) -> Found:
    """Say of a finding that it is one of some cities only."""
    message = f"{found.finding.message.removesuffix('。')}（{'、'.join(cities)}）。"
    return replace(found, finding=replace(found.finding, message=message))


def check_bundle(bundle: Bundle, catalogue: Catalogue | None = None, others: Others | None = None) -> Iterator[Found]:
    """Yield everything wrong with one procedure in one city.

    With the catalogue, or what the others tell, also what other procedures do not hand over or cannot open.
    """
    bad = [found for path, content in bundle.files.items() for found in _read(path, content)]
    bad += list(_twice(bundle))
    if bad:
        yield from bad
        return
    try:
        handed, slugs = others or _others(bundle, catalogue)
        knowledge = knowledge_of(bundle, handed, slugs)
    except GridflowError as error:
        yield Found(bundle.main, broken(error.message))
        return
    diagrams = knowledge.processes or {}
    for path, outline in bundle.outlines.items():
        for finding in lint(diagrams[outline.processes[0]], knowledge):
            yield Found(path, finding)
    yield from _forms(bundle)
    yield from _formulas(bundle, knowledge)
    for path, content in bundle.decision_files.items():
        yield from (Found(path, finding) for finding in bad_rules(content))
    yield from _unused(bundle)
    yield from _limits(bundle, diagrams.values())
    yield from unknown_names(bundle, knowledge)


def assembled(catalogue: Catalogue, found: dict[Found, None]) -> Iterator[Bundle]:
    """Yield every bundle of every city; what keeps one from being put together is added to `found`."""
    for city in catalogue.cities:
        for slug in catalogue.procedures(city):
            try:
                yield catalogue.bundle(city, slug)
            except GridflowError as error:
                path = error.path if isinstance(error, FileInvalid) else f"processes/{slug}"
                found[Found(path, broken(error.message))] = None


def _others(bundle: Bundle, catalogue: Catalogue | None) -> tuple[Names | None, Names | None]:
    """Return what other procedures of the city hand this one, and which may be opened; None without a catalogue."""
    if catalogue is None:
        return None, None
    diagrams = (
        diagram(content)
        for path, content in catalogue.files.items()
        if path.startswith("processes/") and path.endswith(".bpmn")
    )
    return handed_over(diagrams).get(bundle.slug, frozenset()), frozenset(catalogue.procedures(bundle.city))


def _read(path: str, content: bytes) -> Iterator[Found]:
    """Say whether a file of a bundle can be read at all."""
    reader = READERS.get(PurePosixPath(path).suffix)
    try:
        if reader:
            reader(content)
    except GridflowError as error:
        yield from unreadable(path, error)


def _twice(bundle: Bundle) -> Iterator[Found]:
    """Two files with one process id: which of them is called would be chance."""
    owners: dict[str, str] = {}
    for path, outline in bundle.outlines.items():
        for process in outline.processes:
            if process in owners:
                message = f"流程编号 {process} 在 {owners[process]} 中已有。"
                yield Found(path, Finding("process-repeated", "error", process, "", message, "给其中一处换一个编号。"))
            owners[process] = path


def _forms(bundle: Bundle) -> Iterator[Found]:
    for name, content in bundle.forms.items():
        for finding in unknown_articles(Form.read(content), name, [bundle.city_file]):
            yield Found(f"{bundle.slug}/{name}.json", finding)


def _formulas(bundle: Bundle, knowledge: Knowledge) -> Iterator[Found]:
    """Check what forms work out: any variable of the bundle may be there when a form is filled."""
    names = everything(knowledge)
    for name, content in bundle.forms.items():
        for finding in bad_formulas(Form.read(content), name, names):
            yield Found(f"{bundle.slug}/{name}.json", finding)


def _limits(bundle: Bundle, diagrams: Iterable[Diagram]) -> Iterator[Found]:
    """A limit without a name would be called after whatever step stands under it."""
    used = {node.attributes.get("limit") for each in diagrams for node in each.nodes.values()} - {None}
    for name in sorted(str(name) for name in used - bundle.manifest.limits.keys()):
        message, remedy = f"时限 {name} 没有名称。", "请在 procedure.toml 的 [limits] 中写上页面怎么称呼它。"
        yield Found(
            f"processes/{bundle.slug}/procedure.toml", Finding("limit-unnamed", "warning", name, "", message, remedy)
        )


def _unused(bundle: Bundle) -> Iterator[Found]:
    used = {bundle.manifest.start_form}
    for process in bundle.process_ids:
        for node in diagram(bundle.diagram(process)).nodes.values():
            used |= {node.id, node.attributes.get("form")}
    for path in bundle.files:
        if path.startswith(f"forms/{bundle.slug}/"):
            name = Path(path).name.split(".")[0]
            if name not in used:
                remedy = "请删去，或在流程图中引用。"
                yield Found(path, Finding("form-unused", "warning", name, "", "没有环节使用这个表单。", remedy))


def _untold(catalogue: Catalogue) -> Iterator[Found]:
    told = {(scenario.city, scenario.slug) for scenario in catalogue.scenarios()}
    for city in catalogue.cities:
        for slug in catalogue.procedures(city):
            if catalogue.manifest(slug).people_may_start and (city, slug) not in told:
                message = f"城市 {city} 没有这个流程的案例。"
                finding = Finding("scenario-missing", "warning", slug, "", message, "请在 scenarios/ 中补一个。")
                yield Found(f"processes/{slug}", finding)
