"""Trials, watched by the one process that sweeps: a canary that loses is over."""

import math
import time
from collections.abc import Callable

from sqlalchemy import Connection

from service.domain.trials import CANARY, SHADOW
from service.flow.judging import Judged, conclude
from service.flow.pace import Pace
from service.metrics import trials as metrics
from service.store import judging as store
from service.store import trials

# Counting takes longer the longer a trial lasts; it may take a fiftieth of the time.
_SECONDS, _SHARE, _FREE_SECONDS = 2.0, 0.02, 0.04


class TrialWatch:
    """Judges now and then, and shows how trials stand; `clock` gives monotonic seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._pace = Pace(_SECONDS, share=_SHARE, free=_FREE_SECONDS, clock=clock)

    def look(self, connection: Connection) -> None:
        """Judge, if it is time to; in a transaction that is the caller's."""
        if self._pace.my_turn():
            with self._pace.timed():
                _show(connection, conclude(connection))

    @staticmethod
    def forget() -> None:
        """Another process tells from now on."""
        for gauge in metrics.GAUGES:
            gauge.clear()


def _show(connection: Connection, judged: Judged | None) -> None:
    TrialWatch.forget()
    for kind in (SHADOW, CANARY):
        trial = trials.running(connection, kind)
        if trial is not None:
            metrics.SHARE.labels(kind, trial.version).set(trial.share)
    for version in store.lost_lately(connection):
        metrics.LOST.labels(version).set(1)
    if judged is not None and judged.verdict.lost is None:
        _show_evidence(judged)


def _show_evidence(judged: Judged) -> None:
    version, verdict = judged.trial.version, judged.verdict
    metrics.ENOUGH.labels(version).set(math.log10(verdict.enough))
    for measure in verdict.measures:
        log_odds = measure.log_odds(verdict.share) / math.log(10)
        metrics.EVIDENCE.labels(measure.name, version).set(log_odds)
        metrics.RATE.labels(measure.name, "canary").set(measure.canary.rate)
        metrics.RATE.labels(measure.name, "champion").set(measure.champion.rate)
