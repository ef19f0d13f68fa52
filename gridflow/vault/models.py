"""Tables of personal data and typed text, kept apart from cases so that they can be destroyed."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from gridflow.db import Base, UTCDateTime


class VaultItem(Base):
    """One value of one field of one case, encrypted. Source: design section 13, Vault."""

    __tablename__ = "vault_item"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    city: Mapped[str] = mapped_column(String(32))
    case_id: Mapped[str] = mapped_column(String(32), index=True)
    field: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(16))
    """text, personal, or one of the finer kinds of gridflow.vault.masking."""
    box: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Nonce and AES-GCM ciphertext of the commitment key followed by the value; None once destroyed.

    The record keeps the commitment, the HMAC-SHA256 of the value under that key: it proves the value while both exist.
    """
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    destroyed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    reason: Mapped[str | None] = mapped_column(String(200))
    """Why it was destroyed, with the article."""


class VaultDigest(Base):
    """A keyed digest by which a name, phone or identity number is found without being readable."""

    __tablename__ = "vault_digest"
    __table_args__ = (Index("ix_vault_digest_city_digest", "city", "digest"),)

    item_id: Mapped[str] = mapped_column(ForeignKey("vault_item.id"), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    city: Mapped[str] = mapped_column(String(32))
    case_id: Mapped[str] = mapped_column(String(32))
