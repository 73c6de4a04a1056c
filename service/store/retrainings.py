"""Retrainings: one row each, one at a time; whoever goes on with one finds how far it came."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, Row, text

from service.domain.items import Actor

_NOW = "coalesce(CAST(:now AS timestamptz), clock_timestamp())"

# Whoever goes on with one counts a start: then it is no longer that of who had it before.
_OURS = "id = :id AND starts = :starts AND ended_at IS NULL"

_BEGIN = text(f"""
INSERT INTO retrainings (begun_at, reasons, by_client, by_agent, step, step_at, step_seconds)
VALUES ({_NOW}, :reasons, :by_client, :by_agent, :step, {_NOW}, :seconds) RETURNING *
""")  # noqa: S608  # text of our own

_GO_ON = text("""
UPDATE retrainings SET starts = starts + 1 WHERE ended_at IS NULL RETURNING *
""")

_STEP = text(f"""
UPDATE retrainings SET step = :step, step_at = {_NOW}, step_seconds = :seconds
WHERE {_OURS}
""")  # noqa: S608  # text of our own

_NOTE = text(f"""
UPDATE retrainings SET facts = facts || CAST(:facts AS jsonb) WHERE {_OURS}
""")  # noqa: S608  # text of our own

_END = text(f"""
UPDATE retrainings SET ended_at = {_NOW}, outcome = :outcome, error = :error WHERE {_OURS}
""")  # noqa: S608  # text of our own

_NEWEST = text("SELECT * FROM retrainings ORDER BY id DESC LIMIT :limit")

# What failed learned nothing: its labels are new still.
_LEARNED = text("SELECT max(begun_at) FROM retrainings WHERE outcome <> 'failed'")

_STANDING = text("""
WITH ended AS (
    SELECT step, outcome FROM retrainings WHERE ended_at IS NOT NULL ORDER BY id DESC LIMIT 1
), begun AS (
    SELECT step, extract(epoch FROM clock_timestamp() - step_at) - step_seconds AS late_seconds
    FROM retrainings WHERE ended_at IS NULL
)
SELECT (SELECT step FROM ended WHERE outcome = 'failed') AS failed_at,
       (SELECT step FROM begun) AS at,
       CAST((SELECT late_seconds FROM begun) AS double precision) AS late_seconds
""")

# Of mail that has a label which counts, by when it got it; as `judgements.examples` reads them.
_LABELS = text(f"""
WITH said AS (
    SELECT email_id, at FROM labels WHERE withdrawn_at IS NULL
    UNION ALL
    SELECT email_id, labelled_at FROM spot_checks WHERE label IS NOT NULL
)
SELECT count(DISTINCT email_id) FILTER (
           WHERE at > coalesce(CAST(:since AS timestamptz), '-infinity')) AS emails,
       extract(epoch FROM {_NOW} - coalesce(CAST(:since AS timestamptz), min(at))) / 86400 AS days
FROM said
""")  # noqa: S608  # text of our own


def begin(
    connection: Connection,
    reasons: Sequence[str],
    by: Actor,
    first: tuple[str, float],
    now: datetime | None,
) -> Row[Any]:
    """A new one at its first step, which may take so many seconds."""
    values = {"reasons": list(reasons), "by_client": by.client, "by_agent": by.agent, "now": now}
    return connection.execute(_BEGIN, {**values, "step": first[0], "seconds": first[1]}).one()


def go_on(connection: Connection) -> Row[Any] | None:
    """The one that did not end, begun once more; None where there is none."""
    return connection.execute(_GO_ON).one_or_none()


@dataclass(frozen=True, slots=True)
class Turn:
    """One start of a retraining: what it writes down counts until somebody else goes on with it."""

    id: int
    starts: int


def step(
    connection: Connection, ours: Turn, name: str, seconds: float, now: datetime | None
) -> bool:
    """A step begins, and may take so many seconds; False where somebody else went on with it."""
    values = {"step": name, "seconds": seconds, "now": now}
    return connection.execute(_STEP, {**asdict(ours), **values}).rowcount > 0


def note(connection: Connection, ours: Turn, facts: Mapping[str, Any]) -> None:
    """Add what was found, by step."""
    connection.execute(_NOTE, {**asdict(ours), "facts": orjson.dumps(facts).decode()})


def end(
    connection: Connection, ours: Turn, outcome: str, error: str | None, now: datetime | None
) -> None:
    """It is over."""
    values = {"outcome": outcome, "error": error, "now": now}
    connection.execute(_END, {**asdict(ours), **values})


def newest(connection: Connection, limit: int) -> Sequence[Row[Any]]:
    """The last ones, the newest first."""
    return connection.execute(_NEWEST, {"limit": limit}).all()


def standing(connection: Connection) -> Row[Any]:
    """At which step the newest one failed, if it did; which one is `at` work, and how late."""
    return connection.execute(_STANDING).one()


def learned_at(connection: Connection) -> datetime | None:
    """When the newest one began that did not fail; None where there is none."""
    found: datetime | None = connection.execute(_LEARNED).scalar()
    return found


def labels(
    connection: Connection, since: datetime | None, now: datetime | None
) -> tuple[int, float | None]:
    """How many mails were labelled since then, and how many days ago that was.

    Without a `since`, all labels count, and the days since the first one.
    """
    row = connection.execute(_LABELS, {"since": since, "now": now}).one()
    return row.emails, None if row.days is None else float(row.days)
