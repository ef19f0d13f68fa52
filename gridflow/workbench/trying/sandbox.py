"""The process drafts are tried in, as the pages and workers ask it: one line out, one line back.

What runs there is `gridflow.scenarios`, which stands above everything and is started by its name. It gets no secret of
this installation: neither keys nor the address of the database.
"""

import atexit
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Lock, Timer
from typing import IO, Any, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridflow.cases.office import Office
from gridflow.catalogue import Bundle
from gridflow.config import ROOT
from gridflow.engine.models import Definition, DefinitionVersion
from gridflow.workbench.errors import SandboxBusy, TrialFailed

SECONDS = 30
"""Of one request; the first of a city makes its installation, which takes some five."""
PATIENCE = 15
"""Seconds somebody waits while others are served."""
GRACE = 15
"""Seconds the process itself has to answer beyond those of the request, before it is given up."""
KEPT = 24 * 3600
"""Seconds a state, an installation or a bundle is kept after it was last written."""
_COMMAND = (sys.executable, "-m", "gridflow.scenarios")
Raw = dict[str, Any]


class Lane:
    """One process and whoever uses it now."""

    def __init__(self) -> None:
        """Begin without a process: it is started when it is first needed."""
        self.lock = Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def ask(self, request: Mapping[str, Any], seconds: float) -> Raw:
        """Have one request carried out; raises TrialFailed when the process is lost."""
        process = self._running()
        into, out = cast(IO[bytes], process.stdin), cast(IO[bytes], process.stdout)
        killer = Timer(seconds + GRACE, process.kill)
        killer.start()
        try:
            into.write(json.dumps(request, ensure_ascii=False).encode() + b"\n")
            into.flush()
            line = out.readline()
            answer: Raw = json.loads(line)
        except (OSError, ValueError) as error:
            self.close()
            raise TrialFailed("试办进程中断，没有办成，试办停在上一步。请再试一次。") from error
        finally:
            killer.cancel()
        return answer

    def close(self) -> None:
        """End the process; the next request starts another one."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        for pipe in (process.stdin, process.stdout):
            if pipe:
                pipe.close()
        process.wait()

    def _running(self) -> "subprocess.Popen[bytes]":
        if self._process is None or self._process.poll() is not None:
            self.close()
            self._process = subprocess.Popen(  # noqa: S603  -- our own program, its words fixed above
                _COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT, env=_environment()
            )
        return self._process


LANES = (Lane(), Lane())
"""So many requests at once, here; the second process is started only when the first is in use."""


@atexit.register
def end_lanes() -> None:
    """End the processes of this one."""
    for lane in LANES:
        lane.close()


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("GRIDFLOW_")}


@contextmanager
def _lane() -> Iterator[Lane]:
    """Hand out a lane that is free; raises SandboxBusy when none becomes free in time."""
    lane = next((each for each in LANES if each.lock.acquire(blocking=False)), None)
    if lane is None:
        lane = LANES[0]
        if not lane.lock.acquire(timeout=PATIENCE):
            raise SandboxBusy
    try:
        yield lane
    finally:
        lane.lock.release()


def carried_out(session: Session, office: Office, bundle: Bundle, asked: Mapping[str, Any]) -> Raw:
    """Have the sandbox carry out what is asked on a draft; raises SandboxBusy, and TrialFailed for what did not end.

    An answer with `refused` tells why an act was refused; then nothing was changed.
    """
    seconds = asked.get("seconds", SECONDS)
    request = {
        "place": str(office.sandbox), "home": str(office.home), "fonts": str(_fonts(office)), "city": bundle.city,
        "slug": bundle.slug, "draft": str(laid(office, bundle.digest, bundle.to_bytes)),
        "in_force": _in_force(session, office, bundle.city), "seconds": seconds, **asked,
    }  # fmt: skip
    with _lane() as lane:
        answer = lane.ask(request, seconds)
    if "failed" in answer:
        raise TrialFailed(answer["failed"])
    return answer


def bundle_called(office: Office, digest: str) -> Bundle | None:
    """Return a bundle that was tried before, None where it is not kept any more."""
    path = office.sandbox / "bundles" / f"{digest}.json"
    return Bundle.from_bytes(path.read_bytes()) if path.is_file() else None


def laid(office: Office, digest: str, content: Any) -> Path:
    """Return the file of a bundle, written where it is not there yet: whoever reads it finds it whole."""
    path = office.sandbox / "bundles" / f"{digest}.json"
    if path.is_file():
        os.utime(path)
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_suffix(f".{os.getpid()}.{time.monotonic_ns()}")
    half.write_bytes(content())
    return half.rename(path)


def _in_force(session: Session, office: Office, city: str) -> list[str]:
    """Return the files of the bundles in force in a city."""
    in_force = select(DefinitionVersion.id, DefinitionVersion.digest).join(
        Definition, Definition.in_force == DefinitionVersion.id
    )
    rows = session.execute(in_force.where(Definition.city == city).order_by(Definition.slug)).all()

    def content(version_id: str) -> bytes:
        return session.execute(select(DefinitionVersion.bundle).where(DefinitionVersion.id == version_id)).scalar_one()

    return [str(laid(office, row.digest, lambda row=row: content(row.id))) for row in rows]


def _fonts(office: Office) -> Path:
    return office.fonts if office.fonts.is_dir() else ROOT / "var/fonts"


def tidy(office: Office) -> None:
    """Remove what nobody has used for a day."""
    oldest = time.time() - KEPT
    for folder in ("bundles", "bases", "trials", "runs", "registers"):
        for each in sorted((office.sandbox / folder).glob("*")):
            if each.stat().st_mtime > oldest:
                continue
            if each.is_dir():
                shutil.rmtree(each, ignore_errors=True)
            else:
                each.unlink(missing_ok=True)
