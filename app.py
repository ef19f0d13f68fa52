"""The application for Flask and WSGI servers; `python app.py` serves the demo, with a worker beside it."""

import logging
import os
import signal
import sys
from multiprocessing import get_context, parent_process
from threading import Event, Thread

from gridflow.web import create_app

HOST = "127.0.0.1"


def serve() -> None:
    """Serve pages until Ctrl-C or SIGTERM, and keep one worker process alive meanwhile."""
    import waitress  # other servers do without it

    os.environ.setdefault("GRIDFLOW_DEMO", "1")
    port = int(os.environ.get("GRIDFLOW_PORT", "8000"))
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # two requests at once are no news
    app, ending = create_app(), Event()
    try:
        server = waitress.create_server(app, host=HOST, port=port)
    except OSError as error:
        sys.exit(f"端口 {port} 不能使用（{error.strerror}），请结束占用它的程序，或另设 GRIDFLOW_PORT。")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    Thread(target=_keep_working, args=(ending,), daemon=True).start()
    sys.stdout.write(f"演示运行在 http://{HOST}:{port} ，按 Ctrl-C 结束。\n")
    sys.stdout.flush()
    server.run()
    ending.set()


def _keep_working(ending: Event) -> None:
    """Start the worker again, a second after it ended, unless everything is ending."""
    while not ending.is_set():
        worker = get_context("spawn").Process(target=_work, name="worker", daemon=True)
        worker.start()
        worker.join()
        ending.wait(1)


def _work() -> None:
    """Work as `gridflow worker` does, and end with the process that serves, however that ended."""
    from gridflow.application import make_app
    from gridflow.config import Settings
    from gridflow.jobs.schedule import run_worker

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches every process of the terminal; ours hears its parent
    Thread(target=_end_with_parent, daemon=True).start()
    logging.basicConfig(format="%(asctime)s %(name)s %(message)s")
    logging.getLogger("gridflow").setLevel(logging.INFO)
    run_worker(make_app(Settings.from_environment()))


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(0)


if __name__ == "__main__":
    serve()
