"""A worker process: APScheduler calls the tick every second."""

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.blocking import BlockingScheduler
from flask import Flask

from gridflow.application import office
from gridflow.cases.jobs import prepare_rendering
from gridflow.jobs.tick import tick

EVERY_SECONDS = 1


def run_worker(app: Flask) -> None:
    """Work until the process is stopped; a tick that takes longer than a second delays the next one."""

    def once() -> None:
        with app.app_context():
            while tick(office()):
                pass

    with app.app_context():
        prepare_rendering(office())
    scheduler = BlockingScheduler(executors={"default": ThreadPoolExecutor(1)}, timezone="Asia/Shanghai")
    scheduler.add_job(once, "interval", seconds=EVERY_SECONDS, max_instances=1, coalesce=True)
    scheduler.start()
