"""A worker takes up another champion, or a canary beside it, while it decides mail.

who is champion, who canary? -> fetch, load, warm beside those that serve -> still? -> replace

Until the last step, and for ever where one fails, those before serve on.
"""

import threading
from collections.abc import Callable

from sqlalchemy import Connection, Engine

from model.types import Classifier
from service import log
from service.domain.models import Champion, standing
from service.domain.trials import CANARY
from service.errors import ServiceError
from service.flow.loading import Load, Loader
from service.flow.serving import Serving
from service.metrics import deciding as metrics
from service.metrics.common import FAILURES
from service.store import engine as database
from service.store import registry, trials

# How often a worker asks: a few rows by index.
_LOOK_SECONDS = 1.0

_log = log.get(__name__)


class Succession:
    """Keeps the classifiers of one worker the champion's and the canary's.

    Args:
        engine: where the registry is asked.
        load: loads, checks and warms a model; may raise anything.
        introduce: told of each model that is about to serve.

    """

    def __init__(
        self, engine: Engine, load: Load, introduce: Callable[[Classifier], object]
    ) -> None:
        self._engine = engine
        self._loader = Loader(engine, load)
        self._canaries = Loader(engine, load)
        self._introduce = introduce
        self._canary: Champion | None = None
        self._serving, self._champion = self._first()
        self._see_to_canary(database.run(engine, _canary))

    @property
    def serving(self) -> Serving:
        """Where who decides finds the classifiers."""
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
        """Take up the champion and the canary, where others serve.

        Raises:
            Unavailable: PostgreSQL cannot be asked.

        """
        champion, canary = database.run(self._engine, lambda c: (registry.champion(c), _canary(c)))
        if champion == self._champion:
            self._loader.forget()
        elif (self._canary and champion == self._canary) or self._loader.is_due(champion):
            self._take_up(champion)
        self._see_to_canary(canary)

    def _first(self) -> tuple[Serving, Champion | None]:
        """The champion, or the newest of those before it that can be loaded: mail shall not wait.

        Raises:
            ArtifactError, StartupError: of the model of MODEL_PATH, which comes last.

        """
        for candidate in database.run(self._engine, _candidates):
            classifier = self._loader.load(candidate)
            if classifier is not None:
                break
        else:
            candidate, classifier = None, self._loader.insist(None)
        self._introduce(classifier)
        return Serving(classifier), candidate

    def _take_up(self, wanted: Champion | None) -> None:
        # a canary that is promoted is here already
        held = self._serving.held().canary if wanted and wanted == self._canary else None
        classifier = held or self._loader.load(wanted)
        if classifier is None or database.run(self._engine, registry.champion) != wanted:
            return  # overtaken while it was loaded
        self._show(classifier, self._serving.held().canary)
        self._serving.replace(classifier)
        self._champion = wanted
        self._loader.forget()
        metrics.MODEL_LOADS.labels("loaded").inc()
        _log.info("model_changed", name=classifier.name, version=classifier.version)

    def _see_to_canary(self, wanted: Champion | None) -> None:
        if wanted == self._canary:
            self._canaries.forget()
        elif wanted is None:
            self._try_out(None, None)
        elif self._canaries.is_due(wanted):
            self._take_up_canary(wanted)

    def _take_up_canary(self, wanted: Champion) -> None:
        if self._canary is not None:
            self._try_out(None, None)  # there is room for one beside the champion
        classifier = self._canaries.load(wanted)
        if classifier is None or database.run(self._engine, _canary) != wanted:
            return  # overtaken while it was loaded
        self._try_out(wanted, classifier)
        metrics.MODEL_LOADS.labels("loaded").inc()

    def _try_out(self, wanted: Champion | None, classifier: Classifier | None) -> None:
        self._show(self._serving.now(), classifier)
        self._serving.try_out(classifier)
        self._canary = wanted
        self._canaries.forget()
        _log.info("canary_changed", version=wanted.version if wanted else None)

    def _show(self, *held: Classifier | None) -> None:
        metrics.show_no_model()
        for classifier in held:
            if classifier is not None:
                self._introduce(classifier)


def _canary(connection: Connection) -> Champion | None:
    trial = trials.running(connection, CANARY)
    return Champion(trial.version, trial.artifact) if trial else None


def _candidates(connection: Connection) -> list[Champion]:
    """The champion and those one could go back to, the newest first."""
    where = registry.artifacts(connection)
    champions = reversed(standing(registry.changes(connection)).champions)
    versions = dict.fromkeys(v for v in champions if v is not None and v in where)
    return [Champion(version, where[version]) for version in versions]
