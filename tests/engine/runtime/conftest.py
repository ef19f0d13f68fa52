import pytest


@pytest.fixture(params=["live", "stored"])
def stored(request):
    """Every test runs on the live object and again with encode and restore between every step."""
    return request.param == "stored"
