"""Analysis of decision tables: what no rule covers, which rules hit together, which are never reached."""

from gridflow.feel.analysis.coverage import Analysis, Overlap, Region, analyse
from gridflow.feel.analysis.wording import said
from gridflow.feel.analysis.writing import cells_for

__all__ = ["Analysis", "Overlap", "Region", "analyse", "cells_for", "said"]
