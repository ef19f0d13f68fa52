"""What ends a worker whose job hangs, so that another worker takes the job over and the queue goes on."""

import faulthandler
from collections.abc import Iterator
from contextlib import contextmanager

from gridflow.engine.due import LEASE as TIMER_LEASE
from gridflow.engine.jobs import LEASE as JOB_LEASE

LONGEST_SECONDS = max(TIMER_LEASE, JOB_LEASE).total_seconds()
"""After that nobody waits for the result: another worker may have the job already."""


@contextmanager
def no_longer(seconds: float = LONGEST_SECONDS) -> Iterator[None]:
    """End this process, saying where it stands, when the work inside takes longer; whoever supervises it begins anew.

    The interpreter's own watchdog does it, which needs no turn of a thread: a hanging C function cannot hold it up.
    """
    faulthandler.dump_traceback_later(seconds, exit=True)
    try:
        yield
    finally:
        faulthandler.cancel_dump_traceback_later()
