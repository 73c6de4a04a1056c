"""Mail that champion and challenger call otherwise: which of it to look at first. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from service.domain.routing import Facts, Routing, by_model
from service.domain.types import Priority

# An answer promised within so many seconds makes a wrong queue dear.
_SOON_SECONDS = 4 * 3600.0
# What mail counts for that would lie in another queue, and that has to be answered soon.
_OTHER_QUEUE, _SOON = 2.0, 2.0
_NO_FACTS = Facts("", Priority.NORMAL)


@dataclass(frozen=True, slots=True)
class Disagreement:
    """What the two say of one mail, how sure they are, and the queue that each sends it to.

    `open`: it lies in a queue still. `worth` orders them: the larger, the sooner to be looked at.
    """

    email_id: UUID
    champion: str
    champion_confidence: float
    champion_queue: str
    challenger: str
    challenger_confidence: float
    challenger_queue: str
    open: bool
    worth: float


def queue_of(routing: Routing, label: str, confidence: float) -> str:
    """Where mail goes that a model calls so; what is out of scope is no category: to triage."""
    return by_model(routing, _NO_FACTS, label, confidence).queue


def worth(routing: Routing, confidences: tuple[float, float], queues: tuple[str, str]) -> float:
    """The less sure one's confidence, doubled for another queue, doubled for an early answer.

    Where both are sure, one of them is wrong in a way that nobody would notice.
    """
    moved = _OTHER_QUEUE if queues[0] != queues[1] else 1.0
    promised = [routing.queues[q].sla_seconds for q in queues if q in routing.queues]
    soon = _SOON if min(promised, default=_SOON_SECONDS + 1) <= _SOON_SECONDS else 1.0
    return min(confidences) * moved * soon


def first(found: Iterable[Disagreement], limit: int) -> list[Disagreement]:
    """Those that are worth most; open mail before the rest where they are worth the same."""
    order = sorted(found, key=lambda one: (-one.worth, not one.open, one.email_id))
    return order[:limit]
