"""What is written down of models that were judged on the same mail."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Engine

from service.domain import paired
from service.domain.evaluation import Evaluation
from service.store import engine as database
from service.store import evaluations
from service.store.evaluations import SetKey


def shared(engine: Engine, first: str, second: str) -> list[dict[str, Any]]:
    """The newest figures of two models on the same mail, one for each kind of set."""

    def work(connection: Connection) -> list[dict[str, Any]]:
        keys = evaluations.shared(connection, first, second)
        return [_pair(key, evaluations.on(connection, key), first, second) for key in keys]

    return database.run(engine, work)


def _pair(key: SetKey, found: Mapping[str, Evaluation], first: str, second: str) -> dict[str, Any]:
    one, other = found[first], found[second]
    return {
        "set": key.name,
        "hash": key.hash,
        "emails": one.emails,
        "by_chance": one.by_chance,
        "evaluated_at": key.evaluated_at,
        "p": _chance(one, other),
        "first": {**one.metrics, "notes": list(one.notes)},
        "second": {**other.metrics, "notes": list(other.notes)},
    }


def _chance(one: Evaluation, other: Evaluation) -> float:
    """How likely a difference in accuracy as large as theirs is by chance, either way."""
    truth = one.named(one.truth)
    answers = one.named(one.answers), other.named(other.answers)
    worse, better = paired.accuracy(truth, *answers), paired.accuracy(truth, *answers[::-1])
    return min(1.0, 2 * min(worse.p, better.p))
