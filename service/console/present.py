"""From rows to what the pages show: who, what, how urgent, how sure. Pure but for the language."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from service.console.language import maybe, say
from service.domain.items import Actor
from service.domain.sla import state
from service.domain.types import Priority

_OWN_CLIENT = "console"
_UNITS = ((86_400.0, "days"), (3_600.0, "hours"), (60.0, "minutes"))


@dataclass(frozen=True, slots=True)
class Line:
    """A mail in a list or at the head of the reading pane."""

    id: UUID
    queue: str
    sender: str
    subject: str
    category: str
    confidence: int | None
    priority: str
    state: str
    sla: str
    due_at: datetime | None
    due: str
    received_at: datetime
    holder: str | None = None
    mine: bool = False
    token: UUID | None = None
    lease_until: datetime | None = None
    snoozed_until: datetime | None = None
    responded: bool = False


def line(row: Row[Any], me: Actor) -> Line:
    """An open mail."""
    holder = Actor(row.holder_key, row.holder_client, row.holder_agent)
    held, mine = row.lease_until is not None, row.lease_until is not None and holder == me
    left = (row.due_at - row.now).total_seconds()
    return Line(
        id=row.email_id,
        queue=row.queue,
        sender=sender(row.sender),
        subject=row.subject or say("mail.no_subject"),
        category=row.category,
        confidence=percent(row.confidence),
        priority=Priority(row.priority).name.lower(),
        state="held" if held else "snoozed" if row.snoozed_until else "free",
        sla=str(state(row.due_at, row.warn_at, row.now)),
        due_at=row.due_at,
        due=say("due.late" if left < 0 else "due.in", span=span(abs(left))),
        received_at=row.received_at,
        holder=person(row.holder_client, row.holder_agent) if held else None,
        mine=mine,
        token=row.lease_token if mine else None,
        lease_until=row.lease_until,
        snoozed_until=row.snoozed_until,
        responded=row.responded_at is not None,
    )


def found(row: Row[Any]) -> Line:
    """A mail that a search found."""
    return Line(
        id=row.id,
        queue=row.queue,
        sender=sender(row.sender),
        subject=row.subject or say("mail.no_subject"),
        category=row.category,
        confidence=None,
        priority="normal",
        state="open" if row.open else "done",
        sla="none",
        due_at=None,
        due=say("state.open" if row.open else "state.done"),
        received_at=row.received_at,
    )


def completed(row: Row[Any], email: Row[Any]) -> Line:
    """A mail whose work is done."""
    fields = email.fields or {}
    return Line(
        id=email.id,
        queue=row.queue,
        sender=sender(fields.get("from")),
        subject=fields.get("subject") or say("mail.no_subject"),
        category=row.category,
        confidence=None,
        priority="normal",
        state="done",
        sla="breached" if row.response_late or row.resolution_late else "on_time",
        due_at=row.completed_at,
        due=say("state.done"),
        received_at=email.received_at,
        holder=person(row.by_client, row.by_agent),
    )


def sender(field: Mapping[str, str] | None) -> str:
    """A name where there is one, else an address."""
    if not field:
        return say("mail.no_sender")
    return field.get("name") or field.get("address") or say("mail.no_sender")


def address(field: Mapping[str, str]) -> str:
    """Name and address."""
    name, where = field.get("name", ""), field.get("address", "")
    return f"{name} <{where}>" if name and where else name or where


def person(client: str, agent: str | None) -> str:
    """Somebody, as colleagues call them."""
    if client == _OWN_CLIENT and agent:
        return agent
    return f"{client}/{agent}" if agent else client


def percent(probability: float | None) -> int | None:
    """Rounded down, so that a near miss does not look like a hit."""
    return None if probability is None else math.floor(probability * 100)


def span(seconds: float) -> str:
    """A length of time in its largest unit."""
    for size, name in _UNITS:
        if seconds >= size:
            return say(f"span.{name}", n=int(seconds // size))
    return say("span.moment")


def size(count: int) -> str:
    """A number of bytes, in thousands of them where there are many."""
    if count == 1:
        return say("size.byte")
    if count < 1_000:
        return say("size.bytes", n=count)
    if count < 999_500:
        return say("size.kilo", n=round(count / 1_000))
    whole, tenths = divmod(round(count / 100_000), 10)
    return say("size.mega", whole=whole, tenths=tenths)


def reason(decision: Row[Any]) -> str:
    """Why a mail lies where it does, as a sentence."""
    name, _, rule = decision.reason.partition(":")
    sure, needed = percent(decision.confidence), percent(decision.threshold)
    key = f"reason.{name}"
    if maybe(key, "") and not (name in {"model", "below_threshold"} and needed is None):
        return say(key, rule=rule, sure=sure, needed=needed)
    return say("reason.other", reason=decision.reason)


def top(decision: Row[Any], most: int = 3) -> list[tuple[str, int]]:
    """The likeliest categories with their probabilities in percent."""
    ordered = sorted((decision.scores or {}).items(), key=lambda pair: -pair[1])
    return [(name, percent(score) or 0) for name, score in ordered[:most]]
