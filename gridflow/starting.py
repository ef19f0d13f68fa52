"""Lay out the files of a new procedure, and of a new city."""

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from io import StringIO
from pathlib import Path

from gridflow.catalogue import Catalogue, City
from gridflow.catalogue.cityfile import FOLDER, bases_path, city_path
from gridflow.catalogue.editions import NAME
from gridflow.catalogue.errors import CatalogueError
from gridflow.catalogue.obligations import COLUMNS, obligations_path
from gridflow.catalogue.ordinance import markdown, read_ordinance


class NameTaken(CatalogueError):
    """A procedure or city of that name exists, or the name cannot be one."""


def new_procedure(home: Path, slug: str, title: str) -> list[Path]:
    """Write the smallest procedure that passes the check, for every city, and return its files.

    Raises NameTaken for a name in use or one that is no lower-case word.
    """
    if not NAME.fullmatch(slug) or (home / "processes" / slug).exists():
        raise NameTaken(f"“{slug}”不能作为新流程的名称：应由小写字母、数字和下划线组成，且未被使用。")
    cities = Catalogue.read(home).cities.values()
    basis = [next(iter(city.ordinance.articles)) for city in cities]
    filled = {
        "@slug@": slug, "@title@": title, "@basis@": " ".join(basis),
        "@basis_list@": ", ".join(f'"{code}"' for code in basis),
    }  # fmt: skip
    targets = {
        "procedure.toml": f"processes/{slug}/procedure.toml",
        "README.md": f"processes/{slug}/README.md",
        "diagram.bpmn": f"processes/{slug}/{slug}.bpmn",
        "open.json": f"forms/{slug}/open.json",
        "handle.json": f"forms/{slug}/handle.json",
    }
    return _written(home, {target: _filled(name, filled) for name, target in targets.items()})


@dataclass(frozen=True, slots=True)
class Founding:
    """What must be known of a city before its files can be laid out."""

    code: str
    name: str
    division: str
    """Six-digit code of the city."""
    law: str
    """The letters its article codes begin with."""
    prefix: str
    """What its case numbers begin with."""
    ordinance: str
    """The plain text or Markdown of its ordinance; the first line is the title."""
    like: str
    """The city whose roles, departments and own editions it begins with."""


def new_city(home: Path, founding: Founding) -> list[Path]:
    """Write the files of a city after the pattern of another, and return them.

    Its matter list is empty, its table of bases says nothing yet and each paragraph of its ordinance is an obligation
    still to be looked at. Raises NameTaken, CityUnknown, or FileInvalid for an ordinance without articles.
    """
    catalogue = Catalogue.read(home)
    like = catalogue.city(founding.like)
    if not NAME.fullmatch(founding.code) or founding.code in catalogue.cities:
        raise NameTaken(f"“{founding.code}”不能作为新城市的代码：应由小写字母、数字和下划线组成，且未被使用。")
    if owner := next((city for city in catalogue.cities.values() if city.law == founding.law), None):
        raise NameTaken(f"条款代码的字头 {founding.law} 已由{owner.name}使用，请另选一个。")
    text = markdown(founding.ordinance)
    files = dict(_city_files(catalogue, founding, like, text))
    files |= _own_editions(catalogue, founding, like)
    return _written(home, files)


def _city_files(catalogue: Catalogue, founding: Founding, like: City, text: str) -> Iterator[tuple[str, str]]:
    code = founding.code
    path = f"{FOLDER}/{code}.ordinance.md"
    title = text.partition("\n")[0].removeprefix("# ").strip()
    ordinance = read_ordinance(title, path, text.encode(), founding.law)
    yield path, text
    yield city_path(code), _city_toml(catalogue.files[city_path(like.code)].decode(), founding, like, title)
    header = catalogue.files[f"{FOLDER}/{like.code}.matters.csv"].decode("utf-8-sig").partition("\n")[0]
    yield f"{FOLDER}/{code}.matters.csv", f"{header.strip()}\n"
    yield bases_path(code), "rule,articles,note\n"
    paragraphs = (
        (each.code, each.text) for each in ordinance.articles.values() if re.fullmatch(r"[A-Z]+\d+-\d+", each.code)
    )
    yield (
        obligations_path(code),
        _table(COLUMNS, ((one, "—", words.split("\n")[0], "planned", "", "待对照") for one, words in paragraphs)),
    )


def _city_toml(pattern: str, founding: Founding, like: City, title: str) -> str:
    """Say the pattern's file of the new city, without its articles and its demo."""
    own = {
        "code": founding.code, "name": founding.name, "division": founding.division, "law": founding.law,
        "case_prefix": founding.prefix, "title": title, "file": f"{founding.code}.ordinance.md",
    }  # fmt: skip
    for key, value in own.items():
        pattern = re.sub(rf'(?m)^{key} = ".*"', f'{key} = "{value}"', pattern, count=1)
    pattern = re.sub(rf"（{like.law}\d[^（）]*(?:\([^（）]*\)[^（）]*)*）", "", pattern)
    return pattern.replace(like.name, founding.name).partition("[demo]")[0].rstrip() + "\n"


def _own_editions(catalogue: Catalogue, founding: Founding, like: City) -> Mapping[str, str]:
    """Return the pattern's own diagrams, tables, forms and papers under the new city's name."""
    mark = re.compile(rf"\.{like.code}(?=\.(?:bpmn|dmn|json|html)$)")
    return {
        mark.sub(f".{founding.code}", path): content.decode().replace(like.name, founding.name)
        for path, content in catalogue.files.items() if mark.search(path)
    }  # fmt: skip


def _filled(name: str, words: Mapping[str, str]) -> str:
    text = resources.files("gridflow.starter").joinpath(name).read_text(encoding="utf-8")
    for mark, word in words.items():
        text = text.replace(mark, word)
    return text


def _table(columns: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> str:
    written = StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return written.getvalue()


def _written(home: Path, files: Mapping[str, str]) -> list[Path]:
    """Write new files; raises NameTaken before the first where one exists."""
    paths = {home / path: text for path, text in files.items()}
    if existing := next((path for path in paths if path.exists()), None):
        raise NameTaken(f"{existing.relative_to(home)} 已经存在，没有写入任何文件；请改名或先移走它。")
    for path, text in paths.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return list(paths)
