"""What a worker does once a night: seal the day of every city, and remove files that nothing names."""

import json
import logging
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridflow.audit.roots import seal_due
from gridflow.cases.models import Attachment, Case
from gridflow.cases.office import Office
from gridflow.db import writing
from gridflow.documents.models import Document
from gridflow.registers.models import Grid
from gridflow.workbench.models import Publication, Restoration

log = logging.getLogger("gridflow.jobs")


def seal_days(office: Office, roots: Path) -> int:
    """Seal the days that are over and write each root to a file beside the blobs, to be carried off the machine.

    Doing it twice seals nothing twice. Returns how many days were sealed.
    """
    sealed = 0
    for city in office.cities:
        with writing() as session:
            for root in seal_due(session, city):
                roots.mkdir(parents=True, exist_ok=True)
                text = {"city": city, "day": str(root.day), "root": root.root, "prev": root.prev, "hash": root.hash}
                (roots / f"{city}-{root.day}.json").write_text(json.dumps(text, ensure_ascii=False), encoding="utf-8")
                sealed += 1
    return sealed


def sweep_files(office: Office) -> int:
    """Remove stored files that no attachment, document or case file names, and return how many."""
    with writing() as session:
        named = named_files(session)
    swept = office.blobs.sweep(named)
    for name in swept:
        log.info("已清除无人引用的文件 %s", name)
    return len(swept)


def named_files(session: Session) -> set[str]:
    """Return the hashes of every file the database names."""
    files = select(Attachment.sha256).where(Attachment.destroyed_at.is_(None))
    orders = (select(Publication.order_file), select(Restoration.order_file))
    columns = (files, select(Document.sha256), select(Case.dossier), select(Grid.board), *orders)
    return {value for column in columns for value in session.scalars(column.distinct()) if value}
