"""The application for Flask and WSGI servers; `python app.py` serves the demo."""

import os

from gridflow.web import create_app

if __name__ == "__main__":
    import waitress

    os.environ.setdefault("GRIDFLOW_DEMO", "1")
    waitress.serve(create_app(), host="127.0.0.1", port=int(os.environ.get("GRIDFLOW_PORT", "8000")))
