"""Days of mail as drift sees them: what to count, what was counted, what people said meanwhile."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Connection, Engine, Row, text

_LOCK = text("SELECT pg_try_advisory_lock(7204118003)")
_UNLOCK = text("SELECT pg_advisory_unlock(7204118003)")

# Mail that nobody could read tells of messages, though no model was asked.
_LOOKED_AT = """d.number = 1 AND d.email_id >= :low AND d.email_id < :high
  AND (d.confidence IS NOT NULL OR d.reason IN ('unparseable', 'failed', 'crashed'))"""

_VERSIONS = text(f"""
SELECT d.model_version, count(d.confidence) AS emails FROM decisions d
WHERE {_LOOKED_AT} GROUP BY 1 ORDER BY 1
""")  # noqa: S608  # text of our own

# By a hash of the id, so that the same mails are drawn again; the category may be a rule's, the
# model's own label is the one with the highest score.
_SEEN = f"""
SELECT d.email_id, d.confidence, d.tokens, d.reason,
       (SELECT key FROM jsonb_each(d.scores) ORDER BY value DESC, key LIMIT 1) AS label,
       r.fields #>> '{{{{defects,0,code}}}}' AS defect,
       lower(r.fields #>> '{{{{from,address}}}}') AS sender
FROM (
    SELECT d.* FROM decisions d WHERE {_LOOKED_AT} AND {{}}
    ORDER BY md5(d.email_id::text) LIMIT :most
) AS d LEFT JOIN readings r USING (email_id)
"""  # noqa: S608  # text of our own
_DRAWN = text(_SEEN.format("(CAST(:version AS text) IS NULL OR d.model_version = :version)"))
_THESE = text(_SEEN.format("d.email_id = ANY(CAST(:ids AS uuid[]))"))

_CONTENTS = text("""
SELECT id, kind, content FROM emails
WHERE id = ANY(CAST(:ids AS uuid[])) AND octet_length(content) <= :largest ORDER BY id
""")

_KEEP = text("""
INSERT INTO drift_days (model_version, day, since, until, emails, counts, bags, figures)
VALUES (:version, :day, :since, :until, :emails, CAST(:counts AS jsonb), :bags,
        CAST(:figures AS jsonb))
ON CONFLICT (model_version, day) DO UPDATE SET since = excluded.since, until = excluded.until,
    emails = excluded.emails, counts = excluded.counts, bags = excluded.bags,
    figures = excluded.figures, counted_at = excluded.counted_at
""")

_COUNTED = text("""
SELECT day, emails, counts, bags FROM drift_days
WHERE model_version = :version AND day >= :since AND day <= :until ORDER BY day
""")

_FIRST_DAY = text("SELECT min(day) FROM drift_days WHERE model_version = :version")
_LAST_DAY = text("SELECT max(day) FROM drift_days")
_SPAN = text("""
SELECT min(since) AS since, max(until) AS until FROM drift_days
WHERE day > (SELECT max(day) FROM drift_days) - CAST(:days AS int)
""")
# The newest day before that was counted of others, but not of this model: it did not decide then.
_AWAY = text("""
SELECT max(d.day) FROM drift_days d
WHERE d.day < :day AND NOT EXISTS (
    SELECT FROM drift_days o WHERE o.model_version = :version AND o.day = d.day)
""")
_STARTED = text("SELECT min(since) FROM drift_days WHERE day >= :day")

_FIGURES = text("""
SELECT model_version, day, emails, figures FROM drift_days
WHERE day >= :since AND day <= :until
  AND (CAST(:version AS text) IS NULL OR model_version = :version)
ORDER BY model_version, day
""")

_ANY = text("""
SELECT EXISTS (SELECT FROM decisions
               WHERE number = 1 AND email_id >= :low AND email_id < :high
                 AND confidence IS NOT NULL)
""")

_FORGET_BAGS = text("UPDATE drift_days SET bags = NULL WHERE day < :day AND bags IS NOT NULL")
_FORGET = text("DELETE FROM drift_days WHERE day < :day")

_CHECKS = text("""
SELECT share, count(*) AS chosen, count(label) AS labelled,
       count(*) FILTER (WHERE label = category) AS right
FROM spot_checks
WHERE model_version = :version AND reason = 'model' AND chosen_at >= :since AND chosen_at < :until
GROUP BY share
""")

_STOOD = text("""
SELECT count(*) AS emails, count(*) FILTER (WHERE category = predicted) AS stood FROM done_items
WHERE model_version = :version AND predicted IS NOT NULL
  AND completed_at >= :since AND completed_at < :until
""")


# What is written down of a day: counts, bags, figures.
Told = tuple[Mapping[str, Any], str, Mapping[str, Any]]


@contextmanager
def alone(engine: Engine) -> Iterator[bool]:
    """Whether nobody else counts; nobody does until the block ends."""
    with engine.connect() as connection:
        with connection.begin():
            got = bool(connection.execute(_LOCK).scalar_one())
        try:
            yield got
        finally:
            if got:
                with connection.begin():
                    connection.execute(_UNLOCK)


def accepted_from(moment: datetime) -> UUID:
    """The least id of mail that is accepted from then on: ids begin with the time (RFC 9562)."""
    return UUID(int=max(0, int(moment.timestamp() * 1000)) << 80)


def versions(connection: Connection, since: datetime, until: datetime) -> Sequence[Row[Any]]:
    """The models that mail accepted in this time was put to, with how many each answered."""
    return connection.execute(_VERSIONS, _between(since, until)).all()


def drawn(
    connection: Connection, since: datetime, until: datetime, version: str | None, most: int
) -> Sequence[Row[Any]]:
    """Mails put to a model, or to any, drawn by chance: what it said, what was in the message."""
    values = {**_between(since, until), "version": version, "most": most}
    return connection.execute(_DRAWN, values).all()


def drawn_of(
    connection: Connection, since: datetime, until: datetime, ids: Iterable[UUID], most: int
) -> Sequence[Row[Any]]:
    """As `drawn`, of these mails alone."""
    values = {**_between(since, until), "ids": list(ids), "most": most}
    return connection.execute(_THESE, values).all()


def contents(connection: Connection, ids: Sequence[UUID], largest: int) -> Sequence[Row[Any]]:
    """These mails as they were stored, those of at most `largest` bytes."""
    return connection.execute(_CONTENTS, {"ids": list(ids), "largest": largest}).all()


def keep(
    connection: Connection,
    version: str,
    day: date,
    between: tuple[datetime, datetime],
    emails: int,
    told: Told,
) -> None:
    """Write down a day: its counts, bags and figures; counted once more, it is replaced."""
    counts, bags, figures = told
    connection.execute(
        _KEEP,
        {
            "version": version,
            "day": day,
            "since": between[0],
            "until": between[1],
            "emails": emails,
            "counts": orjson.dumps(dict(counts)).decode(),
            "bags": bags,
            "figures": orjson.dumps(dict(figures)).decode(),
        },
    )


def counted(connection: Connection, version: str, since: date, until: date) -> Sequence[Row[Any]]:
    """What was counted of a model's days, both ends included, oldest first."""
    values = {"version": version, "since": since, "until": until}
    return connection.execute(_COUNTED, values).all()


def first_day(connection: Connection, version: str) -> date | None:
    """The first day of a model that was counted."""
    found: date | None = connection.execute(_FIRST_DAY, {"version": version}).scalar()
    return found


def away(connection: Connection, version: str, day: date) -> date | None:
    """The newest day before this one on which others decided, and this model did not."""
    values = {"version": version, "day": day}
    found: date | None = connection.execute(_AWAY, values).scalar()
    return found


def last_day(connection: Connection) -> date | None:
    """The last day that was counted, of any model."""
    found: date | None = connection.execute(_LAST_DAY).scalar()
    return found


def last_days(connection: Connection, days: int) -> tuple[datetime, datetime] | None:
    """Within which time the mail of the newest counted days was accepted, of any model."""
    row = connection.execute(_SPAN, {"days": days}).one()
    return (row.since, row.until) if row.since else None


def started(connection: Connection, day: date) -> datetime | None:
    """When the first counted day from this one on began."""
    found: datetime | None = connection.execute(_STARTED, {"day": day}).scalar()
    return found


def figures(
    connection: Connection, since: date, until: date, version: str | None = None
) -> Sequence[Row[Any]]:
    """The figures of these days, of one model or of all, by model and day."""
    values = {"since": since, "until": until, "version": version}
    return connection.execute(_FIGURES, values).all()


def anything(connection: Connection, since: datetime, until: datetime) -> bool:
    """Whether a model answered mail that was accepted in this time."""
    return bool(connection.execute(_ANY, _between(since, until)).scalar_one())


def forget(connection: Connection, bags_before: date, before: date) -> None:
    """Drop the bags of days before one, and all of those before another."""
    connection.execute(_FORGET_BAGS, {"day": bags_before})
    connection.execute(_FORGET, {"day": before})


def checks(
    connection: Connection, version: str, since: datetime, until: datetime
) -> Sequence[Row[Any]]:
    """Spot checks chosen in this time of what the model decided, by the share of the choice."""
    values = {"version": version, "since": since, "until": until}
    return connection.execute(_CHECKS, values).all()


def stood(connection: Connection, version: str, since: datetime, until: datetime) -> Row[Any]:
    """Mail completed in this time that the model had decided, and how much of it stood."""
    values = {"version": version, "since": since, "until": until}
    return connection.execute(_STOOD, values).one()


def _between(since: datetime, until: datetime) -> dict[str, UUID]:
    return {"low": accepted_from(since), "high": accepted_from(until)}
