"""What can be wrong with what another program sends."""

from gridflow.errors import GridflowError


class ApiError(GridflowError):
    """The base of every error of this package."""


class TokenRefused(ApiError):
    """No token, or not that of the city."""

    def __init__(self) -> None:
        super().__init__("没有出示这个城市的令牌，或令牌不对。请在 Authorization 中写“Bearer 令牌”，令牌向管理员索取。")


class MessageInvalid(ApiError):
    """A message that nobody could take."""

    def __init__(self, why: str) -> None:
        super().__init__(f"消息没有接收：{why}请改正后重发，编号不变。")
