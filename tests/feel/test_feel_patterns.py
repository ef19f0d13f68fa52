"""Unicode blocks in patterns."""

import pytest

from gridflow.feel import FeelUnsupported, compile_expression


@pytest.mark.parametrize(
    ("text", "pattern", "expected"),
    [
        ("网格", r"^\p{IsCJKUnifiedIdeographs}+$", True),
        ("网格3", r"^\p{IsCJKUnifiedIdeographs}+$", False),
        ("A-1", r"^[\p{IsBasicLatin}]+$", True),
        ("Ａ", r"\p{IsHalfwidthandFullwidthForms}", True),
        ("网格", r"\P{IsCJKUnifiedIdeographs}", False),
    ],
)
def test_a_unicode_block_is_matched(text: str, pattern: str, *, expected: bool) -> None:
    assert compile_expression("matches(text, pattern)").evaluate({"text": text, "pattern": pattern}) is expected


def test_a_block_that_is_not_known_is_refused_with_those_that_are() -> None:
    with pytest.raises(FeelUnsupported, match=r"IsKlingon.*BasicLatin"):
        compile_expression(r'matches("a", "\p{IsKlingon}")').evaluate({})
