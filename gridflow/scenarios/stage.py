"""A process of its own in which drafts are tried: the clock of a process is one, and a draft may do anything.

It reads requests from its input, one JSON object a line, and answers each with one line. Each request is carried out by
a child with limits of its own for time, memory and files, so that nothing of a draft stays behind; what is loaded
once, the child need not load.
"""

import contextlib
import hashlib
import json
import os
import resource
import select
import shutil
import signal
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from gridflow.catalogue import Bundle, Scenario
from gridflow.config import Settings
from gridflow.documents.proofs import proof
from gridflow.errors import GridflowError
from gridflow.scenarios.history import carried_through, install_registers
from gridflow.scenarios.naming import words
from gridflow.scenarios.reading import read_scenario
from gridflow.scenarios.recording import accepted
from gridflow.scenarios.rehearsal import DATABASE, Rehearsal
from gridflow.scenarios.running import prepare, run_one, temporary

MEMORY = 1024**3
"""Bytes a child may have of its own."""
FILE = 512 * 1024**2
"""Bytes of a file a child may write."""
LONGEST = 60.0
"""Seconds of a request that names no time."""
Raw = dict[str, Any]


def serve(requests: IO[str], answers: IO[str]) -> None:
    """Answer requests until there are no more."""
    os.nice(5)  # people at work go first
    for line in requests:
        answers.write(json.dumps(answered(json.loads(line)), ensure_ascii=False) + "\n")
        answers.flush()


def answered(request: Mapping[str, Any]) -> Raw:
    """Carry a request out in a child and return its answer; one that takes too long or too much says so."""
    seconds = float(request.get("seconds") or LONGEST)
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _in_child(request, writing, seconds)
    os.close(writing)
    text, in_time = _read(reading, seconds)
    os.close(reading)
    if not in_time:
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    if not in_time or os.WIFSIGNALED(status):
        return {"failed": _TOO_LONG.format(int(seconds)) if not in_time else _TOO_MUCH}
    try:
        answer: Raw = json.loads(text)
    except ValueError:
        return {"failed": _TOO_MUCH}
    return answer


_TOO_LONG = "超过 {} 秒没有做完，已经停止。常见的原因是图里有什么也不等待的循环，或周期太短的定时：请检查后再试。"
_BROKEN = "做到一半出了程序错误（{}），没有办成，试办停在上一步。请先看“检查结果”；仍不明白的，把这句话告诉管理员。"
_TOO_MUCH = "占用的内存或文件太多，已经停止。请检查图里有没有不断变大的列表，或没有尽头的循环。"


def _in_child(request: Mapping[str, Any], pipe: int, seconds: float) -> None:
    """Carry the request out, write the answer and end the process: nothing of the parent's is run to its end."""
    status = 1
    try:
        memory = MEMORY + _inherited()
        resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
        resource.setrlimit(resource.RLIMIT_FSIZE, (FILE, FILE))
        resource.setrlimit(resource.RLIMIT_CPU, (int(seconds) + 1, int(seconds) + 2))
        with os.fdopen(os.open(os.devnull, os.O_WRONLY), "w") as nowhere, contextlib.redirect_stdout(nowhere):
            answer = carried_out(request)
        text = json.dumps(answer, ensure_ascii=False, default=sorted).encode()
        with os.fdopen(pipe, "wb") as out:
            out.write(text)
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(status)


def _inherited() -> int:
    """Return the bytes of data a child has from its parent: the limit counts them too."""
    return int(Path("/proc/self/statm").read_text().split()[5]) * resource.getpagesize()


def _read(pipe: int, seconds: float) -> tuple[bytes, bool]:
    """Return what comes through a pipe until it is closed, and whether that was in time."""
    until, found = time.monotonic() + seconds, bytearray()
    while (left := until - time.monotonic()) > 0:
        if select.select([pipe], [], [], left)[0]:
            part = os.read(pipe, 1 << 20)
            if not part:
                return bytes(found), True
            found += part
    return bytes(found), False


def carried_out(request: Mapping[str, Any]) -> Raw:
    """Carry out one request here and now; what is refused is said in words."""
    try:
        return REQUESTS[request["do"]](request)
    except GridflowError as error:
        return {"refused": words(error)}
    except MemoryError:
        return {"failed": _TOO_MUCH}
    except Exception as error:
        traceback.print_exc()
        return {"failed": _BROKEN.format(type(error).__name__)}


# ------------------------------------------------------------ what may be asked


def _rehearsal(request: Mapping[str, Any]) -> Rehearsal:
    folder = Path(request["place"]) / "trials" / request["trial"]
    begins = datetime.fromisoformat(request["begins"])
    return Rehearsal(base_of(request), folder, draft_of(request), begins, request["steps"])


def _state(request: Mapping[str, Any]) -> Raw:
    return {"report": _rehearsal(request).state()}


def _form(request: Mapping[str, Any]) -> Raw:
    return _rehearsal(request).form(request["asked"])


def _act(request: Mapping[str, Any]) -> Raw:
    return _rehearsal(request).act(request["asked"])


def _again(request: Mapping[str, Any]) -> Raw:
    return _rehearsal(request).again()


def _scenario(request: Mapping[str, Any]) -> Raw:
    """Run one worked example on the draft."""
    draft = draft_of(request)
    with _emptied(Path(request["place"]) / "runs" / f"{os.getpid()}") as folder:
        scenario = read_scenario(_found(request))
        return {"title": scenario.title, "differences": run_one(base_of(request), folder, scenario, proof, draft)}


def _record(request: Mapping[str, Any]) -> Raw:
    """Return the scenario file of a trial, with what happened as what is expected."""
    return {"text": _rehearsal(request).recorded(request["title"])}


def _accept(request: Mapping[str, Any]) -> Raw:
    """Return a scenario file that expects what happens on the draft, where it expected something else."""
    draft = draft_of(request)
    with _emptied(Path(request["place"]) / "runs" / f"{os.getpid()}") as folder:
        return {"text": accepted(base_of(request), folder, draft, _found(request))}


def _history(request: Mapping[str, Any]) -> Raw:
    """Carry a case of the past through the draft."""
    draft = draft_of(request)
    with _emptied(Path(request["place"]) / "runs" / f"{os.getpid()}") as folder:
        return carried_through(_base_of_registers(request), folder, draft, request["case"])


REQUESTS: Mapping[str, Callable[[Mapping[str, Any]], Raw]] = {
    "state": _state, "form": _form, "act": _act, "again": _again, "scenario": _scenario, "record": _record,
    "accept": _accept, "history": _history,
}  # fmt: skip


# ------------------------------------------------------------ files of a request


def draft_of(request: Mapping[str, Any]) -> Bundle:
    """Return the draft that is tried."""
    return Bundle.from_bytes(Path(request["draft"]).read_bytes())


def base_of(request: Mapping[str, Any]) -> Settings:
    """Return the installation of a city everything begins from, made when it is first asked for.

    It has the procedures in force, the demo's people, made up where the city names none, and the registers as they
    came; another version in force makes another one.
    """
    paths: Sequence[str] = request["in_force"]
    key = hashlib.sha256(" ".join([request["city"], *sorted(Path(path).name for path in paths)]).encode()).hexdigest()
    folder = Path(request["place"]) / "bases" / key[:32]
    home, fonts = Path(request["home"]), Path(request["fonts"])
    if not (folder / DATABASE).is_file():
        with _emptied(folder.with_suffix(f".{os.getpid()}")) as work:
            work.mkdir(parents=True)
            prepare(home, work, (request["city"],), _read_bundles(paths))
            _moved(work, folder)
    return temporary(home, folder, fonts=fonts)


def _base_of_registers(request: Mapping[str, Any]) -> Settings:
    registers, home, fonts = Path(request["registers"]), Path(request["home"]), Path(request["fonts"])
    folder = registers.parent / "base"
    if not (folder / DATABASE).is_file():
        with _emptied(folder.with_suffix(f".{os.getpid()}")) as work:
            work.mkdir(parents=True)
            install_registers(temporary(home, work, fonts=fonts), registers, _read_bundles(request["in_force"]))
            _moved(work, folder)
    return temporary(home, folder, fonts=fonts)


def _read_bundles(paths: Sequence[str]) -> list[Bundle]:
    return [Bundle.from_bytes(Path(path).read_bytes()) for path in paths]


def _moved(work: Path, folder: Path) -> None:
    """Put what was made in its place, unless somebody was quicker."""
    with contextlib.suppress(OSError):
        work.rename(folder)


@contextlib.contextmanager
def _emptied(folder: Path) -> Iterator[Path]:
    """Hand out a folder that is not there yet, and remove it at the end."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _found(request: Mapping[str, Any]) -> Scenario:
    path = request["path"]
    sentence = path.rsplit("/", 1)[-1].removesuffix(".toml").rpartition(".")[0]
    return Scenario(request["slug"], request["city"], sentence, path, request["text"].encode())
