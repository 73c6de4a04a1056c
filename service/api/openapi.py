"""The parts of the OpenAPI document that schemas alone cannot say."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, TypeVar

from flask_smorest import Blueprint

from service.api import answer_schemas as answers
from service.api import request_schemas as requests

V = TypeVar("V", bound=Callable[..., Any])

DESCRIPTION = """\
Post e-mails, poll where they went. A 202 means that the mail is stored in PostgreSQL and will be
decided, whatever happens to any process. Errors are RFC 9457 problem details with a `code`.
"""

IDEMPOTENCY_KEY = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": False,
    "description": "The same key with the same body gets the first answer, for a day",
    "schema": {"type": "string", "pattern": "^[!-~]{1,255}$"},
}

BATCH_BODY = {
    "required": True,
    "content": {
        "application/json": {
            "schema": {
                "type": "object",
                "required": ["emails"],
                "additionalProperties": False,
                "properties": {
                    "emails": {
                        "type": "array",
                        "minItems": 1,
                        "maxItems": requests.MAX_BATCH,
                        "items": {
                            "oneOf": [
                                {"$ref": "#/components/schemas/RawEmail"},
                                {
                                    "allOf": [{"$ref": "#/components/schemas/FieldsEmail"}],
                                    "anyOf": [
                                        {"required": ["subject"]},
                                        {"required": ["text"]},
                                        {"required": ["html"]},
                                    ],
                                },
                            ]
                        },
                    }
                },
            }
        }
    },
}

MESSAGE_BODY = {
    "required": True,
    "content": {
        "message/rfc822": {"schema": {"type": "string", "format": "binary", "minLength": 1}}
    },
}


def problems(blueprint: Blueprint, *statuses: int) -> Callable[[V], V]:
    """Document the errors of a view."""

    def decorate(view: V) -> V:
        for status in statuses:
            view = blueprint.alt_response(
                status,
                schema=answers.Problem,
                content_type="application/problem+json",
                description=HTTPStatus(status).phrase,
            )(view)
        return view

    return decorate
