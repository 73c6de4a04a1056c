"""Who comes in: a password or a provider's word -> an account -> a session -> the trail."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, Row

from service import log
from service.domain.accounts import Account, Denial, Identity, folded
from service.flow import passwords
from service.store import accounts, sessions
from service.store import engine as database
from service.store.sessions import Asked

_log = log.get(__name__)
_MOST_FAILURES, _FAILURE_SECONDS = 10, 900.0


@dataclass(frozen=True, slots=True)
class Attempt:
    """A session's token, or why there is none."""

    token: str | None = None
    denial: Denial | None = None


class SigningIn:
    """Sessions of at most `seconds`, which end sooner after `idle` seconds without a person."""

    def __init__(self, engine: Engine, *, idle: float, seconds: float) -> None:
        self._engine = engine
        self._idle = idle
        self._seconds = seconds

    def by_password(self, login: str, password: str) -> Attempt:
        """Let the owner of a local account in; ten wrong passwords close it for a quarter hour."""
        login = folded(login)[:100].replace("\0", "")
        try:
            return self._by_password(login, password)
        except passwords.BusyError:
            return Attempt(denial=Denial.TOO_MANY)

    def _by_password(self, asked: str, password: str) -> Attempt:
        def look(connection: Connection) -> tuple[Row[Any] | None, str, int]:
            row = accounts.local(connection, asked)
            named = asked if row else _veiled(asked)
            failed = sessions.failures(connection, named, _FAILURE_SECONDS, _MOST_FAILURES)
            return row, named, failed

        row, login, failed = database.run(self._engine, look)
        if failed >= _MOST_FAILURES:
            return self._denied(login, "password", Denial.TOO_MANY)
        usable = row is not None and row.disabled_at is None
        checked = passwords.check(row.password_hash if row and usable else None, password)
        if row is None or not checked.fits:
            return self._denied(login, "password", Denial.WRONG)
        account = accounts.account(row)

        def work(connection: Connection) -> str:
            if checked.newer_hash:
                accounts.rehash(connection, account.id, checked.newer_hash)
            return self._begin(connection, account, "password")

        return Attempt(database.run(self._engine, work))

    def by_provider(self, who: Identity) -> Attempt:
        """Let in whom the identity provider vouches for, with what it gives them now."""
        lacks = [name for name in ("roles", "mailboxes", "queues") if not getattr(who, name)]
        if lacks:
            return self._denied(who.login, "oidc", Denial.NO_ROLE, lacks=lacks)

        def work(connection: Connection) -> Attempt:
            row = accounts.known(connection, who)
            if row.disabled_at is not None:
                sessions.note(connection, who.login, row.id, "oidc", Denial.DISABLED)
                return Attempt(denial=Denial.DISABLED)
            return Attempt(self._begin(connection, accounts.account(row), "oidc"))

        return database.run(self._engine, work)

    def ask(self, state: str, asked: Asked) -> None:
        """Remember what must come back from the provider."""
        database.run(self._engine, lambda c: sessions.ask(c, state, asked))

    def answered(self, state: str) -> Asked | None:
        """What was asked under this state; an answer counts once, within ten minutes."""
        return database.run(self._engine, lambda c: sessions.answered(c, state))

    def account(self, token: str, *, active: bool) -> Account | None:
        """Whose session it is; without `active`, asking does not keep it from ending."""
        row = database.run(
            self._engine, lambda c: sessions.find(c, token, self._idle, active=active)
        )
        return accounts.account(row) if row else None

    def out(self, token: str, account: Account) -> None:
        """End a session."""

        def work(connection: Connection) -> None:
            sessions.end(connection, token)
            method = "password" if account.local else "oidc"
            sessions.note(connection, account.login, account.id, method, "signed_out")

        database.run(self._engine, work)

    def _begin(self, connection: Connection, account: Account, method: str) -> str:
        token = secrets.token_urlsafe(32)
        sessions.begin(connection, token, account.id, self._seconds)
        sessions.note(connection, account.login, account.id, method, "signed_in")
        return token

    def _denied(self, login: str, method: str, why: Denial, **told: object) -> Attempt:
        database.run(self._engine, lambda c: sessions.note(c, login, None, method, why))
        _log.warning("sign_in_denied", method=method, reason=why, **told)
        return Attempt(denial=why)


def _veiled(login: str) -> str:
    """A login that nobody has, told from others but not kept: it may be a password."""
    return "unknown-" + hashlib.sha256(login.encode()).hexdigest()[:16]


def form_token(token: str) -> str:
    """What every form of a session carries, and no other site can know."""
    return hmac.new(token.encode(), b"form", hashlib.sha256).hexdigest()
