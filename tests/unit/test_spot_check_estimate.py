"""Spot checks: who is chosen, and what the labels say of all mail."""

import random
from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.intervals import wilson
from service.domain.spot_checks import Estimate, Group, estimate, is_chosen


def ids(seed: int, count: int) -> list[UUID]:
    numbers = random.Random(seed)
    return [UUID(int=numbers.getrandbits(128)) for _ in range(count)]


@given(st.uuids(), st.floats(0, 1), st.floats(0, 1))
def test_choosing_depends_on_the_id_alone(email_id: UUID, one: float, other: float) -> None:
    """Whoever is chosen at a share is chosen at every larger one; nobody at 0, everybody at 1."""
    low, high = sorted((one, other))
    assert is_chosen(email_id, low) <= is_chosen(email_id, high)
    assert not is_chosen(email_id, 0.0)
    assert is_chosen(email_id, 1.0)


def test_about_the_share_is_chosen() -> None:
    """Of 20,000 mails, within four standard deviations."""
    found = sum(is_chosen(email_id, 0.05) for email_id in ids(1, 20_000))
    assert abs(found - 1_000) < 4 * (20_000 * 0.05 * 0.95) ** 0.5


@pytest.mark.parametrize(
    ("share", "count", "low", "high"),
    # Newcombe (1998), Statistics in Medicine 17: table I, method 3
    [(81 / 263, 263, 0.2553, 0.3662), (15 / 148, 148, 0.0624, 0.1605), (0.0, 20, 0.0, 0.1611),
     (1 / 29, 29, 0.0061, 0.1718), (1.0, 20, 0.8389, 1.0)],
)  # fmt: skip
def test_the_interval_is_wilsons(share: float, count: int, low: float, high: float) -> None:
    """As a published comparison of methods gives it."""
    assert wilson(share, count) == pytest.approx((low, high), abs=5e-5)


def test_nothing_is_said_without_a_label() -> None:
    """However many wait."""
    assert estimate([]) is None
    assert estimate([Group(0.1, 50, 0, 0)]) is None


def test_one_share_gives_a_plain_proportion() -> None:
    """With Wilson's interval for as many labels as there are."""
    found = estimate([Group(0.01, 200, 100, 90)])
    assert found == Estimate(0.9, *wilson(0.9, 100), 200, 100)


def test_a_share_that_was_changed_biases_nothing() -> None:
    """Mail chosen ten times as often counts a tenth; the interval is wider than for equal ones."""
    often, seldom = Group(0.1, 1_000, 1_000, 950), Group(0.01, 100, 100, 80)
    found = estimate([often, seldom])
    assert found
    assert found.value == pytest.approx((0.95 + 0.8) / 2)
    plain = wilson(found.value, 1_100)
    assert found.high - found.low > plain[1] - plain[0]


def test_what_nobody_labelled_yet_counts_by_the_others_of_its_share() -> None:
    """Half the labels of a group stand for all of it."""
    whole = [Group(0.1, 100, 100, 60), Group(0.01, 10, 10, 10)]
    half = [replace(whole[0], labelled=50, right=30), whole[1]]
    first, second = estimate(whole), estimate(half)
    assert first
    assert second
    assert first.value == pytest.approx(second.value)


def test_the_estimate_is_without_bias_where_corrections_are_not() -> None:
    """Mail of 80 % accuracy whose faults agents notice every other time, over 200 samples.

    The mean of the estimates lies on the truth, the interval holds it nineteen times of twenty;
    what agents left as it was says 90 %.
    """
    numbers = random.Random(7)
    truth, mails, share = 0.8, 4_000, 0.05
    values, held = [], 0
    left = 0
    for seed in range(200):
        right = [numbers.random() < truth for _ in range(mails)]
        left += sum(one or numbers.random() < 0.5 for one in right)
        chosen = [
            one for one, email_id in zip(right, ids(seed, mails), strict=True)
            if is_chosen(email_id, share)
        ]  # fmt: skip
        found = estimate([Group(share, len(chosen), len(chosen), sum(chosen))])
        assert found
        values.append(found.value)
        held += found.low <= truth <= found.high
    assert sum(values) / len(values) == pytest.approx(truth, abs=0.006)
    assert held >= 180
    assert left / (200 * mails) == pytest.approx(0.9, abs=0.005)
