"""The composition root: the only place where settings become running parts."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from sqlalchemy import Engine

from model.artifact import ArtifactError
from model.stores import open_store
from model.types import Classifier
from service.api.parts import ApiParts
from service.api.submissions import Rules
from service.config import Settings
from service.console.oidc import Client, Provider
from service.console.parts import ConsoleParts
from service.counting import Counting
from service.domain.accounts import Grants
from service.domain.backlog import Bounds
from service.domain.routing import UNKNOWN, Routing
from service.errors import StartupError
from service.flow.accept import Intake
from service.flow.admission import Admission
from service.flow.agents.overview import Overview
from service.flow.agents.team import Team
from service.flow.ask import Desk, WaitingRoom
from service.flow.classify import Limits, Pipeline
from service.flow.drift.due import due
from service.flow.explain import Explainer, Explanations
from service.flow.explanations import Answers, Requests
from service.flow.keyring import Keyring
from service.flow.loading import Load
from service.flow.models import introduce
from service.flow.rates import Rates
from service.flow.registry import Registry
from service.flow.serving import Serving
from service.flow.shadow import Limits as ShadowLimits
from service.flow.shadow import Shadow
from service.flow.signing_in import SigningIn
from service.flow.succession import Succession
from service.flow.sweep import Sweeper
from service.jobs import Waker
from service.metrics.deciding import expect_failures
from service.routing_file import load as load_routing
from service.routing_file import require_categories, require_queues
from service.store.engine import make_engine
from service.worker import Worker

_MOST_CONNECTIONS = 12  # of one API process
_SHADOW_EMAILS = 8  # predicted between two looks at what waits


def api_parts(settings: Settings) -> ApiParts:
    """Build the HTTP side; connects to nothing yet."""
    # who waits in a long poll holds no connection
    busy = min(_MOST_CONNECTIONS, settings.http_threads - settings.max_waiters)
    engine = make_engine(settings.database_url, pool_size=busy, application="aiguilleur-api")
    routing = load_routing(settings.routing_path)
    named = {name for given in settings.oidc_queues.values() for name in given}
    require_queues(routing, settings.routing_path, named, "AIGUILLEUR_OIDC_QUEUES")
    waker = Waker(settings.redis_url)
    rules = Rules(
        settings.max_message_bytes,
        callbacks=bool(settings.webhook_secret),
        callback_http=settings.webhook_allow_http,
    )
    bounds = Bounds(settings.max_backlog_emails, settings.max_backlog_age_seconds)
    rates = Rates(settings.redis_url, settings.max_emails_per_second)
    return ApiParts(
        settings,
        engine,
        waker,
        Keyring(engine),
        Intake(engine, waker, Admission(engine, bounds), rates, settings.model_batch_emails),
        Desk(engine, routing),
        WaitingRoom(engine, settings.max_waiters),
        rules,
        Team.over(engine, routing),
        Explanations(engine, Requests(settings.redis_url, waker)),
    )


def console_parts(settings: Settings, api: ApiParts) -> ConsoleParts:
    """Build the console beside the API, on the same connections and use cases."""
    routing = load_routing(settings.routing_path)

    def registry(named: str) -> Registry:
        store = open_store(named, settings.model_cache)
        return Registry(api.engine, store, routing.categories.keys())

    return ConsoleParts(
        api.engine,
        partial(registry, settings.model_store) if settings.model_store else None,
        api.agents,
        api.desk,
        api.explanations,
        Overview(api.engine),
        routing,
        SigningIn(
            api.engine,
            idle=settings.console_idle_seconds,
            seconds=settings.console_session_seconds,
        ),
        _provider(settings),
        settings.console_local_accounts,
        settings.console_url,
    )


def _provider(settings: Settings) -> Provider | None:
    if not (settings.oidc_issuer and settings.oidc_client_id and settings.console_url):
        return None
    return Provider(
        Client(
            settings.oidc_issuer,
            settings.oidc_client_id,
            settings.oidc_client_secret,
            settings.oidc_scopes,
            f"{settings.console_url.rstrip('/')}/console/sign-in/answer",
            Grants(
                settings.oidc_groups_claim,
                settings.oidc_roles,
                settings.oidc_mailboxes,
                settings.oidc_queues,
            ),
        )
    )


def worker(settings: Settings, load_classifier: Callable[[Path], Classifier]) -> Worker:
    """Load and warm the model, check the schema, build the worker.

    The loader is handed in, so that no other process imports the engine it needs.

    Raises:
        StartupError, ArtifactError: a sentence saying what is wrong.

    """
    routing = load_routing(settings.routing_path)
    # one connection works, one renews leases and, now and then, asks for the champion
    engine = make_engine(settings.database_url, pool_size=2, application="aiguilleur-worker")
    _require_served(engine)
    ready = partial(_ready, settings, routing, load_classifier)
    serving, watch = _serving(settings, engine, ready, routing.triage)
    limits = Limits(
        settings.model_batch_emails,
        settings.model_batch_bytes,
        settings.lease_seconds,
        settings.reinject_max_hops,
        settings.spot_check_share,
    )
    return Worker(
        Pipeline(engine, serving, routing, limits),
        settings.redis_url,
        partial(Answers(settings.redis_url).give, Explainer(engine, serving).explain),
        watch,
        drain_seconds=settings.wake_up_seconds,
        patience=settings.sweep_seconds,
        stuck_seconds=settings.stuck_seconds,
    )


def _ready(
    settings: Settings,
    routing: Routing,
    load_classifier: Callable[[Path], Classifier],
    path: Path,
) -> Classifier:
    """The model of a folder, fit for the routing and warm."""
    classifier = load_classifier(path)
    require_categories(routing, settings.routing_path, classifier.labels, path)
    classifier.predict(["warm up", "réchauffement " * 100])
    return classifier


def _serving(
    settings: Settings, engine: Engine, ready: Callable[[Path], Classifier], triage: str
) -> tuple[Serving, Callable[[threading.Event], object] | None]:
    """What decides, and what keeps it the registry's champion where there is a registry."""

    def tell(classifier: Classifier) -> None:
        introduce(engine, classifier, settings.engine)
        expect_failures(classifier.version, UNKNOWN, triage)

    if not settings.model_store:
        classifier = ready(settings.model_path)
        tell(classifier)
        return Serving(classifier), None
    succession = Succession(engine, _loader(settings, settings.model_store, ready), tell)
    return succession.serving, succession.watch


def _loader(settings: Settings, where: str, ready: Callable[[Path], Classifier]) -> Load:
    """Models of the registry's store, and that of MODEL_PATH."""
    try:
        store = open_store(where, settings.model_cache)
    except ArtifactError as error:
        raise StartupError(f"AIGUILLEUR_MODEL_STORE: {error}") from error
    return lambda wanted: ready(store.fetch(wanted.artifact) if wanted else settings.model_path)


def shadow(settings: Settings, load_classifier: Callable[[Path], Classifier]) -> Shadow:
    """Build what lets the challenger predict decided mail; it loads a model once there is a trial.

    Raises:
        StartupError: a sentence saying what is wrong.

    """
    if not settings.model_store:
        raise StartupError(
            "AIGUILLEUR_MODEL_STORE is not set: without a registry there is no challenger to try."
        )
    routing = load_routing(settings.routing_path)
    engine = make_engine(settings.database_url, pool_size=1, application="aiguilleur-shadow")
    _require_served(engine)
    load = _loader(
        settings, settings.model_store, partial(_ready, settings, routing, load_classifier)
    )
    limits = ShadowLimits(
        _SHADOW_EMAILS, settings.model_batch_bytes, held=settings.model_batch_emails
    )
    return Shadow(engine, load, limits)


def _require_served(engine: Engine) -> None:
    # the library of migrations takes 11 MB, which the API need not have
    from service.store.migrate import require_served  # noqa: PLC0415

    require_served(engine)


def sweeper(settings: Settings) -> Sweeper:
    """Build the sweeper; it has one connection, which holds its lock."""
    engine = make_engine(settings.database_url, pool_size=1, application="aiguilleur-sweep")
    _require_served(engine)
    return Sweeper(engine, Waker(settings.redis_url), settings.model_batch_emails)


def counting(settings: Settings) -> Counting:
    """Build what counts days for drift beside the sweeper; asks on a connection of its own."""
    engine = make_engine(settings.database_url, pool_size=1, application="aiguilleur-sweep")

    def is_due() -> bool:
        try:
            return bool(due(engine, datetime.now(UTC)))
        finally:
            engine.dispose()  # it is asked every ten minutes

    return Counting(is_due)
