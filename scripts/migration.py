"""Write the next migration: what the models have and a database made by the migrations so far has not."""

import re
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from gridflow.application import make_app
from gridflow.config import Settings
from gridflow.db import writing
from gridflow.schema import new_migration, upgrade


def main(words: str) -> None:
    """Compare in a throw-away database and write the file."""
    if not re.fullmatch(r"[a-z][a-z0-9_ ]{2,60}", words):
        sys.exit("请用英文小写单词说明这次变化，例如：make migration m=add_unit_phone")
    with tempfile.TemporaryDirectory() as folder:
        settings = replace(
            Settings.from_environment({"GRIDFLOW_DEMO": "1"}), database_url=f"sqlite:///{Path(folder) / 'empty.db'}"
        )
        with make_app(settings).app_context(), writing() as session:
            upgrade(session.connection())
            new_migration(session.connection(), words)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "")
