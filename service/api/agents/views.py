"""From mails, rows and reports to what answers show."""

import base64
import binascii
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Row

from service.domain.items import Item
from service.domain.sla import state
from service.domain.types import Priority
from service.errors import FieldError, InvalidRequest
from service.flow.agents.bulk import Report
from service.store.lists import Place


def held(item: Item) -> dict[str, Any]:
    """A mail whose lease the caller has just taken or kept."""
    assert item.lease is not None
    return {
        "lease_token": item.lease.token,
        "lease_until": item.lease.until,
        "item": of_item(item),
    }


def of_item(item: Item) -> dict[str, Any]:
    """A mail after an action."""
    now = datetime.now(UTC)
    lease = item.lease_at(now)
    return {
        "id": item.email_id,
        "queue": item.queue,
        "mailbox": item.mailbox,
        "category": item.category,
        "priority": item.priority.name.lower(),
        "state": item.state_at(now),
        "sla": item.sla_at(now),
        "received_at": item.received_at,
        "entered_at": item.entered_at,
        "due_at": item.clocks.due_at,
        "resolution_due_at": item.clocks.resolution_due_at,
        "responded_at": item.responded_at,
        "snoozed_until": item.snoozed_until,
        "holder": lease.holder.name if lease else None,
        "lease_until": lease.until if lease else None,
    }


def of_row(row: Row[Any]) -> dict[str, Any]:
    """A mail as a list shows it."""
    asleep = "snoozed" if row.snoozed_until else "free"
    return {
        "id": row.email_id,
        "queue": row.queue,
        "mailbox": row.mailbox,
        "category": row.category,
        "priority": Priority(row.priority).name.lower(),
        "state": "held" if row.lease_until else asleep,
        "sla": state(row.due_at, row.warn_at, row.now),
        "received_at": row.received_at,
        "entered_at": row.entered_at,
        "due_at": row.due_at,
        "resolution_due_at": row.resolution_due_at,
        "responded_at": row.responded_at,
        "snoozed_until": row.snoozed_until,
        "holder": name(row.holder_client, row.holder_agent) if row.lease_until else None,
        "lease_until": row.lease_until,
        "subject": row.subject,
        "from": row.sender,
        "confidence": row.confidence,
        "reason": row.reason,
    }


def completion(row: Row[Any]) -> dict[str, Any]:
    """How a mail was completed."""
    return {
        "completed_at": row.completed_at,
        "queue": row.queue,
        "category": row.category,
        "responded_at": row.responded_at,
        "response_late": row.response_late,
        "resolution_late": row.resolution_late,
        "by": name(row.by_client, row.by_agent),
    }


def report(made: Report) -> dict[str, Any]:
    """What became of each mail of a bulk action."""
    items: list[dict[str, Any]] = [
        {"id": email_id, "done": True}
        if why is None
        else {"id": email_id, "done": False, "error": {"code": why.code, "detail": why.detail}}
        for email_id, why in made.refusals.items()
    ]
    done = sum(1 for item in items if item["done"])
    return {
        "id": made.id,
        "done": done,
        "refused": len(items) - done,
        "undo_until": made.undo_until,
        "items": items,
    }


def name(client: str, agent: str | None) -> str:
    """Somebody, as people read it."""
    return f"{client}/{agent}" if agent else client


def cursor(row: Row[Any]) -> str:
    """Where a page of a queue ended."""
    place = [row.due_at, row.priority, row.entered_at, row.email_id]
    return base64.urlsafe_b64encode(orjson.dumps(place)).decode().rstrip("=")


def place(text: str | None) -> Place | None:
    """Where the page before ended.

    Raises:
        InvalidRequest: it is no cursor of ours.

    """
    if text is None:
        return None
    try:
        due, priority, entered, email_id = orjson.loads(base64.urlsafe_b64decode(text + "=="))
        times = [datetime.fromisoformat(time).astimezone(UTC) for time in (due, entered)]
        return Place(times[0], Priority(priority), times[1], UUID(email_id))
    except (ValueError, TypeError, AttributeError, OverflowError, binascii.Error) as error:
        fault = FieldError("cursor", "invalid", "Give a `next_cursor` as it was answered")
        raise InvalidRequest(errors=[fault]) from error
