"""Verify the whole record in a database from its raw columns, sharing no code with whatever wrote it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, timezone
from itertools import groupby, pairwise

from sqlalchemy import Connection, text

from gridflow.audit.proof import ORIGIN, Fault, canonical, check_chain, check_entry, merkle_root

CHINA = timezone(timedelta(hours=8))
BATCH = 2_000
ENTRIES = (
    "case_id", "seq", "city", "county", "at", "actor", "role", "unit", "action", "instance_id", "elements", "flows",
    "articles", "changes", "alg", "hash",
)  # fmt: skip
OPERATIONS = (
    "chain", "seq", "city", "at", "actor", "action", "outcome", "subject", "case_id", "detail", "alg", "hash",
)  # fmt: skip
ROOTS = ("city", "seq", "day", "chains", "root", "alg", "prev", "hash")
JSON = ("elements", "flows", "articles", "changes", "detail")
"""Columns that hold JSON text."""
DIGESTS = ("hash", "prev", "root", "head_hash")
"""Columns that hold 32 bytes; hashes are taken over their hexadecimal digits."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
"""Instants are microseconds from here; hashes are taken over their text."""
Row = dict[str, object]


@dataclass(frozen=True, slots=True)
class Report:
    """What a verification looked at and found."""

    cases: int
    entries: int
    operations: int
    roots: int
    faults: tuple[Fault, ...]

    @property
    def sound(self) -> bool:
        """Tell whether nothing is wrong."""
        return not self.faults

    def lines(self) -> list[str]:
        """Return the report for people, faults first."""
        seen = (
            f"核对了 {self.cases} 个案件的 {self.entries} 条审计记录、{self.operations} 条操作日志、{self.roots} 个日根"
        )
        end = "全部完好。" if self.sound else f"发现 {len(self.faults)} 处问题，请保全现场并通知审计管理员。"
        return [*map(str, self.faults), f"{seen}：{end}"]


@dataclass(slots=True)
class _Tally:
    chains: int = 0
    entries: int = 0
    faults: list[Fault] = field(default_factory=list)


def verify_database(connection: Connection) -> Report:
    """Recompute every chain and daily root; reads all of the record, in order, one row at a time, in a transaction."""
    cases = _check_table(connection, "audit_entry", ENTRIES, "case_id")
    operations = _check_table(connection, "operation_entry", OPERATIONS, "chain")
    roots = _check_roots(connection)
    faults = (*cases.faults, *operations.faults, *roots.faults, *_lost_chains(connection))
    return Report(cases.chains, cases.entries, operations.entries, roots.entries, faults)


def _check_table(connection: Connection, table: str, columns: tuple[str, ...], key: str) -> _Tally:
    """Check every chain of a table and its head."""
    tally = _Tally()
    for chain, rows in groupby(_rows(connection, table, columns, f"t.{key}"), key=lambda row: str(row[key])):
        tally.chains += 1
        after, prev, head = 0, ORIGIN, None
        for row in rows:
            head = (row.pop("head_seq"), row.pop("head_hash"))
            tally.faults += _unread(chain, row) or check_entry(chain, row, after, prev)
            after, prev = _number(row["seq"], after + 1), str(row["hash"])
            tally.entries += 1
        tally.faults += _check_head(chain, (after, prev), head)
    return tally


def _check_roots(connection: Connection) -> _Tally:
    """Check the chains of daily roots, and each root against the entries as they are now."""
    tally = _Tally()
    found = list(_rows(connection, "daily_root", ROOTS, "'roots:' || t.city"))
    for city, rows in groupby(found, key=lambda row: str(row["city"])):
        chain, roots = f"roots:{city}", list(rows)
        head = [(root.pop("head_seq"), root.pop("head_hash")) for root in roots][-1]
        tally.chains += 1
        tally.entries += len(roots)
        faults = check_chain(chain, roots) or _missing_days(chain, roots)
        faults = faults or [fault for root in roots for fault in _check_root(connection, chain, root)]
        tally.faults += faults + _check_head(chain, (_number(roots[-1]["seq"], 0), str(roots[-1]["hash"])), head)
    return tally


def _rows(connection: Connection, table: str, columns: tuple[str, ...], chain: str) -> Iterator[Row]:
    """Read a table in the order of its chains, each row with the head of its chain."""
    named = ", ".join(f"t.{column}" for column in columns)
    # every name comes from this module, never from outside
    statement = text(
        f"SELECT {named}, h.seq, h.hash FROM {table} t LEFT JOIN chain_head h ON h.chain = {chain} "  # noqa: S608  -- own names
        f"ORDER BY t.{columns[0]}, t.seq"
    )
    for row in connection.execute(statement.execution_options(stream_results=True, max_row_buffer=BATCH)):
        yield _as_hashed(dict(zip((*columns, "head_seq", "head_hash"), row, strict=True)))


def _as_hashed(row: Row) -> Row:
    """Return a row with digests and instants as the texts that hashes are taken over."""
    texts: Row = {name: _digits(row[name]) for name in DIGESTS if row.get(name) is not None}
    if isinstance(row.get("at"), int):
        texts["at"] = _instant_text(int(str(row["at"])))
    return {**row, **texts}


def _digits(digest: object) -> str:
    return digest.hex() if isinstance(digest, bytes) else f"{digest!r}"


def _instant_text(number: int) -> str:
    try:
        return (EPOCH + timedelta(microseconds=number)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    except OverflowError:
        return str(number)


def _unread(chain: str, row: Row) -> list[Fault]:
    """Replace JSON text by its value; a text that is not the canonical one was not written by us."""
    if not isinstance(row["seq"], int):
        return [Fault(chain, None, f"编号“{row['seq']}”不是整数，被改动过。")]
    for column in (name for name in JSON if name in row):
        try:
            value = json.loads(str(row[column]))
            sound = canonical(value) == row[column]
        except ValueError:
            sound = False
        if not sound:
            return [Fault(chain, row["seq"], f"“{column}”一栏的内容被改动过。")]
        row[column] = value
    return []


def _number(seq: object, otherwise: int) -> int:
    return seq if isinstance(seq, int) else otherwise


def _check_head(chain: str, last: tuple[int, str], head: tuple[object, object] | None) -> list[Fault]:
    if head is None or head[0] is None:
        return [Fault(chain, None, "链尾登记缺失。")]
    if head[0] != last[0]:
        return [Fault(chain, None, f"登记有 {head[0]} 条，实际到第 {last[0]} 条为止：末尾的记录被删除或添加过。")]
    return [] if head[1] == last[1] else [Fault(chain, None, "链尾登记的哈希值与最后一条不符。")]


def _lost_chains(connection: Connection) -> list[Fault]:
    """Find heads of which not one entry is left."""
    found = connection.execute(
        text(
            "SELECT chain, seq FROM chain_head h WHERE seq > 0"
            " AND NOT EXISTS (SELECT 1 FROM audit_entry WHERE case_id = h.chain)"
            " AND NOT EXISTS (SELECT 1 FROM operation_entry WHERE chain = h.chain)"
            " AND NOT EXISTS (SELECT 1 FROM daily_root WHERE 'roots:' || city = h.chain) ORDER BY chain"
        )
    )
    return [Fault(chain, None, f"登记的 {seq} 条记录全部缺失。") for chain, seq in found]


def _missing_days(chain: str, roots: list[Row]) -> list[Fault]:
    days = [date.fromisoformat(str(root["day"])) for root in roots]
    return [
        Fault(chain, _number(root["seq"], 0), f"{before} 与 {day} 之间缺少日根。")
        for root, (before, day) in zip(roots[1:], pairwise(days), strict=True)
        if day - before != timedelta(days=1)
    ]


def _check_root(connection: Connection, chain: str, root: Row) -> list[Fault]:
    """Compare a root with the last entries of its day in every chain."""
    moved = _moved(connection, "audit_entry", "case_id", root) | _moved(connection, "operation_entry", "chain", root)
    seq = _number(root["seq"], 0)
    if len(moved) != root["chains"]:
        return [Fault(chain, seq, f"{root['day']} 应有 {root['chains']} 条链有记录，实有 {len(moved)} 条。")]
    try:
        sound = merkle_root([moved[name] for name in sorted(moved)]) == root["root"]
    except ValueError:  # a hash that is not even hexadecimal
        sound = False
    if sound:
        return []
    return [Fault(chain, seq, f"{root['day']} 的记录与当日的根不符：当日或以前的记录被重写，或事后补入。")]


def _moved(connection: Connection, table: str, key: str, root: Row) -> dict[str, str]:
    """Return the hash of the day's last entry by chain."""
    day = date.fromisoformat(str(root["day"]))
    start, end = (
        (datetime.combine(day + timedelta(days=n), time(), CHINA) - EPOCH) // timedelta(microseconds=1) for n in (0, 1)
    )
    found = connection.execute(
        text(f"SELECT {key}, hash FROM {table} WHERE city = :city AND at >= :start AND at < :end ORDER BY seq"),  # noqa: S608  -- own names
        {"city": root["city"], "start": start, "end": end},
    )
    return {str(chain): _digits(hash_) for chain, hash_ in found}
