"""The kinds of grids."""

from collections.abc import Mapping

MICRO = "micro"
"""A part of another grid."""
LETTERS: Mapping[str, str] = {"urban": "C", "rural": "R", "exclusive": "Z", "maritime": "H", MICRO: "W"}
"""The letter of a kind in the code. Source: domain 4.2."""
WORDS: Mapping[str, str] = {
    "urban": "城市社区网格", "rural": "农村网格", "exclusive": "专属网格", "maritime": "涉海专属网格", MICRO: "微网格",
}  # fmt: skip
