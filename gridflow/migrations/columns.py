"""Columns that databases keep differently. Migrations of every age use them, so what stands here stays as it is."""

import sqlalchemy as sa

INSTANT = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")
"""As gridflow.db.UTCDateTime stores it."""
