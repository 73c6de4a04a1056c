"""A working week around the demo's mails: ages, late ones, corrected and completed ones.

Agents' work goes through the API; time alone is set in the database, which nothing else does.
"""

import random
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import orjson
import psycopg
import urllib3

from scripts.screenshots.house import House

_HOUR, _DAY = 3600.0, 86_400.0
_DONE = (7, 8, 4, 14, 8, 7, 2)  # mails completed so many days ago
_CORRECTED = 0.15

_PROMISED = """
SELECT i.email_id, extract(epoch FROM i.due_at - e.received_at)::float8, i.category
FROM queue_items i JOIN emails e ON e.id = i.email_id ORDER BY i.email_id
"""
_SHIFT = """
WITH n AS (SELECT unnest(%(ids)s::uuid[]) AS id,
                  unnest(%(seconds)s::float8[]) * interval '1 second' AS age),
e AS (UPDATE emails SET received_at = received_at - age FROM n WHERE n.id = emails.id),
d AS (UPDATE decisions SET decided_at = decided_at - age FROM n WHERE n.id = email_id),
f AS (UPDATE done_items SET completed_at = completed_at - age FROM n WHERE n.id = email_id)
UPDATE queue_items SET entered_at = entered_at - age, due_at = due_at - age,
    warn_at = warn_at - age, resolution_due_at = resolution_due_at - age
FROM n WHERE n.id = email_id
"""
_CATEGORIES = "SELECT DISTINCT category FROM queue_items WHERE category = ANY(%s) ORDER BY 1"
_LEARNED = ["account", "certificate", "claim", "complaint", "payment"]


def work(house: House) -> None:
    """The same week at each run, but for the time it ends at."""
    chance = random.Random(7)  # noqa: S311  # a picture's dice
    with psycopg.connect(house.database_url, autocommit=True) as connection:
        rows = connection.execute(_PROMISED).fetchall()
        known = [row[0] for row in connection.execute(_CATEGORIES, [_LEARNED])]
        _shift(connection, [row[0] for row in rows], [_age(chance, row[1]) for row in rows])
        left = [(row[0], row[2]) for row in rows]
        chance.shuffle(left)
        for days, count in enumerate(_DONE):
            taken = [left.pop() for _ in range(count)]
            _complete(house, taken, known, chance)
            ids = [email_id for email_id, _ in taken]
            _shift(connection, ids, [days * _DAY] * len(ids))


def _age(chance: random.Random, promised: float) -> float:
    """Most mail has time, some little, some none."""
    kind = chance.random()
    if promised > _DAY / 2:
        return chance.uniform(0.02, 0.96) * 23 * _HOUR
    if kind < 0.15:
        return chance.uniform(1.01, 1.3) * promised
    return (chance.uniform(0.8, 0.98) if kind < 0.25 else chance.uniform(0.02, 0.7)) * promised


def _shift(
    connection: psycopg.Connection[Any], ids: Sequence[UUID], seconds: Sequence[float]
) -> None:
    """Let mails have come, and what was done with them have happened, so much earlier."""
    connection.execute(_SHIFT, {"ids": list(ids), "seconds": list(seconds)})


def _complete(
    house: House, mails: Sequence[tuple[UUID, str]], known: Sequence[str], chance: random.Random
) -> None:
    for email_id, category in mails:
        if chance.random() < _CORRECTED:
            other = chance.choice([name for name in known if name != category])
            _ask(house, "PUT", f"/v1/emails/{email_id}/category", {"category": other})
    ids = [str(email_id) for email_id, _ in mails]
    _ask(house, "POST", "/v1/bulk", {"action": "complete", "ids": ids})


def _ask(house: House, method: str, path: str, body: dict[str, Any]) -> None:
    answer = urllib3.request(
        method,
        house.url + path,
        body=orjson.dumps(body),
        headers={"Authorization": f"Bearer {house.key}", "Content-Type": "application/json"},
        retries=False,
    )
    if answer.status != 200:
        raise SystemExit(f"{method} {path} answered {answer.status}: {answer.data.decode()}")
