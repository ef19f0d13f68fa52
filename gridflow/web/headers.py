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
DESIGNER = POLICY.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'") + "; frame-src 'self'"
"""For the pages with an editor, whose libraries set styles and which frame a preview; scripts stay ours alone."""
FRAMED = POLICY.replace("frame-ancestors 'none'", "frame-ancestors 'self'")
"""For the previews they frame."""
HASHED_SECONDS = 31_536_000


def install(app: Flask) -> None:
    """Add the headers to every answer of the application."""
    app.after_request(_add)


def _add(response: Response) -> Response:
    policy = DESIGNER if g.get("designer") else FRAMED if g.get("framed") else POLICY
    response.headers.setdefault("Content-Security-Policy", policy)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    response.headers["Permissions-Policy"] = "geolocation=(self), camera=(self), microphone=()"
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
    elif request.path.startswith("/static/dist/assets/"):
        response.headers["Cache-Control"] = f"public, max-age={HASHED_SECONDS}, immutable"
    return response
