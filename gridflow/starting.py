"""Lay out the files of a new procedure, and of a new city."""

import csv
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from gridflow import starter
from gridflow.catalogue import Catalogue, City
from gridflow.catalogue.cityfile import FOLDER, bases_path, city_path, read_cities
from gridflow.catalogue.editions import NAME
from gridflow.catalogue.errors import CatalogueError, FileInvalid
from gridflow.catalogue.obligations import COLUMNS, obligations_path
from gridflow.catalogue.ordinance import markdown, read_ordinance

ROW, CELL = 16, 0.015
"""Of a sketch: how many villages stand beside one another, and how wide each is, in degrees."""


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
        "slug": slug, "title": title, "basis": " ".join(basis), "basis_list": ", ".join(f'"{code}"' for code in basis),
    }  # fmt: skip
    targets = {
        "procedure.toml": f"processes/{slug}/procedure.toml",
        "README.md": f"processes/{slug}/README.md",
        "diagram.bpmn": f"processes/{slug}/{slug}.bpmn",
        "open.json": f"forms/{slug}/open.json",
        "handle.json": f"forms/{slug}/handle.json",
    }
    return _written(home, {target: starter.filled(name, filled) for name, target in targets.items()})


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
    still to be looked at. Raises NameTaken, CityUnknown, or FileInvalid for an ordinance without articles and for a
    code or letter that cannot be one; then nothing is written.
    """
    catalogue = Catalogue.read(home)
    like = catalogue.city(founding.like)
    if not NAME.fullmatch(founding.code) or founding.code in catalogue.cities:
        raise NameTaken(f"“{founding.code}”不能作为新城市的代码：应由小写字母、数字和下划线组成，且未被使用。")
    _check_free(founding, catalogue.cities.values())
    text = markdown(founding.ordinance)
    files = dict(_city_files(catalogue, founding, like, text))
    files |= _own_editions(catalogue, founding, like)
    read_cities({**catalogue.files, **{path: words.encode() for path, words in files.items()}})
    if not any((home / "data/admin").glob(f"divisions*{founding.division}*.csv")):
        files[f"data/admin/divisions_{founding.division}.csv"] = _divisions(founding)
    return _written(home, files)


def _check_free(founding: Founding, cities: Iterable[City]) -> None:
    """Raise NameTaken where a city already has what must be one city's alone."""
    for city in cities:
        taken = {"条款代码的字头": (founding.law, city.law), "区划代码": (founding.division, city.division)}
        for what, (wanted, theirs) in taken.items():
            if wanted == theirs:
                raise NameTaken(f"{what} {wanted} 已由{city.name}使用，请另选一个。")


def _divisions(founding: Founding) -> str:
    """Begin the table of divisions with the city itself; its districts, towns and villages follow."""
    code = founding.division
    return f"code,name,level,parent,kind,statistical_zone\n{code},{founding.name},city,{code[:2]}0000,,\n"


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
    """Say the pattern's file of the new city, without what is only the pattern's: articles, province, marks, demo."""
    own = {
        "code": founding.code, "name": founding.name, "division": founding.division, "law": founding.law,
        "case_prefix": founding.prefix, "title": title, "file": f"{founding.code}.ordinance.md",
    }  # fmt: skip
    for key, value in own.items():
        pattern = re.sub(rf'(?m)^{key} = ".*"', f'{key} = "{value}"', pattern, count=1)
    pattern = re.sub(rf"（{like.law}\d[^（）]*(?:\([^（）]*\)[^（）]*)*）", "", pattern)
    pattern = re.sub(r"(?m)^regions = .*$", "regions = []", pattern)
    pattern = re.sub(r'(?m)^mark = "[^"]*"', f'mark = "{founding.name[0]}网格"', pattern)
    for authority in like.authorities.values():
        if like.name not in authority.name and "{county}" not in authority.name:  # of the pattern's province
            pattern = re.sub(rf"(?m)^\[authorities\.{authority.code}\]\n(?:\w.*\n)*\n?", "", pattern)
    return pattern.replace(like.name, founding.name).partition("[demo]")[0].rstrip() + "\n"


def _own_editions(catalogue: Catalogue, founding: Founding, like: City) -> Mapping[str, str]:
    """Return the pattern's own diagrams, tables, forms and papers under the new city's name.

    Where forms and papers speak of the pattern by its short name they quote its law: the check tells of those.
    """
    mark = re.compile(rf"\.{like.code}(?=\.(?:bpmn|dmn|json|html)$)")
    found = {}
    for path in filter(mark.search, catalogue.files):
        text = catalogue.files[path].decode().replace(like.name, founding.name)
        if path.endswith(".bpmn"):
            text = text.replace(like.name.removesuffix("市"), founding.name.removesuffix("市"))
        found[mark.sub(f".{founding.code}", path)] = text
    return found


def sketch_cells(home: Path, city: City, east: float, north: float) -> tuple[Path, int]:
    """Draw a city's villages as squares side by side for its demo; return the file and how many.

    `east` and `north` are degrees of the lower left corner. Raises NameTaken where the file is there already, and
    FileInvalid where the table of divisions has no village of the city.
    """
    table = next(iter(sorted((home / "data/admin").glob(f"divisions*{city.division}*.csv"))), None)
    rows = csv.DictReader(StringIO(table.read_text(encoding="utf-8-sig"))) if table else ()
    villages = [row for row in rows if row["level"] == "village" and row["code"].startswith(city.division[:4])]
    if not villages:
        raise FileInvalid(f"data/admin/divisions_{city.division}.csv", f"还没有{city.name}的村居，请先补上区划。")
    features = [
        {
            "type": "Feature",
            "properties": {"code": row["code"], "name": row["name"]},
            "geometry": {"type": "Polygon", "coordinates": [_square(east, north, *divmod(place, ROW))]},
        }
        for place, row in enumerate(sorted(villages, key=lambda row: row["code"]))
    ]
    cells = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)
    return _written(home, {f"data/geo/demo_villages_{city.division}.geojson": cells + "\n"})[0], len(features)


def _square(east: float, north: float, up: int, along: int) -> list[tuple[float, float]]:
    left, right = (round(east + CELL * (along + step), 6) for step in (0, 1))
    low, high = (round(north + CELL * (up + step), 6) for step in (0, 1))
    return [(left, low), (right, low), (right, high), (left, high), (left, low)]


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
