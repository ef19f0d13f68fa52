"""Let the tests import `tests.conformance`, which `python -m tests.conformance.report` uses too."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
