"""What the holder of a lease does with a mail, and the correction of its category."""

from typing import Any
from uuid import UUID

from flask import Response
from flask_smorest import Blueprint

from service.api.agents import bodies, schemas
from service.api.agents.asking import AGENTS, acts, agent, asked
from service.api.agents.views import of_item
from service.api.answer import json
from service.api.auth import allow, caller
from service.api.parts import parts
from service.domain.actions import Action, Complete, Correct, Reroute, Respond, Snooze
from service.domain.items import Item

blueprint = Blueprint("actions", __name__, url_prefix="/v1/emails", description="Agents at work")


@blueprint.route("/<uuid:email_id>/respond", methods=["POST"])
@acts(blueprint, bodies.Token)
@blueprint.response(200, schemas.Item)
@allow(*AGENTS)
def respond(email_id: UUID) -> Response:
    """Say that the sender got a first answer: from now on the resolution is due."""
    return _open(email_id, asked(bodies.Token), Respond())


@blueprint.route("/<uuid:email_id>/complete", methods=["POST"])
@acts(blueprint, bodies.Token)
@blueprint.response(200, schemas.Done)
@allow(*AGENTS)
def complete(email_id: UUID) -> Response:
    """Say that the work is done. Again under the same lease, it changes nothing."""
    _do(email_id, asked(bodies.Token), Complete())
    return json({"id": email_id, "state": "done"})


@blueprint.route("/<uuid:email_id>/reroute", methods=["POST"])
@acts(blueprint, bodies.HeldReroute)
@blueprint.response(200, schemas.Item)
@allow(*AGENTS)
def reroute(email_id: UUID) -> Response:
    """Send a mail to another queue, with the reason; it is one more decision in its history."""
    body = asked(bodies.HeldReroute)
    return _open(email_id, body, Reroute(body["queue"], body["reason"]))


@blueprint.route("/<uuid:email_id>/snooze", methods=["POST"])
@acts(blueprint, bodies.HeldSnooze)
@blueprint.response(200, schemas.Item)
@allow(*AGENTS)
def snooze(email_id: UUID) -> Response:
    """Put a mail aside until a moment; its clocks stand still, and nobody holds it."""
    body = asked(bodies.HeldSnooze)
    return _open(email_id, body, Snooze(body["until"], body["reason"]))


@blueprint.route("/<uuid:email_id>/category", methods=["PUT"])
@acts(blueprint, bodies.CategoryBody)
@blueprint.response(200, schemas.Judged)
@allow(*AGENTS)
def category(email_id: UUID) -> Response:
    """Say what a mail is about: a decision that outranks the model's, and a labelled example.

    It needs no lease, but nobody else may hold the mail; completed mail can be corrected as well.
    """
    body = asked(bodies.CategoryBody)
    action = Correct(body["category"], body["reason"], body["move"])
    reason = parts().agents.corrections.correct(caller(), agent(), email_id, action)
    return json({"id": email_id, "category": action.category, "outcome": reason})


def _open(email_id: UUID, body: dict[str, Any], action: Action) -> Response:
    item = _do(email_id, body, action)
    assert item is not None
    return json(of_item(item))


def _do(email_id: UUID, body: dict[str, Any], action: Action) -> Item | None:
    return parts().agents.actions.do(caller(), agent(), email_id, action, body["lease_token"])
