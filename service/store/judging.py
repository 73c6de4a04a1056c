"""What became of the mail of a canary trial, by who decided it."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, text

# Mail ids begin with the time: what came since the trial began is one end of the primary key.
_COUNTS = text("""
SELECT split_part(d.model_version, '+', 1) = :version AS canary, count(*) AS emails,
       count(*) FILTER (WHERE d.confidence IS NOT NULL) AS answered,
       count(*) FILTER (WHERE d.reason IN ('below_threshold', 'out_of_scope')) AS abstained,
       count(*) FILTER (WHERE d.reason IN ('failed', 'crashed')) AS failed,
       count(*) FILTER (WHERE d.inference_seconds > CAST(:slow AS real)) AS slow,
       count(o.predicted) AS completed,
       count(*) FILTER (WHERE o.category <> o.predicted) AS overridden
FROM decisions d LEFT JOIN done_items o ON o.email_id = d.email_id
WHERE d.number = 1 AND d.email_id > :first
  AND d.email_id < coalesce(CAST(:last AS uuid), 'ffffffff-ffff-ffff-ffff-ffffffffffff')
GROUP BY 1
""")

_USUAL_SECONDS = text("""
SELECT percentile_disc(0.95) WITHIN GROUP (ORDER BY inference_seconds) FROM (
    SELECT inference_seconds FROM decisions
    WHERE number = 1 AND email_id < :first AND confidence IS NOT NULL
    ORDER BY email_id DESC LIMIT :most) AS before
""")

_LOST = text("""
SELECT DISTINCT version FROM model_changes
WHERE alias = 'canary' AND action = 'lost' AND at > clock_timestamp() - interval '1 day'
""")


def counts(
    connection: Connection, version: str, first: UUID, last: UUID | None, slow: float | None
) -> Mapping[bool, Row[Any]]:
    """Of the mail of a trial: what the canary (True) and all others (False) decided.

    Args:
        connection: where to ask.
        version: the canary's.
        first: the lowest id that a mail of this trial can have.
        last: the lowest id of mail that came when it was over; None: it runs.
        slow: seconds of inference beyond which an answer is; None: none is.

    """
    values = {"version": version, "first": first, "last": last, "slow": slow}
    return {row.canary: row for row in connection.execute(_COUNTS, values)}


def usual_seconds(connection: Connection, first: UUID, most: int) -> float | None:
    """What 95 of 100 answers took at most, of the newest before the trial; None where none was."""
    values = {"first": first, "most": most}
    found: float | None = connection.execute(_USUAL_SECONDS, values).scalar_one()
    return found


def lost_lately(connection: Connection) -> list[str]:
    """Versions whose canary lost within a day."""
    return list(connection.execute(_LOST).scalars())
