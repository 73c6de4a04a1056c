"""The `calendars` of `routing.yaml`: from days and hours as people write them to a week."""

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from marshmallow import ValidationError

from service.domain.sla import Calendar, Hours
from service.routing_schema import DAYS


def calendar(data: Mapping[str, Any]) -> Calendar:
    """A calendar as the file's schema has read it.

    Raises:
        ValidationError: hours that end before they begin or overlap, or none at all.

    """
    week: list[list[Hours]] = [[] for _ in DAYS]
    for days, spans in data["hours"].items():
        for day in _days(days):
            week[day] += [_hours(days, span) for span in spans]
    if not any(week):
        raise ValidationError({"hours": ["must be open at some time"]})
    return Calendar(
        data["zone"], tuple(_in_order(hours) for hours in week), frozenset(data["holidays"])
    )


def _days(text: str) -> Iterator[int]:
    """Weekdays of `mon` or `fri-mon`, 0 for Monday."""
    first, _, last = text.partition("-")
    start = DAYS.index(first)
    length = (DAYS.index(last or first) - start) % 7 + 1
    return ((start + number) % 7 for number in range(length))


def _hours(days: str, span: str) -> Hours:
    opens, closes = (_minute(clock) for clock in span.split("-"))
    if opens >= closes:
        raise ValidationError({"hours": {days: [f"{span} must end after it begins, by midnight"]}})
    return Hours(opens, closes)


def _minute(clock: str) -> int:
    hour, minute = clock.split(":")
    return int(hour) * 60 + int(minute)


def _in_order(hours: list[Hours]) -> tuple[Hours, ...]:
    ordered = sorted(hours, key=lambda one: one.opens)
    if any(earlier.closes > later.opens for earlier, later in pairwise(ordered)):
        raise ValidationError({"hours": ["must not overlap on any day"]})
    return tuple(ordered)
