"""Which browser the tests drive: Chromium without its windows, which starts sooner and draws faster; else all of it."""

import shutil

BROWSER = shutil.which("chromium-headless-shell") or shutil.which("chromium")
"""None where the machine has neither."""
