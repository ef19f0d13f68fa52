"""What can go wrong with the demo."""

from gridflow.errors import GridflowError


class DemoError(GridflowError):
    """The base of every error about the demo."""


class NothingToTell(DemoError):
    """There is no worked example to tell."""

    def __init__(self) -> None:
        super().__init__("没有可讲述的案例，请在 processes/<流程>/scenarios 中补充后再运行 gridflow demo。")
