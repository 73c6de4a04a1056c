"""The challenger on decided mail, in a lane of its own that gives way to all other work.

mail waits? -> the next decided mails -> those of the sample -> noted -> predicted -> kept

Nothing is asked of who accepts or decides: mail is found by its id, which begins with the time.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, Row

from mail.text import model_input
from model.types import Classifier
from service import log
from service.domain.ids import earliest
from service.domain.models import Champion
from service.domain.trials import SHADOW, Trial
from service.domain.types import Kind
from service.flow.loading import Load, Loader
from service.flow.read import parse_content
from service.metrics import shadow as metrics
from service.store import engine as database
from service.store import models, trials, waiting
from service.store import shadow as store
from service.store.shadow import Predicted

_PAGE = 500  # decided mails looked at in one step
_log = log.get(__name__)


@dataclass(frozen=True, slots=True)
class Limits:
    """Mails predicted at once, so that what comes waits for no more than these; larger mail is left
    out (`size` is in bytes); nothing is done while workers hold more than `held` mails.
    """

    emails: int
    size: int
    held: int


class Shadow:
    """One process's part in the shadow trial; it may end at any moment, and goes on where it was.

    A mail is noted before the model gets it: one that kills the process is not tried again.
    """

    def __init__(self, engine: Engine, load: Load, limits: Limits) -> None:
        self._engine = engine
        self._loader = Loader(engine, load)
        self._limits = limits
        self._trial: Trial | None = None
        self._classifier: Classifier | None = None
        self._after = UUID(int=0)
        self._chosen: list[UUID] = []

    def step(self) -> bool:
        """Predict a few mails; whether there may be more to do at once.

        Raises:
            Unavailable: PostgreSQL cannot be asked.

        """
        trial = database.run(self._engine, lambda c: trials.running(c, SHADOW))
        if trial is None:
            self._let_go()
            return _showing("idle")
        if database.run(self._engine, lambda c: waiting.busy(c, self._limits.held)):
            return _showing("yielding")
        classifier = self._classifier_for(trial)
        if classifier is None or not (self._chosen or self._look(trial)):
            return _showing("idle")
        _showing("predicting")
        most = self._limits.emails
        ids, self._chosen = self._chosen[:most], self._chosen[most:]
        if ids:
            self._predict(trial, classifier, ids)
        return True

    def _let_go(self) -> None:
        self._trial = self._classifier = None
        self._loader.forget()

    def _classifier_for(self, trial: Trial) -> Classifier | None:
        """The challenger, loaded where it is not; None while it cannot be."""
        wanted = Champion(trial.version, trial.artifact)
        if self._classifier is None or self._trial is None or self._trial.version != trial.version:
            self._classifier = self._loader.load(wanted) if self._loader.is_due(wanted) else None
            if self._classifier is not None:
                self._introduce(self._classifier)
        if self._trial != trial:
            last = database.run(self._engine, lambda c: store.last(c, trial.id))
            self._trial, self._chosen = trial, []
            self._after = last or earliest(trial.since)
        return self._classifier

    def _introduce(self, model: Classifier) -> None:
        database.run(
            self._engine,
            lambda c: models.seen(c, model.version, model.name, model.labels, model.profile),
        )
        _log.info("shadow_model", name=model.name, version=model.version)

    def _look(self, trial: Trial) -> bool:
        """Find the sample among the next decided mails; False where all were looked at."""
        after = self._after
        page = database.run(self._engine, lambda c: store.decided(c, after, _PAGE))
        if page:
            self._after = page[-1].email_id
        self._chosen = [row.email_id for row in page if row.asked and trial.takes(row.email_id)]
        return bool(page)

    def _predict(self, trial: Trial, classifier: Classifier, ids: Sequence[UUID]) -> None:
        rows = database.run(
            self._engine, lambda c: store.begin(c, trial.id, ids, self._limits.size)
        )
        found = [_predicted(classifier, row) for row in rows]
        kept = [one for one in found if one is not None]
        database.run(self._engine, lambda c: store.keep(c, trial.id, kept))
        metrics.PREDICTED.labels(trial.version, "predicted").inc(len(kept))
        metrics.PREDICTED.labels(trial.version, "failed").inc(len(rows) - len(kept))


def _showing(state: str) -> bool:
    metrics.show_state(state)
    return False


def _predicted(classifier: Classifier, row: Row[Any]) -> Predicted | None:
    """What the challenger says of one mail, by itself; None where it fails on it."""
    try:
        text = model_input(parse_content(Kind(row.kind), bytes(row.content)))
        started = time.perf_counter()
        (found,) = classifier.predict([text])
        seconds = time.perf_counter() - started
    except Exception:  # noqa: BLE001  # as in deciding: one mail's fault stops no other
        _log.exception("shadow_failed", email_id=str(row.id))
        return None
    return Predicted(row.id, found.label, found.confidence, found.in_scope, seconds)
