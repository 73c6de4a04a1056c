"""What the cockpit reads: sets, models on one of them, the champion's log, pairs on the same mail.

Reads take no locks.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Row, text

from service.domain.cockpit import Attempt, Entry, MailSet, Turn, ending

# A set is as old as the first model that was judged on it: another one makes old mail no newer.
_SETS = text("""
SELECT set_name, set_hash, max(emails) AS emails, bool_and(by_chance) AS by_chance,
       count(*) AS models, min(evaluated_at) AS at
FROM model_evaluations GROUP BY set_name, set_hash
ORDER BY min(evaluated_at) DESC, set_name DESC, set_hash LIMIT :limit
""")

_ON = text("""
SELECT e.model_version AS version, coalesce(m.name, '') AS name, m.labels, m.artifact, m.retired_at,
       coalesce(m.added_at, m.first_seen_at, e.evaluated_at) AS since, e.metrics, e.notes
FROM model_evaluations e LEFT JOIN models m ON m.version = e.model_version
WHERE e.set_name = :name AND e.set_hash = :hash ORDER BY since DESC, e.model_version LIMIT :limit
""")

_CHAMPIONS = text("""
SELECT id, at, action, version, reason, by_client, by_agent FROM model_changes
WHERE alias = 'champion' ORDER BY id
""")

_COUNT = text("SELECT count(*) FROM models")

_OVER = text("""
SELECT model_version AS version, set_hash AS hash,
       CAST(metrics ->> 'accuracy' AS double precision) AS accuracy
FROM model_evaluations
WHERE set_name = :name AND set_hash = ANY(:hashes) AND model_version = ANY(:versions)
""")

# Of the sets that both were judged on the newest set before the change, as people knew it then;
# else the first one after it.
_PAIRS = text("""
SELECT DISTINCT ON (p.id) p.id, a.set_name, a.set_hash, a.emails, a.by_chance,
       greatest(a.evaluated_at, b.evaluated_at) AS at,
       a.metrics AS metrics_before, a.labels AS labels_before, a.truth, a.answers AS answers_before,
       b.metrics AS metrics_after, b.labels AS labels_after, b.truth AS truth_after,
       b.answers AS answers_after
FROM unnest(CAST(:ids AS bigint[]), CAST(:at AS timestamptz[]), CAST(:before AS text[]),
            CAST(:after AS text[])) AS p(id, at, before, after)
JOIN model_evaluations a ON a.model_version = p.before
JOIN model_evaluations b ON b.model_version = p.after
                        AND b.set_name = a.set_name AND b.set_hash = a.set_hash
ORDER BY p.id, a.set_name = 'newest' DESC, greatest(a.evaluated_at, b.evaluated_at) <= p.at DESC,
         abs(extract(epoch FROM greatest(a.evaluated_at, b.evaluated_at) - p.at)), a.set_hash
""")

# A trial ends with the next entry of its kind, and with the next change of either model.
_TRIALS = text("""
SELECT t.alias AS kind, t.version, t.share, t.at, t.reason, t.by_client, t.by_agent,
       n.at AS until, n.action, n.alias, n.version AS other, coalesce(n.reason, '') AS why
FROM model_changes t LEFT JOIN LATERAL (
    SELECT at, action, alias, version, reason FROM model_changes
    WHERE id > t.id AND alias IN ('champion', 'challenger', t.alias) ORDER BY id LIMIT 1
) n ON true
WHERE t.alias IN ('shadow', 'canary') AND t.action = 'started' ORDER BY t.id DESC LIMIT :limit
""")


def sets(connection: Connection, limit: int) -> list[MailSet]:
    """What models were judged on, the newest first."""
    rows = connection.execute(_SETS, {"limit": limit})
    return [MailSet(r.set_name, r.set_hash, r.emails, r.by_chance, r.models, r.at) for r in rows]


def on(connection: Connection, chosen: MailSet, limit: int) -> Sequence[Row[Any]]:
    """The models that were judged on a set, the newest first, with all their figures."""
    values = {"name": chosen.name, "hash": chosen.hash, "limit": limit}
    return connection.execute(_ON, values).all()


def champions(connection: Connection) -> list[Entry]:
    """Every change of the champion, the oldest first."""
    return [
        Entry(
            r.id,
            r.at,
            r.action,
            r.version,
            r.reason,
            _by(r),
        )
        for r in connection.execute(_CHAMPIONS)
    ]


def trials(connection: Connection, limit: int) -> list[Attempt]:
    """Shadows and canaries, the newest first, with how they ended."""
    return [
        Attempt(
            r.kind,
            r.version,
            r.share,
            r.at,
            r.until,
            ending(r.version, r.action, r.alias, r.other),
            r.reason,
            _by(r),
            r.why,
        )
        for r in connection.execute(_TRIALS, {"limit": limit})
    ]


def _by(row: Row[Any]) -> str:
    return f"{row.by_client}/{row.by_agent}" if row.by_agent else row.by_client


def count(connection: Connection) -> int:
    """How many models the service knows."""
    return int(connection.execute(_COUNT).scalar_one())


def over(
    connection: Connection, name: str, hashes: Iterable[str], versions: Iterable[str]
) -> dict[tuple[str, str], float]:
    """Accuracy by version and hash of the set."""
    values = {"name": name, "hashes": list(hashes), "versions": list(versions)}
    return {(r.version, r.hash): r.accuracy for r in connection.execute(_OVER, values)}


def pairs(connection: Connection, turns: Sequence[Turn]) -> dict[int, Row[Any]]:
    """By the id of a turn's entry, both models on the same mail; without those never judged so."""
    values = {
        "ids": [turn.entry.id for turn in turns],
        "at": [turn.entry.at for turn in turns],
        "before": [turn.before for turn in turns],
        "after": [turn.after for turn in turns],
    }
    return {row.id: row for row in connection.execute(_PAIRS, values)}
