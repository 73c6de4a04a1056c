"""Sessions at the console, sign-ins under way, and the trail of both; only hashes of tokens."""

import hashlib
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, text

_OPEN = text("""
INSERT INTO sessions (token_hash, account_id, ends_at)
VALUES (:hash, :account, clock_timestamp() + :seconds * interval '1 second')
""")

_FIND = text("""
SELECT a.*, s.seen_at < clock_timestamp() - interval '1 minute' AS stale
FROM sessions s JOIN accounts a ON a.id = s.account_id
WHERE s.token_hash = :hash AND a.disabled_at IS NULL AND s.ends_at > clock_timestamp()
  AND s.seen_at > clock_timestamp() - :idle * interval '1 second'
""")

_SEEN = text("UPDATE sessions SET seen_at = clock_timestamp() WHERE token_hash = :hash")

_END = text("DELETE FROM sessions WHERE token_hash = :hash RETURNING account_id")

# What is over is of no use; a few at each sign-in keep the tables small.
_TIDY = (
    text("""
DELETE FROM sessions WHERE token_hash IN (
    SELECT token_hash FROM sessions WHERE ends_at < clock_timestamp() LIMIT 100)
"""),
    text("DELETE FROM oidc_requests WHERE ends_at < clock_timestamp()"),
    text("""
DELETE FROM sign_ins WHERE id IN (
    SELECT id FROM (SELECT id, at FROM sign_ins ORDER BY id LIMIT 100) AS oldest
    WHERE at < clock_timestamp() - interval '365 days')
"""),
)

_TRAIL = text("""
INSERT INTO sign_ins (login, account_id, method, outcome)
VALUES (:login, :account, :method, :outcome)
""")

_FAILURES = text("""
SELECT count(*) FROM (
    SELECT FROM sign_ins WHERE login = :login AND outcome = 'wrong'
      AND at > clock_timestamp() - :seconds * interval '1 second' LIMIT :most) AS f
""")

_ASK = text("""
INSERT INTO oidc_requests (state_hash, nonce, verifier, ends_at)
VALUES (:hash, :nonce, :verifier, clock_timestamp() + interval '10 minutes')
""")

_ANSWERED = text("""
DELETE FROM oidc_requests WHERE state_hash = :hash AND ends_at > clock_timestamp()
RETURNING nonce, verifier
""")


@dataclass(frozen=True, slots=True)
class Asked:
    """What must come back with the provider's answer (RFC 7636; OpenID Connect Core 1.0, 3.1)."""

    nonce: str
    verifier: str


def begin(connection: Connection, token: str, account_id: UUID, seconds: float) -> None:
    """A session of at most `seconds`."""
    for statement in _TIDY:
        connection.execute(statement)
    values = {"hash": hashed(token), "account": account_id, "seconds": seconds}
    connection.execute(_OPEN, values)


def find(connection: Connection, token: str, idle: float, *, active: bool) -> Row[Any] | None:
    """The account of a session that is neither over nor was left alone for `idle` seconds.

    `active`: a person asks, not a page that refreshes itself.
    """
    row = connection.execute(_FIND, {"hash": hashed(token), "idle": idle}).one_or_none()
    if row is not None and row.stale and active:
        connection.execute(_SEEN, {"hash": hashed(token)})
    return row


def end(connection: Connection, token: str) -> UUID | None:
    """End a session; whose it was, None where there was none."""
    return connection.execute(_END, {"hash": hashed(token)}).scalar_one_or_none()


def note(
    connection: Connection, login: str, account_id: UUID | None, method: str, outcome: str
) -> None:
    """Who came in or tried to."""
    values = {"login": login, "account": account_id, "method": method, "outcome": outcome}
    connection.execute(_TRAIL, values)


def failures(connection: Connection, login: str, seconds: float, most: int) -> int:
    """How often the login's password was wrong lately, counted to `most`."""
    values = {"login": login, "seconds": seconds, "most": most}
    return int(connection.execute(_FAILURES, values).scalar_one())


def ask(connection: Connection, state: str, asked: Asked) -> None:
    """Remember a sign-in that goes through the provider, for ten minutes."""
    values = {"hash": hashed(state), "nonce": asked.nonce, "verifier": asked.verifier}
    connection.execute(_ASK, values)


def answered(connection: Connection, state: str) -> Asked | None:
    """What was asked under this state, once."""
    row = connection.execute(_ANSWERED, {"hash": hashed(state)}).one_or_none()
    return Asked(row.nonce, row.verifier) if row else None


def hashed(token: str) -> bytes:
    """What is stored of a token; it is random, so that a plain hash is as good as a slow one."""
    return hashlib.sha256(token.encode(errors="replace")).digest()
