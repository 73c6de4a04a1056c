"""What agents do with a mail: an action and a mail give an outcome. Pure.

action, item -> outcome: the mail as it is then (or done), a decision, an entry for the audit trail
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from service.domain.items import Item, moved, responded, snoozed
from service.domain.routing import Routing
from service.domain.sla import clocks
from service.domain.types import Priority


@dataclass(frozen=True, slots=True)
class Release:
    """Give the mail back."""


@dataclass(frozen=True, slots=True)
class Respond:
    """The sender got a first answer."""


@dataclass(frozen=True, slots=True)
class Complete:
    """The work is done; the mail leaves its queue."""


@dataclass(frozen=True, slots=True)
class Reroute:
    """Others must answer it, and why."""

    queue: str
    reason: str


@dataclass(frozen=True, slots=True)
class Snooze:
    """Put aside until a moment."""

    until: datetime
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Correct:
    """It is about something else, or indeed about this; `move` sends it to that queue as well."""

    category: str
    reason: str | None = None
    move: bool = False


Action = Release | Respond | Complete | Reroute | Snooze | Correct


@dataclass(frozen=True, slots=True)
class Judgement:
    """A person's decision on a mail: one more in its history; `labels`: it is an example too."""

    category: str
    queue: str
    priority: Priority
    reason: str
    note: str | None
    previous: str
    labels: bool


@dataclass(frozen=True, slots=True)
class Completion:
    """How a completed mail stood against its promises."""

    responded_at: datetime
    response_late: bool
    resolution_late: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an action makes of a mail. With a completion, the mail leaves its queue."""

    item: Item
    event: str
    detail: Mapping[str, object] = field(default_factory=dict)
    judgement: Judgement | None = None
    completion: Completion | None = None


def apply(item: Item, action: Action, now: datetime, routing: Routing) -> Outcome:
    """What the action makes of the mail; queues and categories that it names must exist."""
    outcome = _apply(item, action, now, routing)
    return replace(outcome, item=replace(outcome.item, revision=item.revision + 1))


def _apply(item: Item, action: Action, now: datetime, routing: Routing) -> Outcome:
    match action:
        case Release():
            return Outcome(replace(item, lease=None), "released")
        case Respond():
            return Outcome(responded(item, now, routing), "responded")
        case Complete():
            return Outcome(item, "completed", completion=completion(item, now, routing))
        case Snooze():
            detail = {"until": action.until.isoformat(), "reason": action.reason}
            return Outcome(snoozed(item, action.until, now, routing), "snoozed", detail)
        case Reroute():
            return _reroute(item, action, now, routing)
        case Correct():
            return _correct(item, action, now, routing)


def completion(item: Item, now: datetime, routing: Routing) -> Completion:
    """How the mail stands if it is completed now; whoever completes it has answered."""
    answered = item.responded_at or now
    queue = routing.queues.get(item.queue)
    # of a queue that `routing.yaml` no longer names, only the clock that runs is known
    first = (
        clocks(queue.targets, item.received_at, item.pauses).due_at if queue else item.clocks.due_at
    )
    return Completion(answered, answered > first, now > item.clocks.resolution_due_at)


def judge(category: str, queue: str, priority: Priority, action: Correct, now: str) -> Judgement:
    """The decision that a correction of the category `now` makes."""
    reason = "confirmed" if category == now else "corrected"
    return Judgement(category, queue, priority, reason, action.reason, now, labels=True)


def _reroute(item: Item, action: Reroute, now: datetime, routing: Routing) -> Outcome:
    away = moved(item, action.queue, now, routing)
    detail = {"from": item.queue, "to": action.queue, "reason": action.reason}
    judgement = Judgement(
        item.category,
        action.queue,
        item.priority,
        "rerouted",
        action.reason,
        item.category,
        labels=False,
    )
    return Outcome(away, "rerouted", detail, judgement)


def _correct(item: Item, action: Correct, now: datetime, routing: Routing) -> Outcome:
    category = routing.categories[action.category]
    priority = item.priority
    if category.priority is not None:
        priority = max(priority, category.priority)
    there = moved(item, category.queue, now, routing) if action.move else item
    after = replace(there, category=category.name, priority=priority)
    judgement = judge(category.name, after.queue, priority, action, item.category)
    detail = {"from": item.category, "to": category.name, "reason": action.reason}
    return Outcome(after, judgement.reason, detail, judgement)
