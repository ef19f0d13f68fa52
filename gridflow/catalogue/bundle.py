"""One procedure as one city runs it: exactly the chosen files, frozen and hashed."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from types import MappingProxyType

from gridflow.catalogue.cities import City
from gridflow.catalogue.cityfile import city_path, read_city
from gridflow.catalogue.editions import editions
from gridflow.catalogue.errors import CatalogueError, FileInvalid, IdRepeated, ProcedureUnknown
from gridflow.catalogue.limits import ID as LIMIT
from gridflow.catalogue.limits import titles, with_limits
from gridflow.catalogue.manifest import Manifest, read_manifest
from gridflow.catalogue.outline import Outline, decision_ids, read_outline

TEMPLATES = "templates/documents"
_NOTE = re.compile(rb"(?<=[<:]text>)[^<]+(?=</)")
"""The words of a text annotation."""


@dataclass(frozen=True)
class Bundle:
    """A procedure in one city's edition, with everything it calls; works without the folders it came from."""

    city: str
    slug: str
    files: Mapping[str, bytes]
    """Contents by path below the home folder."""

    @cached_property
    def digest(self) -> str:
        """SHA-256 over the sorted paths and contents, in hex."""
        state = hashlib.sha256()
        for path, content in sorted(self.files.items()):
            for part in (path.encode(), content):
                state.update(len(part).to_bytes(8))
                state.update(part)
        return state.hexdigest()

    @cached_property
    def manifest(self) -> Manifest:
        """The procedure's title page."""
        path = manifest_path(self.slug)
        read = read_manifest(path, self.files[path])
        return replace(read, limits=MappingProxyType({**read.limits, **dict(titles(self.city_file.limits))}))

    @cached_property
    def city_file(self) -> City:
        """The city as this bundle knows it."""
        return read_city(city_path(self.city), self.files)

    @property
    def title(self) -> str:
        """The procedure's title."""
        return self.manifest.title

    @cached_property
    def outlines(self) -> Mapping[str, Outline]:
        """The ids of every diagram, by path, the main diagram first."""
        main = editions(self.files, f"processes/{self.slug}", ".bpmn", self.city)[self.slug]
        paths = sorted((path for path in self.files if path.endswith(".bpmn")), key=lambda path: (path != main, path))
        return MappingProxyType({path: read_outline(path, self.files[path]) for path in paths})

    @cached_property
    def process_ids(self) -> tuple[str, ...]:
        """Every process, the main one (whose id is the slug) first."""
        return tuple(process for outline in self.outlines.values() for process in outline.processes)

    @cached_property
    def decision_files(self) -> Mapping[str, bytes]:
        """The chosen decision tables, by path, the limit table with the city's own rows first."""
        return MappingProxyType({path: self._decision(path) for path in sorted(self.files) if path.endswith(".dmn")})

    def _decision(self, path: str) -> bytes:
        content = self.files[path]
        if not self.city_file.limits or LIMIT not in decision_ids(path, content):
            return content
        headings = {code: article.heading for code, article in self.city_file.ordinance.articles.items()}
        return with_limits(content, self.city_file.limits, headings)

    @cached_property
    def decision_ids(self) -> Mapping[str, str]:
        """The path of the file that holds each decision, by id."""
        owners: dict[str, str] = {}
        for path, content in self.decision_files.items():
            for decision in decision_ids(path, content):
                if decision in owners:
                    raise IdRepeated(path, f"决策“{decision}”在 {owners[decision]} 中已有，请改名或删去一处。")
                owners[decision] = path
        return MappingProxyType(owners)

    @property
    def main(self) -> str:
        """The path of the main diagram."""
        return next(iter(self.outlines))

    def diagram(self, process_id: str) -> bytes:
        """Return the BPMN file a process is drawn in, its notes naming this city's articles."""
        for path, outline in self.outlines.items():
            if process_id in outline.processes:
                return self._in_own_words(path)
        raise ProcedureUnknown(f"流程包“{self.title}”中没有流程 {process_id}，请核对调用活动。")

    def _in_own_words(self, path: str) -> bytes:
        said = self.city_file.in_own_words
        return _NOTE.sub(lambda found: said(found[0].decode()).encode(), self.files[path])

    @cached_property
    def forms(self) -> Mapping[str, bytes]:
        """Every form of the bundle by id, the procedure's own before shared ones."""
        chosen = named(self.files, "forms", self.slug, ".json", self.city)
        return MappingProxyType({form: self.files[path] for form, path in chosen.items()})

    def form(self, form_id: str) -> bytes | None:
        """Return a form by id."""
        return self.forms.get(form_id)

    @cached_property
    def documents(self) -> Mapping[str, str]:
        """The template path of every document by name, the procedure's own before shared ones."""
        return MappingProxyType(named(self.files, TEMPLATES, self.slug, ".html", self.city))

    def document(self, name: str) -> str | None:
        """Return the path, in `files`, of a document's template."""
        return self.documents.get(name)

    @cached_property
    def templates(self) -> Mapping[str, str]:
        """Every template and style sheet as text, by path: what a document is rendered from."""
        paths = (path for path in self.files if path.startswith(f"{TEMPLATES}/"))
        return MappingProxyType({path: _text(path, self.files[path]) for path in paths})

    def with_file(self, path: str, content: bytes) -> "Bundle":
        """Return this bundle with one file replaced or added: a draft."""
        return Bundle(self.city, self.slug, frozen({**self.files, path: content}))

    def to_bytes(self) -> bytes:
        """Write canonical JSON: the same bundle always gives the same bytes."""
        texts = {path: _text(path, content) for path, content in self.files.items()}
        value = {"city": self.city, "slug": self.slug, "files": texts}
        return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()

    @classmethod
    def from_bytes(cls, content: bytes) -> "Bundle":
        """Read what `to_bytes` wrote."""
        try:
            value = json.loads(content)
            return cls(value["city"], value["slug"], frozen({k: v.encode() for k, v in value["files"].items()}))
        except (ValueError, KeyError, TypeError, AttributeError) as problem:
            raise CatalogueError("流程包的内容已损坏，无法读取，请从备份恢复或重新导入。") from problem


def manifest_path(slug: str) -> str:
    """Return where a procedure's title page lies below the home folder."""
    return f"processes/{slug}/procedure.toml"


def named(files: Mapping[str, bytes], root: str, slug: str, suffix: str, city: str) -> dict[str, str]:
    """Return the path of each file of a kind by name: the procedure's own beats the shared one."""
    shared, own = (editions(files, f"{root}/{folder}", suffix, city) for folder in ("_shared", slug))
    return shared | own


def frozen(files: Mapping[str, bytes]) -> Mapping[str, bytes]:
    """Sort and seal a table of files."""
    return MappingProxyType(dict(sorted(files.items())))


def _text(path: str, content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError as problem:
        raise FileInvalid(path, "不是 UTF-8 文本；图片请用 SVG。") from problem
