"""Long runs that kill what they test."""

import sys
from pathlib import Path

for folder in ("", "engine/runtime", "engine/commands"):  # what the tests of the engine share
    sys.path.insert(0, str(Path(__file__).parents[1] / folder))
