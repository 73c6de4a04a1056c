"""Models of the registry, loaded; what cannot be loaded is told, and tried again later."""

import socket
import time
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Engine

from model.artifact import ArtifactError
from model.types import Classifier
from service import log
from service.domain.items import Actor
from service.domain.models import Champion
from service.errors import ServiceError, StartupError
from service.metrics import deciding as metrics
from service.store import engine as database
from service.store import registry

# Before what could not be loaded is tried again; longer each time.
_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 5.0, 300.0

_log = log.get(__name__)

# None stands for the model that MODEL_PATH names.
Load = Callable[[Champion | None], Classifier]


@dataclass(frozen=True, slots=True)
class _Fault:
    """A model that could not be loaded, and when to try again (monotonic seconds)."""

    wanted: Champion | None
    again_at: float
    pause: float


class Loader:
    """Loads models of one process, of which one place at a time wants one.

    Args:
        engine: where a fault is noted.
        load: loads, checks and warms a model; may raise anything.

    """

    def __init__(self, engine: Engine, load: Load) -> None:
        self._engine = engine
        self._load = load
        self._fault: _Fault | None = None

    def is_due(self, wanted: Champion | None) -> bool:
        """Whether to try: not where it failed lately."""
        fault = self._fault
        return fault is None or fault.wanted != wanted or time.monotonic() >= fault.again_at

    def forget(self) -> None:
        """What failed is wanted no more; wanted again, it is tried at once."""
        self._fault = None

    def load(self, wanted: Champion | None) -> Classifier | None:
        """The classifier; None where it cannot be had, which is logged, counted and noted."""
        try:
            return self._load(wanted)
        except Exception as error:  # noqa: BLE001  # whatever an engine or a file system raises
            self._note(wanted, error)
            return None

    def insist(self, wanted: Champion | None) -> Classifier:
        """The classifier.

        Raises:
            Exception: whatever loading it raises.

        """
        return self._load(wanted)

    def _note(self, wanted: Champion | None, error: Exception) -> None:
        pause = _PAUSE_SECONDS
        if self._fault is not None and self._fault.wanted == wanted:
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
