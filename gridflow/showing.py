"""Describe a procedure with everything that belongs to it, and lay out a new one."""

from collections.abc import Iterator, Sequence
from importlib import resources
from pathlib import Path

from gridflow.bpmn import Diagram, read
from gridflow.catalogue import Bundle, Catalogue
from gridflow.catalogue.editions import NAME
from gridflow.catalogue.errors import CatalogueError, ProcedureUnknown
from gridflow.feel import read_decisions
from gridflow.forms import Form

KINDS = {"userTask": "人工", "serviceTask": "动作", "businessRuleTask": "决策", "callActivity": "调用"}


class SlugTaken(CatalogueError):
    """A procedure of that name exists, or the name cannot be one."""


def describe(home: Path, slug: str, city: str | None) -> Iterator[str]:
    """Yield lines that name every part of a procedure in one city: diagrams, steps, forms, tables, papers, examples."""
    catalogue = Catalogue.read(home)
    code = catalogue.city(city).code if city else next(iter(catalogue.cities))
    bundle = catalogue.bundle(code, slug)
    basis = _headings(bundle, " ".join(bundle.manifest.basis))
    yield f"{bundle.title}（{slug}）· {bundle.city_file.name} · 依据 {basis}"
    yield f"摘要 {bundle.digest}"
    for process_id in bundle.process_ids:
        yield from _process(bundle, process_id)
    yield "决策表"
    for path, content in bundle.decision_files.items():
        yield f"  {path}：{'、'.join(read_decisions(content).decisions)}"
    yield "表单"
    for name, content in bundle.forms.items():
        yield f"  {name}：{'、'.join(field.label for field in Form.read(content).fields)}"
    yield "文书"
    yield from (f"  {name}：{path}" for name, path in bundle.documents.items())
    yield "案例"
    yield from (f"  {found.path}" for found in catalogue.scenarios(code, slug))


def known(home: Path, slugs: Sequence[str], city: str | None) -> None:
    """Raise ProcedureUnknown or CityUnknown for a name the installation does not have."""
    catalogue = Catalogue.read(home)
    if city:
        catalogue.city(city)
    if strange := [slug for slug in slugs if slug not in catalogue.slugs]:
        raise ProcedureUnknown(f"没有流程“{strange[0]}”，现有 {'、'.join(catalogue.slugs)}。")


def create(home: Path, slug: str, title: str) -> list[Path]:
    """Write the smallest procedure that passes the check, for every city, and return its files.

    Raises SlugTaken for a name in use or one that is no lower-case word.
    """
    folder = home / "processes" / slug
    if not NAME.fullmatch(slug) or folder.exists():
        raise SlugTaken(f"“{slug}”不能作为新流程的名称：应由小写字母、数字和下划线组成，且未被使用。")
    catalogue = Catalogue.read(home)
    basis = " ".join(next(iter(city.ordinance.articles)) for city in catalogue.cities.values())
    written = []
    for name, target in (
        ("procedure.toml", folder / "procedure.toml"),
        ("README.md", folder / "README.md"),
        ("diagram.bpmn", folder / f"{slug}.bpmn"),
        ("open.json", home / "forms" / slug / "open.json"),
        ("handle.json", home / "forms" / slug / "handle.json"),
    ):
        text = resources.files("gridflow.starter").joinpath(name).read_text(encoding="utf-8")
        target.parent.mkdir(parents=True, exist_ok=True)
        filled = text.replace("@slug@", slug).replace("@title@", title).replace("@basis@", basis)
        target.write_text(filled.replace("@basis_list@", _quoted(basis)), encoding="utf-8")
        written.append(target)
    return written


def _quoted(codes: str) -> str:
    return ", ".join(f'"{code}"' for code in codes.split())


def _process(bundle: Bundle, process_id: str) -> Iterator[str]:
    diagram: Diagram = read(bundle.diagram(process_id))
    process = diagram.processes[process_id]
    yield f"流程图 {process.name}（{process_id}）"
    for node in process.nodes.values():
        if node.kind in KINDS:
            articles = _headings(bundle, node.attributes.get("article", ""))
            yield f"  {KINDS[node.kind]} {node.id} {node.name}{f' · {articles}' if articles else ''}"


def _headings(bundle: Bundle, codes: str) -> str:
    return "、".join(article.heading for article in bundle.city_file.articles(codes))
