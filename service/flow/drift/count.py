"""A day's mail counted, model by model, and its week held against what the model was made with.

decisions of the day -> a thousand drawn -> read -> counts and bags -> the week's figures -> a row

A process of its own does it, once a day: 1,000 mails take some seconds and one at a time is held.
"""

from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine

from model import profile as manifest
from model.bags import packed
from model.contents import Tally
from model.profile import Answer, Profile, profile
from service import log
from service.domain.drift import concept, week
from service.domain.drift.features import figures
from service.domain.drift.rule import ACCURACY, STOOD
from service.domain.drift.stability import Figure
from service.domain.spot_checks import Estimate, Group, estimate
from service.flow.drift.due import Span
from service.flow.drift.reading import read
from service.flow.drift.reference import read_back, reference
from service.store import drift as store
from service.store import engine as database
from service.store import models

_log = log.get(__name__)

_MOST_READ = 1_000  # mails of a day and model
_SENDERS_OF_WORD = 3  # of a day, that a word is named from on
_UNREAD = "unread"
_BAG_DAYS, _KEPT_DAYS = 14, 400  # of what was counted


def count(engine: Engine, span: Span) -> list[str]:
    """Count a day; returns the models that had mail. Counted again, it is replaced.

    All of them are written down at once: a day of which some were would not be due any more.
    """
    rows = database.run(engine, lambda c: store.versions(c, span.since, span.until))
    found = {row.model_version: _count(engine, span, row.model_version) for row in rows}

    def work(connection: Connection) -> None:
        for row in rows:
            told = found[row.model_version]
            between = (span.since, span.until)
            store.keep(connection, row.model_version, span.day, between, row.emails, told)
        store.forget(
            connection,
            span.day - timedelta(days=_BAG_DAYS),
            span.day - timedelta(days=_KEPT_DAYS),
        )

    database.run(engine, work)
    for row in rows:
        version, emails = row.model_version, row.emails
        _log.info("drift_counted", day=str(span.day), model_version=version, emails=emails)
    return list(found)


def _count(engine: Engine, span: Span, version: str) -> store.Told:
    made_with = database.run(engine, lambda c: manifest.from_json(models.profile(c, version)))
    counts = _counts(engine, span, version, made_with)
    found = database.run(engine, lambda c: _figures(c, span, version, made_with, counts))
    contents = counts.contents
    assert contents is not None  # a tally always has some
    plain = manifest.as_json(replace(counts, contents=replace(contents, bags=())))
    return plain, packed(contents.bags), found


def _counts(engine: Engine, span: Span, version: str, made_with: Profile | None) -> Profile:
    drawn = database.run(
        engine, lambda c: store.drawn(c, span.since, span.until, version, _MOST_READ)
    )
    known = made_with.contents.words if made_with and made_with.contents else ()
    tally = Tally(known=frozenset(known), least_senders=_SENDERS_OF_WORD)
    for row in drawn:
        if row.confidence is None:
            tally.add_defect(_UNREAD)
    for _, _, one in read(engine, drawn):
        tally.add(one)
    answers = [
        Answer(row.label, row.confidence, row.tokens) for row in drawn if row.confidence is not None
    ]
    return profile(made_with.labels if made_with else (), answers, tally.contents())


def _figures(
    connection: Connection, span: Span, version: str, made_with: Profile | None, counts: Profile
) -> dict[str, Any]:
    """How far the week that ends with this day has moved, and how right the model was lately."""
    pairs = _pairs(connection, span, version)
    found = {name: figure for name, pair in pairs.items() if (figure := concept.fallen(pair))}
    if made_with is not None:
        found |= _of_week(connection, span, version, made_with, counts)
    return {
        "features": {name: asdict(figure) for name, figure in found.items()},
        **{name: asdict(pair.recent) if pair.recent else None for name, pair in pairs.items()},
    }


def _of_week(
    connection: Connection, span: Span, version: str, made_with: Profile, counts: Profile
) -> dict[str, Figure]:
    """Nothing before the model has decided for a whole week: Sundays are not like Tuesdays.

    Nor once it decides again, after a rollback, before it has for as long.
    """
    first = store.first_day(connection, version) or span.day
    start = span.day - timedelta(days=week.DAYS - 1)
    away = store.away(connection, version, span.day)
    if first > start or (away is not None and away >= start):
        return {}
    rows = store.counted(connection, version, start, span.day - timedelta(days=1))
    whole = week.total([*(x for row in rows if (x := read_back(row))), counts])
    return figures(reference(connection, version, made_with, start), whole)


def _pairs(connection: Connection, span: Span, version: str) -> dict[str, concept.Pair]:
    recent = span.day - timedelta(days=concept.DAYS - 1)
    middle = store.started(connection, recent) or span.since
    first = store.started(connection, recent - timedelta(days=concept.BEFORE_DAYS)) or middle
    return {
        name: concept.Pair(
            share(connection, version, middle, span.until),
            share(connection, version, first, middle),
        )
        for name, share in ((ACCURACY, _checked), (STOOD, _stood))
    }


def _checked(
    connection: Connection, version: str, since: datetime, until: datetime
) -> Estimate | None:
    rows = store.checks(connection, version, since, until)
    return estimate(Group(row.share, row.chosen, row.labelled, row.right) for row in rows)


def _stood(
    connection: Connection, version: str, since: datetime, until: datetime
) -> Estimate | None:
    row = store.stood(connection, version, since, until)
    return estimate([Group(1.0, row.emails, row.emails, row.stood)])
