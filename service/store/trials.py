"""Trials, read from the registry's log."""

from sqlalchemy import Connection, text

from service.domain.trials import Trial

# Three short ranges of one index: workers and APIs ask every second.
_NEWEST = text("""
SELECT t.id, t.version, t.share, t.at, m.artifact,
       (SELECT min(n.at) FROM model_changes n
        WHERE n.id > t.id AND n.alias IN ('champion', 'challenger', :kind)) AS until
FROM model_changes t JOIN models m ON m.version = t.version
WHERE t.alias = :kind AND t.action = 'started' ORDER BY t.id DESC LIMIT 1
""")


def newest(connection: Connection, kind: str) -> Trial | None:
    """The trial of this kind that was started last, whether it runs still or not."""
    row = connection.execute(_NEWEST, {"kind": kind}).one_or_none()
    if row is None:
        return None
    runs = row.until is None
    return Trial(row.id, kind, row.version, row.artifact, row.share, row.at, runs, row.until)


def running(connection: Connection, kind: str) -> Trial | None:
    """The trial of this kind that runs."""
    found = newest(connection, kind)
    return found if found is not None and found.running else None
