"""Check that what is said to carry an obligation out exists."""

from collections.abc import Iterable, Iterator, Mapping

from gridflow.bpmn import Finding
from gridflow.catalogue import Bundle, Catalogue, City
from gridflow.catalogue.obligations import BY_FILES, obligations_path
from gridflow.catalogue.tables import rows
from gridflow.checking import opening
from gridflow.checking.findings import Found


def uncarried(catalogue: Catalogue, bundles: Iterable[Bundle]) -> Iterator[Found]:
    """Find the carriers that do not exist, by city; pages and registers are the application's to know."""
    bundles = list(bundles)
    for city in catalogue.cities.values():
        known = carriers_of(catalogue, city, [bundle for bundle in bundles if bundle.city == city.code])
        for one in catalogue.obligations(city.code):
            for carrier in one.carriers:
                if carrier.kind in BY_FILES and carrier.name not in known[carrier.kind]:
                    message = f"义务 {one.code}（{one.what}）写明由 {carrier.kind}:{carrier.name} 承载，但它不存在。"
                    remedy = "请改正名称，或改写这一行怎样承载。"
                    finding = Finding("obligation-uncarried", "error", one.code, "", message, remedy)
                    yield Found(obligations_path(city.code), finding)


def carriers_of(catalogue: Catalogue, city: City, bundles: Iterable[Bundle]) -> Mapping[str, set[str]]:
    """Return the names of everything in a city's files that can carry an obligation, by kind."""
    known: dict[str, set[str]] = {kind: set() for kind in BY_FILES}
    known["role"], known["switch"] = set(city.roles), set(city.switches)
    known["ledger"] = {ledger.name for ledger in catalogue.ledgers(city.code)}
    known["matter"] = {row["base"] for row in _matters(catalogue, city)}
    for bundle in bundles:
        known["procedure"].add(bundle.slug)
        known["form"] |= bundle.forms.keys()
        known["document"] |= bundle.documents.keys()
        known["decision"] |= bundle.decision_ids.keys()
        for path in bundle.outlines:
            for process in opening.diagram(bundle.files[path]).processes.values():
                known["step"] |= {f"{process.id}/{node}" for node in process.nodes}
    return known


def _matters(catalogue: Catalogue, city: City) -> Iterator[Mapping[str, str]]:
    path = f"processes/_cities/{city.code}.matters.csv"
    if content := catalogue.files.get(path):
        head = content.decode("utf-8-sig").partition("\n")[0].strip()
        yield from (row for _, row in rows(path, content, tuple(head.split(","))))
