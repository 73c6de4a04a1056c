"""One mail in an agents' queue: who holds it, how its clocks stand, who may act on it. Pure."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from service.domain.routing import Routing
from service.domain.sla import Clocks, Period, SlaState, clocks, state
from service.domain.types import Priority

_MOST_PAUSES = 100  # kept of one mail


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: an API key and, where several people share it, a name they give themselves."""

    key_id: str
    client: str
    agent: str | None = None

    @property
    def name(self) -> str:
        """For people to read."""
        return f"{self.client}/{self.agent}" if self.agent else self.client


@dataclass(frozen=True, slots=True)
class Lease:
    """Whoever knows the token may act on the mail, until then."""

    token: UUID
    until: datetime
    holder: Actor


class ItemState(StrEnum):
    """Whether the mail can be claimed."""

    FREE = "free"
    HELD = "held"
    SNOOZED = "snoozed"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Item:
    """An open mail. `decision` is the number of its newest one, `revision` counts changes."""

    email_id: UUID
    queue: str
    mailbox: str
    category: str
    priority: Priority
    received_at: datetime
    entered_at: datetime
    clocks: Clocks
    decision: int
    responded_at: datetime | None = None
    snoozed_until: datetime | None = None
    pauses: tuple[Period, ...] = ()
    lease: Lease | None = None
    revision: int = 0

    def lease_at(self, now: datetime) -> Lease | None:
        """The lease that holds at a moment."""
        return self.lease if self.lease and self.lease.until > now else None

    def state_at(self, now: datetime) -> ItemState:
        """Whether it can be claimed at a moment."""
        if self.lease_at(now):
            return ItemState.HELD
        asleep = self.snoozed_until is not None and self.snoozed_until > now
        return ItemState.SNOOZED if asleep else ItemState.FREE

    def sla_at(self, now: datetime) -> SlaState:
        """How it stands against its next target."""
        return state(self.clocks.due_at, self.clocks.warn_at, now)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why something was not done to a mail: a code and a sentence."""

    code: str
    detail: str


LEASE_LOST = Refusal("lease_lost", "The lease has ended or passed on; claim the mail again")
NOT_IN_QUEUE = Refusal("not_in_queue", "The mail is in no queue: not decided yet, or completed")


def refusal(item: Item, actor: Actor, token: UUID | None, now: datetime) -> Refusal | None:
    """Why the actor may not act on the mail, or None.

    With a token, the lease must be that one. Without one, nobody else may hold the mail.
    """
    lease = item.lease_at(now)
    if token is not None:
        return None if lease and lease.token == token else LEASE_LOST
    return None if lease is None or lease.holder == actor else held_by(lease)


def held_by(lease: Lease) -> Refusal:
    """Somebody else has it."""
    return Refusal("held", f"The mail is held by {lease.holder.name}")


def claimed(item: Item, lease: Lease, now: datetime, routing: Routing) -> Item:
    """The mail under a lease; a claim wakes it."""
    return replace(woken(item, now, routing), lease=lease, revision=item.revision + 1)


def snoozed(item: Item, until: datetime, now: datetime, routing: Routing) -> Item:
    """The mail put aside: nobody holds it, its clocks stand still."""
    awake = woken(item, now, routing)
    pauses = (*awake.pauses, Period(now, until))[-_MOST_PAUSES:]
    return _timed(replace(awake, snoozed_until=until, pauses=pauses, lease=None), routing)


def woken(item: Item, now: datetime, routing: Routing) -> Item:
    """The mail without its snooze; where that had time left, its clocks go on now."""
    if item.snoozed_until is None:
        return item
    pauses = tuple(Period(p.start, min(p.end, now)) for p in item.pauses if p.start < now)
    return _timed(replace(item, snoozed_until=None, pauses=pauses), routing)


def moved(item: Item, queue: str, now: datetime, routing: Routing) -> Item:
    """The mail in another queue, held by nobody: its promises, counted from when the mail came."""
    away = replace(woken(item, now, routing), queue=queue, entered_at=now, lease=None)
    return _timed(away, routing)


def responded(item: Item, now: datetime, routing: Routing) -> Item:
    """The mail after its first answer; a second one changes nothing."""
    return item if item.responded_at else _timed(replace(item, responded_at=now), routing)


def _timed(item: Item, routing: Routing) -> Item:
    """The clocks anew. A queue that `routing.yaml` no longer names leaves them as they are."""
    queue = routing.queues.get(item.queue)
    if queue is None:
        return item
    made = clocks(
        queue.targets, item.received_at, item.pauses, responded=item.responded_at is not None
    )
    return replace(item, clocks=made)
