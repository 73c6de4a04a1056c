"""API keys: `aig_<id>_<secret>`; only a hash of the secret is kept.

The secret is 256 random bits, so a plain SHA-256 is as good as a slow hash: nothing to guess.
"""

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, text
from uuid_utils.compat import uuid7

from service.domain.types import ALL, Principal, Role

_FIND = text("""
SELECT k.id, k.client_id, c.name, k.secret_hash, k.roles, k.mailboxes, k.callback_hosts,
       k.queues
FROM api_keys k JOIN clients c ON c.id = k.client_id
WHERE k.id = :id AND k.revoked_at IS NULL
  AND (k.expires_at IS NULL OR k.expires_at > clock_timestamp())
""")

_CLIENT = text("""
WITH made AS (
    INSERT INTO clients (id, name) VALUES (:id, :name) ON CONFLICT (name) DO NOTHING RETURNING id)
SELECT id FROM made UNION ALL SELECT id FROM clients WHERE name = :name LIMIT 1
""")

_CREATE = text("""
INSERT INTO api_keys (id, client_id, secret_hash, roles, mailboxes, callback_hosts, queues,
    expires_at)
VALUES (:id, :client_id, :hash, :roles, :mailboxes, :hosts, :queues,
        clock_timestamp() + CAST(:days AS float) * interval '1 day')
""")

# The new key ends when the old one would have ended.
_ROTATE = text("""
INSERT INTO api_keys (id, client_id, secret_hash, roles, mailboxes, callback_hosts, queues,
    expires_at)
SELECT :new_id, client_id, :hash, roles, mailboxes, callback_hosts, queues, expires_at
FROM api_keys
WHERE id = :id AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > clock_timestamp())
""")

_EXPIRE = text("""
UPDATE api_keys
SET expires_at = least(expires_at, clock_timestamp() + :seconds * interval '1 second')
WHERE id = :id
""")

_REVOKE = text("""
UPDATE api_keys SET revoked_at = clock_timestamp() WHERE id = :id AND revoked_at IS NULL
""")

_LIST = text("""
SELECT k.id, c.name AS client, k.roles, k.mailboxes, k.queues, k.callback_hosts, k.created_at,
       k.expires_at, k.revoked_at, k.expires_at <= clock_timestamp() AS expired
FROM api_keys k JOIN clients c ON c.id = k.client_id ORDER BY k.created_at, k.id
""")


@dataclass(frozen=True, slots=True)
class Grant:
    """What a new key is for, and for how many days; None is for ever.

    `callback_hosts` are hosts that its webhooks may go to.
    """

    client: str
    roles: frozenset[Role]
    mailboxes: frozenset[str]
    callback_hosts: frozenset[str] = frozenset()
    days: float | None = None
    queues: frozenset[str] = ALL


def create(connection: Connection, grant: Grant) -> str:
    """Make a key for a client (made as well where it is new); returns the only copy of it."""
    key_id, secret = _new()
    client_id = client(connection, grant.client)
    connection.execute(
        _CREATE,
        {
            "id": key_id,
            "client_id": client_id,
            "hash": _hash(secret),
            "roles": sorted(grant.roles),
            "mailboxes": sorted(grant.mailboxes),
            "hosts": sorted(grant.callback_hosts),
            "queues": sorted(grant.queues),
            "days": grant.days,
        },
    )
    return f"aig_{key_id}_{secret}"


def client(connection: Connection, name: str) -> UUID:
    """The id of the client of this name, which is made where it is new."""
    made: UUID = connection.execute(_CLIENT, {"id": uuid7(), "name": name}).scalar_one()
    return made


def rotate(connection: Connection, key_id: str, grace_seconds: float) -> str | None:
    """A new key with the rights and the end of the old, which itself ends after the grace.

    None where no such key is in use.
    """
    new_id, secret = _new()
    made = connection.execute(_ROTATE, {"new_id": new_id, "hash": _hash(secret), "id": key_id})
    if not made.rowcount:
        return None
    connection.execute(_EXPIRE, {"id": key_id, "seconds": grace_seconds})
    return f"aig_{new_id}_{secret}"


def revoke(connection: Connection, key_id: str) -> bool:
    """End a key at once; False where there is no such key in use."""
    return bool(connection.execute(_REVOKE, {"id": key_id}).rowcount)


def everything(connection: Connection) -> Iterable[Row[Any]]:
    """All keys, without their secrets."""
    return connection.execute(_LIST).all()


def client_id(connection: Connection, name: str) -> UUID | None:
    """The id of the client of this name."""
    found = connection.execute(text("SELECT id FROM clients WHERE name = :n"), {"n": name})
    return found.scalar_one_or_none()


def find(connection: Connection, token: str) -> Principal | None:
    """Who this token belongs to, or None where it is not (or no longer) valid."""
    parts = token.split("_", 2)
    if len(parts) != 3 or parts[0] != "aig" or "\0" in token:
        return None
    row = connection.execute(_FIND, {"id": parts[1]}).one_or_none()
    if row is None or not hmac.compare_digest(bytes(row.secret_hash), _hash(parts[2])):
        return None
    return _principal(row.id, row.client_id, row.name, row)


def _principal(key_id: str, client_id: UUID, name: str, row: Row[Any]) -> Principal:
    return Principal(
        key_id,
        client_id,
        name,
        frozenset(Role(role) for role in row.roles),
        frozenset(row.mailboxes),
        frozenset(row.callback_hosts),
        frozenset(row.queues),
    )


def _new() -> tuple[str, str]:
    return secrets.token_hex(6), secrets.token_hex(32)


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
