"""What is said about a part of a foreign file."""

from dataclasses import dataclass

TAKEN, ASKS, LOST = "taken", "asks", "lost"
"""Put into our own words; waits for a decision; has no meaning here."""
LONGEST = 300


@dataclass(frozen=True, slots=True)
class Remark:
    """One part of a foreign file and what becomes of it."""

    state: str
    """taken, asks or lost."""
    element: str
    name: str
    what: str
    """What it is."""
    said: str
    """What the file says, shortened."""
    why: str
    """What became of it: our own words where it was taken, else why it has no meaning here."""
    remedy: str = ""
    suggestion: str = ""
    """A condition that can be taken over as it is; of the flow named."""


def clipped(text: str) -> str:
    """Return a text on one line, shortened."""
    plain = " ".join(text.split())
    return plain if len(plain) <= LONGEST else f"{plain[:LONGEST]}…"
