"""Set a preview in a process of its own, for so long and no longer; the process that asks loads no typesetter."""

import json
import os
import pickle
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any

from gridflow.documents.errors import PreviewFailed

MOST_SECONDS = 40
"""Somebody waits; a document of thirty pages takes three."""
AT_ONCE = BoundedSemaphore(2)
"""Of one web process: the others of its threads go on serving pages."""
PASSED_ON = ("PATH", "HOME", "LANG", "LD_LIBRARY_PATH", "TMPDIR")
"""Of the environment: nothing secret."""
HOME = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Preview:
    """A document as it will look."""

    pages: list[str]
    """Pictures of the first pages: PNG in base64."""
    count: int
    pdf: str
    """In base64."""


def preview(
    fonts: Path,
    files: Mapping[str, str],
    template: str,
    values: Mapping[str, Any],
    doubtful: frozenset[str],
    seconds: float = MOST_SECONDS,
) -> Preview:
    """Return a document set from a template somebody is writing; raises PreviewFailed, whatever the template does."""
    asked = {
        "fonts": str(fonts), "files": dict(files), "template": template, "values": values, "doubtful": doubtful,
    }  # fmt: skip
    if not AT_ONCE.acquire(blocking=False):
        raise PreviewFailed("正在为别人排版，请过几秒再试。")
    try:
        done = subprocess.run(
            [sys.executable, "-m", "gridflow.documents.previewing"],
            input=pickle.dumps(asked),
            capture_output=True,
            timeout=seconds,
            check=False,
            cwd=HOME,
            env={name: os.environ[name] for name in PASSED_ON if name in os.environ} | {"PYTHONPATH": str(HOME)},
        )
    except subprocess.TimeoutExpired as error:
        raise PreviewFailed(f"排版超过 {seconds:g} 秒，已停止。请检查模板里的循环。") from error
    finally:
        AT_ONCE.release()
    try:
        answer = json.loads(done.stdout)
    except ValueError as error:
        raise PreviewFailed("这份模板用的时间或内存太多，排版已停止。请检查模板里的循环。") from error
    if "problem" in answer:
        raise PreviewFailed(answer["problem"])
    return Preview(answer["pages"], answer["count"], answer["pdf"])
