"""The cryptography of the vault: boxes, commitments and search digests under keys drawn from one master key."""

import hashlib
import hmac
import secrets
from base64 import b64encode

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from gridflow.vault.errors import VaultLocked

KEY_BYTES = 32
COMMITMENT_KEY_BYTES = 16
"""128 random bits for each value: nobody can try values out against a commitment."""
NONCE_BYTES = 12


class Seal:
    """Close and open boxes; holds the two keys drawn from the master key, never the master key itself."""

    def __init__(self, master: bytes) -> None:
        if len(master) != KEY_BYTES:
            raise VaultLocked(f"保险库密钥应为 {KEY_BYTES} 字节，现为 {len(master)} 字节，请检查 GRIDFLOW_VAULT_KEY。")
        self._boxes = AESGCM(_drawn(master, b"gridflow vault boxes"))
        self._search = _drawn(master, b"gridflow vault search")

    def close(self, value: bytes, bound_to: str) -> tuple[bytes, str]:
        """Return the box of a value and its commitment; the box opens only where it is bound to."""
        key, nonce = secrets.token_bytes(COMMITMENT_KEY_BYTES), secrets.token_bytes(NONCE_BYTES)
        return nonce + self._boxes.encrypt(nonce, key + value, bound_to.encode()), commitment(key, value)

    def open(self, box: bytes, bound_to: str) -> tuple[bytes, bytes]:
        """Return the commitment key and the value of a box."""
        try:
            content = self._boxes.decrypt(box[:NONCE_BYTES], box[NONCE_BYTES:], bound_to.encode())
        except InvalidTag:
            raise VaultLocked("保险库中的内容无法解密：密钥不对，或记录被改动。请联系管理员。") from None
        return content[:COMMITMENT_KEY_BYTES], content[COMMITMENT_KEY_BYTES:]

    def digest(self, city: str, kind: str, text: str) -> str:
        """Return the search digest of a normalised text, different for each city and kind."""
        return hmac.new(self._search, f"{city}\0{kind}\0{text}".encode(), hashlib.sha256).hexdigest()


def commitment(key: bytes, value: bytes) -> str:
    """Return the commitment of a value under its own key, in base 64: it stands in the record once for each value."""
    return b64encode(hmac.digest(key, value, "sha256")).decode()


def _drawn(master: bytes, purpose: bytes) -> bytes:
    return HKDFExpand(algorithm=SHA256(), length=KEY_BYTES, info=purpose).derive(master)
