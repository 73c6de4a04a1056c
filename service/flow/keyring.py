"""Whose key is it: API tokens looked up in PostgreSQL and remembered for a moment."""

import hashlib
import threading
import time

from sqlalchemy import Engine

from service.domain.types import Principal
from service.errors import Unauthorized
from service.store import engine as database
from service.store import keys

_REMEMBER_SECONDS = 5.0
_REMEMBER_MOST = 1000


class Keyring:
    """Looks keys up, remembering each for five seconds: a revoked key ends within them."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = threading.Lock()
        self._known: dict[bytes, tuple[float, Principal]] = {}

    def principal(self, token: str) -> Principal:
        """Who the token belongs to.

        Raises:
            Unauthorized: nobody. Unavailable: it cannot be looked up.

        """
        name = hashlib.sha256(token.encode(errors="replace")).digest()
        now = time.monotonic()
        found = self._known.get(name)
        if found is not None and now - found[0] < _REMEMBER_SECONDS:
            return found[1]
        principal = database.run(self._engine, lambda c: keys.find(c, token))
        if principal is None:
            raise Unauthorized
        with self._lock:
            if len(self._known) >= _REMEMBER_MOST:
                self._known.clear()
            self._known[name] = (now, principal)
        return principal
