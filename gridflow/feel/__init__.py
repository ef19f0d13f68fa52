"""FEEL, the one language of conditions, tables, timers and titles: parsed, checked, compiled once, evaluated safely."""

from gridflow.feel.errors import (
    DecisionError,
    DecisionFileError,
    FeelError,
    FeelLimit,
    FeelRuntimeError,
    FeelSyntaxError,
    FeelUnsupported,
    FeelUnsupportedSyntax,
)
from gridflow.feel.expression import Expression, Outcome, UnaryTests, compile_expression, compile_unary_tests
from gridflow.feel.plain import to_plain
from gridflow.feel.running import Functions, Note
from gridflow.feel.values import Duration, Months, Range

__all__ = [
    "DecisionError",
    "DecisionFileError",
    "Duration",
    "Expression",
    "FeelError",
    "FeelLimit",
    "FeelRuntimeError",
    "FeelSyntaxError",
    "FeelUnsupported",
    "FeelUnsupportedSyntax",
    "Functions",
    "Months",
    "Note",
    "Outcome",
    "Range",
    "UnaryTests",
    "compile_expression",
    "compile_unary_tests",
    "to_plain",
]
