"""Destroy the personal data of a case whose purpose is over, and say so in the record.

Source: 突发事件应对法 art. 85; N17-3, B15-3; design 13, Vault.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from gridflow.cases.models import Attachment, Case, Draft, Submission
from gridflow.db import table
from gridflow.documents.models import Document
from gridflow.engine.actions import Action, Call, Result
from gridflow.engine.jobs import job_row
from gridflow.engine.models import MessageWait, WorkItem
from gridflow.vault.masking import Kind, notice
from gridflow.vault.service import Vault

CLEANING = ("count_personal", "destroy_personal")
"""The verbs of the clean-up. Sets of data are `personal` fields, `texts` with numbers in them, `files` handed in."""


def cleaning(vault: Vault) -> Mapping[str, Action]:
    """Return the verbs of the clean-up, which open a vault."""

    def count_personal(call: Call) -> Result:
        """Count what the case holds of each set; `but` names steps whose files are no personal data."""
        found = _held(call, vault)
        counts = {f"{name}_count": len(values) for name, values in found.items()}
        call.turn.note("counted", counts)
        return counts

    def destroy_personal(call: Call) -> Result:
        """Destroy the sets that are true among the inputs, for a `reason` that names the law.

        Value and key go, the commitment stays. Papers that were set from them are set again without them.
        """
        turn, reason = call.turn, call.text("reason")
        found = {name: values for name, values in _held(call, vault).items() if call.inputs.get(name) is True}
        files: Sequence[Any] = found.pop("files", ())
        tokens = sorted({token for values in found.values() for token in values} | {row.name_token for row in files})
        count = vault.destroy(turn.session, turn.facts.city, tokens, reason)
        gone = update(table(Attachment)).where(table(Attachment).c.id.in_([row.id for row in files]))
        turn.session.execute(gone.values(destroyed_at=turn.instant))
        _forget_drafts(turn.session, turn.facts.case_id)
        shas = [row.sha256 for row in files] + _set_again(call, set(tokens))
        if shas:
            turn.effects.jobs.append(job_row("erase", turn.facts.city, {"files": shas}, case_id=turn.facts.case_id))
        destroyed = {"reason": reason, "tokens": tokens, "files": [row.sha256 for row in files]}
        turn.note("destroyed", destroyed)
        return {"destroyed_count": count}

    return {"count_personal": count_personal, "destroy_personal": destroy_personal}


def still_named(session: Session, shas: Sequence[str]) -> set[str]:
    """Return those hashes that a living attachment, a paper or a sealed file still points to."""
    attachments, documents, cases = table(Attachment).c, table(Document).c, table(Case).c
    alive = attachments.sha256.in_(shas) & attachments.destroyed_at.is_(None)
    found = [
        select(attachments.sha256).where(alive),
        select(documents.sha256).where(documents.sha256.in_(shas)),
        select(cases.dossier).where(cases.dossier.in_(shas)),
    ]
    return {sha256 for one in found for sha256 in session.scalars(one)}


def lawfully_destroyed(entries: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return what the record says was destroyed: number of the entry, instant, reason, how many values, which files."""
    return [
        {
            "entry": entry["seq"], "at": entry["at"], "reason": note["reason"], "values": len(note["tokens"]),
            "files": note["files"],
        }
        for entry in entries
        for note in entry["changes"].get("destroyed", ())
    ]  # fmt: skip


def _held(call: Call, vault: Vault) -> dict[str, list[Any]]:
    """Return the tokens, and the rows of files, of what is not destroyed yet."""
    session, facts = call.turn.session, call.turn.facts
    kept = vault.kept(session, facts.city, facts.case_id)
    files = select(Attachment.id, Attachment.sha256, Attachment.name_token).join(
        Submission, Submission.id == Attachment.submission_id
    )
    files = files.where(Attachment.case_id == facts.case_id, Attachment.destroyed_at.is_(None))
    spared: Any = call.inputs.get("but") or []
    names = set(session.scalars(select(Attachment.name_token).where(Attachment.case_id == facts.case_id)))
    return {
        "personal": [token for token, kind, _ in kept if kind != Kind.TEXT],
        "texts": [token for token, kind, value in kept if kind == Kind.TEXT and token not in names and _numbers(value)],
        "files": list(session.execute(files.where(Submission.element_id.not_in(spared)))),
    }


def _numbers(value: object) -> bool:
    """Tell whether somebody typed a telephone or identity number into a narrative."""
    if isinstance(value, str):
        return bool(notice(value))
    if isinstance(value, Mapping):
        return any(map(_numbers, value.values()))
    return isinstance(value, list) and any(map(_numbers, value))


def _set_again(call: Call, tokens: set[str]) -> list[str]:
    """Have the papers set again that a destroyed value may stand in; returns the hashes of the old ones."""
    turn = call.turn
    of_case = select(Submission.id, Submission.tokens).where(Submission.case_id == turn.facts.case_id)
    touched = {row.id for row in turn.session.execute(of_case) if tokens & set(row.tokens.values())}
    rows = turn.session.scalars(
        select(Document).where(Document.case_id == turn.facts.case_id, Document.state == "rendered")
    )
    old = []
    for document in rows:
        if touched & set(document.inputs["submissions"]):
            old.append(str(document.sha256))
            document.state, document.sha256 = "waiting", None
            where = {"case_id": turn.facts.case_id, "instance_id": document.instance_id}
            payload = {"document": document.id, "element": document.element_id}
            turn.effects.jobs.append(job_row("render", turn.facts.city, payload, **where))
    turn.session.flush()
    return old


def _forget_drafts(session: Session, case_id: str) -> None:
    """Remove what people typed and did not hand in: it may hold anything."""
    items, waits = table(WorkItem).c, table(MessageWait).c
    of_case = or_(
        table(Draft).c.key.in_(select(items.id).where(items.case_id == case_id)),
        table(Draft).c.key.in_(select(waits.id).where(waits.case_id == case_id)),
    )
    session.execute(delete(table(Draft)).where(of_case))
