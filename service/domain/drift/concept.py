"""Whether the same mail now belongs elsewhere: the model is right less often than it was. Pure.

Mail may look as ever and be meant otherwise, which no figure of the mail shows. People do: spot
checks without bias, and what they leave as it was, from above.
"""

import math
from dataclasses import dataclass

from service.domain.drift.stability import Figure
from service.domain.spot_checks import Estimate

DAYS = 28  # of the recent figure; what came before is what it is held against
BEFORE_DAYS = 180
LEAST = 50  # labels, or completed mails, on either side
# What a share may fall by though nothing has changed: other people, other weeks.
NATURAL = 0.03
_DEVIATIONS = 3.0
_Z = 1.959964


@dataclass(frozen=True, slots=True)
class Pair:
    """A share of the last weeks beside that of the time before; None where nobody knows."""

    recent: Estimate | None
    before: Estimate | None


def fallen(pair: Pair) -> Figure | None:
    """How far the share has fallen, with how far it may; None where either rests on too little."""
    one, other = pair.before, pair.recent
    if one is None or other is None or min(one.labelled, other.labelled) < LEAST:
        return None
    error = math.hypot(_error(one), _error(other))
    return Figure(one.value - other.value, NATURAL + _DEVIATIONS * error)


def _error(one: Estimate) -> float:
    """A standard error, from the width of the interval."""
    return (one.high - one.low) / (2 * _Z)
