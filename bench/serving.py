"""Serve an application by waitress in a process of its own: `python -m bench.serving gridflow|reference`."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from bench.browser import Answer, Browser
from bench.figures import Took
from gridflow.config import ROOT, Settings


@dataclass(frozen=True, slots=True)
class Served:
    """A process that serves pages."""

    port: int
    pid: int
    seconds: float
    """From the start of the process to its first answer."""

    def timed(self, ask: Callable[[], Answer]) -> tuple[Answer, Took]:
        """Return an answer, how long it took, and how long a processor worked for it in this process."""
        before = self.processor_seconds()
        answer = ask()
        return answer, Took(answer.seconds, self.processor_seconds() - before)

    def memory(self) -> float:
        """Return the resident memory in MB."""
        return self._status("VmRSS:") / 1024

    def processor_seconds(self) -> float:
        """Return the processor time all its threads have used so far."""
        threads = Path(f"/proc/{self.pid}/task").glob("*/schedstat")
        return sum(int(thread.read_text().split()[0]) for thread in threads) / 1e9

    def _status(self, name: str) -> int:
        lines = Path(f"/proc/{self.pid}/status").read_text().splitlines()
        return int(next(line for line in lines if line.startswith(name)).split()[1])


@contextmanager
def served(name: str, settings: Settings, first_page: str) -> Iterator[Served]:
    """Start a process that serves `gridflow` or `reference` and stop it at the end."""
    begun = perf_counter()
    command = [sys.executable, "-m", "bench.serving", name]
    process = subprocess.Popen(command, cwd=ROOT, env=_environment(settings), stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout
        port = int(process.stdout.readline())
        Browser(port).get(first_page)
        yield Served(port, process.pid, perf_counter() - begun)
    finally:
        process.terminate()
        process.wait()


def _environment(settings: Settings) -> dict[str, str]:
    return {
        **os.environ,
        "GRIDFLOW_DEMO": "1",
        "GRIDFLOW_DATABASE_URL": settings.database_url,
        "GRIDFLOW_HOME": str(settings.home),
        "GRIDFLOW_FILES": str(settings.files),
    }


def _serve(name: str) -> None:
    import waitress

    if name == "reference":
        from bench.reference import create_app as create_reference

        app = create_reference(Settings.from_environment())
    else:
        from bench import counting
        from gridflow.web import create_app

        app = create_app()
        counting.install(app)
    server = waitress.create_server(app, host="127.0.0.1", port=0)
    sys.stdout.write(f"{server.effective_port}\n")
    sys.stdout.flush()
    server.run()


if __name__ == "__main__":
    _serve(sys.argv[1])
