"""Errors of the library of norms."""

from gridflow.registers.errors import RegisterError


class NormUnknown(RegisterError):
    """There is no such document in the city."""

    def __init__(self) -> None:
        super().__init__("没有找到这份文件，它可能属于其他城市。请回到规范文件列表查找。")


class NormRefused(RegisterError):
    """A document cannot be added as it was given."""
