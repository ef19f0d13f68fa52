"""The one address for other programs. Whoever has the city's token may send a message, and nothing else."""

import hmac
from hashlib import sha256

from flask import Blueprint, jsonify, request
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response

from gridflow import clock
from gridflow.api.errors import MessageInvalid, TokenRefused
from gridflow.api.schemas import MOST_BYTES, read_letter
from gridflow.application import office, settings
from gridflow.audit.service import Operation, log_operation
from gridflow.db import writing
from gridflow.errors import GridflowError
from gridflow.people.access import for_programs

blueprint = Blueprint("api", __name__, url_prefix="/api")


@blueprint.post("/<city>/messages")
@for_programs
def receive(city: str) -> tuple[Response, int]:
    """Take a message for the case that waits for its name and key; says accepted, kept or repeated."""
    _admit(city)
    request.max_content_length = MOST_BYTES
    letter = read_letter(request.get_data())
    with writing() as session:
        became = office().engine.send(session, city, letter.name, letter.key, letter.values, message_id=letter.id)
    return jsonify(result=became), 200 if became == "repeated" else 202


def _admit(city: str) -> None:
    """Raise TokenRefused unless the request shows the city's token; how long that takes tells nothing about it."""
    shown = request.authorization.token if request.authorization else None
    expected = settings().message_tokens.get(city)
    same = hmac.compare_digest(_digest(shown or ""), _digest(expected or ""))
    if not (same and expected):
        raise TokenRefused


def _digest(token: str) -> bytes:
    return sha256(token.encode("utf-8", "surrogatepass")).digest()


@blueprint.errorhandler(GridflowError)
def _refused(error: GridflowError) -> tuple[Response, int]:
    _log(error)
    return jsonify(message=error.message), 401 if isinstance(error, TokenRefused) else 422


@blueprint.errorhandler(RequestEntityTooLarge)
def _too_large(_error: RequestEntityTooLarge) -> tuple[Response, int]:
    error = MessageInvalid(f"内容超过 {MOST_BYTES // 1024} KB。")
    _log(error)
    return jsonify(message=error.message), 413


def _log(error: GridflowError) -> None:
    """Put a refusal into the operation log, in a transaction of its own."""
    city = (request.view_args or {}).get("city", "")
    with writing() as session:
        log_operation(
            session,
            Operation(
                city=city if city in office().cities else "unknown", at=clock.now(), action="message",
                outcome="refused", detail={"error": type(error).__name__},
            ),
        )  # fmt: skip
