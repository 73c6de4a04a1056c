"""How everything stands, for Prometheus: asked of PostgreSQL by the one process that sweeps.

Each question has a pace of its own, so that none is a burden however large the tables are.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from prometheus_client import Gauge
from sqlalchemy import Connection, Row
from sqlalchemy.exc import DBAPIError

from model.profile import Answer, from_json, profile
from service import log
from service.domain.backlog import Backlog
from service.domain.drift.stability import drift
from service.domain.models import CHALLENGER, CHAMPION, standing
from service.domain.types import Priority
from service.flow import accuracy
from service.flow.drift.judge import verdicts
from service.flow.pace import Pace
from service.metrics import standing as metrics
from service.metrics.common import FAILURES
from service.store import drift as drift_store
from service.store import handled, models, registry, retrainings, switches, waiting

_HANDLED_SECONDS = 5.0
_DRIFT_SECONDS = 30.0
_CHECKED_SECONDS = 30.0
# The newest decisions that drift looks at, and how many of one model tell anything at all.
_DRIFT_EMAILS, _LEAST_EMAILS = 5_000, 200

_WEEKS = (metrics.WEEK_DRIFT, metrics.WEEK_BOUND, metrics.DRIFTS, metrics.COUNTED)
_OPEN = (metrics.OPEN, metrics.OLDEST_OPEN_SECONDS)
_LIVE = (metrics.LIVE_ACCURACY, metrics.LIVE_ACCURACY_EMAILS)
_RETRAINING = (metrics.RETRAINING_FAILED, metrics.RETRAINING_LATE)

Ask = Callable[[Connection], None]

_log = log.get(__name__)


@dataclass(frozen=True, slots=True)
class _Question:
    """What is asked at its own pace, and the gauges that show the answer."""

    pace: Pace
    ask: Ask
    gauges: tuple[Gauge, ...]

    def put(self, connection: Connection) -> None:
        """Ask; what takes too long to count is told, and spoils no other answer."""
        try:
            with self.pace.timed(), connection.begin_nested():
                self.ask(connection)
        except DBAPIError as error:
            if error.connection_invalidated:
                raise
            self.forget()  # no figure may grow old
            FAILURES.labels("standing").inc()
            _log.error("not_counted", what=self.ask.__name__, error=type(error.orig).__name__)

    def forget(self) -> None:
        """Show nothing."""
        for gauge in self.gauges:
            gauge.clear()


class Standing:
    """Keeps the gauges up to date; told by whoever sweeps, once a sweep."""

    def __init__(self) -> None:
        self._questions = [
            _Question(Pace(0.0), _count_waiting, (metrics.WAITING, metrics.OLDEST_SECONDS)),
            _Question(Pace(_HANDLED_SECONDS), _count_handled, (*_OPEN, *_LIVE)),
            _Question(Pace(_HANDLED_SECONDS), _count_switches, (metrics.OFF,)),
            _Question(Pace(_HANDLED_SECONDS), _count_aliases, (metrics.ALIAS,)),
            _Question(Pace(_DRIFT_SECONDS), _count_drift, (metrics.DRIFT, metrics.DRIFT_EMAILS)),
            _Question(Pace(_DRIFT_SECONDS), _count_weeks, _WEEKS),
            _Question(
                Pace(_CHECKED_SECONDS), _count_checked, (metrics.CHECKED_ACCURACY, metrics.CHECKS)
            ),
            _Question(Pace(_HANDLED_SECONDS), _show_retraining, _RETRAINING),
        ]

    def refresh(self, connection: Connection) -> None:
        """Ask what is due, in a transaction that is the caller's."""
        for question in self._questions:
            if question.pace.my_turn():
                question.put(connection)

    def forget(self) -> None:
        """Another process tells from now on; no figure of ours may grow old beside its own."""
        for question in self._questions:
            question.forget()


def _count_waiting(connection: Connection) -> None:
    backlog: dict[Priority, Backlog] = waiting.by_priority(connection)
    for priority, waits in backlog.items():
        metrics.WAITING.labels(priority.name.lower()).set(waits.emails)
        metrics.OLDEST_SECONDS.labels(priority.name.lower()).set(waits.oldest_seconds)


def _count_handled(connection: Connection) -> None:
    _show_open(handled.by_sla(connection))
    metrics.LIVE_ACCURACY.clear()
    metrics.LIVE_ACCURACY_EMAILS.clear()
    for row in handled.stood(connection):
        metrics.LIVE_ACCURACY.labels(row.model_version).set(row.stood / row.emails)
        metrics.LIVE_ACCURACY_EMAILS.labels(row.model_version).set(row.emails)


def _count_checked(connection: Connection) -> None:
    metrics.CHECKED_ACCURACY.clear()
    metrics.CHECKS.clear()
    for one in accuracy.of(connection, accuracy.DAYS):
        labelled = one.checked.labelled if one.checked else 0
        metrics.CHECKS.labels(one.version, "labelled").set(labelled)
        metrics.CHECKS.labels(one.version, "waiting").set(one.waiting)
        if one.checked:
            bounds = {"estimate": one.checked.value, "low": one.checked.low}
            for bound, value in (bounds | {"high": one.checked.high}).items():
                metrics.CHECKED_ACCURACY.labels(one.version, bound).set(value)


def _show_open(by_sla: Sequence[Row[Any]]) -> None:
    # a queue that emptied has no row any more
    metrics.OPEN.clear()
    metrics.OLDEST_OPEN_SECONDS.clear()
    oldest: dict[str, float] = {}
    for row in by_sla:
        metrics.OPEN.labels(row.queue, row.sla).set(row.emails)
        oldest[row.queue] = max(oldest.get(row.queue, 0.0), row.oldest_seconds)
    for queue, seconds in oldest.items():
        metrics.OLDEST_OPEN_SECONDS.labels(queue).set(seconds)


def _count_switches(connection: Connection) -> None:
    metrics.OFF.clear()
    for what in switches.off(connection):
        metrics.OFF.labels(what).set(1)


def _count_aliases(connection: Connection) -> None:
    metrics.ALIAS.clear()
    now = standing(registry.changes(connection))
    for alias, version in ((CHAMPION, now.champion), (CHALLENGER, now.challenger)):
        if version is not None:
            metrics.ALIAS.labels(alias, version).set(1)


def _show_retraining(connection: Connection) -> None:
    metrics.RETRAINING_FAILED.clear()
    metrics.RETRAINING_LATE.clear()
    found = retrainings.standing(connection)
    if found.failed_at is not None:
        metrics.RETRAINING_FAILED.labels(found.failed_at).set(1)
    if found.at is not None:
        metrics.RETRAINING_LATE.labels(found.at).set(max(0.0, found.late_seconds))


def _count_drift(connection: Connection) -> None:
    metrics.DRIFT.clear()
    metrics.DRIFT_EMAILS.clear()
    for version, given in models.newest_answers(connection, _DRIFT_EMAILS).items():
        metrics.DRIFT_EMAILS.labels(version).set(len(given))
        made_with = from_json(models.profile(connection, version))
        if made_with is None or len(given) < _LEAST_EMAILS:
            continue
        today = profile(made_with.labels, [Answer(*answer) for answer in given])
        for feature, index in drift(made_with, today).items():
            metrics.DRIFT.labels(feature, version).set(index)


def _count_weeks(connection: Connection) -> None:
    for gauge in _WEEKS:
        gauge.clear()
    last = drift_store.last_day(connection)
    if last is None:
        return
    began = datetime(last.year, last.month, last.day, tzinfo=UTC)
    metrics.COUNTED.labels("day").set(began.timestamp())
    for version, told in verdicts(connection, last).items():
        for feature, figure in told.figures.items():
            metrics.WEEK_DRIFT.labels(feature, version).set(figure.index)
            metrics.WEEK_BOUND.labels(feature, version).set(figure.bound)
            metrics.DRIFTS.labels(feature, version).set(feature in told.features)
