"""Trials of the challenger beside the champion: what starts one, and what ends it. Pure.

shadow: it predicts a share of decided mail, and decides none
canary: it decides a share of new mail

Both are entries in the registry's log. A trial compares two models, so it ends by itself with the
next change of either: whoever is champion or challenger from then on is somebody else's trial.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from service.domain.models import CHALLENGER, Change, Refused, Standing
from service.domain.sampling import falls_within

SHADOW, CANARY = "shadow", "canary"
STARTED, STOPPED, LOST = "started", "stopped", "lost"

# Beyond half of the mail, promoting it is what is meant.
_MOST = {SHADOW: 1.0, CANARY: 0.5}


@dataclass(frozen=True, slots=True)
class Trial:
    """The newest trial of a kind: its id in the log, the version tried, its share of mail.

    `artifact` is where the version's files lie in the store; `until` is None while it runs.
    """

    id: int
    kind: str
    version: str
    artifact: str
    share: float
    since: datetime
    running: bool
    until: datetime | None = None

    def takes(self, email_id: UUID) -> bool:
        """Whether it is this mail's turn: by its id alone, always the same."""
        return falls_within(f"{self.kind} {self.version}", email_id, self.share)


def start(now: Standing, kind: str, share: float, newest: Trial | None) -> tuple[Change, ...]:
    """What starting a trial of the challenger changes: nothing where it runs with this share.

    With another share it is another trial, which begins from nothing.

    Raises:
        Refused: there is no challenger, or the share is none.

    """
    if not 0 < share <= _MOST[kind]:
        raise Refused(
            f"The share must be above 0, and {_MOST[kind]:g} at most: 0.2 is a fifth of the mail."
        )
    if now.challenger is None:
        raise Refused(
            f"There is no {CHALLENGER} to try: `aiguilleur model promote VERSION --alias "
            f"{CHALLENGER}` makes one."
        )
    if newest is not None and newest.running and newest.share == share:
        return ()
    return (Change(STARTED, now.challenger, kind, share),)


def stop(kind: str, newest: Trial | None) -> tuple[Change, ...]:
    """What ends a trial.

    Raises:
        Refused: none runs.

    """
    if newest is None or not newest.running:
        raise Refused(f"There is no {kind} to stop.")
    return (Change(STOPPED, newest.version, kind),)


def lose(newest: Trial) -> tuple[Change, ...]:
    """What a canary that lost changes: it is over, and the version is challenger no more."""
    return (Change(LOST, newest.version, newest.kind), Change(LOST, None, CHALLENGER))
