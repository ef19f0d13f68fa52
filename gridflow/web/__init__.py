"""The application: pages for staff, residents and inspectors."""

import gc
from typing import Any

from flask_wtf import CSRFProtect

from gridflow.administration.views.accounts import blueprint as accounts
from gridflow.administration.views.batches import blueprint as batches
from gridflow.administration.views.running import blueprint as running
from gridflow.api.views import blueprint as api
from gridflow.application import make_office
from gridflow.config import Settings
from gridflow.db import db
from gridflow.inbox.views import blueprint as inbox
from gridflow.inspection.views import blueprint as inspection
from gridflow.inspection.views import log as operations
from gridflow.ledgers.views import blueprint as ledgers
from gridflow.portal.views import blueprint as portal
from gridflow.web import guard, headers, languages, layout, problems
from gridflow.web.addresses import Pages
from gridflow.web.articles import blueprint as articles
from gridflow.web.drafts import blueprint as drafts
from gridflow.web.figures import blueprint as figures
from gridflow.web.grids import blueprint as grids
from gridflow.web.grids import open_pages
from gridflow.web.home import blueprint as home
from gridflow.web.matters import blueprint as matters
from gridflow.web.matters import library
from gridflow.web.procedures import blueprint as procedures
from gridflow.web.searches import blueprint as searches
from gridflow.web.sign_in import blueprint as sign_in
from gridflow.web.units import blueprint as units
from gridflow.workbench.views import blueprint as workbench

BLUEPRINTS = (
    home,
    sign_in,
    articles,
    inbox,
    searches,
    portal,
    inspection,
    operations,
    running,
    batches,
    accounts,
    ledgers,
    figures,
    matters,
    library,
    grids,
    open_pages,
    units,
    procedures,
    workbench,
    drafts,
)
MOST_BYTES = 200 * 1024 * 1024
"""Nine attachments of 20 MB and a form."""


def create_app(settings: Settings | None = None) -> Pages:
    """Return the application for one installation; settings come from the environment unless given.

    A process that finds them there serves until it ends: what was loaded by now is never looked through for garbage
    again, which would hold up a page every few hundred for a tenth of a second.
    """
    given, settings = settings, settings or Settings.from_environment()
    app = Pages(__name__, template_folder=str(settings.home / "templates"), static_folder="static")
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=_engine_options(settings),
        MAX_CONTENT_LENGTH=MOST_BYTES,
        SESSION_COOKIE_NAME="gridflow",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=not settings.demo,
        WTF_CSRF_TIME_LIMIT=None,
    )
    app.extensions["gridflow_settings"] = settings
    app.extensions["gridflow"] = make_office(settings)
    db.init_app(app)
    for part in (problems, languages, headers, guard):
        part.install(app)
    CSRFProtect(app).exempt(api)  # programs show a token and carry no cookie
    layout.install(app)
    for blueprint in (*BLUEPRINTS, api):
        app.register_blueprint(blueprint)
    if given is None:
        gc.freeze()
    return app


def _engine_options(settings: Settings) -> dict[str, Any]:
    """Return how pages use the database.

    On a server they read outside transactions: each statement sees what was committed before it either way, and the
    journeys for BEGIN and ROLLBACK are saved. What writes opens its transaction itself.
    """
    reads = {} if settings.database_url.startswith("sqlite") else {"isolation_level": "AUTOCOMMIT"}
    return {"hide_parameters": True, **reads}  # an error in a log must not quote what people typed
