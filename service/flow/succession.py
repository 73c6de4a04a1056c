"""A worker takes up another champion while it decides mail.

who is champion? -> fetch, load, warm beside the one that serves -> still champion? -> replace

Until the last step, and for ever where one fails, the one before serves on.
"""

import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection, Engine

from model.artifact import ArtifactError
from model.types import Classifier
from service import log
from service.domain.items import Actor
from service.domain.models import Champion, standing
from service.errors import ServiceError, StartupError
from service.flow.serving import Serving
from service.metrics import deciding as metrics
from service.metrics.common import FAILURES
from service.store import engine as database
from service.store import registry

# How often a worker asks who is champion: one row by two indexes.
_LOOK_SECONDS = 1.0
# Before what could not be loaded is tried again; longer each time.
_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 5.0, 300.0

_log = log.get(__name__)

# None stands for the model that MODEL_PATH names.
Load = Callable[[Champion | None], Classifier]


@dataclass(frozen=True, slots=True)
class _Fault:
    """A champion that could not be loaded, and when to try again (monotonic seconds)."""

    champion: Champion | None
    again_at: float
    pause: float


class Succession:
    """Keeps the classifier of one worker the champion's.

    Args:
        engine: where the registry is asked.
        load: loads, checks and warms a model; may raise anything.
        introduce: told of each model that is about to serve.

    """

    def __init__(
        self, engine: Engine, load: Load, introduce: Callable[[Classifier], object]
    ) -> None:
        self._engine = engine
        self._load = load
        self._introduce = introduce
        self._fault: _Fault | None = None
        self._serving, self._champion = self._first()

    @property
    def serving(self) -> Serving:
        """Where who decides finds the classifier."""
        return self._serving

    def watch(self, stop: threading.Event) -> None:
        """Look again and again until `stop`; for a thread of its own."""
        while not stop.wait(_LOOK_SECONDS):
            try:
                self.look()
            except ServiceError:
                pass  # PostgreSQL is away, as whoever decides has said already
            except Exception:  # noqa: BLE001  # a thread that ended would never look again
                FAILURES.labels("succession").inc()
                _log.exception("succession_failed")

    def look(self) -> None:
        """Take up the champion, where another one serves.

        Raises:
            Unavailable: PostgreSQL cannot be asked.

        """
        wanted = database.run(self._engine, registry.champion)
        if wanted == self._champion:
            self._fault = None
        elif self._is_due(wanted):
            self._take_up(wanted)

    def _first(self) -> tuple[Serving, Champion | None]:
        """The champion, or the newest of those before it that can be loaded: mail shall not wait.

        Raises:
            ArtifactError, StartupError: of the model of MODEL_PATH, which comes last.

        """
        for candidate in database.run(self._engine, _candidates):
            classifier = self._loaded(candidate)
            if classifier is not None:
                break
        else:
            candidate, classifier = None, self._load(None)
        self._introduce(classifier)
        return Serving(classifier), candidate

    def _take_up(self, wanted: Champion | None) -> None:
        classifier = self._loaded(wanted)
        if classifier is None or database.run(self._engine, registry.champion) != wanted:
            return  # overtaken while it was loaded
        self._introduce(classifier)
        self._serving.replace(classifier)
        self._champion, self._fault = wanted, None
        metrics.MODEL_LOADS.labels("loaded").inc()
        _log.info("model_changed", name=classifier.name, version=classifier.version)

    def _loaded(self, wanted: Champion | None) -> Classifier | None:
        """The classifier; None where it cannot be had, which is logged, counted and noted."""
        try:
            return self._load(wanted)
        except Exception as error:  # noqa: BLE001  # whatever an engine or a file system raises
            self._note(wanted, error)
            return None

    def _note(self, wanted: Champion | None, error: Exception) -> None:
        pause = _PAUSE_SECONDS
        if self._fault is not None and self._fault.champion == wanted:
            pause = min(2 * self._fault.pause, _LONGEST_PAUSE_SECONDS)
        self._fault = _Fault(wanted, time.monotonic() + pause, pause)
        metrics.MODEL_LOADS.labels("failed").inc()
        version = wanted.version if wanted else None
        known = isinstance(error, ArtifactError | StartupError | ServiceError)
        reason = str(error) if known else f"{type(error).__name__} while it was loaded"
        _log.error("model_not_loaded", version=version, reason=reason, exc_info=not known)
        by = Actor("", "worker", socket.gethostname())
        try:
            database.run(self._engine, lambda c: registry.not_loaded(c, version, by, reason))
        except ServiceError:
            _log.warning("model_fault_not_noted", version=version)

    def _is_due(self, wanted: Champion | None) -> bool:
        fault = self._fault
        return fault is None or fault.champion != wanted or time.monotonic() >= fault.again_at


def _candidates(connection: Connection) -> list[Champion]:
    """The champion and those one could go back to, the newest first."""
    where = registry.artifacts(connection)
    champions = reversed(standing(registry.changes(connection)).champions)
    versions = dict.fromkeys(v for v in champions if v is not None and v in where)
    return [Champion(version, where[version]) for version in versions]
