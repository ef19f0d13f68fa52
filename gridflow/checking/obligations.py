"""Check that what is said to carry an obligation out exists."""

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches

from gridflow.bpmn import Finding
from gridflow.catalogue import Bundle, Catalogue, City
from gridflow.catalogue.obligations import BY_FILES, Kind, obligations_path
from gridflow.catalogue.tables import rows
from gridflow.checking import opening
from gridflow.checking.findings import Found


def uncarried(catalogue: Catalogue, bundles: Iterable[Bundle]) -> Iterator[Found]:
    """Find the carriers that do not exist, by city."""
    bundles = list(bundles)
    for city in catalogue.cities.values():
        known = carriers_of(catalogue, city, [bundle for bundle in bundles if bundle.city == city.code])
        for one in catalogue.obligations(city.code):
            for carrier in one.carriers:
                if carrier.name not in known[carrier.kind]:
                    message = f"义务 {one.code}（{one.what}）写明由 {carrier.kind}:{carrier.name} 承载，但它不存在。"
                    near = "、".join(get_close_matches(carrier.name, known[carrier.kind], n=3))
                    nearest = f"最接近的有 {near}。" if near else ""
                    remedy = nearest + f"gridflow city carriers {city.code} 列出全部。"
                    finding = Finding("obligation-uncarried", "error", one.code, "", message, remedy)
                    yield Found(obligations_path(city.code), finding)


def carriers_of(catalogue: Catalogue, city: City, bundles: Iterable[Bundle]) -> Mapping[Kind, Mapping[str, str]]:
    """Return everything that can carry an obligation of a city, by kind: its name, and what it is called."""
    from gridflow.cases.carriers import PAGES, REGISTERS  # brings the database, which a check of a file spares

    known: dict[Kind, dict[str, str]] = {kind: {} for kind in BY_FILES}
    known["role"] = {role.code: role.title for role in city.roles.values()}
    known["switch"] = dict.fromkeys(city.switches, "")
    known["ledger"] = {ledger.name: ledger.title for ledger in catalogue.ledgers(city.code)}
    known["matter"] = {row["base"]: row["name"] for row in _matters(catalogue, city)}
    known["page"] = {name: words() for name, words in PAGES.items()}
    known["register"] = {name: words() for name, words in REGISTERS.items()}
    for bundle in bundles:
        known["procedure"][bundle.slug] = bundle.title
        known["form"] |= dict.fromkeys(bundle.forms, "")
        known["document"] |= dict.fromkeys(bundle.documents, "")
        known["decision"] |= dict.fromkeys(bundle.decision_ids, "")
        for path in bundle.outlines:
            for process in opening.diagram(bundle.files[path]).processes.values():
                known["step"] |= {f"{process.id}/{node.id}": node.name for node in process.nodes.values()}
    return known


def _matters(catalogue: Catalogue, city: City) -> Iterator[Mapping[str, str]]:
    path = f"processes/_cities/{city.code}.matters.csv"
    if content := catalogue.files.get(path):
        head = content.decode("utf-8-sig").partition("\n")[0].strip()
        yield from (row for _, row in rows(path, content, tuple(head.split(","))))
