"""The Flask app: blueprints, OpenAPI, one error handler."""

from typing import Any

from flask import Flask, Response, request
from flask_smorest import Api as SmorestApi
from marshmallow import Schema
from prometheus_flask_exporter import PrometheusMetrics

from service import __version__
from service.api import batches, docs, emails, problems, request_ids, service_info
from service.api.agents import actions, bulk, claims, look, spot_checks, trials
from service.api.methods import known_only
from service.api.openapi import DESCRIPTION
from service.api.parts import ApiParts, attach
from service.api.request_schemas import FieldsEmail, RawEmail


class Api(SmorestApi):
    """OpenAPI only: errors are answered by `service.api.problems`."""

    def _register_error_handlers(self) -> None:
        pass


def create_app(parts: ApiParts, exporter: PrometheusMetrics | None = None) -> Flask:
    """The app over its parts; connects to nothing yet."""
    app = Flask("service", static_folder=None)
    app.config.update(
        MAX_CONTENT_LENGTH=parts.settings.max_request_bytes,
        API_TITLE="Aiguilleur",
        API_VERSION=__version__,
        OPENAPI_VERSION="3.0.3",
        OPENAPI_URL_PREFIX="/",
        OPENAPI_JSON_PATH="openapi.json",
    )
    app.url_map.strict_slashes = False
    attach(app, parts)
    api = Api(app, spec_kwargs={"info": {"description": DESCRIPTION}})
    _describe(api)
    every = (batches, emails, claims, actions, bulk, look, spot_checks, trials, service_info)
    for part in every:
        api.register_blueprint(part.blueprint)
    app.register_blueprint(docs.blueprint)
    request_ids.register(app)
    problems.register(app, parts.settings.max_request_bytes)
    app.after_request(_harden)
    if exporter is not None:
        exporter.init_app(app)
    app.wsgi_app = known_only(app.wsgi_app)  # type: ignore[method-assign,assignment]  # Flask's own way
    return app


def _describe(api: Api) -> None:
    scheme: dict[str, Any] = {"type": "http", "scheme": "bearer"}
    api.spec.components.security_scheme("key", scheme)
    api.spec.options["security"] = [{"key": []}]
    bodies: list[type[Schema]] = [RawEmail, FieldsEmail, *bulk.BODIES]
    for schema in bodies:
        api.spec.components.schema(schema.__name__, schema=schema)


def _harden(response: Response) -> Response:
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Cache-Control", "no-store")
    if not request.path.startswith("/docs"):
        response.headers.setdefault("Content-Security-Policy", "default-src 'none'")
    return response
