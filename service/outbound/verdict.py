"""What follows from one attempt, and how long to wait before the next. Pure."""

import math
from dataclasses import dataclass

TIMEOUT = "timeout"  # the outcome that makes a host a slow one


@dataclass(frozen=True, slots=True)
class Policy:
    """How long to go on: attempts in all, and the wait in seconds, doubling from first to most."""

    max_attempts: int
    first_seconds: float = 5.0
    most_seconds: float = 6 * 3600.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """`outcome` is a metric's label; `error` is None where the event was delivered."""

    outcome: str
    error: str | None = None
    retry_seconds: float = 0.0
    dead: bool = False


def back_off(attempts: int, policy: Policy, jitter: float) -> float:
    """Seconds to wait after so many attempts, this one included.

    `jitter`, from 0 to 1, spreads the waits by a quarter either way, so that the events of an
    outage do not come back all at once.
    """
    doublings = min(attempts - 1, 32)  # far beyond any cap, and no overflow
    wait = min(policy.first_seconds * math.ldexp(1.0, doublings), policy.most_seconds)
    return wait * (0.75 + 0.5 * jitter)
