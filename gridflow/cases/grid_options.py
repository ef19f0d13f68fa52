"""The choices of forms about grids: the village's own, who may serve in them, in which posts, from where."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from gridflow import clock
from gridflow.cases.viewer import Viewer
from gridflow.formats import gettext as _
from gridflow.forms import Option
from gridflow.people.queries import people_at, unit_by_code
from gridflow.registers.queries import grids_of

Place = Mapping[str, Any] | None


def village_grids(session: Session, viewer: Viewer, place: Place) -> Sequence[Option]:
    """Return the lasting grids of the village a case lies in, with the kind each belongs to."""
    village = unit_by_code(session, viewer.city.code, str(place["village"])) if place and place.get("village") else None
    found = grids_of(session, village.id) if village else ()
    return [
        Option(grid.code, _("%(name)s（%(words)s）", name=grid.name, words=grid.code), of=grid.kind) for grid in found
    ]


def grid_staff(session: Session, viewer: Viewer, place: Place) -> Sequence[Option]:
    """Return who works for the village and the town of a case, by login."""
    codes = [str(place[tier]) for tier in ("village", "town") if place.get(tier)] if place else []
    public = viewer.city.roles["resident"].post
    working = people_at(session, viewer.city.code, codes, public, clock.today())
    people = {user.login: user.name for user, _unit in working}
    return [Option(login, name) for login, name in people.items()]


def grid_posts(_session: Session, viewer: Viewer, _place: Place) -> Sequence[Option]:
    """Return the posts of grids and micro-grids by title, as a plan names them. Source: N8-1, N8-4, B9-1."""
    posts = viewer.city.appointments.values()
    return [Option(post.title, post.title, of=post.place) for post in posts if post.place in ("grid", "micro")]


def staff_sources(_session: Session, viewer: Viewer, _place: Place) -> Sequence[Option]:
    """Return from where grid staff may come in this city. Source: N8-2, B9-2, B9-3, B9-4."""
    posts = [post for post in viewer.city.appointments.values() if post.place in ("grid", "micro")]
    words = dict.fromkeys(source for post in posts for listed in post.sources.values() for source in listed)
    return [Option(word, word) for word in words]
