"""Check a sealed file without the database: `python verify.py 卷宗.pdf [photo.jpg ...] [--key 公钥]`.

Shares no code with the writer and imports nothing of Gridflow, so that it may be handed out on its own; needs
Python 3.11, pikepdf and cryptography, or only Python for an audit.json taken out of the file. Exit status 0 means
intact, 1 altered or incomplete, 2 not a sealed file.
"""

import hashlib
import json
import re
import sys
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

FIRST = "0" * 64
INTACT, ALTERED, NOT_SEALED = 0, 1, 2
SEAL = re.compile(rb"/GridflowSeal \(([0-9a-f]{64})([0-9a-f]{64})([0-9a-f]{128})\)")
NAME = b"/GridflowSeal"
SIGNED = b"gridflow-seal-1 "
GROUPS = re.compile("....")


class NotSealed(Exception):
    """The file is no sealed file of a case; the message says why."""


class Seal(NamedTuple):
    """The digest of the whole file, who signed it, and the signature."""

    digest: bytes
    public: bytes
    signature: bytes

    @property
    def fingerprint(self) -> str:
        """What people compare of the key."""
        return " ".join(GROUPS.findall(hashlib.sha256(self.public).hexdigest()[:32]))


def main(arguments: Sequence[str]) -> int:
    """Check the file named first, look the others up in it, and report on standard output."""
    asked = _arguments(arguments)
    try:
        key = _key(asked.key) if asked.key else None
        sealed, faults = whole(asked.file, key)
        try:
            enclosed = read(asked.file)
            if sealed and not enclosed:
                if not faults:
                    _say("一份单独封存的文书，没有附带办理记录")
                faults += [f"{name}：不在这份文书之中" for name in asked.attachments]
                return _conclude(faults, sealed, key, bare=False)
            manifest = record(enclosed)
            faults += check(manifest, enclosed)
            faults += [f"{name}：不在卷宗的附件之中" for name in asked.attachments if not _listed(manifest, name)]
            _summary(manifest, enclosed)
            _tell_of_destroyed(manifest, asked.attachments)
        except (NotSealed, KeyError, TypeError, ValueError) as error:
            if sealed is None and NAME not in asked.file.read_bytes():
                raise
            faults.append(f"卷宗内容已不能读取（{error}）")
    except (NotSealed, KeyError, TypeError, ValueError, OSError, ImportError) as error:
        _say(f"不能核验 {asked.file}：{error}")
        return NOT_SEALED
    return _conclude(faults, sealed, key, bare=asked.file.suffix == ".json")


def whole(path: Path, key: bytes | None) -> tuple[Seal | None, list[str]]:
    """Return the seal of a file and what is wrong with the file as a whole: every byte of it is under the seal."""
    if path.suffix == ".json":
        return None, []
    data = path.read_bytes()
    found = list(SEAL.finditer(data))
    if len(found) != 1:
        return None, ["文件中没有完好的封存签名：文件被改动过，或用别的程序另存过"]
    seal = Seal(*(bytes.fromhex(part.decode()) for part in found[0].groups()))
    rest = data[: found[0].start(1)] + data[found[0].end(3) :]
    faults = []
    if hashlib.sha256(rest).digest() != seal.digest:
        faults.append("整个文件：与封存时的摘要不符，封存以后有页或字节被删去、更换或改动")
    if not _signed(seal):
        faults.append("封存签名：不成立，摘要、密钥或签名被改动")
    if key is not None and seal.public != key:
        faults.append(f"封存密钥：不是所给的公钥，而是指纹为 {seal.fingerprint} 的密钥")
    return seal, faults


def read(path: Path) -> dict[str, bytes]:
    """Return every enclosed file by name; raises NotSealed."""
    return {"audit.json": path.read_bytes()} if path.suffix == ".json" else _enclosed(path)


def record(enclosed: Mapping[str, bytes]) -> dict[str, Any]:
    """Return the sealed list; raises NotSealed."""
    if "audit.json" not in enclosed:
        raise NotSealed("文件中没有 audit.json，不是封存的卷宗")
    manifest: dict[str, Any] = json.loads(enclosed["audit.json"], parse_float=_no_float)
    if not str(manifest.get("format", "")).startswith("gridflow-dossier-"):
        raise NotSealed("audit.json 的格式不认识")
    return manifest


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
    if manifest.get("destroyed", []) != destroyed(manifest):
        yield "依法销毁的清单与办理记录不符"
    if len({entry["case_id"] for entry in manifest["entries"]}) > 1:
        yield "记录不属于同一案件"
    if len(enclosed) > 1:
        yield from _parts(manifest, enclosed)


def destroyed(manifest: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return what the record says was destroyed as the law demands, with the number of the entry that says so."""
    return [
        {"entry": entry["seq"], "reason": note["reason"], "values": len(note["tokens"]), "files": note["files"]}
        for entry in manifest["entries"]
        for note in entry["changes"].get("destroyed", ())
    ]


def digest(entry: Mapping[str, Any]) -> str:
    """Return the hash an entry should have: over its JSON without `hash`, keys sorted, no spaces, UTF-8."""
    body = {key: value for key, value in entry.items() if key != "hash"}
    text = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.new(str(entry.get("alg", "sha256")), text.encode()).hexdigest()


def _arguments(arguments: Sequence[str]) -> Any:
    parser = ArgumentParser(prog="verify.py", description="核验封存的卷宗，不需要数据库。")
    parser.add_argument("file", type=Path, metavar="卷宗.pdf")
    parser.add_argument("attachments", type=Path, nargs="*", metavar="附件", help="另存的照片等，看是否在卷宗之内")
    parser.add_argument("--key", help="封存单位公布的公钥：64 位十六进制数，或装有它的文件")
    return parser.parse_args(arguments)


def _key(given: str) -> bytes:
    text = given if re.fullmatch("[0-9a-fA-F]{64}", given) else Path(given).read_text(encoding="utf-8").strip()
    if not re.fullmatch("[0-9a-fA-F]{64}", text):
        raise NotSealed(f"{given} 不是公钥，公钥是 64 位十六进制数")
    return bytes.fromhex(text)


def _signed(seal: Seal) -> bool:
    from cryptography.exceptions import InvalidSignature  # not needed for a bare audit.json
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(seal.public).verify(seal.signature, SIGNED + seal.digest)
    except (InvalidSignature, ValueError):
        return False
    return True


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
    except (pikepdf.PdfError, RuntimeError) as error:
        raise NotSealed(f"不是完好的 PDF 文件（{error}）") from error


def _listed(manifest: Mapping[str, Any], path: Path) -> bool:
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    return any(file["sha256"] == sha256 for file in manifest["attachments"])


def _tell_of_destroyed(manifest: Mapping[str, Any], paths: Sequence[Path]) -> None:
    """Say of files that they should be gone: whoever still holds one holds it against the law."""
    gone = {sha256: note["entry"] for note in destroyed(manifest) for sha256 in note["files"]}
    for path in paths:
        if entry := gone.get(hashlib.sha256(path.read_bytes()).hexdigest()):
            _say(f"{path}：在卷宗之内，依法销毁，第 {entry} 条记录；这一份也应当销毁")


def _summary(manifest: Mapping[str, Any], enclosed: Mapping[str, bytes]) -> None:
    _say(f"案件 {manifest['case']}　记录 {len(manifest['entries'])} 条　文书 {len(manifest['parts'])} 件")
    for note in destroyed(manifest):
        what = f"内容 {note['values']} 项，附件 {len(note['files'])} 件（{note['reason']}）"
        _say(f"依法销毁，第 {note['entry']} 条记录：{what}")
    _say(f"链尾　　 {manifest['tail']}\n记录摘要 {hashlib.sha256(enclosed['audit.json']).hexdigest()}")


def _conclude(faults: Sequence[str], seal: Seal | None, key: bytes | None, *, bare: bool) -> int:
    for fault in faults:
        _say(f"不相符　{fault}")
    if faults:
        _say(f"结论：不相符，有 {len(faults)} 处。")
    elif bare or seal is None:
        _say("结论：办理记录相符。只核对了记录，没有核对卷宗的各页，请再对卷宗 PDF 运行。")
    elif key is None:
        _say(f"结论：相符，文件自封存以来没有改动。\n封存所用密钥的指纹是 {seal.fingerprint}")
        _say("请与封存单位公布的指纹比对，或用 --key 给出公布的公钥；不一致的，不是该单位封存的卷宗。")
    else:
        _say("结论：相符，文件自封存以来没有改动，封存所用的就是所给的公钥。")
    return ALTERED if faults else INTACT


def _no_float(text: str) -> None:
    raise ValueError(f"记录中不应有小数 {text}")


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
