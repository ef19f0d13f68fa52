"""What every answer tells the browser it may not do."""

from flask import Flask, Response, g, request

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
DESIGNER = POLICY.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'")
"""For the pages with an editor of diagrams or tables, whose libraries set styles; scripts stay ours alone."""
HASHED_SECONDS = 31_536_000


def install(app: Flask) -> None:
    """Add the headers to every answer of the application."""
    app.after_request(_add)


def _add(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", DESIGNER if g.get("designer") else POLICY)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    response.headers["Permissions-Policy"] = "geolocation=(self), camera=(self), microphone=()"
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
    elif request.path.startswith("/static/dist/assets/"):
        response.headers["Cache-Control"] = f"public, max-age={HASHED_SECONDS}, immutable"
    return response
