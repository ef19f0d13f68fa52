"""The procedures, forms and templates as files: read, frozen, and resolved for one city into one bundle."""

from gridflow.catalogue.bundle import Bundle
from gridflow.catalogue.catalogue import Catalogue, Scenario
from gridflow.catalogue.cities import City, Demo, Department, Number, Organ, Role
from gridflow.catalogue.errors import (
    ArticleUnknown,
    CalledProcessMissing,
    CatalogueError,
    CityUnknown,
    FileInvalid,
    IdRepeated,
    ProcedureUnknown,
)
from gridflow.catalogue.manifest import Manifest, Roll
from gridflow.catalogue.ordinance import Article, Ordinance

__all__ = [
    "Article",
    "ArticleUnknown",
    "Bundle",
    "CalledProcessMissing",
    "Catalogue",
    "CatalogueError",
    "City",
    "CityUnknown",
    "Demo",
    "Department",
    "FileInvalid",
    "IdRepeated",
    "Manifest",
    "Number",
    "Ordinance",
    "Organ",
    "ProcedureUnknown",
    "Role",
    "Roll",
    "Scenario",
]
