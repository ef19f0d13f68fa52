"""What every command on a case needs beside the database session: engine, vault, files and city files."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from gridflow.blobs.store import BlobStore
from gridflow.cases.outside import Mail, Platform
from gridflow.catalogue import City, Scenario
from gridflow.catalogue.ledgers import Ledger
from gridflow.catalogue.obligations import Obligation
from gridflow.catalogue.rates import Rate
from gridflow.documents.rendering import Press, printed
from gridflow.engine.commands import Engine
from gridflow.vault.seal import Seal
from gridflow.vault.service import Vault


@dataclass(frozen=True, slots=True)
class Office:
    """The working parts of one installation, made once when the application starts."""

    engine: Engine
    vault: Vault
    blobs: BlobStore
    drafts: Seal
    cities: Mapping[str, City]
    obligations: Mapping[str, tuple[Obligation, ...]]
    """What each city's ordinance asks, by city."""
    ledgers: Mapping[str, tuple[Ledger, ...]]
    """What each city keeps lists of, by city."""
    rates: tuple[Rate, ...]
    """The rates of the page of figures."""
    mail: Mail
    platform: Platform
    fonts: Path
    sealing_key: bytes
    """Case files are sealed with it."""
    home: Path
    """The folder that holds processes/, forms/, templates/ and data/."""
    examples: tuple[Scenario, ...]
    """The worked examples that came with the product, of every city and procedure."""
    sandbox: Path
    """Where drafts are tried: a folder that may be emptied at any time."""
    press: Press = printed
