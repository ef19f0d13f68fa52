"""Check a sealed file without the database: `python verify.py 卷宗.pdf [photo.jpg ...]`.

Shares no code with the writer and imports nothing of Gridflow, so that it may be handed out on its own; needs
Python 3.11 and pikepdf, or only Python for an audit.json taken out of the file. Exit status 0 means intact,
1 altered or incomplete, 2 not a sealed file.
"""

import hashlib
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

FIRST = "0" * 64
INTACT, ALTERED, NOT_SEALED = 0, 1, 2


class NotSealed(Exception):
    """The file is no sealed file of a case; the message says why."""


def main(arguments: Sequence[str]) -> int:
    """Check the file named first, look the others up in it, and report on standard output."""
    if not arguments:
        _say("用法：verify.py 卷宗.pdf [附件 ...]")
        return NOT_SEALED
    try:
        manifest, enclosed = read(Path(arguments[0]))
        faults = list(check(manifest, enclosed))
    except (NotSealed, KeyError, TypeError, ValueError, OSError) as error:
        _say(f"不能核验 {arguments[0]}：{error}")
        return NOT_SEALED
    for name in arguments[1:]:
        faults += [f"{name}：不在卷宗的附件之中"] if not _listed(manifest, Path(name)) else []
    for fault in faults:
        _say(f"不符　{fault}")
    _say(f"案件 {manifest['case']}　记录 {len(manifest['entries'])} 条　文书 {len(manifest['parts'])} 件")
    _say(f"链尾　　 {manifest['tail']}\n封存摘要 {hashlib.sha256(_source(enclosed)).hexdigest()}")
    _say(f"结论：有 {len(faults)} 处不符。" if faults else "结论：相符。请再与封面所印和系统所记的链尾、封存摘要比对。")
    return ALTERED if faults else INTACT


def read(path: Path) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Return the sealed list and every enclosed file by name; raises NotSealed."""
    enclosed = {"audit.json": path.read_bytes()} if path.suffix == ".json" else _enclosed(path)
    if "audit.json" not in enclosed:
        raise NotSealed("文件中没有 audit.json，不是封存的卷宗")
    manifest = json.loads(enclosed["audit.json"], parse_float=_no_float)
    if not str(manifest.get("format", "")).startswith("gridflow-dossier-"):
        raise NotSealed("audit.json 的格式不认识")
    return manifest, enclosed


def check(manifest: Mapping[str, Any], enclosed: Mapping[str, bytes]) -> Iterator[str]:
    """Yield every fault: of the chain, of its end, of the documents enclosed."""
    previous = FIRST
    for place, entry in enumerate(manifest["entries"], 1):
        if entry["seq"] != place:
            yield f"第 {place} 条记录：序号为 {entry['seq']}，有缺失或插入"
        if entry["prev"] != previous:
            yield f"第 {place} 条记录：与上一条不衔接"
        if digest(entry) != entry["hash"]:
            yield f"第 {place} 条记录：内容与链值不符，已被改动"
        previous = entry["hash"]
    if previous != manifest["tail"]:
        yield "链尾与最后一条记录不符"
    if len({entry["case_id"] for entry in manifest["entries"]}) > 1:
        yield "记录不属于同一案件"
    if len(enclosed) > 1:
        yield from _parts(manifest, enclosed)


def digest(entry: Mapping[str, Any]) -> str:
    """Return the hash an entry should have: over its JSON without `hash`, keys sorted, no spaces, UTF-8."""
    body = {key: value for key, value in entry.items() if key != "hash"}
    text = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.new(str(entry.get("alg", "sha256")), text.encode()).hexdigest()


def _parts(manifest: Mapping[str, Any], enclosed: Mapping[str, bytes]) -> Iterator[str]:
    listed = {part["file"]: part["sha256"] for part in manifest["parts"]}
    for name, sha256 in listed.items():
        if name not in enclosed:
            yield f"文书 {name}：已缺失"
        elif hashlib.sha256(enclosed[name]).hexdigest() != sha256:
            yield f"文书 {name}：内容与清单不符，已被改动"
    for name in enclosed.keys() - listed.keys() - {"audit.json"}:
        yield f"文件 {name}：不在清单之中"


def _enclosed(path: Path) -> dict[str, bytes]:
    import pikepdf  # not needed for a bare audit.json

    try:
        with pikepdf.open(path) as pdf:
            return {str(name): spec.get_file().read_bytes() for name, spec in pdf.attachments.items()}
    except pikepdf.PdfError as error:
        raise NotSealed(f"不是完好的 PDF 文件（{error}）") from error


def _listed(manifest: Mapping[str, Any], path: Path) -> bool:
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    return any(file["sha256"] == sha256 for file in manifest["attachments"])


def _source(enclosed: Mapping[str, bytes]) -> bytes:
    return enclosed["audit.json"]


def _no_float(text: str) -> None:
    raise ValueError(f"记录中不应有小数 {text}")


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
