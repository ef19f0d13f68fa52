"""Describe a procedure with everything that belongs to it."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from gridflow.bpmn import Diagram, read
from gridflow.catalogue import Bundle, Catalogue
from gridflow.catalogue.errors import ProcedureUnknown
from gridflow.feel import read_decisions
from gridflow.forms import Form

KINDS = {"userTask": "人工", "serviceTask": "动作", "businessRuleTask": "决策", "callActivity": "调用"}


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
