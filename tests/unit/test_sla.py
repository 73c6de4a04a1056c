"""When an answer is due: nights, weekends, holidays, changes of the clocks, pauses."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.sla import (
    Calendar,
    Clocks,
    Hours,
    Period,
    SlaState,
    Targets,
    clocks,
    due,
    state,
)

PARIS = ZoneInfo("Europe/Paris")
H = 3600.0
WORKDAY = (Hours(9 * 60, 12 * 60), Hours(14 * 60, 18 * 60))
OFFICE = Calendar(PARIS, (*[WORKDAY] * 5, (), ()), frozenset({date(2026, 12, 25)}))
ALL_DAY = Calendar(PARIS, ((Hours(0, 1440),),) * 7)
NIGHT = Calendar(PARIS, ((Hours(0, 6 * 60), Hours(22 * 60, 1440)),) * 7)
START = datetime(2025, 1, 1, tzinfo=UTC)
GAP = Calendar(PARIS, ((Hours(150, 300),),) * 7)  # opens at 02:30, which one day a year lacks
# March 29 and October 25, 2026 are the changes of the clocks in Paris; November 16 is a Monday


def paris(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


@pytest.mark.parametrize(
    ("calendar", "start", "hours", "end"),
    [
        (None, "2026-11-20T22:00", 4, "2026-11-21T02:00"),  # no calendar: day and night
        (None, "2026-10-25T01:30", 4, "2026-10-25T04:30"),  # four real hours, a clock set back
        (OFFICE, "2026-11-16T09:00", 3, "2026-11-16T12:00"),  # ends with the opening hours
        (OFFICE, "2026-11-16T10:00", 3, "2026-11-16T15:00"),  # over lunch
        (OFFICE, "2026-11-16T12:30", 1, "2026-11-16T15:00"),  # came at lunch
        (OFFICE, "2026-11-16T17:00", 2, "2026-11-17T10:00"),  # over night
        (OFFICE, "2026-11-16T23:59", 1, "2026-11-17T10:00"),  # came at night
        (OFFICE, "2026-11-16T03:00", 1, "2026-11-16T10:00"),  # came before opening
        (OFFICE, "2026-11-16T18:00", 1, "2026-11-17T10:00"),  # came as it closed
        (OFFICE, "2026-11-20T17:00", 2, "2026-11-23T10:00"),  # over the weekend
        (OFFICE, "2026-11-21T11:00", 8, "2026-11-24T10:00"),  # came on a Saturday
        (OFFICE, "2026-12-24T17:00", 2, "2026-12-28T10:00"),  # Christmas is a Friday
        (OFFICE, "2026-12-25T10:00", 1, "2026-12-28T10:00"),  # came on Christmas
        (OFFICE, "2026-03-27T17:00", 2, "2026-03-30T10:00"),  # clocks set forward on Sunday
        (OFFICE, "2026-10-23T17:00", 2, "2026-10-26T10:00"),  # clocks set back on Sunday
        (OFFICE, "2026-11-16T09:00", 35, "2026-11-20T18:00"),  # a week of work
        (ALL_DAY, "2026-03-28T12:00", 24, "2026-03-29T13:00"),  # the day has 23 hours
        (ALL_DAY, "2026-10-24T12:00", 24, "2026-10-25T11:00"),  # the day has 25
        (NIGHT, "2026-03-28T22:00", 7, "2026-03-29T06:00"),  # the night is an hour shorter
        (NIGHT, "2026-10-24T22:00", 9, "2026-10-25T06:00"),  # and an hour longer
        (NIGHT, "2026-11-16T12:00", 3, "2026-11-17T01:00"),  # one period over midnight
        (GAP, "2026-03-29T00:00", 0.5, "2026-03-29T04:00"),  # 02:30 counts as 03:30 summer time
        (OFFICE, "2026-11-16T13:00", 0, "2026-11-16T14:00"),  # at once means when it opens
    ],
)
def test_a_target_counts_opening_time(
    calendar: Calendar | None, start: str, hours: float, end: str
) -> None:
    """Local opening hours, real seconds."""
    assert due(calendar, paris(start), hours * H) == paris(end)


@pytest.mark.parametrize(
    ("calendar", "pauses", "end"),
    [
        (None, [("16T11:00", "16T13:00")], "2026-11-16T15:00"),
        (None, [("16T08:00", "16T09:00")], "2026-11-16T13:00"),  # before it came
        (None, [("16T13:00", "16T20:00")], "2026-11-16T13:00"),  # after it was due
        (None, [("16T08:00", "16T10:30")], "2026-11-16T14:30"),  # began before it came
        (None, [("16T10:00", "16T12:00"), ("16T11:00", "16T13:00")], "2026-11-16T16:00"),
        (None, [("16T11:00", "16T12:00"), ("16T09:00", "16T10:00")], "2026-11-16T15:00"),
        (OFFICE, [("16T12:00", "16T14:00")], "2026-11-16T14:30"),  # only while closed
        (OFFICE, [("16T10:00", "17T10:00")], "2026-11-17T14:30"),  # until tomorrow
        (OFFICE, [("16T10:00", "21T10:00")], "2026-11-23T11:30"),  # until Saturday
    ],
)
def test_a_snoozed_mail_stops_its_clock(
    calendar: Calendar | None, pauses: list[tuple[str, str]], end: str
) -> None:
    """Three and a half or four hours from nine o'clock, pauses not counted."""
    spans = [Period(paris(f"2026-11-{a}"), paris(f"2026-11-{b}")) for a, b in pauses]
    seconds = 3.5 * H if calendar else 4 * H
    assert due(calendar, paris("2026-11-16T09:00"), seconds, spans) == paris(end)


def test_who_never_opens_has_ten_years() -> None:
    """The search ends, whatever the holidays."""
    closed = Calendar(PARIS, ((),) * 7)
    assert due(closed, paris("2026-11-16T09:00"), 1) > paris("2036-01-01T00:00")


def test_a_first_answer_leaves_the_last_target() -> None:
    """Before it, the first target runs; after it, the resolution's."""
    targets = Targets(4 * H, 8 * H, 1 * H)
    start = paris("2026-11-16T09:00")
    at = [start + timedelta(hours=n) for n in range(9)]
    assert clocks(targets, start) == Clocks(at[4], at[3], at[8])
    assert clocks(targets, start, responded=True) == Clocks(at[8], at[7], at[8])


def test_a_warning_longer_than_the_target_warns_at_once() -> None:
    """It never lies before the mail came."""
    start = paris("2026-11-16T09:00")
    assert clocks(Targets(H, H, 5 * H), start).warn_at == start


@pytest.mark.parametrize(
    ("minute", "expected"),
    [
        (0, SlaState.ON_TIME),
        (44, SlaState.ON_TIME),
        (45, SlaState.BREACH_SOON),
        (59, SlaState.BREACH_SOON),
        (60, SlaState.BREACHED),
        (600, SlaState.BREACHED),
    ],
)
def test_a_mail_is_on_time_then_breach_soon_then_breached(minute: int, expected: SlaState) -> None:
    """Each from its very moment on."""
    start = paris("2026-11-16T09:00")
    made = clocks(Targets(H, H, H / 4), start)
    assert state(made.due_at, made.warn_at, start + timedelta(minutes=minute)) is expected


@given(
    start=st.integers(0, 3 * 366 * 24 * 60).map(lambda n: START + timedelta(minutes=n)),
    first=st.floats(0, 200 * H),
    more=st.floats(0, 200 * H),
    calendar=st.sampled_from([None, OFFICE, ALL_DAY, NIGHT, GAP]),
)
def test_a_longer_target_is_never_due_earlier(
    start: datetime, first: float, more: float, calendar: Calendar | None
) -> None:
    """Nor before its start, nor sooner than real time would have it."""
    early, late = due(calendar, start, first), due(calendar, start, first + more)
    assert start + timedelta(seconds=first) - timedelta(microseconds=1) <= early <= late
