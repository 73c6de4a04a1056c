"""Trials over HTTP: where champion and challenger differ."""

from dataclasses import asdict
from typing import Any

from flask import Response
from flask_smorest import Blueprint

from service.api.agents import trial_schemas as schemas
from service.api.answer import json
from service.api.auth import allow, caller
from service.api.openapi import problems
from service.api.parts import parts
from service.domain.types import Role

blueprint = Blueprint("trials", __name__, url_prefix="/v1/models", description="Trials of models")


@blueprint.route("/disagreements")
@blueprint.arguments(schemas.DisagreementsQuery, location="query")
@blueprint.response(200, schemas.Comparison)
@problems(blueprint, 401, 403, 404, 422, 503)
@allow(Role.SUPERVISOR, Role.ADMIN)
def disagreements(options: dict[str, Any]) -> Response:
    """See how the challenger of the newest shadow trial agrees with what was decided.

    `first` names the mails that nobody judged yet and that are most worth a look: both models are
    sure, and the mail would lie elsewhere or has to be answered soon.
    """
    found = asdict(parts().agents.trials.disagreements(caller(), options["limit"]))
    trial = found["trial"]
    brief = {name: trial[name] for name in ("id", "version", "share", "since", "running")}
    return json({**found, "trial": brief})
