"""Ledgers: lists that offices keep beside the procedures, each described by one file and one form."""

from collections.abc import Iterator
from dataclasses import dataclass

from gridflow.catalogue.cities import ROLES, City
from gridflow.catalogue.editions import Files, direct, editions
from gridflow.catalogue.errors import FileInvalid
from gridflow.catalogue.sections import Section

FOLDER = "processes/_ledgers"
FORMS = "forms/_ledgers"


@dataclass(frozen=True, slots=True)
class Ledger:
    """A kind of list with its form."""

    name: str
    title: str
    about: str
    """What is entered, and when."""
    basis: str
    """Article codes of every city; a city none of whose articles stands in it or for it does not keep the ledger."""
    keepers: tuple[str, ...]
    """Roles that add and end entries."""
    until: str | None
    """The date field after which an entry has run out."""
    form: bytes


def ledgers_of(files: Files, city: City) -> Iterator[Ledger]:
    """Yield the ledgers a city keeps, by name."""
    return (ledger for ledger in all_ledgers(files, city) if city.based_on(ledger.basis))


def all_ledgers(files: Files, city: City) -> Iterator[Ledger]:
    """Yield every ledger with the form a city would keep it with, by name."""
    forms = editions(files, FORMS, ".json", city.code)
    return (_read(path, files, forms) for path in sorted(direct(files, FOLDER, ".toml")))


def _read(path: str, files: Files, forms: dict[str, str]) -> Ledger:
    name = path.rpartition("/")[2].removesuffix(".toml")
    if name not in forms:
        raise FileInvalid(path, f"缺少表单 {FORMS}/{name}.json，请补上。")
    section = Section.read(path, files[path])
    ledger = Ledger(
        name=name,
        title=section.text("title"),
        about=section.text("about"),
        basis=" ".join(section.texts("basis")),
        keepers=section.texts("keepers"),
        until=section.text("until", "") or None,
        form=files[forms[name]],
    )
    section.done()
    if unknown := [role for role in ledger.keepers if role not in ROLES]:
        raise section.invalid(f"不认识角色“{unknown[0]}”，可用的有 {'、'.join(ROLES)}。")
    return ledger
