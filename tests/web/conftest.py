from web_fixtures import app, installed, on_postgresql, person  # noqa: F401  -- fixtures
