import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "web"))  # the installation that page tests share

from web_fixtures import app, installed, person  # noqa: F401  -- fixtures
