"""Run scenarios, each in a fresh copy of a small database."""

import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from gridflow import clock
from gridflow.application import make_app, office
from gridflow.cases.jobs import prepare_rendering
from gridflow.cases.office import Office
from gridflow.cases.outside import ConsoleMail, ConsolePlatform
from gridflow.catalogue import Bundle, Catalogue
from gridflow.config import DEMO_SECRET, DEMO_VAULT_KEY, ROOT, Settings
from gridflow.db import db, writing
from gridflow.documents.fonts import install as install_fonts
from gridflow.documents.rendering import Press, printed
from gridflow.engine.definitions import publish
from gridflow.errors import GridflowError
from gridflow.installation import install
from gridflow.scenarios.playing import Play
from gridflow.scenarios.reading import Scenario, read_scenario
from gridflow.schema import upgrade

INSTALLED = datetime(2026, 11, 1, tzinfo=UTC)
Say = Callable[[str], None]


def run_all(home: Path, slugs: Sequence[str], city: str | None, say: Say, press: Press = printed) -> tuple[int, int]:
    """Run the scenarios of the procedures named, or all, and return how many passed and failed."""
    chosen = [
        read_scenario(found) for found in Catalogue.read(home).scenarios(city=city) if not slugs or found.slug in slugs
    ]
    passed = 0
    with tempfile.TemporaryDirectory(prefix="gridflow-scenarios-") as folder:
        base = prepare(home, Path(folder), tuple(sorted({scenario.city for scenario in chosen})))
        for number, scenario in enumerate(chosen):
            differences = run_one(base, Path(folder) / str(number), scenario, press)
            passed += not differences
            say(f"{'通过' if not differences else '失败'} {scenario.slug} · {scenario.city} · {scenario.title}")
            for difference in differences:
                say(f"      {difference}")
    return passed, len(chosen) - passed


def prepare(home: Path, folder: Path, cities: tuple[str, ...], bundles: Sequence[Bundle] = ()) -> Settings:
    """Install the cities in a database of their own and return its settings; `bundles` in place of the files' own."""
    settings = temporary(home, folder)
    with clock.set_to(INSTALLED), make_app(settings).app_context():
        with writing() as session:
            upgrade(session.connection())
        with writing() as session:
            install(session, settings, lambda _: None, cities=cities, cast=True, bundles=bundles, made_up=True)
        db.session.remove()
        db.engine.dispose()
    return settings


def run_one(
    base: Settings, folder: Path, scenario: Scenario, press: Press = printed, draft: Bundle | None = None
) -> list[str]:
    """Carry out one scenario in a copy of the database and return what differs, a failure of a step included.

    With a draft of a procedure that one is in force in the copy.
    """
    with copied(base, folder, scenario.begins, press, draft) as (quiet, hand):
        try:
            return Play(quiet, scenario, hand).through()
        except GridflowError as error:
            return [error.message]


@contextmanager
def copied(
    base: Settings, folder: Path, instant: datetime, press: Press = printed, draft: Bundle | None = None
) -> Iterator[tuple[Office, clock.Hand]]:
    """Open a copy of an installation in a folder, with a draft put in force there."""
    folder.mkdir(parents=True)
    shutil.copy(base.database_url.removeprefix("sqlite:///"), folder / "gridflow.db")
    with opened(temporary(base.home, folder, fonts=base.fonts), instant, press) as here:
        if draft:
            with writing() as session:
                publish(session, draft)
        yield here


@contextmanager
def opened(settings: Settings, instant: datetime, press: Press = printed) -> Iterator[tuple[Office, clock.Hand]]:
    """Open a throw-away installation with the clock stopped at an instant; it writes to nobody."""
    with make_app(settings).app_context(), clock.set_to(instant) as hand:
        if press is printed:
            prepare_rendering(office())
        else:
            install_fonts(settings.fonts)
        try:
            yield (
                replace(office(), mail=ConsoleMail(quiet=True), platform=ConsolePlatform(quiet=True), press=press),
                hand,
            )
        finally:
            db.session.remove()
            db.engine.dispose()


def temporary(home: Path, folder: Path, files: Path | None = None, fonts: Path = ROOT / "var/fonts") -> Settings:
    """Return settings of a throw-away installation below a folder."""
    return Settings(
        database_url=f"sqlite:///{folder / 'gridflow.db'}", secret_key=DEMO_SECRET, vault_key=DEMO_VAULT_KEY,
        home=home, files=files or folder / "files", fonts=fonts, smtp_url=None, demo=True, session_minutes=30,
    )  # fmt: skip
