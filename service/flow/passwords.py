"""Passwords of local accounts: argon2id (RFC 9106), one at a time in each process.

7 MiB and five passes, one of the choices that OWASP calls equal: the API stays small.
"""

import threading
from dataclasses import dataclass

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_HASHER = PasswordHasher(time_cost=5, memory_cost=7_168, parallelism=1)
# of no password: an unknown login takes as long as a known one
_NOBODY = _HASHER.hash("nobody has this password")
_LONGEST = 1000
_one_at_a_time = threading.Lock()
_WAIT_SECONDS = 3.0


class BusyError(Exception):
    """Too many passwords are being checked."""


@dataclass(frozen=True, slots=True)
class Checked:
    """Whether a password fits, and its hash where it should be stored anew."""

    fits: bool
    newer_hash: str | None = None


def hashed(password: str) -> str:
    """What is stored of a password."""
    return _HASHER.hash(password)


def check(stored: str | None, password: str) -> Checked:
    """Whether the password fits; without a stored hash it takes as long, and does not.

    Raises:
        BusyError: others were checked for seconds.

    """
    if len(password) > _LONGEST:
        return Checked(fits=False)
    if not _one_at_a_time.acquire(timeout=_WAIT_SECONDS):
        raise BusyError
    try:
        return _checked(stored, password)
    finally:
        _one_at_a_time.release()


def _checked(stored: str | None, password: str) -> Checked:
    try:
        _HASHER.verify(stored or _NOBODY, password)
    except (VerificationError, InvalidHashError):
        return Checked(fits=False)
    if stored is None:
        return Checked(fits=False)
    newer = _HASHER.hash(password) if _HASHER.check_needs_rehash(stored) else None
    return Checked(fits=True, newer_hash=newer)
