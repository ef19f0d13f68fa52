"""Passwords: how strong they must be, how they are kept and checked. Source: domain 6.1."""

import re

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from gridflow.people.errors import PasswordWeak

SHORTEST = 12
KINDS = (r"[a-z]", r"[A-Z]", r"\d", r"[^a-zA-Z\d]")
KINDS_NEEDED = 3

_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)  # OWASP's smallest recommended setting
_NOBODY = "$argon2id$v=19$m=19456,t=2,p=1$q5SRaEkUG6MscPcYEqrgGQ$KxD3i9IFrdT840sqtg8xCpYL7mUbzzk6CX9XtKQUyVA"
"""Checked when the login is unknown, so that the answer takes as long as for a known one; written out, because making
it takes 40 ms and 19 MB at every start."""


def check_strength(password: str) -> None:
    """Refuse a password under 12 characters or with fewer than three of the four kinds of character."""
    if len(password) < SHORTEST:
        raise PasswordWeak(f"密码至少 {SHORTEST} 位，现在只有 {len(password)} 位，请加长。")
    if sum(bool(re.search(kind, password)) for kind in KINDS) < KINDS_NEEDED:
        raise PasswordWeak("密码应包含小写字母、大写字母、数字、符号中的三种，请补充。")


def hashed(password: str) -> str:
    """Return the argon2id hash of a password; takes about 30 ms."""
    return _hasher.hash(password)


def matches(password_hash: str | None, password: str) -> bool:
    """Tell whether a password belongs to a hash; takes about 30 ms, also without a hash."""
    try:
        return _hasher.verify(password_hash or _NOBODY, password) and password_hash is not None
    except (VerificationError, InvalidHashError):
        return False
