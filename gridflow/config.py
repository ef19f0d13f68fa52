"""Settings, read once from the environment into a frozen object."""

import base64
import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from gridflow.errors import GridflowError

T = TypeVar("T")
SHORTEST_TOKEN = 32
ROOT = Path(__file__).resolve().parent.parent
DEMO_SECRET = "demo-only-not-a-secret"  # noqa: S105  -- refused outside the demo, see from_environment
DEMO_VAULT_KEY = bytes(32)
DEMO_SEALING_KEY = hashlib.sha256(b"sealing " + DEMO_SECRET.encode()).digest()
DEMO_PASSWORD = "demo"  # noqa: S105  -- printed on the demo's sign-in page; real accounts are made by `gridflow user add`


class SettingsInvalid(GridflowError):
    """A setting is missing or cannot be used."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that differs between installations."""

    database_url: str
    secret_key: str
    vault_key: bytes
    """32 bytes; encrypts the vault and lives outside the database."""
    home: Path
    """The folder that holds processes/, forms/, templates/ and data/."""
    files: Path
    """The folder of the blob store."""
    fonts: Path
    """The folder of the TTF faces documents are set in."""
    smtp_url: str | None
    """smtp://user:password@host:port; None prints mail on the console."""
    demo: bool
    session_minutes: int
    sealing_key: bytes = DEMO_SEALING_KEY
    """32 bytes; the Ed25519 key case files are sealed with, whose public half is published."""
    message_tokens: Mapping[str, str] = field(default_factory=dict)
    """What a program shows that sends messages to a city, by city; a city without one takes none."""

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> "Settings":
        """Read GRIDFLOW_* variables; only GRIDFLOW_DEMO=1 may leave the two secrets out."""
        var = Path(environ.get("GRIDFLOW_VAR", ROOT / "var"))
        demo = environ.get("GRIDFLOW_DEMO") == "1"
        return cls(
            database_url=environ.get("GRIDFLOW_DATABASE_URL", f"sqlite:///{var / 'gridflow.db'}"),
            secret_key=environ.get("GRIDFLOW_SECRET_KEY") or _demo_only(demo, "GRIDFLOW_SECRET_KEY", DEMO_SECRET),
            vault_key=_key(environ, "GRIDFLOW_VAULT_KEY", DEMO_VAULT_KEY, demo=demo),
            home=Path(environ.get("GRIDFLOW_HOME", ROOT)),
            files=Path(environ.get("GRIDFLOW_FILES", var / "files")),
            fonts=Path(environ.get("GRIDFLOW_FONTS", var / "fonts")),
            smtp_url=environ.get("GRIDFLOW_SMTP_URL") or None,
            demo=demo,
            session_minutes=_minutes(environ.get("GRIDFLOW_SESSION_MINUTES", "30")),
            sealing_key=_key(environ, "GRIDFLOW_SEALING_KEY", DEMO_SEALING_KEY, demo=demo),
            message_tokens=_tokens(environ.get("GRIDFLOW_MESSAGE_TOKENS", "")),
        )


def _key(environ: Mapping[str, str], name: str, of_demo: bytes, *, demo: bool) -> bytes:
    text = environ.get(name)
    if not text:
        return _demo_only(demo, name, of_demo)
    try:
        key = base64.b64decode(text, validate=True)
    except ValueError:
        key = b""
    if len(key) != len(of_demo):
        raise SettingsInvalid(f"{name} 应为 32 字节的 base64 文本，请重新生成。")
    return key


def _minutes(text: str) -> int:
    if not (text.isdecimal() and int(text)):
        raise SettingsInvalid(f"GRIDFLOW_SESSION_MINUTES 应是分钟数，现在是“{text}”。")
    return int(text)


def _tokens(text: str) -> dict[str, str]:
    pairs = [part.partition("=") for part in text.split()]
    if any(len(token) < SHORTEST_TOKEN for _, _, token in pairs):
        raise SettingsInvalid(
            f"GRIDFLOW_MESSAGE_TOKENS 应写成“城市=令牌”，多个用空格隔开，令牌至少 {SHORTEST_TOKEN} 个字符。"
        )
    return {city: token for city, _, token in pairs}


def _demo_only(demo: bool, name: str, value: T) -> T:  # noqa: FBT001  -- private, called with a named value
    if not demo:
        raise SettingsInvalid(f"缺少环境变量 {name}；演示环境可设 GRIDFLOW_DEMO=1。")
    return value
