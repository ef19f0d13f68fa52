"""Check an expression when it is saved: syntax, names, functions, and types as far as they are known."""

from gridflow.feel.checking.expressions import (
    OWN_FUNCTIONS,
    Problem,
    check_condition,
    check_expression,
    check_tests,
    check_tree,
)

__all__ = ["OWN_FUNCTIONS", "Problem", "check_condition", "check_expression", "check_tests", "check_tree"]
