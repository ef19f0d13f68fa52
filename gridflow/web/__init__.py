"""The application: pages for staff, residents and inspectors."""

from flask import Flask
from flask_wtf import CSRFProtect

from gridflow.administration.views import blueprint as administration
from gridflow.application import engine_options, make_office
from gridflow.config import Settings
from gridflow.db import db
from gridflow.inbox.views import blueprint as inbox
from gridflow.inspection.views import blueprint as inspection
from gridflow.inspection.views import log as operations
from gridflow.portal.views import blueprint as portal
from gridflow.web import guard, headers, languages, layout, problems
from gridflow.web.articles import blueprint as articles
from gridflow.web.home import blueprint as home
from gridflow.web.searches import blueprint as searches
from gridflow.web.sign_in import blueprint as sign_in

BLUEPRINTS = (home, sign_in, articles, inbox, searches, portal, inspection, operations, administration)
MOST_BYTES = 200 * 1024 * 1024
"""Nine attachments of 20 MB and a form."""


def create_app(settings: Settings | None = None) -> Flask:
    """Return the application for one installation; settings come from the environment unless given."""
    settings = settings or Settings.from_environment()
    app = Flask(__name__, template_folder=str(settings.home / "templates"), static_folder="static")
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(settings),
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
    for part in (problems, languages, headers, guard, layout):
        part.install(app)
    CSRFProtect(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    return app
