"""Recompute hashes from plain values, with the standard library alone: for the verifiers, never for the writer.

Nothing here may be imported by whatever writes the record, and nothing is imported from there: two independent
readings of the rules must agree.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

ORIGIN = "0" * 64
ALGORITHMS = ("sha256",)
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
_SHORT = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_ESCAPED = re.compile(r'["\\\x00-\x1f]')


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, with the chain (a case id for cases) and the entry it is wrong in."""

    chain: str
    seq: int | None
    what: str

    def __str__(self) -> str:
        place = f"第 {self.seq} 条" if self.seq is not None else "链尾"
        return f"{self.chain} {place}：{self.what}"


class NotCanonical(ValueError):
    """A value has no canonical text."""


def canonical(value: object) -> str:
    """Write a value as canonical JSON: keys in order, no spaces, only what must be escaped is."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return '"' + _ESCAPED.sub(_escape, value) + '"'
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{canonical(key)}:{canonical(value[key])}" for key in sorted(value)) + "}"
    if isinstance(value, Sequence) and not isinstance(value, bytes):
        return "[" + ",".join(map(canonical, value)) + "]"
    raise NotCanonical(f"{type(value).__name__} 没有规范写法")


def recompute(entry: Mapping[str, object]) -> str:
    """Return the hash an entry ought to have: over all its fields but the hash itself."""
    body = {name: value for name, value in entry.items() if name != "hash"}
    return hashlib.new(str(entry["alg"]), canonical(body).encode()).hexdigest()


def check_chain(chain: str, entries: Iterable[Mapping[str, object]]) -> list[Fault]:
    """Check entries 1 to n of a chain, in the order of their numbers: none missing, none changed, all linked."""
    faults: list[Fault] = []
    seq, prev = 0, ORIGIN
    for entry in entries:
        faults += check_entry(chain, entry, seq, prev)
        seq, prev = int(str(entry["seq"])), str(entry["hash"])
    return faults


def check_entry(chain: str, entry: Mapping[str, object], after: int, prev: str) -> list[Fault]:
    """Check one entry against the number and hash of the one before it, which a database does not keep twice."""
    seq = int(str(entry["seq"]))
    if seq != after + 1:
        gap = f"缺少第 {after + 1} 条" if seq == after + 2 else f"缺少第 {after + 1} 至第 {seq - 1} 条"
        return [Fault(chain, seq, f"编号不连续，{gap}。")]
    if entry.get("prev", prev) != prev:
        return [Fault(chain, seq, "与上一条的哈希值接不上：上一条被换过，或本条是插入的。")]
    problem = _problem({**entry, "prev": prev})
    return [Fault(chain, seq, problem)] if problem else []


def merkle_root(heads: Sequence[str]) -> str:
    """Return the root over hashes in hex, by splitting at the largest power of two below their number."""
    return _subtree([bytes.fromhex(head) for head in heads]).hex()


def climb(head: str, steps: Iterable[tuple[str, str]]) -> str:
    """Return the root that a head and its neighbours (side, hash) lead to."""
    node = hashlib.sha256(b"\x00" + bytes.fromhex(head)).digest()
    for side, neighbour in steps:
        other = bytes.fromhex(neighbour)
        node = hashlib.sha256(b"\x01" + (other + node if side == "left" else node + other)).digest()
    return node.hex()


def _problem(entry: Mapping[str, object]) -> str | None:
    if entry["alg"] not in ALGORITHMS:
        return f"哈希算法“{entry['alg']}”无法核对。"
    if "at" in entry and not INSTANT.fullmatch(str(entry["at"])):
        return f"时间“{entry['at']}”的写法不对。"
    try:
        sound = recompute(entry) == entry["hash"]
    except (NotCanonical, UnicodeEncodeError) as problem:
        return f"内容无法核对：{problem}。"
    return None if sound else "内容与哈希值不符：本条写入后被改动过，或上一条被换过。"


def _subtree(heads: list[bytes]) -> bytes:
    if not heads:
        return hashlib.sha256(b"").digest()
    if len(heads) == 1:
        return hashlib.sha256(b"\x00" + heads[0]).digest()
    half = 1 << (len(heads) - 1).bit_length() - 1
    return hashlib.sha256(b"\x01" + _subtree(heads[:half]) + _subtree(heads[half:])).digest()


def _escape(found: re.Match[str]) -> str:
    sign = found[0]
    return _SHORT.get(sign) or f"\\u{ord(sign):04x}"
