"""Put the parts together: the database application and the office every command works in."""

from collections.abc import Callable
from typing import cast

from flask import Flask, current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from gridflow import clock
from gridflow.blobs.store import BlobStore
from gridflow.cases.actions import case_actions, settle
from gridflow.cases.clean_up import CLEANING, cleaning
from gridflow.cases.directory import CityDirectory
from gridflow.cases.further import EngineSlot
from gridflow.cases.grid_boards import make_boards
from gridflow.cases.grid_moves import move_cases, newest_file
from gridflow.cases.office import Office
from gridflow.cases.outside import ConsoleMail, ConsolePlatform, SmtpMail
from gridflow.cases.papers import issue_document, issue_on_passing
from gridflow.cases.signalling import signal_each
from gridflow.catalogue import Bundle, Catalogue
from gridflow.config import Settings
from gridflow.db import db
from gridflow.engine.actions import OWN
from gridflow.engine.commands import Engine
from gridflow.engine.definitions import SHIPPED, publish
from gridflow.engine.models import Definition, DefinitionVersion
from gridflow.registers import duty
from gridflow.registers.grids import actions as grids
from gridflow.registers.matters import actions as matters
from gridflow.vault.seal import Seal
from gridflow.vault.service import Vault
from gridflow.workbench.library.freezes import freezes, holding
from gridflow.workbench.revising.updates import offer_update

VERBS = frozenset(
    {*OWN, *case_actions(EngineSlot()), *matters.VERBS, *duty.VERBS, *CLEANING, "signal_each", "issue_document"}
    | grids.VERBS
    | {"move_cases", "make_boards"}
)
"""Everything a service task may ask for."""


def make_app(settings: Settings) -> Flask:
    """Return a Flask application with the database and the office, and no pages: what workers and commands need."""
    app = Flask("gridflow", static_folder=None)
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS={
            "pool_pre_ping": not settings.database_url.startswith("sqlite"),
            "hide_parameters": True,  # an error in a log must not quote what people typed
        },
    )
    db.init_app(app)
    app.extensions["gridflow"] = make_office(settings)
    app.extensions["gridflow_settings"] = settings
    return app


def office() -> Office:
    """Return the office of the current application."""
    return cast(Office, current_app.extensions["gridflow"])


def settings() -> Settings:
    """Return the settings of the current application."""
    return cast(Settings, current_app.extensions["gridflow_settings"])


def make_office(settings: Settings) -> Office:
    """Make the working parts of one installation."""
    catalogue = Catalogue.read(settings.home)
    slot, vault, blobs = EngineSlot(), Vault(settings.vault_key), BlobStore(settings.files)
    slot.filled = Engine(
        CityDirectory(),
        actions={
            **case_actions(slot),
            **matters.VERBS,
            **duty.VERBS,
            **cleaning(vault),
            **grids.grid_actions(newest_file(blobs)),
            "move_cases": move_cases,
            "make_boards": make_boards,
            "signal_each": signal_each,
            "issue_document": issue_document,
        },
        on_passed=issue_on_passing,
        on_settled=settle,
    )
    return Office(
        engine=slot.filled,
        vault=vault,
        blobs=blobs,
        drafts=Seal(settings.vault_key),
        cities=catalogue.cities,
        obligations={city: catalogue.obligations(city) for city in catalogue.cities},
        rates=catalogue.rates,
        ledgers={city: catalogue.ledgers(city) for city in catalogue.cities},
        mail=SmtpMail(settings.smtp_url) if settings.smtp_url else ConsoleMail(),
        platform=ConsolePlatform(),
        fonts=settings.fonts,
        sealing_key=settings.sealing_key,
        home=settings.home,
        examples=catalogue.scenarios(),
        sandbox=settings.files.parent / "sandbox",
    )


def publish_all(
    session: Session, settings: Settings, cities: tuple[str, ...] = (), say: Callable[[str], None] | None = None
) -> None:
    """Put every procedure in force in every city, or in the cities named, and say which of them changed.

    What a city changed itself, or keeps frozen, stays in force; the shipped edition is laid beside it as a revision.
    """
    catalogue = Catalogue.read(settings.home)
    before = set(session.scalars(select(Definition.in_force)))
    held = _edited(session)
    for city in cities or tuple(catalogue.cities):
        frozen = freezes(session, city)
        for slug in catalogue.procedures(city):
            bundle = catalogue.bundle(city, slug)
            if holding(frozen, slug, clock.today()):
                held |= _other(session, bundle)
            if (city, slug) in held:
                offer_update(session, office(), held[city, slug], bundle)
            elif publish(session, bundle) not in before and say:
                say(f"{bundle.city_file.name}：发布流程“{bundle.title}”")


def _edited(session: Session) -> dict[tuple[str, str], str]:
    """Return the versions in force that a city made itself, by city and procedure."""
    own = session.execute(_IN_FORCE.where(DefinitionVersion.origin != SHIPPED))
    return {(row.city, row.slug): row.id for row in own}


def _other(session: Session, bundle: Bundle) -> dict[tuple[str, str], str]:
    """Return the version in force in place of a bundle, where it says something else."""
    mine = _IN_FORCE.where(Definition.city == bundle.city, Definition.slug == bundle.slug)
    found = session.execute(mine.where(DefinitionVersion.digest != bundle.digest))
    return {(row.city, row.slug): row.id for row in found}


_IN_FORCE = select(Definition.city, Definition.slug, DefinitionVersion.id).join(
    DefinitionVersion, DefinitionVersion.id == Definition.in_force
)
