"""Functions on texts."""

from gridflow.feel.functions.registry import a_list, boolean, built_in, optional, text, whole
from gridflow.feel.patterns import compile_pattern
from gridflow.feel.running import Run
from gridflow.feel.values import Failure, Value


@built_in("substring", "string, start position, length?")
def substring(run: Run, string: Value, start: Value, length: Value = None) -> str:
    """Cut a part out; positions count from 1, from the end with a minus."""
    whole_text, first = text(string), whole(start)
    if first == 0 or abs(first) > len(whole_text):
        raise Failure("起始位置不在文字之内")
    begin = first - 1 if first > 0 else len(whole_text) + first
    size = optional(length, whole)
    if size is not None and size < 1:
        raise Failure("长度应当大于零")
    return run.text(whole_text[begin : None if size is None else begin + size])


@built_in("string length", "string")
def string_length(run: Run, string: Value) -> Value:
    """Count the characters."""
    return run.read(len(text(string)))


@built_in("upper case", "string")
def upper_case(run: Run, string: Value) -> str:
    """Write in capitals."""
    return run.text(text(string).upper())


@built_in("lower case", "string")
def lower_case(run: Run, string: Value) -> str:
    """Write in small letters."""
    return run.text(text(string).lower())


@built_in("substring before", "string, match")
def substring_before(run: Run, string: Value, match: Value) -> str:
    """Give what stands before the first match, nothing where there is none."""
    before, found, _after = _partition(run, text(string), text(match))
    return run.text(before) if found else ""


@built_in("substring after", "string, match")
def substring_after(run: Run, string: Value, match: Value) -> str:
    """Give what stands behind the first match, nothing where there is none."""
    _before, found, after = _partition(run, text(string), text(match))
    return run.text(after) if found else ""


def _partition(run: Run, whole_text: str, match: str) -> tuple[str, bool, str]:
    run.charge(len(whole_text) >> 6)
    if not match:
        return "", True, whole_text
    before, found, after = whole_text.partition(match)
    return before, bool(found), after


@built_in("contains", "string, match")
def contains(run: Run, string: Value, match: Value) -> bool:
    """Tell whether a text holds another."""
    whole_text = text(string)
    run.charge(len(whole_text) >> 6)
    return text(match) in whole_text


@built_in("starts with", "string, match")
def starts_with(_run: Run, string: Value, match: Value) -> bool:
    """Tell whether a text begins with another."""
    return text(string).startswith(text(match))


@built_in("ends with", "string, match")
def ends_with(_run: Run, string: Value, match: Value) -> bool:
    """Tell whether a text ends with another."""
    return text(string).endswith(text(match))


@built_in("matches", "input, pattern, flags?")
def matches(run: Run, string: Value, pattern: Value, flags: Value = None) -> bool:
    """Tell whether a pattern occurs in a text."""
    program = compile_pattern(*run.pattern(text(pattern), optional(flags, text) or ""))
    return program.search(run, text(string), 0) is not None


@built_in("replace", "input, pattern, replacement, flags?")
def replace(run: Run, string: Value, pattern: Value, replacement: Value, flags: Value = None) -> str:
    """Replace every match of a pattern; `$1` stands for the first group."""
    program = compile_pattern(*run.pattern(text(pattern), optional(flags, text) or ""))
    return run.text(program.replace(run, text(string), text(replacement)))


@built_in("split", "string, delimiter")
def split(run: Run, string: Value, delimiter: Value) -> list[Value]:
    """Cut a text at every match of a pattern."""
    return run.items(compile_pattern(*run.pattern(text(delimiter), "")).split(run, text(string)))


@built_in("string join", "list, delimiter?")
def string_join(run: Run, items: Value, delimiter: Value = None) -> str:
    """Join texts, leaving out nulls."""
    between = optional(delimiter, text) or ""
    parts = [text(item) for item in a_list(items) if item is not None]
    run.charge(len(parts))
    run.room(sum(map(len, parts)) + len(between) * (len(parts) - 1))
    return between.join(parts)


@built_in("not", "negand")
def negate(_run: Run, negand: Value) -> bool:
    """Turn true into false."""
    return not boolean(negand)
