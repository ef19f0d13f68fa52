"""Decisions of DMN files: tables, expressions and what they require of one another."""

from gridflow.feel.decisions.model import Decided, Decision, DecisionSet, Hit
from gridflow.feel.decisions.reading import read_decisions

__all__ = ["Decided", "Decision", "DecisionSet", "Hit", "read_decisions"]
