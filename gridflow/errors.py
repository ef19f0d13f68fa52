"""The base of every error Gridflow raises on purpose."""


class GridflowError(Exception):
    """Say in Chinese what is wrong with which thing and what to do next.

    Every package derives one base from this class and one subclass for each fact.
    Only the edges (pages, commands, jobs) turn it into a page, an exit status or an incident.
    """

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message
