"""A revision begun again from the version in force: another version came in between, or it was rolled back."""

from sqlalchemy.orm import Session

from gridflow import clock
from gridflow.cases.office import Office
from gridflow.cases.viewer import Viewer
from gridflow.workbench.models import Revision, RevisionFile
from gridflow.workbench.revising.revisions import base_of, begin, current, discard

FIRST = 1


def begin_again(session: Session, office: Office, viewer: Viewer, old: Revision, *, instead: bool = False) -> Revision:
    """Begin a revision from the version in force with what an earlier one changed; raises NotOwner.

    Who wrote a file stays its author. Where the version in force has changed it as well, the earlier revision's is put
    aside until somebody chooses it. `instead` gives up an earlier one that is still open.
    """
    new = begin(session, viewer, old.slug, old.title)
    new.follows_id = old.id
    then, now = base_of(session, office, old), base_of(session, office, new)
    for path, one in current(session, old).items():
        if one.content != now.files.get(path):
            aside = now.files.get(path) != then.files.get(path)
            session.add(
                RevisionFile(
                    revision_id=new.id, path=path, number=FIRST, content=one.content, aside=aside, draft=False,
                    by=one.by, at=clock.now(),
                )
            )  # fmt: skip
    session.flush()
    if instead and old.state == "open":
        discard(session, viewer, old)
    return new
