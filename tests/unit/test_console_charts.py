"""Where charts put things: in percent of their box, inside it, readable."""

import math
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from service.console.charts import Value, across, along, curve, scale, span


@pytest.mark.parametrize(
    ("values", "steps"),
    [
        ([0.48, 0.954], (0.4, 0.6, 0.8, 1.0)),
        ([0.905, 0.93], (0.9, 0.91, 0.92, 0.93)),
        ([], (0.0, 0.25, 0.5, 0.75, 1.0)),
        ([1.0, 1.0], (0.94, 0.96, 0.98, 1.0)),
        ([0.0], (0.0, 0.0025, 0.005, 0.0075, 0.01)),
        ([3.0, 61.0], (0.0, 20.0, 40.0, 60.0, 80.0)),
    ],
)
def test_a_scale_has_few_round_steps(values: list[float], steps: tuple[float, ...]) -> None:
    """That hold all values and do not leave what there can be."""
    roof = 1.0 if max(values, default=0) <= 1 else math.inf
    assert scale(values, 4, 0.0, roof).steps == pytest.approx(steps)


@pytest.mark.parametrize("most", [1, 2, 4, 5])
def test_every_value_lies_on_its_scale(most: int) -> None:
    """Higher ones higher, none outside the box, and there are not more steps than asked."""
    for spread in (1e-4, 0.03, 0.5, 1, 7, 400):
        values = [0.2 + spread * n / 7 for n in range(8)]
        made = scale(values, most)
        places = [made.place(value) for value in values]
        assert all(a > b for a, b in pairwise(places)), spread
        assert 0 <= min(places) <= max(places) <= 100
        assert len(made.steps) <= most + 1


def test_a_line_breaks_where_a_value_is_missing() -> None:
    """A lone value is a mark without a line."""
    on = scale([0.0, 1.0])
    values = [Value(0.1, "a"), Value(0.2, "b"), None, Value(0.9, "c", low=0.8, high=1.0)]
    made = curve(values, on)
    assert len(made.pieces) == 1
    assert [mark.title for mark in made.marks] == ["a", "b", "c"]
    low, high = made.marks[2].low, made.marks[2].high
    assert low is not None
    assert high is not None
    assert low > made.marks[2].y > high  # percent from the top


def test_one_value_stands_in_the_middle() -> None:
    """And more of them from edge to edge."""
    assert across(0, 1) == 50.0
    assert (across(0, 3), across(1, 3), across(2, 3)) == (2.0, 50.0, 98.0)


def test_an_axis_names_few_places_and_none_twice_in_a_row() -> None:
    """First and last among them, turned inwards."""
    days = [f"2026-11-{n:02}" for n in range(1, 31)]
    made = along(days, 3)
    assert [(x.text, x.anchor) for x in made] == [
        ("2026-11-01", "start"),
        (days[14], "middle"),
        ("2026-11-30", "end"),
    ]
    assert [x.text for x in along(["a"] * 9, 3)] == ["a"]
    assert [x.anchor for x in along(["a"], 3)] == ["middle"]
    assert along([], 3) == along(days, 0) == ()


def test_a_short_time_can_be_seen() -> None:
    """At the very end too."""
    first = datetime(2026, 1, 1, tzinfo=UTC)
    last = first + timedelta(days=300)
    whole = span(first, last, first, last)
    assert (whole.x, whole.width) == (0.0, 100.0)
    short = span(last - timedelta(seconds=1), last, first, last)
    assert short.width > 0.5
    assert short.x + short.width <= 100
    assert span(first, first, first, first).width > 0.5
