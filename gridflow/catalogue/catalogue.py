"""Everything below the home folder, read once into memory."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from gridflow.catalogue.assembly import assemble, main_diagram
from gridflow.catalogue.bundle import TEMPLATES, Bundle, frozen, manifest_path
from gridflow.catalogue.cities import City
from gridflow.catalogue.cityfile import city_path, read_cities
from gridflow.catalogue.editions import NAME, Files
from gridflow.catalogue.errors import ArticleUnknown, CityUnknown, FileInvalid, ProcedureUnknown
from gridflow.catalogue.ledgers import Ledger, all_ledgers, ledgers_of
from gridflow.catalogue.manifest import Manifest, read_manifest
from gridflow.catalogue.obligations import Obligation, obligations_path, read_obligations
from gridflow.catalogue.rates import Rate, read_rates

_FOLDERS = ("processes", "forms", TEMPLATES)


@dataclass(frozen=True, slots=True)
class Scenario:
    """A worked example of one procedure in one city."""

    slug: str
    city: str
    sentence: str
    """What it shows, from the file name."""
    path: str
    content: bytes


@dataclass(frozen=True)
class Catalogue:
    """The procedures and cities of one installation, as files."""

    files: Files

    @classmethod
    def read(cls, home: Path) -> "Catalogue":
        """Read processes/, forms/ and templates/documents/ below a home folder; check cities and title pages."""
        catalogue = cls(frozen({path.relative_to(home).as_posix(): path.read_bytes() for path in _walk(home)}))
        if not catalogue.cities:
            raise FileInvalid("processes/_cities", "没有城市文件，请补上 <city>.toml。")
        catalogue._check_letters()
        for slug in catalogue.slugs:
            catalogue._check_basis(catalogue.manifest(slug))
        return catalogue

    @cached_property
    def cities(self) -> Mapping[str, City]:
        """Every city by code."""
        return read_cities(self.files)

    @cached_property
    def slugs(self) -> tuple[str, ...]:
        """Every procedure, sorted: each folder of processes/ that does not begin with an underscore."""
        folders = {path.split("/")[1] for path in self.files if path.startswith("processes/") and path.count("/") > 1}
        return tuple(sorted(folder for folder in folders if not folder.startswith("_")))

    def procedures(self, city: str) -> tuple[str, ...]:
        """Return the procedures that have a diagram for a city, but those it does without."""
        place = self.city(city)
        kept = (slug for slug in self.slugs if slug not in place.without)
        return tuple(slug for slug in kept if main_diagram(self.files, place.code, slug))

    def city(self, code: str) -> City:
        """Find a city by its code."""
        if code not in self.cities:
            raise CityUnknown(f"没有城市“{code}”，现有 {'、'.join(self.cities)}。")
        return self.cities[code]

    def manifest(self, slug: str) -> Manifest:
        """Read a procedure's title page."""
        path = manifest_path(slug)
        if not NAME.fullmatch(slug):
            raise FileInvalid(path, "文件夹名应由小写字母、数字和下划线组成。")
        if path not in self.files:
            raise FileInvalid(path, "缺少这个文件，请写明流程的标题、依据和发起方式。")
        manifest = read_manifest(path, self.files[path])
        if manifest.slug != slug:
            raise FileInvalid(path, f"slug“{manifest.slug}”应与文件夹同名。")
        return manifest

    def bundle(self, city: str, slug: str) -> Bundle:
        """Choose the files of a procedure for a city. Reads the diagrams again at each call."""
        if slug not in self.slugs:
            raise ProcedureUnknown(f"没有流程“{slug}”，现有 {'、'.join(self.slugs)}。")
        return assemble(self.files, self.city(city), slug)

    def obligations(self, city: str) -> tuple[Obligation, ...]:
        """List what the city's ordinance asks of whom and what carries it; nothing where the city has no such table."""
        path = obligations_path(city)
        return read_obligations(path, self.files[path], self.city(city)) if path in self.files else ()

    def ledgers(self, city: str) -> tuple[Ledger, ...]:
        """List the ledgers a city keeps."""
        return tuple(ledgers_of(self.files, self.city(city)))

    def all_ledgers(self, city: str) -> tuple[Ledger, ...]:
        """List every ledger, also those no article of the city calls for."""
        return tuple(all_ledgers(self.files, self.city(city)))

    @cached_property
    def rates(self) -> tuple[Rate, ...]:
        """The rates of the page of figures."""
        return read_rates(self.files)

    def scenarios(self, city: str | None = None, slug: str | None = None) -> tuple[Scenario, ...]:
        """List the worked examples, of one city or procedure if given."""
        return tuple(
            found
            for found in map(self._scenario, (path for path in self.files if _is_scenario(path)))
            if city in (None, found.city) and slug in (None, found.slug)
        )

    def _check_letters(self) -> None:
        owners: dict[str, str] = {}
        for city in self.cities.values():
            if (other := owners.setdefault(city.law, city.code)) != city.code:
                raise FileInvalid(city_path(city.code), f"条款代码的字头 {city.law} 已由 {other} 使用，请另选一个。")

    def _check_basis(self, manifest: Manifest) -> None:
        for city in self.cities.values():
            try:
                city.articles(" ".join(manifest.basis))
            except ArticleUnknown as problem:
                raise FileInvalid(manifest_path(manifest.slug), problem.message) from problem

    def _scenario(self, path: str) -> Scenario:
        _, slug, _, name = path.split("/")
        sentence, _, city = name.removesuffix(".toml").rpartition(".")
        if not sentence or city not in self.cities:
            raise FileInvalid(path, f"文件名应为“一句话.城市.toml”，城市是 {'、'.join(self.cities)} 之一。")
        return Scenario(slug, city, sentence, path, self.files[path])


def _is_scenario(path: str) -> bool:
    parts = path.split("/")
    return len(parts) == 4 and parts[0] == "processes" and parts[2] == "scenarios" and path.endswith(".toml")


def _walk(home: Path) -> Iterator[Path]:
    for folder in _FOLDERS:
        for path in sorted((home / folder).rglob("*")):
            if path.is_file() and not any(part.startswith((".", "~")) for part in path.relative_to(home).parts):
                yield path
