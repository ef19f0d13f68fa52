import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "web"))  # people with a browser
sys.path.insert(0, str(Path(__file__).parents[1] / "engine/runtime"))  # the sketcher of diagrams

from web_fixtures import app, installed, person  # noqa: F401  -- fixtures
