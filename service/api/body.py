"""Reading request bodies: the type first, then the size, then the bytes."""

from typing import Any

import orjson
from flask import request

from service.errors import (
    BadRequest,
    FieldError,
    InvalidJSON,
    InvalidRequest,
    TooLarge,
    UnsupportedMediaType,
)


def json_body() -> tuple[Any, bytes]:
    """The request's JSON value and its bytes.

    Raises:
        UnsupportedMediaType, InvalidJSON: 415, 400.

    """
    if request.mimetype != "application/json":
        raise UnsupportedMediaType("Send application/json")
    body = request.get_data(cache=False)
    try:
        return orjson.loads(body), body
    except orjson.JSONDecodeError as error:
        raise InvalidJSON(
            f"Not JSON in UTF-8: line {error.lineno}, column {error.colno}"
        ) from error


def message_body(most_bytes: int) -> bytes:
    """A raw message, refused by its announced size before it is read.

    Raises:
        UnsupportedMediaType, TooLarge, InvalidRequest: 415, 413, 422.

    """
    if request.mimetype != "message/rfc822":
        raise UnsupportedMediaType("Send message/rfc822")
    too_large = TooLarge(f"A message may have {most_bytes} bytes at most")
    if (request.content_length or 0) > most_bytes:
        raise too_large
    body = request.get_data(cache=False)
    if len(body) > most_bytes:
        raise too_large
    if not body:
        raise InvalidRequest(errors=[FieldError("", "required", "The message is empty")])
    return body


def idempotency_key() -> str | None:
    """The request's `Idempotency-Key`.

    Raises:
        BadRequest: it is empty, longer than 255, or not visible ASCII.

    """
    key = request.headers.get("Idempotency-Key")
    if key is not None and not (0 < len(key) <= 255 and all("!" <= c <= "~" for c in key)):
        raise BadRequest("Idempotency-Key must be 1 to 255 visible ASCII characters")
    return key
