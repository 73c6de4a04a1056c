"""Keeps a lease alive while its mails are worked, from a thread of its own."""

import threading
from types import TracebackType
from typing import Self
from uuid import UUID

from sqlalchemy import Connection, Engine

from service import log
from service.errors import ServiceError
from service.store import engine as database
from service.store import leases

_log = log.get(__name__)


class Lease:
    """Within the block, the lease is renewed every third of its length.

    A renewal that fails is only logged: should the lease expire, the decision is refused and
    another worker takes the mail.
    """

    def __init__(self, engine: Engine, token: UUID, email_ids: list[UUID], seconds: float) -> None:
        self._engine = engine
        self._token = token
        self._email_ids = email_ids
        self._seconds = seconds
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="lease", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._done.set()

    def _keep(self) -> None:
        while not self._done.wait(self._seconds / 3):
            try:
                database.run(self._engine, self._renew)
            except ServiceError as error:
                _log.warning("renewal_failed", error=error.code)

    def _renew(self, connection: Connection) -> int:
        return leases.renew(connection, self._token, self._email_ids, self._seconds)
