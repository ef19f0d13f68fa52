"""A worker process: APScheduler calls the tick every second."""

import logging

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.blocking import BlockingScheduler
from flask import Flask

from gridflow.administration.watching import watch_registers
from gridflow.application import office, settings
from gridflow.cases.jobs import prepare_rendering
from gridflow.jobs.guard import no_longer
from gridflow.jobs.nightly import seal_days, sweep_files
from gridflow.jobs.sweeping import sweep_rows
from gridflow.jobs.tick import tick
from gridflow.workbench.trying.sandbox import tidy

EVERY_SECONDS = 1


def run_worker(app: Flask) -> None:
    """Work until the process is stopped; a tick that takes longer than a second delays the next one."""

    def once() -> None:
        with app.app_context():
            while tick(office(), guard=no_longer):
                pass

    def nightly() -> None:
        with app.app_context():
            seal_days(office(), settings().files.parent / "roots")
            sweep_files(office())
            sweep_rows()
            tidy(office())
            watch_registers(office())

    with app.app_context():
        prepare_rendering(office())
    logging.getLogger("apscheduler").setLevel(logging.ERROR)  # a tick that is skipped because one runs is no news
    scheduler = BlockingScheduler(executors={"default": ThreadPoolExecutor(1)}, timezone="Asia/Shanghai")
    scheduler.add_job(once, "interval", seconds=EVERY_SECONDS, max_instances=1, coalesce=True)
    scheduler.add_job(nightly, "cron", hour=0, minute=10, max_instances=1, coalesce=True)
    scheduler.start()
