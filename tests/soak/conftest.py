import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))  # the storm is a program too: python -m tests.soak
