"""When a model is trained anew, in which steps, and what may come of it. Pure.

signals -> reasons -> snapshot -> train -> evaluate -> gate -> challenge
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from service.domain.spot_checks import Estimate

SNAPSHOT, TRAIN, EVALUATE, GATE, CHALLENGE = "snapshot", "train", "evaluate", "gate", "challenge"
STEPS = (SNAPSHOT, TRAIN, EVALUATE, GATE, CHALLENGE)

# What came of it: the candidate holds an alias, it is in the store without one because a canary
# runs, the gate refused it, it is the model that decides already, or a step failed.
CHALLENGER, CHAMPION, ADDED = "challenger", "champion", "added"
REFUSED, SAME, FAILED = "refused", "same", "failed"

# Labelled mails in all, of which 15 in a hundred are held out: with fewer the gate, which asks for
# 100 of these, refuses whatever was trained.
LEAST_IN_ALL = 800

MOST_STARTS = 3  # of one retraining: what kills its process each time is no accident


@dataclass(frozen=True, slots=True)
class Policy:
    """From which signals on a model is trained anew; 0 never does.

    `labels` are new ones since the last snapshot, `accuracy` a bound that spot checks show it to
    lie below, `days` the most between two retrainings.
    """

    labels: int
    accuracy: float
    days: float
    drift: bool


@dataclass(frozen=True, slots=True)
class Signals:
    """What is known of the champion and of what people labelled since the last snapshot.

    `drift` has a sentence for each feature that moved; `days` since the last retraining, or since
    the first label where there was none; None without either. `tried`: a challenger decides a share
    of mail just now. `in_all` counts every labelled mail, None where nobody asked.
    """

    labels: int
    accuracy: Estimate | None
    drift: tuple[str, ...]
    days: float | None
    tried: bool = False
    in_all: int | None = None

    @property
    def are_too_few(self) -> bool:
        """Whether what is labelled could not tell two models apart."""
        return self.in_all is not None and self.in_all < LEAST_IN_ALL


@dataclass(frozen=True, slots=True)
class Ended:
    """What came of a retraining; `facts` is what each step found, `error` a sentence."""

    number: int
    outcome: str
    reasons: tuple[str, ...]
    step: str
    error: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


def least_labels(policy: Policy) -> int:
    """New labels without which no reason counts: from the same mail comes the same model."""
    return max(1, policy.labels // 10)


def reasons(signals: Signals, policy: Policy) -> tuple[str, ...]:
    """Why a model should be trained now, in sentences; none where it should not.

    Another challenger would end the trial of the one that decides a share of mail, and a gate
    without enough mail would let none pass.
    """
    if signals.tried or signals.are_too_few or signals.labels < least_labels(policy):
        return ()
    return tuple(_reasons(signals, policy))


def _reasons(signals: Signals, policy: Policy) -> Iterator[str]:
    if policy.labels and signals.labels >= policy.labels:
        yield f"{signals.labels} mails were labelled since the last snapshot."
    found = signals.accuracy
    if policy.accuracy and found and found.high < policy.accuracy:
        yield (
            f"Spot checks say that the champion is right on {found.value:.1%} "
            f"({found.low:.1%} to {found.high:.1%}), below {policy.accuracy:.1%}."
        )
    if policy.drift:
        yield from signals.drift
    if policy.days and signals.days is not None and signals.days >= policy.days:
        yield f"The last training was {signals.days:.0f} days ago."
