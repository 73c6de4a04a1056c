"""`/v1/queues`, `/v1/model`, `/v1/models` and the probes."""

from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as Late

from flask import Response
from flask_smorest import Blueprint
from sqlalchemy import Engine, text

from model.artifact import ArtifactError, read_manifest
from service.api import answer_schemas as answers
from service.api.answer import json
from service.api.auth import allow, caller
from service.api.openapi import problems
from service.api.parts import parts
from service.domain.types import Role
from service.errors import NotFound, ServiceError
from service.flow.drift.judge import newest
from service.flow.models import champion, listed
from service.store import engine as database

blueprint = Blueprint("service", __name__, description="Queues, model, health")

_PROBE_SECONDS = 1.0
_probes = ThreadPoolExecutor(max_workers=4, thread_name_prefix="probe")


@blueprint.route("/v1/queues")
@blueprint.response(200, answers.Queues)
@problems(blueprint, 401, 403, 503)
@allow(Role.AGENT, Role.SUPERVISOR, Role.ADMIN)
def queues() -> Response:
    """See what waits for people, queue by queue, in the key's mailboxes and queues."""
    return json({"queues": parts().desk.queues(caller())})


@blueprint.route("/v1/model")
@blueprint.response(200, answers.ModelInfo)
@problems(blueprint, 401, 403, 404, 503)
@allow(*Role)
def model() -> Response:
    """See which model decides: the registry's champion, or else the one of this host."""
    settings = parts().settings
    try:
        found = champion(parts().engine) if settings.model_store else None
        decides = found or read_manifest(settings.model_path)
    except ArtifactError as error:
        raise NotFound("There is no model folder on this host") from error
    return json(
        {
            "name": decides.name,
            "version": decides.version,
            "labels": list(decides.labels),
            "text_version": decides.text_version,
        }
    )


@blueprint.route("/v1/models")
@blueprint.response(200, answers.Models)
@problems(blueprint, 401, 403, 503)
@allow(Role.SUPERVISOR, Role.ADMIN)
def models() -> Response:
    """See every model that was added to the registry or served here, the newest first."""
    return json({"models": listed(parts().engine)})


@blueprint.route("/v1/drift")
@blueprint.response(200, answers.Drift)
@problems(blueprint, 401, 403, 503)
@allow(Role.SUPERVISOR, Role.ADMIN)
def drift() -> Response:
    """See whether mail has moved away from what the models that decide were made with."""
    return json({"models": database.run(parts().engine, newest)})


@blueprint.route("/healthz")
@blueprint.doc(security=[])
@blueprint.response(200, answers.Health)
def healthz() -> Response:
    """Whether this process answers."""
    return json({"status": "ok"})


@blueprint.route("/readyz")
@blueprint.doc(security=[])
@blueprint.response(200, answers.Health)
@blueprint.alt_response(503, schema=answers.Health, description="Mail cannot be accepted")
def readyz() -> Response:
    """Whether mail can be accepted: PostgreSQL answers. Redis may be away; decisions come later."""
    made = parts()
    database_ok = _probes.submit(_answers, made.engine)
    redis_ok = _probes.submit(made.waker.healthy)
    try:
        ready = database_ok.result(_PROBE_SECONDS)
    except (Late, ServiceError):
        ready = False
    try:
        redis = redis_ok.result(_PROBE_SECONDS)
    except Late:
        redis = False
    body = {
        "status": "ok" if ready else "unavailable",
        "database": "ok" if ready else "unavailable",
        "redis": "ok" if redis else "degraded",
    }
    return json(body, 200 if ready else 503)


def _answers(engine: Engine) -> bool:
    return database.run(engine, lambda c: bool(c.execute(text("SELECT 1")).scalar_one()))
