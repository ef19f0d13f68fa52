"""Check single files, with everything around them where they lie in the folders of an installation."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from stat import S_ISREG

from gridflow.bpmn import Diagram, Finding, Knowledge, lint
from gridflow.cases.states import STATES
from gridflow.catalogue import Catalogue, City
from gridflow.catalogue.cities import ROLES
from gridflow.checking.articles import based_nowhere, in_order, unknown_articles
from gridflow.checking.bundles import assembled, check_bundle
from gridflow.checking.findings import Found, broken, unreadable
from gridflow.checking.opening import reader_of
from gridflow.errors import GridflowError
from gridflow.feel import check_condition, check_expression
from gridflow.forms import Form

ROOTS = ("processes", "forms")
MOST_BYTES = 2_000_000
ALONE = Knowledge(
    roles=frozenset(ROLES),
    choices={("close_case", "state"): frozenset(STATES), ("notify", "role"): frozenset(ROLES)},
    check_expression=check_expression,
    check_condition=check_condition,
)
"""What is known of a diagram without its bundle."""


def check_file(path: Path, home: Path) -> list[Found]:
    """Check one BPMN, DMN or form file; whatever the file holds, the answer is findings.

    A file below `processes` or `forms` of an installation is checked with the procedures it belongs to; any other
    for itself, with the roles there are and the articles of the cities of `home`.
    """
    try:
        content = _content(path)
    except OSError as error:
        return [Found(str(path), broken(f"文件无法打开（{error.strerror or error}）。", "请核对路径和读取权限。"))]
    try:
        opened = reader_of(path.name, content)(content)
    except GridflowError as error:
        return list(unreadable(str(path), error))
    around = _around(path.resolve())
    if around is not None:
        return around
    return [Found(str(path), finding) for finding in _alone(opened, _cities(_home_of(path.resolve()) or home))]


def _alone(opened: object, cities: Sequence[City]) -> Iterator[Finding]:
    """Judge a file that belongs to no procedure."""
    if isinstance(opened, Diagram):
        yield from lint(opened, replace(ALONE, article=lambda code: in_order(code, cities)))
    if isinstance(opened, Form):
        yield from unknown_articles(opened, "", cities)
    if isinstance(opened, Diagram | Form) and cities:
        yield from based_nowhere(opened, cities)


def _cities(home: Path) -> list[City]:
    """Return the cities of an installation; none where they cannot be read, so that nothing is said about articles."""
    try:
        return list(Catalogue.read(home).cities.values())
    except GridflowError:
        return []


def _content(path: Path) -> bytes:
    """Read no more than any reader takes; devices and pipes are never opened."""
    if not S_ISREG(path.stat().st_mode):
        raise OSError("不是普通文件")
    with path.open("rb") as file:
        return file.read(MOST_BYTES + 1)


def _around(path: Path) -> list[Found] | None:
    """Return what is wrong with a file in its procedures; None where it belongs to none."""
    home = _home_of(path)
    if home is None:
        return None
    try:
        catalogue = Catalogue.read(home)
        inside = path.relative_to(home).as_posix()
        bundles = [bundle for bundle in assembled(catalogue, {}) if inside in bundle.files]
        found = [one for bundle in bundles for one in check_bundle(bundle, catalogue)]
    except GridflowError:
        return None
    return list(dict.fromkeys(one for one in found if one.file == inside)) if bundles else None


def _home_of(path: Path) -> Path | None:
    """Return the installation a file lies in."""
    homes = (up.parent for up in path.parents if up.name in ROOTS)
    return next((home for home in homes if (home / "processes" / "_cities").is_dir()), None)
