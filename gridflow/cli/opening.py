"""What commands open: the folder of procedures, and the application with its database."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gridflow.config import ROOT, Settings, SettingsInvalid


@contextmanager
def database() -> Iterator[Settings]:
    """Open the application of the environment's settings."""
    from gridflow.application import make_app

    home()
    settings = Settings.from_environment()
    with make_app(settings).app_context():
        yield settings


def home() -> Path:
    """Return the folder of procedures; these commands need no secrets."""
    found = Path(os.environ.get("GRIDFLOW_HOME", ROOT))
    if not (found / "processes").is_dir():
        raise SettingsInvalid(f"{found} 里没有 processes 文件夹，请核对 GRIDFLOW_HOME。")
    return found
