"""The seal of a case file or a document by itself: a digest over every byte, signed with the installation's key.

`python -m gridflow.documents.sealing` prints the public key to publish.
"""

import hashlib
import io
import sys

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from gridflow.documents.errors import DocumentError

NAME = "/GridflowSeal"
"""The entry of the catalogue that holds digest, public key and signature, in that order, in hexadecimal."""
_DIGITS = 64 + 64 + 128
BLANK = "0" * _DIGITS
_SIGNED = b"gridflow-seal-1 "
_GROUP = 4


def seal(data: bytes, key: bytes) -> bytes:
    """Fill in the blank seal of a finished file; `key` is the secret Ed25519 key, 32 bytes.

    The digest covers every byte outside the blank, so no later pass may touch the file.
    """
    blank = f"{NAME} ({BLANK})".encode()
    if data.count(blank) != 1:
        raise DocumentError("文件中没有唯一的封存位置，不能封存。")
    start = data.index(blank) + len(NAME) + len(" (")
    digest = hashlib.sha256(data[:start] + data[start + _DIGITS :]).digest()
    signature = Ed25519PrivateKey.from_private_bytes(key).sign(_SIGNED + digest)
    filled = (digest + public_key(key) + signature).hex().encode()
    return data[:start] + filled + data[start + _DIGITS :]


def sealed(data: bytes, key: bytes) -> bytes:
    """Seal a finished PDF that stands by itself, bound into no case file."""
    import pikepdf  # writes PDF: not for web processes

    from gridflow.documents.finishing import save

    with pikepdf.open(io.BytesIO(data)) as pdf:
        pdf.Root[NAME] = pikepdf.String(BLANK)
        return seal(save(pdf), key)


def public_key(key: bytes) -> bytes:
    """Return the public key that belongs to a secret one: 32 bytes."""
    return Ed25519PrivateKey.from_private_bytes(key).public_key().public_bytes_raw()


def fingerprint(public: bytes) -> str:
    """Return what people compare of a public key: the first 32 digits of its SHA-256, by fours."""
    digits = hashlib.sha256(public).hexdigest()[:32]
    return " ".join(digits[place : place + _GROUP] for place in range(0, len(digits), _GROUP))


def main() -> None:
    """Print the public key of this installation, and on the error output its fingerprint."""
    from gridflow.config import Settings  # only this command asks for the installation's settings

    public = public_key(Settings.from_environment().sealing_key)
    sys.stdout.write(f"{public.hex()}\n")
    sys.stderr.write(f"指纹 {fingerprint(public)}\n")


if __name__ == "__main__":
    main()
