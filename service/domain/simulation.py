"""What another `routing.yaml` would have done with mail that was decided already. Pure."""

from dataclasses import dataclass
from uuid import UUID

from service.domain.routing import (
    SWITCHED_OFF,
    Facts,
    Route,
    Routing,
    by_model,
    by_rule,
    to_triage,
)


@dataclass(frozen=True, slots=True)
class Past:
    """A mail as the service first decided it; `label` is the model's, None where nobody asked it.

    `queue` and `reason` are where it went and why.
    """

    email_id: UUID
    facts: Facts
    label: str | None
    confidence: float | None
    queue: str
    reason: str


def reroute(routing: Routing, past: Past) -> Route | None:
    """Where the mail would go now; None where the model would have to be asked first."""
    ruled = by_rule(routing, past.facts)
    if ruled is not None:
        return ruled
    if past.label is None or past.confidence is None:
        unasked = past.reason == SWITCHED_OFF or past.reason.startswith("rule:")
        return None if unasked else to_triage(routing, past.facts, past.reason)
    if past.reason == "loop":
        return to_triage(routing, past.facts, "loop", past.label)
    return by_model(routing, past.facts, past.label, past.confidence)
