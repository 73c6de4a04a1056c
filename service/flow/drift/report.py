"""What is told of drift, model by model: the verdict, its days, what moved, what cannot be said.

drift_days -> verdict, figures over time; the newest week and the profile -> shares, words, domains
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, Row

from model import profile as manifest
from model.contents import LEAST_OF_DOMAIN, LEAST_SENDERS, Contents
from model.profile import Profile
from service.domain.drift import concept, week
from service.domain.drift.moved import Counted, Moved, moved
from service.domain.drift.rule import ACCURACY, STOOD, Day, Verdict
from service.domain.drift.stability import LEAST_EMAILS
from service.flow.drift.judge import day_of, verdict
from service.flow.drift.reference import read_back, reference
from service.store import drift as store
from service.store import models

_EVERY = (*week.FEATURES, ACCURACY, STOOD)


@dataclass(frozen=True, slots=True)
class Share:
    """A share with the bounds of its 95 % interval, as a day knew it, of so many."""

    value: float
    low: float
    high: float
    labelled: int


@dataclass(frozen=True, slots=True)
class Told:
    """Of one model version.

    `right` and `stood` are by day; `shares` say by feature and bin how much of the mail it was made
    with, and of the newest week, lies there. `lacks` has a sentence for each feature of which
    nothing can be said.
    """

    version: str
    verdict: Verdict
    days: Sequence[Day]
    right: Mapping[date, Share]
    stood: Mapping[date, Share]
    shares: Mapping[str, Sequence[tuple[str, float, float]]]
    words: Sequence[Moved]
    domains: Sequence[Moved]
    lacks: Mapping[str, str]


def report(
    connection: Connection, since: date, until: date, version: str | None = None
) -> list[Told]:
    """Of each model that has counted days between the two, or of this one, by version."""
    rows: dict[str, list[Row[Any]]] = {}
    for row in store.figures(connection, since, until, version):
        rows.setdefault(row.model_version, []).append(row)
    return [_told(connection, name, found) for name, found in rows.items()]


def _told(connection: Connection, version: str, rows: Sequence[Row[Any]]) -> Told:
    newest = rows[-1].day
    made_with = manifest.from_json(models.profile(connection, version))
    first = newest - timedelta(days=week.DAYS - 1)
    whole = _week(connection, version, first, newest)
    compared = reference(connection, version, made_with, first) if made_with else None
    found = verdict(connection, version, newest)
    return Told(
        version,
        found,
        [day_of(row) for row in rows],
        _over_time(ACCURACY, rows),
        _over_time(STOOD, rows),
        _shares(compared, whole) if compared and whole else {},
        *_moved(compared, whole),
        {name: _why(name, made_with, found) for name in _EVERY if name not in found.figures},
    )


def _week(connection: Connection, version: str, first: date, last: date) -> Profile | None:
    rows = store.counted(connection, version, first, last)
    days = [x for row in rows if (x := read_back(row))]
    return week.total(days) if days else None


def _over_time(name: str, rows: Sequence[Row[Any]]) -> dict[date, Share]:
    found = ((row.day, row.figures.get(name)) for row in rows)
    return {
        day: Share(one["value"], one["low"], one["high"], one["labelled"])
        for day, one in found
        if one
    }


def _shares(made_with: Profile, whole: Profile) -> dict[str, list[tuple[str, float, float]]]:
    one, other = made_with.contents, whole.contents
    pairs: dict[str, tuple[Mapping[str, int], Mapping[str, int]]] = {
        "category": (made_with.labels, whole.labels),
        "confidence": (
            _by_end(manifest.CONFIDENCE_ENDS, made_with.confidence),
            _by_end(manifest.CONFIDENCE_ENDS, whole.confidence),
        ),
        "length": (
            _by_end(manifest.TOKEN_ENDS, made_with.tokens),
            _by_end(manifest.TOKEN_ENDS, whole.tokens),
        ),
    }
    if one and other:
        pairs["language"] = (one.languages, other.languages)
        pairs["defects"] = (one.defects or {}, other.defects or {})
    return {name: _pairs(*pair) for name, pair in pairs.items() if all(map(_any, pair))}


def _by_end(ends: Sequence[float], counts: Sequence[int]) -> dict[str, int]:
    names = [*(f"to {end:g}" for end in ends), f"over {ends[-1]:g}"]
    return dict(zip(names, counts, strict=True))


def _any(counts: Mapping[str, int]) -> bool:
    return sum(counts.values()) > 0


def _pairs(before: Mapping[str, int], now: Mapping[str, int]) -> list[tuple[str, float, float]]:
    names = dict.fromkeys([*before, *now])
    one, other = sum(before.values()), sum(now.values())
    return [(name, before.get(name, 0) / one, now.get(name, 0) / other) for name in names]


def _moved(made_with: Profile | None, whole: Profile | None) -> tuple[list[Moved], list[Moved]]:
    one = made_with.contents if made_with else None
    other = whole.contents if whole else None
    if one is None or other is None:
        return [], []
    words = moved(
        Counted(one.words, one.senders, LEAST_SENDERS), Counted(other.words, other.senders)
    )
    return words, _moved_domains(one, other)


def _moved_domains(one: Contents, other: Contents) -> list[Moved]:
    if one.domains is None or other.domains is None:
        return []
    return moved(
        Counted(one.domains, one.emails, LEAST_OF_DOMAIN), Counted(other.domains, other.emails)
    )


def _why(feature: str, made_with: Profile | None, found: Verdict) -> str:
    """Why nothing is said of a feature."""
    if feature in {ACCURACY, STOOD}:
        return (
            f"fewer than {concept.LEAST} labels within {concept.DAYS} days, or before: see to the "
            "spot checks"
            if feature == ACCURACY
            else f"fewer than {concept.LEAST} completed mails within {concept.DAYS} days, or before"
        )
    if made_with is None:
        return "the model's manifest has no profile: python -m model profile"
    if feature in {week.WORDS, week.NOVEL, "language"} and made_with.contents is None:
        return "the model's profile is of an older release: take it anew, python -m model profile"
    if not found.figures.keys() & set(week.FEATURES):
        return f"the model has not decided {LEAST_EMAILS} mails within a whole week yet"
    if feature == "defects":
        return f"told by the model's own first {week.FIRST_DAYS} days, which are not over yet"
    return f"fewer than {LEAST_EMAILS} mails on one of the two sides"
