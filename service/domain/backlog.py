"""How much may wait, and when to come back once that is too much. Pure."""

import math
from dataclasses import dataclass

# Where nothing was decided lately, a client comes back this late; never later, never at once.
LONGEST_SECONDS, SHORTEST_SECONDS = 300, 1
# Where nobody has watched for long enough to say how fast mail is decided.
UNKNOWN_SECONDS = 5

# How long ago what was decided counts for a third, and the weight of what was watched from which on
# "nothing was decided" is believed: seven seconds of it.
_MEMORY_SECONDS, _BELIEVED = 10.0, 0.5


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits: how many mails, and for how many seconds the oldest."""

    emails: int = 0
    oldest_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Bounds:
    """The most that may wait before new mail is refused."""

    emails: int
    oldest_seconds: float


@dataclass(frozen=True, slots=True)
class Drain:
    """How fast mail is decided: a mean over what was watched, which the older counts the less."""

    _mails: float = 0.0
    _weight: float = 0.0

    def after(self, decided: int, seconds: float) -> "Drain":
        """With one more span, in which so many were decided."""
        kept = math.exp(-seconds / _MEMORY_SECONDS)
        mails = kept * self._mails + (1 - kept) * decided / seconds
        return Drain(mails, kept * self._weight + 1 - kept)

    @property
    def per_second(self) -> float | None:
        """Mails a second; None where none was seen, and that for too short a time to tell."""
        if not self._mails and self._weight < _BELIEVED:
            return None
        return self._mails / self._weight


def retry_after(backlog: Backlog, bounds: Bounds, decided_per_second: float | None) -> int | None:
    """Whole seconds until new mail will be taken again; None where it is taken now.

    Mails beyond the bound must be decided first. Where the oldest is too old, that is the share of
    the backlog which lies beyond the age, as if mail had come evenly.
    """
    excess = max(backlog.emails - bounds.emails, _too_old(backlog, bounds))
    if excess <= 0:
        return None
    if decided_per_second is None:
        return UNKNOWN_SECONDS
    if decided_per_second <= 0:
        return LONGEST_SECONDS
    seconds = math.ceil(excess / decided_per_second)
    return min(max(seconds, SHORTEST_SECONDS), LONGEST_SECONDS)


def _too_old(backlog: Backlog, bounds: Bounds) -> int:
    if backlog.oldest_seconds <= bounds.oldest_seconds:
        return 0
    share = 1 - bounds.oldest_seconds / backlog.oldest_seconds
    return max(1, math.ceil(backlog.emails * share))
