"""Accounts of people: local ones with a password's hash, and those an identity provider knows."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, text
from uuid_utils.compat import uuid7

from service.domain.accounts import Account, Identity, Rights
from service.domain.types import Role

_CREATE = text("""
INSERT INTO accounts (id, login, name, password_hash, roles, mailboxes, queues)
VALUES (:id, :login, :name, :hash, :roles, :mailboxes, :queues)
ON CONFLICT (login) WHERE issuer IS NULL DO NOTHING RETURNING id
""")

_LOCAL = text("SELECT * FROM accounts WHERE issuer IS NULL AND login = :login")

# What the provider says now replaces what it said before; only an operator ends a disabling.
_KNOWN = text("""
INSERT INTO accounts (id, login, name, issuer, subject, roles, mailboxes, queues)
VALUES (:id, :login, :name, :issuer, :subject, :roles, :mailboxes, :queues)
ON CONFLICT (issuer, subject) DO UPDATE SET
    login = excluded.login, name = excluded.name, roles = excluded.roles,
    mailboxes = excluded.mailboxes, queues = excluded.queues
RETURNING *
""")

_PASSWORD = text("""
UPDATE accounts SET password_hash = :hash, disabled_at = NULL
WHERE issuer IS NULL AND login = :login RETURNING id
""")

_REHASH = text("UPDATE accounts SET password_hash = :hash WHERE id = :id")

_QUEUES = text("""
UPDATE accounts SET queues = :queues WHERE issuer IS NULL AND login = :login RETURNING id
""")

_DISABLE = text("""
UPDATE accounts SET disabled_at = clock_timestamp()
WHERE disabled_at IS NULL AND (login = :login OR id::text = :login) RETURNING id
""")

_END_SESSIONS = text("DELETE FROM sessions WHERE account_id = ANY(CAST(:ids AS uuid[]))")


def create(
    connection: Connection,
    login: str,
    name: str,
    password_hash: str,
    rights: Rights,
) -> bool:
    """Make a local account; False where the login is taken."""
    values = {"id": uuid7(), "login": login, "name": name, "hash": password_hash}
    return connection.execute(_CREATE, {**values, **_rights(rights)}).one_or_none() is not None


def local(connection: Connection, login: str) -> Row[Any] | None:
    """The local account of a login, with its password's hash."""
    return connection.execute(_LOCAL, {"login": login}).one_or_none()


def known(connection: Connection, who: Identity) -> Row[Any]:
    """The account of whom a provider vouches for, made at the first sign-in."""
    values = {
        "id": uuid7(),
        "login": who.login,
        "name": who.name,
        "issuer": who.issuer,
        "subject": who.subject,
        **_rights(who),
    }
    return connection.execute(_KNOWN, values).one()


def set_password(connection: Connection, login: str, password_hash: str) -> bool:
    """A new password for a local account, which is enabled by it; its sessions end."""
    found = connection.execute(_PASSWORD, {"login": login, "hash": password_hash}).scalars().all()
    return _ended(connection, found)


def set_queues(connection: Connection, login: str, queues: frozenset[str]) -> bool:
    """Other queues for a local account, from its next request on; False where there is none."""
    values = {"login": login, "queues": sorted(queues)}
    return connection.execute(_QUEUES, values).one_or_none() is not None


def rehash(connection: Connection, account_id: UUID, password_hash: str) -> None:
    """The same password under newer parameters."""
    connection.execute(_REHASH, {"id": account_id, "hash": password_hash})


def disable(connection: Connection, login: str) -> bool:
    """Keep the accounts of this login, or the one of this id, out from now on."""
    found = connection.execute(_DISABLE, {"login": login}).scalars().all()
    return _ended(connection, found)


def everything(connection: Connection) -> Sequence[Row[Any]]:
    """All accounts, without what opens them."""
    return connection.execute(
        text(
            "SELECT id, login, name, issuer, roles, mailboxes, queues, created_at, disabled_at "
            "FROM accounts ORDER BY login, id"
        )
    ).all()


def account(row: Row[Any]) -> Account:
    """The person of a row."""
    roles = frozenset(Role(role) for role in row.roles)
    mailboxes, queues = frozenset(row.mailboxes), frozenset(row.queues)
    local = row.issuer is None
    return Account(row.id, row.login, row.name, roles, mailboxes, local=local, queues=queues)


def _rights(who: Rights | Identity) -> dict[str, object]:
    return {
        "roles": sorted(who.roles),
        "mailboxes": sorted(who.mailboxes),
        "queues": sorted(who.queues),
    }


def _ended(connection: Connection, ids: Sequence[UUID]) -> bool:
    connection.execute(_END_SESSIONS, {"ids": list(ids)})
    return bool(ids)
