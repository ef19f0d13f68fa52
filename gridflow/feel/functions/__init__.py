"""The built-in functions of FEEL, by subject; importing this package fills the registry."""

from gridflow.feel.functions import contexts, conversion, lists, numbers, ranges, strings, times
from gridflow.feel.functions.registry import BUILT_IN

__all__ = ["BUILT_IN", "contexts", "conversion", "lists", "numbers", "ranges", "strings", "times"]
