"""Turn a syntax tree into closures, once."""

from gridflow.feel.compiling import access, calls, logic, loops, operators, shapes, tests
from gridflow.feel.compiling.closures import Closure, Scope, compile_node

__all__ = ["Closure", "Scope", "access", "calls", "compile_node", "logic", "loops", "operators", "shapes", "tests"]
