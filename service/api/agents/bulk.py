"""`/v1/bulk`: one action on many mails, and its undoing."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Response
from flask_smorest import Blueprint
from marshmallow import Schema

from service.api.agents import bodies, schemas
from service.api.agents.asking import AGENTS, acts, agent, as_agent, checked
from service.api.agents.views import report
from service.api.answer import json
from service.api.auth import allow, caller
from service.api.body import json_body
from service.api.parts import parts
from service.domain.actions import Action, Complete, Correct, Release, Reroute, Snooze
from service.errors import FieldError, InvalidRequest

blueprint = Blueprint("bulk", __name__, url_prefix="/v1/bulk", description="Many mails at once")

_Make = Callable[[dict[str, Any]], Action]
_ACTIONS: dict[str, tuple[type[Schema], _Make]] = {
    "release": (bodies.BulkRelease, lambda body: Release()),
    "complete": (bodies.BulkComplete, lambda body: Complete()),
    "reroute": (bodies.BulkReroute, lambda body: Reroute(body["queue"], body["reason"])),
    "snooze": (bodies.BulkSnooze, lambda body: Snooze(body["until"], body["reason"])),
    "correct": (
        bodies.BulkCorrect,
        lambda body: Correct(body["category"], body["reason"], body["move"]),
    ),
}
BODIES = [schema for schema, _ in _ACTIONS.values()]
_BODY = {"oneOf": [{"$ref": f"#/components/schemas/{schema.__name__}"} for schema in BODIES]}


@blueprint.route("", methods=["POST"])
@acts(blueprint, _BODY)
@blueprint.response(200, schemas.BulkReport)
@allow(*AGENTS)
def act() -> Response:
    """Act on up to 500 mails that are free or held by this agent.

    Each is done by itself: the report says which were not, and why. The answer's `id` undoes all of
    it for ten minutes.
    """
    value, _ = json_body()
    name = value.get("action") if isinstance(value, dict) else None
    if not isinstance(name, str) or name not in _ACTIONS:
        fault = FieldError("action", "invalid", f"Must be one of: {', '.join(_ACTIONS)}")
        raise InvalidRequest(errors=[fault])
    schema, make = _ACTIONS[name]
    body = checked(schema, value)
    return json(report(parts().agents.bulk.do(caller(), agent(), name, make(body), body["ids"])))


@blueprint.route("/<uuid:bulk_id>/undo", methods=["POST"])
@as_agent(blueprint, 401, 403, 404, 409, 503)
@blueprint.response(200, schemas.BulkReport)
@allow(*AGENTS)
def undo(bulk_id: UUID) -> Response:
    """Put back what nobody touched since; leases that the action ended stay ended."""
    return json(report(parts().agents.bulk.undo(caller(), agent(), bulk_id)))
