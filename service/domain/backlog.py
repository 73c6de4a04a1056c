"""How much may wait, and when to come back once that is too much. Pure."""

import math
from dataclasses import dataclass

# Where nothing was decided lately, a client comes back this late; never later, never at once.
LONGEST_SECONDS, SHORTEST_SECONDS = 300, 1


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


def retry_after(backlog: Backlog, bounds: Bounds, decided_per_second: float) -> int | None:
    """Whole seconds until new mail will be taken again; None where it is taken now.

    Mails beyond the bound must be decided first. Where the oldest is too old, that is the share of
    the backlog which lies beyond the age, as if mail had come evenly.
    """
    excess = max(backlog.emails - bounds.emails, _too_old(backlog, bounds))
    if excess <= 0:
        return None
    if decided_per_second <= 0:
        return LONGEST_SECONDS
    seconds = math.ceil(excess / decided_per_second)
    return min(max(seconds, SHORTEST_SECONDS), LONGEST_SECONDS)


def _too_old(backlog: Backlog, bounds: Bounds) -> int:
    if backlog.oldest_seconds <= bounds.oldest_seconds:
        return 0
    share = 1 - bounds.oldest_seconds / backlog.oldest_seconds
    return max(1, math.ceil(backlog.emails * share))
