from web_fixtures import app, installed, person  # noqa: F401  -- fixtures
