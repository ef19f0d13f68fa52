"""The reference: the least a Flask application can do to keep something for good."""

from flask import Flask, request
from sqlalchemy import Column, MetaData, String, Table, Text, insert
from sqlalchemy.orm import Session

from gridflow.config import Settings
from gridflow.db import db, new_id

NOTES = Table("bench_note", MetaData(), Column("id", String(32), primary_key=True), Column("body", Text))


def create_app(settings: Settings) -> Flask:
    """Return an application whose one endpoint does one INSERT and one COMMIT on the same database."""
    app = Flask("reference", static_folder=None)
    app.config["SQLALCHEMY_DATABASE_URI"] = settings.database_url
    db.init_app(app)
    with app.app_context():
        NOTES.create(db.engine, checkfirst=True)

    @app.get("/")
    def show() -> str:
        return "reference"

    @app.post("/notes")
    def keep() -> str:
        with Session(db.engine) as session, session.begin():
            session.connection(execution_options={"gridflow_writes": True})
            session.execute(insert(NOTES), {"id": new_id(), "body": request.form["note"]})
        return "ok"

    return app
