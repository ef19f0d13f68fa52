from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from gridflow.vault.models import VaultDigest, VaultItem
from gridflow.vault.service import Vault


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    engine = create_engine(f"sqlite:///{tmp_path / 'vault.db'}")
    VaultItem.metadata.create_all(engine, [VaultItem.__table__, VaultDigest.__table__])
    with Session(engine) as session:
        yield session
    engine.dispose()


@pytest.fixture
def vault() -> Vault:
    return Vault(bytes(range(32)))
