"""Rename a field or variable everywhere in a procedure: by what stands there, never by letters that look the same."""

from gridflow.workbench.renaming.places import Place
from gridflow.workbench.renaming.plan import NameRefused, Plan, plan

__all__ = ["NameRefused", "Place", "Plan", "plan"]
