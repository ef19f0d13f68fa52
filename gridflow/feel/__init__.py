"""FEEL, the one language of conditions, tables, timers and titles: parsed, checked, compiled once, evaluated safely."""

from gridflow.feel.checking import OWN_FUNCTIONS, Problem, check_condition, check_expression, check_tests
from gridflow.feel.decisions import Decided, Decision, DecisionSet, Hit, read_decisions
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
from gridflow.feel.plain import for_record, to_plain
from gridflow.feel.running import Functions, Note
from gridflow.feel.values import Duration, Months, Range

__all__ = [
    "OWN_FUNCTIONS",
    "Decided",
    "Decision",
    "DecisionError",
    "DecisionFileError",
    "DecisionSet",
    "Duration",
    "Expression",
    "FeelError",
    "FeelLimit",
    "FeelRuntimeError",
    "FeelSyntaxError",
    "FeelUnsupported",
    "FeelUnsupportedSyntax",
    "Functions",
    "Hit",
    "Months",
    "Note",
    "Outcome",
    "Problem",
    "Range",
    "UnaryTests",
    "check_condition",
    "check_expression",
    "check_tests",
    "compile_expression",
    "compile_unary_tests",
    "for_record",
    "read_decisions",
    "to_plain",
]
