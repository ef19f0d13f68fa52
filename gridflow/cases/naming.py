"""What the codes of a procedure are called in the words of its city; a code nobody named stays."""

from collections.abc import Iterable, Sequence
from functools import cached_property

from sqlalchemy import select

from gridflow.cases.office import Office
from gridflow.cases.papers import document_title
from gridflow.cases.states import STATES
from gridflow.cases.wording import action_words
from gridflow.catalogue import Bundle, City
from gridflow.db import db
from gridflow.engine.definitions import Parsed
from gridflow.engine.models import Definition
from gridflow.forms import Form
from gridflow.people.queries import user_by_login


class Naming:
    """The words of one procedure; where procedures call things of one code differently, its own count."""

    def __init__(self, office: Office, city: str, slug: str, draft: Bundle | None = None) -> None:
        """Take the office with the procedures in force, and perhaps a draft that stands before them."""
        self._office = office
        self._city: City = office.cities[city]
        self._slug = slug
        self._draft = draft

    def procedure(self, slug: str) -> str:
        """Return what a procedure is called."""
        return next((one.bundle.title for one in self.procedures if one.bundle.slug == (slug or self._slug)), slug)

    def person(self, who: str) -> str:
        """Return who is meant by `role`, `role:department` or `staff:login`."""
        code, _, part = who.partition(":")
        if code == "staff":
            user = user_by_login(db.session(), part)
            return user.name if user else who
        if code not in self._city.roles:
            return who
        department = self._city.departments.get(part.removeprefix("city-"))
        return self._city.roles[code].title + (f"（{department.name}）" if department else "")

    def element(self, code: str) -> str:
        """Return what an element of a diagram is called."""
        return next((one.names[code] for one in self.procedures if code in one.names), code)

    def elements(self, codes: Iterable[str], between: str = "、") -> str:
        """Return what several elements are called."""
        return between.join(map(self.element, codes))

    def form(self, element: str) -> Form | None:
        """Return the form a person fills at an element, None where there is none."""
        for one in self.procedures:
            for (process_id, node_id), node in one.nodes.items():
                if node_id == element:
                    content = one.bundle.form(one.attribute(process_id, node, "form") or element)
                    return Form.read(content) if content else None
        return None

    def start_form(self, slug: str) -> Form | None:
        """Return the form that opens a procedure, None where there is none."""
        bundle = next((one.bundle for one in self.procedures if one.bundle.slug == (slug or self._slug)), None)
        content = bundle.form(bundle.manifest.start_form or "") if bundle else None
        return Form.read(content) if content else None

    def limit(self, code: str) -> str:
        """Return what a limit is called."""
        known = (one.bundle.manifest.limits for one in self.procedures)
        return next((limits[code] for limits in known if code in limits), code)

    def document(self, code: str) -> str:
        """Return what a document is called."""
        for one in self.procedures:
            if code in one.bundle.documents:
                return document_title(one.bundle.templates[one.bundle.documents[code]], code)
        return code

    def state(self, code: str) -> str:
        """Return what is said of a case that stands so."""
        return STATES.get(code, code)

    def action(self, code: str) -> str:
        """Return what the record calls an action; what somebody offered is called as it is drawn."""
        return action_words(code) or self.element(code)

    @cached_property
    def procedures(self) -> Sequence[Parsed]:
        """The procedures in force, its own first; a draft before all."""
        in_force = select(Definition.in_force).where(
            Definition.city == self._city.code, Definition.in_force.is_not(None)
        )
        rows = db.session.scalars(in_force.order_by(Definition.slug != self._slug, Definition.slug)).all()
        draft = [Parsed("", 0, self._draft, 0)] if self._draft else []
        return [*draft, *(self._office.engine.versions.get(db.session(), str(version)) for version in rows)]
