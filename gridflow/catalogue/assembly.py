"""Choosing the files of one bundle: the main diagram and everything it calls, transitively."""

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from gridflow.catalogue.bundle import TEMPLATES, Bundle, frozen, manifest_path, named
from gridflow.catalogue.cities import City
from gridflow.catalogue.cityfile import bases_path, city_path, limits_path
from gridflow.catalogue.editions import Files, direct, editions
from gridflow.catalogue.errors import CalledProcessMissing, FileInvalid, IdRepeated, ProcedureUnknown
from gridflow.catalogue.outline import Outline, read_outline

_TEXT_SUFFIXES = {".html", ".css", ".svg"}


def assemble(files: Files, city: City, slug: str) -> Bundle:
    """Make the bundle of a procedure for a city; raise when a file it needs is missing or two collide."""
    diagrams = _diagrams(files, city.code, slug)
    paths = {
        manifest_path(slug),
        city_path(city.code),
        city.ordinance.file,
        *({bases_path(city.code), limits_path(city.code)} & files.keys()),
        *diagrams,
        *_decisions(files, city.code, slug),
        *_forms(files, city.code, slug, diagrams),
        *_templates(files, city.code, slug),
    }
    bundle = Bundle(city.code, slug, frozen({path: files[path] for path in paths}))
    bundle.decision_ids  # noqa: B018  -- refuses two files with the same decision
    return bundle


def main_diagram(files: Files, city: str, slug: str) -> str | None:
    """Return the path of a procedure's main diagram, None where the city has no edition of it."""
    return editions(files, f"processes/{slug}", ".bpmn", city).get(slug)


def _diagrams(files: Files, city: str, slug: str) -> dict[str, Outline]:
    main = main_diagram(files, city, slug)
    if not main:
        raise ProcedureUnknown(f"流程“{slug}”没有 {city} 的流程图，请补上 processes/{slug}/{slug}.{city}.bpmn。")
    chosen = {main: read_outline(main, files[main])}
    if slug not in chosen[main].processes:
        raise FileInvalid(main, f"主流程的 id 应是“{slug}”，与文件夹同名。")
    owners = _owners(files, city, slug)
    waiting = [(main, call) for call in chosen[main].calls]
    while waiting:
        caller, call = waiting.pop()
        if call not in owners:
            raise CalledProcessMissing(caller, f"调用的流程“{call}”不存在，请在 processes/_shared 中补上，或改正调用。")
        path = owners[call]
        if path not in chosen:
            chosen[path] = read_outline(path, files[path])
            waiting += [(path, inner) for inner in chosen[path].calls]
    return chosen


def _owners(files: Files, city: str, slug: str) -> Mapping[str, str]:
    """Return the file that defines each process this procedure could call."""
    owners: dict[str, str] = {}
    for path in named(files, "processes", slug, ".bpmn", city).values():
        for process in read_outline(path, files[path]).processes:
            if process in owners:
                raise IdRepeated(path, f"流程“{process}”在 {owners[process]} 中已有，请改名或删去一处。")
            owners[process] = path
    return owners


def _decisions(files: Files, city: str, slug: str) -> Iterator[str]:
    shared = editions(files, "processes/_shared", ".dmn", city)
    yield from (shared | editions(files, f"processes/{slug}/decisions", ".dmn", city)).values()


def _forms(files: Files, city: str, slug: str, diagrams: Mapping[str, Outline]) -> Iterator[str]:
    asked = frozenset().union(*(outline.forms for outline in diagrams.values()))
    own = editions(files, f"forms/{slug}", ".json", city)
    for form, path in named(files, "forms", slug, ".json", city).items():
        if form in own or form in asked:
            yield path


def _templates(files: Files, city: str, slug: str) -> Iterator[str]:
    yield from named(files, TEMPLATES, slug, ".html", city).values()
    beside = [path for path in files if path.startswith(f"{TEMPLATES}/_cities/{city}/")]
    for folder in (TEMPLATES, f"{TEMPLATES}/_shared", f"{TEMPLATES}/{slug}"):
        beside += [path for path in direct(files, folder) if folder == TEMPLATES or not path.endswith(".html")]
    for path in beside:
        suffix = PurePosixPath(path).suffix
        if suffix not in _TEXT_SUFFIXES:
            raise FileInvalid(path, "文书模板文件夹只收 html、css 和 svg 文件，请移走或转换。")
        yield path
