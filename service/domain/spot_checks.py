"""Spot checks: a random share of what the model answered, which people label. Pure.

What people correct by themselves says little of the mail that they did not look at: a wrong
category that nobody minds counts as right. A share chosen by chance, labelled whatever the model
said, tells of all mail, as exactly as its interval says.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from model.intervals import wilson
from service.domain.sampling import falls_within


@dataclass(frozen=True, slots=True)
class Group:
    """Mails that were chosen with one probability: how many, labelled, right by their label."""

    share: float
    chosen: int
    labelled: int
    right: int


@dataclass(frozen=True, slots=True)
class Estimate:
    """A share of all mail, with the bounds of its 95 % interval, and what it rests on."""

    value: float
    low: float
    high: float
    chosen: int
    labelled: int


def is_chosen(email_id: UUID, share: float) -> bool:
    """Whether a mail is one of the share that is checked: by its id alone, always the same."""
    return falls_within("spot check", email_id, share)


def estimate(groups: Iterable[Group]) -> Estimate | None:
    """How often the model is right on all mail; None where nothing was labelled.

    Each group stands for the mails that it was chosen from (Horvitz and Thompson 1952), so that a
    share that was changed on the way biases nothing. The interval is Wilson's (1927), for as many
    labels as these weights are worth (Kish 1965).
    """
    known = [group for group in groups if group.labelled]
    if not known:
        return None
    stands_for = [group.chosen / group.share for group in known]
    pairs = list(zip(known, stands_for, strict=True))
    right = sum(all_ * group.right / group.labelled for group, all_ in pairs) / sum(stands_for)
    worth = sum(stands_for) ** 2 / sum(all_**2 / group.labelled for group, all_ in pairs)
    low, high = wilson(right, worth)
    chosen, labelled = (sum(getattr(g, name) for g in known) for name in ("chosen", "labelled"))
    return Estimate(right, low, high, chosen, labelled)
