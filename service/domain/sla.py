"""Clocks of service level: when an answer is due, counted in opening time. Pure.

start -> periods that are open -> less the pauses -> the moment at which the target is used up
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

_DAY = timedelta(days=1)
_MOST_DAYS = 3660  # looked ahead; whoever never opens has ten years
_END_OF_TIME = datetime.max.replace(tzinfo=UTC) - 2 * _DAY  # leaves room for every time zone


@dataclass(frozen=True, slots=True)
class Hours:
    """Open from one minute of the local day to another (0 to 1440), the last one not included."""

    opens: int
    closes: int


@dataclass(frozen=True, slots=True)
class Calendar:
    """Opening hours of each weekday (Monday first), in order and apart, and days without any."""

    zone: ZoneInfo
    week: tuple[tuple[Hours, ...], ...]
    holidays: frozenset[date] = frozenset()

    def hours(self, day: date) -> tuple[Hours, ...]:
        """When it is open on a day."""
        return () if day in self.holidays else self.week[day.weekday()]


@dataclass(frozen=True, slots=True)
class Period:
    """From a moment to another, the last one not included; both aware."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Targets:
    """What a queue promises, in seconds of opening time; without a calendar, in plain seconds.

    `warn`: how long before a target runs out it is breach-soon.
    """

    first_response: float
    resolution: float
    warn: float
    calendar: Calendar | None = None


@dataclass(frozen=True, slots=True)
class Clocks:
    """When a mail's next target is due, from when on it is breach-soon, and the last target."""

    due_at: datetime
    warn_at: datetime
    resolution_due_at: datetime


class SlaState(StrEnum):
    """How a mail stands against its next target."""

    ON_TIME = "on_time"
    BREACH_SOON = "breach_soon"
    BREACHED = "breached"


def clocks(
    targets: Targets, start: datetime, pauses: Sequence[Period] = (), *, responded: bool = False
) -> Clocks:
    """The clocks of a mail that came at `start`; once it was answered, only the last runs."""
    following = targets.resolution if responded else targets.first_response

    def at(seconds: float) -> datetime:
        return due(targets.calendar, start, seconds, pauses)

    return Clocks(at(following), at(max(following - targets.warn, 0.0)), at(targets.resolution))


def state(due_at: datetime, warn_at: datetime, now: datetime) -> SlaState:
    """How a mail stands at a moment."""
    if now >= due_at:
        return SlaState.BREACHED
    return SlaState.BREACH_SOON if now >= warn_at else SlaState.ON_TIME


def due(
    calendar: Calendar | None, start: datetime, seconds: float, pauses: Sequence[Period] = ()
) -> datetime:
    """The moment, in UTC, at which `seconds` of opening time less pauses have passed."""
    left = timedelta(seconds=seconds)
    ordered = sorted(pauses, key=lambda pause: pause.start)
    for whole in _open(calendar, start.astimezone(UTC)):
        for period in _without(whole, ordered):
            if period.end - period.start >= left:
                return period.start + left
            left -= period.end - period.start
    return start.astimezone(UTC) + _MOST_DAYS * _DAY


def _open(calendar: Calendar | None, start: datetime) -> Iterator[Period]:
    """Open periods from `start` on, in UTC: opening hours are local, their length is real."""
    if calendar is None:
        yield Period(start, _END_OF_TIME)
        return
    first = start.astimezone(calendar.zone).date()
    for number in range(_MOST_DAYS):
        day = first + number * _DAY
        for hours in calendar.hours(day):
            end = _moment(calendar, day, hours.closes)
            if end > start:
                yield Period(max(start, _moment(calendar, day, hours.opens)), end)


def _moment(calendar: Calendar, day: date, minute: int) -> datetime:
    """A local time in UTC; one that the clocks skip counts as if they had not yet been changed."""
    midnight = datetime.combine(day + minute // 1440 * _DAY, time(), calendar.zone)
    # wall-clock arithmetic: within one zone, Python adds to the local time
    return (midnight + timedelta(minutes=minute % 1440)).astimezone(UTC)


def _without(period: Period, pauses: Sequence[Period]) -> Iterator[Period]:
    """What is left of a period outside the pauses, which are in order of their start."""
    start = period.start
    for pause in pauses:
        if pause.start >= period.end:
            break
        if pause.start > start:
            yield Period(start, pause.start)
        start = max(start, pause.end)
    if start < period.end:
        yield Period(start, period.end)
