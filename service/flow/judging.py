"""A canary is judged while it runs, and rolled back by itself where it loses.

decisions and corrections since it began -> counts of both -> test -> entries in the log
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, Row

from service import log
from service.domain import trials as rules
from service.domain.evidence import Counts, Measure, Verdict, judge
from service.domain.ids import earliest
from service.domain.items import Actor
from service.domain.models import Change
from service.domain.trials import CANARY, Trial
from service.flow.registry import change_in
from service.store import engine as database
from service.store import judging as store
from service.store import trials

# How many times as often as the champion a canary may do it.
_BORNE = {"overrides": 1.1, "abstentions": 1.25, "failures": 1.0, "slow answers": 1.5}
# An answer is slow that takes so many times what was usual, and a twentieth of a second at least.
_SLOW_TIMES, _SLOW_SECONDS = 3.0, 0.05
_USUAL_EMAILS = 1_000

_log = log.get(__name__)


@dataclass(frozen=True, slots=True)
class Judged:
    """A trial and how its canary stands; `decided` are the canary's mails and the champion's."""

    trial: Trial
    verdict: Verdict
    decided: tuple[int, int]


def look(connection: Connection) -> Judged | None:
    """How the canary that runs stands; None where none does."""
    trial = trials.running(connection, CANARY)
    return stand(connection, trial) if trial is not None else None


def stand(connection: Connection, trial: Trial) -> Judged:
    """How a canary stands, whether it runs still or not."""
    first = earliest(trial.since)
    usual = store.usual_seconds(connection, first, _USUAL_EMAILS)
    slow = max(_SLOW_TIMES * usual, _SLOW_SECONDS) if usual is not None else None
    # once it is promoted, the version decides all mail, and none of that is a canary's
    last = earliest(trial.until) if trial.until else None
    found = store.counts(connection, trial.version, first, last, slow)
    emails = (_of(found, True, "emails"), _of(found, False, "emails"))
    return Judged(trial, judge(_measures(found), trial.share), emails)


def conclude(connection: Connection) -> Judged | None:
    """Judge the canary that runs; where it lost, it is over with this transaction."""
    judged = look(connection)
    if judged is None or judged.verdict.lost is None:
        return judged
    by, reason = Actor("", "sweep", None), judged.verdict.reason()
    # whoever stopped it meanwhile, or changed a model, was first
    made = change_in(connection, lambda c, now: _lost(c, judged.trial), by, reason)
    if made:
        _log.error("canary_lost", version=judged.trial.version, reason=reason)
    return judged


def run(engine: Engine) -> Judged | None:
    """`conclude` in a transaction of its own.

    Raises:
        Unavailable: PostgreSQL cannot be asked.

    """
    return database.run(engine, conclude)


def _lost(connection: Connection, judged: Trial) -> tuple[Change, ...]:
    now = trials.running(connection, CANARY)
    return rules.lose(now) if now is not None and now.id == judged.id else ()


def _measures(found: Mapping[bool, Row[Any]]) -> list[Measure]:
    named = (
        ("overrides", "overridden", "completed"),
        ("abstentions", "abstained", "answered"),
        ("failures", "failed", "emails"),
        ("slow answers", "slow", "answered"),
    )
    return [
        Measure(
            name,
            _BORNE[name],
            Counts(_of(found, True, events), _of(found, True, emails)),
            Counts(_of(found, False, events), _of(found, False, emails)),
        )
        for name, events, emails in named
    ]


def _of(found: Mapping[bool, Row[Any]], canary: bool, name: str) -> int:
    return int(getattr(found[canary], name)) if canary in found else 0
