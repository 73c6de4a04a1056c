"""Models as the cockpit sees them, without a database."""

from datetime import UTC, datetime, timedelta
from typing import Any

from service.domain.cockpit import Attempt, Entry, Exchange, MailSet, Model, contest, reigns, turns
from service.flow.cockpit import Cockpit, Line

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
SET = MailSet("newest", "a" * 64, 500, True, 3, NOW - timedelta(days=1))


def metrics(accuracy: float, categories: tuple[str, ...] = ("claim", "payment")) -> dict[str, Any]:
    """All that `model evaluate` keeps."""
    row = {
        "precision": accuracy,
        "recall": accuracy,
        "f1": accuracy,
        "support": 50,
        "auc": 0.99,
        "lift": {"1": 9.0, "5": 8.0, "10": 7.0},
    }
    unseen = {**row, "support": 0, "auc": None, "lift": dict.fromkeys(("1", "5", "10"))}
    return {
        "accuracy": accuracy,
        "accuracy_interval": [accuracy - 0.02, accuracy + 0.02],
        "macro_f1": accuracy,
        "macro_f1_interval": [accuracy - 0.03, accuracy + 0.03],
        "macro_auc": 0.987,
        "lift": {"1": 9.0, "5": 8.0, "10": 7.0},
        "ece": 0.031,
        "ece_by_chance": 0.04,
        "coverage": 0.8,
        "abstained": 100,
        "decided_accuracy": None,
        "categories": {**dict.fromkeys(categories, row), "unseen": unseen},
    }


def model(number: int, status: str = "added", name: str = "ours") -> Model:
    """One that came so many days ago."""
    found = metrics(0.9 - number / 1000)
    since = NOW - timedelta(days=number)
    return Model(f"version-{number}", name, status, since, found, (f"note {number}",))


def _trial(version: str, since: datetime, until: datetime | None, end: str) -> Attempt:
    return Attempt("canary", version, 0.05, since, until, end, "is it ready?", "operator/anna", "")


def cockpit(count: int, reason: str = "better") -> Cockpit:
    """So many models, the second newest of them champion since ten days ago, the newest asked."""
    models = [model(n) for n in range(count)]
    names = [one.version for one in models]
    log = [
        Entry(n, NOW - timedelta(days=12 - n), "promoted", name, reason, "operator/anna")
        for n, name in enumerate(names[2:0:-1], 1)
    ]
    truth = ("claim",) * 50 + ("payment",) * 50
    found = contest(truth, truth[:50] + ("claim",) * 50, truth)
    done = Exchange(SET, metrics(0.5), metrics(1.0), found)
    told = [(turn, done if turn.before else None) for turn in turns(log)[::-1]]
    sets = [SET, MailSet("golden", "b" * 64, 90, False, count, NOW - timedelta(days=9))]
    return Cockpit(
        sets if count else [],
        SET if count else None,
        models,
        count + 1,
        log[-1].version if log else None,
        names[0] if count > 1 else None,
        log[-2].version if len(log) > 1 else None,
        bool(log),
        reigns(log)[::-1],
        told,
        len(log),
        [SET, SET],
        [Line(name, (None, 0.9)) for name in names[:2]],
        [_trial(names[0], NOW, None, "running")] if count > 1 else [],
    )
