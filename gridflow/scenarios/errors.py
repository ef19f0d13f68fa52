"""What can go wrong with a worked example."""

from gridflow.errors import GridflowError


class ScenarioError(GridflowError):
    """The base of every error about scenarios."""


class ScenarioUnreadable(ScenarioError):
    """A scenario file does not follow its grammar."""


class ScenarioFailed(ScenarioError):
    """A worked example did not go as it says."""


class CaseNotLed(ScenarioFailed):
    """The case did not lead to another one, as the example says it does."""
