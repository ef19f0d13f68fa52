"""Numbers without gaps or repeats, whoever asks at the same time."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from time import sleep

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from gridflow.catalogue import Catalogue
from gridflow.config import ROOT
from gridflow.documents.errors import NumberPatternInvalid
from gridflow.documents.models import NumberSeries
from gridflow.documents.numbering import counts, formatted, next_serial

SIGN = """
import sys
from sqlalchemy import create_engine
from sqlalchemy.orm import Session
import gridflow.db
from gridflow.documents.numbering import next_serial
engine = create_engine(sys.argv[1])
for n in range(int(sys.argv[2])):
    with Session(engine) as session, session.begin():
        session.connection(execution_options={"gridflow_writes": True})
        print(next_serial(session, "ningbo", "330203", "dispatch_order", 2026))
        if n % 5 == 4:
            session.rollback()
            print("-")
"""


def take(engine: Engine, *, keep: bool = True, year: int = 2026) -> int:
    with Session(engine) as session, session.begin() as transaction:
        session.connection(execution_options={"gridflow_writes": True})
        serial = next_serial(session, "ningbo", "330203", "dispatch_order", year)
        if not keep:
            transaction.rollback()
    return serial


def test_a_counter_begins_at_one_and_each_year_anew(engine: Engine) -> None:
    assert [take(engine), take(engine), take(engine, year=2027), take(engine)] == [1, 2, 1, 3]


def test_a_number_of_a_signing_that_failed_is_given_again(engine: Engine) -> None:
    assert [take(engine), take(engine, keep=False), take(engine)] == [1, 2, 2]


def test_threads_that_sign_at_once_leave_no_gap(engine: Engine) -> None:
    with ThreadPoolExecutor(4) as pool:
        kept = [keep for keep in pool.map(lambda n: (take(engine, keep=n % 4 != 3), n % 4 != 3), range(40)) if keep[1]]
    assert sorted(serial for serial, _ in kept) == list(range(1, 31))


def test_two_who_sign_two_kinds_in_opposite_order_both_get_their_numbers(engine: Engine) -> None:
    begun = Barrier(2)

    def sign(first: str, second: str) -> list[int]:
        with Session(engine) as session, session.begin():
            begun.wait(timeout=20)
            session.connection(execution_options={"gridflow_writes": True})
            found = [next_serial(session, "ningbo", "330203", first, 2026)]
            sleep(0.3)  # the other one takes its first meanwhile, if it can
            return [*found, next_serial(session, "ningbo", "330203", second, 2026)]

    with ThreadPoolExecutor(2) as pool:
        found = [pool.submit(sign, *kinds) for kinds in (("receipt", "notice"), ("notice", "receipt"))]
        assert sorted(each.result(timeout=60) for each in found) == [[1, 1], [2, 2]]


def test_processes_that_sign_at_once_leave_no_gap(engine: Engine) -> None:
    command = [sys.executable, "-c", SIGN, engine.url.render_as_string(hide_password=False), "10"]
    running = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(3)]  # noqa: S603  -- our own program
    printed = [process.communicate(timeout=60)[0].split() for process in running]
    assert [process.returncode for process in running] == [0, 0, 0]
    kept = [
        int(line)
        for lines in printed
        for line, after in zip(lines, [*lines[1:], ""], strict=True)
        if line != "-" and after != "-"
    ]
    assert sorted(kept) == list(range(1, 25))
    with Session(engine) as session:
        assert session.scalar(select(NumberSeries.last)) == 24


@pytest.mark.parametrize(
    ("pattern", "number"),
    [
        ("JB-{area}-{year}-{serial:06d}", "JB-330203-2026-000005"),
        ("甬网格督〔{year}〕{serial}号", "甬网格督〔2026〕5号"),
        ("{case}", "SJ-1"),
    ],
)
def test_patterns_of_the_city_files_are_written_out(pattern: str, number: str) -> None:
    assert formatted(pattern, area="330203", year=2026, serial=5, case="SJ-1") == number


def test_a_pattern_without_a_serial_takes_none() -> None:
    assert counts("〔{year}〕{serial}号")
    assert not counts("{case}")


@pytest.mark.parametrize(
    "pattern", ["{serial.__class__}", "{0}", "{", "{year!r}", "{area:>99999999}", "{month}", "{serial:{year}d}"]
)
def test_a_pattern_that_reaches_further_is_refused(pattern: str) -> None:
    with pytest.raises(NumberPatternInvalid, match="文号格式"):
        formatted(pattern, area="1", year=2026, serial=1, case="")


def test_no_two_kinds_of_paper_of_a_city_share_their_numbers() -> None:
    for city in Catalogue.read(ROOT).cities.values():
        patterns = [number.pattern for number in city.numbers.values()]
        assert sorted(set(patterns)) == sorted(patterns)
