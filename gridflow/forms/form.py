"""A form: read once per version, then loaded and shown as often as needed."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from marshmallow import Schema

from gridflow.feel import Functions
from gridflow.forms.fields import Field
from gridflow.forms.files import Upload
from gridflow.forms.loading import Submission, submission
from gridflow.forms.posted import flattened, posted
from gridflow.forms.reading import read_components
from gridflow.forms.values import schema_of
from gridflow.forms.viewing import Errors, FieldView, Viewer
from gridflow.forms.walk import Options, Outcome, Scope, Walk


@dataclass(frozen=True, slots=True)
class Form:
    """A frozen form; safe to share between threads."""

    components: tuple[Field, ...]
    schemas: Mapping[str, Schema]
    """Of the form under "", of each list of rows under its key."""

    @classmethod
    def read(cls, content: bytes) -> "Form":
        """Read form-js JSON; raise FormRefused with the field and the remedy. Content read before costs nothing."""
        return _read(content)

    @property
    def fields(self) -> tuple[Field, ...]:
        """Every field and list of rows in document order, groups opened."""
        return tuple(field for field in _flat(self.components) if field.key)

    def load(
        self,
        values: Mapping[str, Sequence[str]],
        files: Mapping[str, Sequence[Upload]],
        options: Options,
        scope: Scope,
        functions: Functions,
    ) -> Submission:
        """Check what was posted against the form as the data in scope make it; raise FormInvalid.

        Names beginning with an underscore, and csrf_token, belong to the page and are passed over.
        """
        given = posted(self.components, values, files)
        outcomes = Walk(self.schemas, given, options, scope, functions).run(self.components)
        return submission(outcomes, given.unknown)

    def view(
        self,
        values: Mapping[str, object] | None,
        errors: Errors,
        options: Options,
        scope: Scope,
        functions: Functions,
        *,
        masked: bool = False,
        more_rows: Collection[str] = (),
    ) -> list[FieldView]:
        """Show the form with values as posted or as stored; without any, defaults stand in.

        `masked` hides personal fields; `more_rows` names lists that get one more blank row.
        """
        given = posted(self.components, flattened(values), {}) if values else None
        walk = Walk(self.schemas, given, options, scope, functions)
        outcomes: list[Outcome] = walk.run(self.components)
        return Viewer(walk, errors, masked=masked, more_rows=more_rows).views(outcomes)


@lru_cache(maxsize=512)
def _read(content: bytes) -> Form:
    components = read_components(content)
    lists = {field.key: field for field in _flat(components) if field.kind == "dynamiclist"}
    rows = {key: schema_of(field.components) for key, field in lists.items()}
    return Form(components, MappingProxyType({"": schema_of(components), **rows}))


def _flat(components: Sequence[Field]) -> list[Field]:
    return [
        inner
        for field in components
        for inner in ([field, *_flat(field.components)] if field.kind == "group" else [field])
    ]
