"""Every error as RFC 9457 problem details with a machine-readable `code`, nothing internal."""

from typing import Any

from flask import Flask, Response
from gunicorn.http.errors import ParseException
from werkzeug.exceptions import ClientDisconnected, HTTPException

from service import log
from service.api.answer import json
from service.errors import FieldError, InvalidRequest, ServiceError

_log = log.get(__name__)

# An answer lists no more faults than this, however many there are.
_MOST_ERRORS = 1000

# Codes for what Flask and Werkzeug refuse before any of our code runs.
_CODES = {
    400: "bad_request",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    415: "unsupported_media_type",
}


def register(app: Flask, max_request_bytes: int) -> None:
    """Answer every exception of this app."""

    def from_http(error: HTTPException) -> Response:
        if error.code == 413:
            limit = f"A request may have {max_request_bytes} bytes at most"
            return problem(413, "too_large", "Too large", limit)
        if isinstance(error, ClientDisconnected):
            return cut_off(error)
        messages = getattr(error, "data", {}).get("messages")
        if error.code == 422 and messages is not None:
            # webargs puts the place first: {"query": {"wait": [...]}}
            faults = [fault for below in messages.values() for fault in field_errors(below)]
            return from_service(InvalidRequest(errors=faults))
        status = error.code or 500
        code = _CODES.get(status, "internal_error" if status >= 500 else "bad_request")
        response = problem(status, code, error.name, error.description or error.name)
        if "Allow" in error.get_response().headers:
            response.headers["Allow"] = error.get_response().headers["Allow"]
        return response

    app.register_error_handler(HTTPException, from_http)
    app.register_error_handler(ParseException, cut_off)
    app.register_error_handler(ServiceError, from_service)
    app.register_error_handler(Exception, _unexpected)


def cut_off(error: Exception) -> Response:
    """The answer to a body that ended early, or whose chunks are none."""
    detail = "The body is shorter than announced, or its chunks are malformed: nothing was stored"
    return problem(400, "bad_request", "Bad Request", detail)


def from_service(error: ServiceError) -> Response:
    """The answer for one of our own errors."""
    if error.status >= 500 or error.status == 429:
        _log.warning("answered_error", code=error.code, detail=error.detail)
    response = problem(error.status, error.code, error.title, error.detail, error.errors)
    if error.retry_after is not None:
        response.headers["Retry-After"] = str(error.retry_after)
    if error.status == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="aiguilleur"'
    return response


def problem(
    status: int,
    code: str,
    title: str,
    detail: str,
    errors: tuple[FieldError, ...] = (),
) -> Response:
    """One problem document."""
    body: dict[str, Any] = {
        "type": f"urn:aiguilleur:problem:{code}",
        "title": title,
        "status": status,
        "detail": detail,
        "code": code,
    }
    if errors:
        body["errors"] = [
            {"field": e.field, "code": e.code, "detail": e.detail} for e in errors[:_MOST_ERRORS]
        ]
    return json(body, status, content_type="application/problem+json")


def field_errors(messages: Any, path: str = "") -> list[FieldError]:
    """Marshmallow's nested messages as a flat list with dotted paths."""
    if isinstance(messages, dict):
        return [
            error
            for key, below in messages.items()
            for error in field_errors(below, _join(path, str(key)))
        ]
    found = messages if isinstance(messages, list) else [messages]
    return [FieldError(path, _code(str(text)), str(text)) for text in found]


def _join(path: str, key: str) -> str:
    if key == "_schema":  # marshmallow's name for a fault of the whole object
        return path
    return f"{path}.{key}" if path else key


def _code(text: str) -> str:
    if text.startswith("Missing"):
        return "required"
    return "unknown_field" if text.startswith("Unknown") else "invalid"


def _unexpected(error: Exception) -> Response:
    _log.error("unexpected_error", exc_info=error)
    return problem(500, "internal_error", "Internal error", "The fault was logged")
