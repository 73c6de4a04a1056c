"""Drift: quiet where nothing moved, loud where something did, whatever the numbers of mails."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.profile import Answer, Profile, as_json, from_json, profile
from service.domain.drift.stability import ANSWERS, drift, psi

COUNTS = st.lists(st.integers(0, 10_000), min_size=2, max_size=20)


def mails(shares: dict[str, float], number: int, seed: int, middle: float = 0.9) -> Profile:
    """Answers drawn from shares of categories, around a confidence."""
    draw = random.Random(seed)
    labels = draw.choices(list(shares), list(shares.values()), k=number)
    answers = [
        Answer(label, min(1.0, max(0.0, draw.gauss(middle, 0.1))), draw.randint(10, 200))
        for label in labels
    ]
    return profile(shares, answers)


EVEN = dict.fromkeys("abcdefghi", 1 / 9)


@given(st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 10_000)), min_size=2, max_size=20))
def test_the_index_is_symmetric_and_never_negative(pairs: list[tuple[int, int]]) -> None:
    """Whatever the counts, zeros included."""
    one, other = [a for a, _ in pairs], [b for _, b in pairs]
    assert psi(one, other) == pytest.approx(psi(other, one))
    assert psi(one, other) >= 0


@given(COUNTS)
def test_equal_mail_has_not_moved(counts: list[int]) -> None:
    """Nor has none at all."""
    assert psi(counts, counts) == pytest.approx(0)
    assert psi(counts, [0] * len(counts)) == 0


def test_the_index_agrees_with_its_formula() -> None:
    """0.2 ln(0.7 / 0.5) + 0.2 ln(0.5 / 0.3) where there are mails enough for no correction."""
    assert psi([500_000, 500_000], [700_000, 300_000]) == pytest.approx(0.1695, abs=1e-4)


@pytest.mark.parametrize("number", [200, 1_000, 5_000])
@pytest.mark.parametrize("seed", range(5))
def test_mail_of_the_same_kind_stays_quiet(number: int, seed: int) -> None:
    """Below 0.1, and few mails are no louder than many."""
    found = drift(mails(EVEN, 400, 1000 + seed), mails(EVEN, number, seed))
    assert set(found) == set(ANSWERS)
    assert max(found.values()) < 0.1


def test_a_moved_mix_shows_in_the_categories_alone() -> None:
    """One category trebles: over 0.25 there, quiet elsewhere."""
    moved = {**EVEN, "a": 5 / 9}
    found = drift(mails(EVEN, 800, 1), mails(moved, 2_000, 2))
    assert found["category"] > 0.25
    assert max(found["confidence"], found["length"]) < 0.1


def test_a_doubtful_model_shows_in_the_confidence() -> None:
    """It is less sure by a quarter."""
    found = drift(mails(EVEN, 800, 1), mails(EVEN, 2_000, 2, middle=0.65))
    assert found["confidence"] > 0.25
    assert found["category"] < 0.1


def test_a_category_that_the_model_never_gave_counts() -> None:
    """A new label of a newer profile is a bin like others."""
    assert drift(profile("ab", []), profile("abc", [Answer("c", 1.0, 5)]))["category"] == 0
    one, two = mails({"a": 1.0}, 500, 1), mails({"a": 0.5, "z": 0.5}, 500, 2)
    assert drift(one, two)["category"] > 0.25


def test_a_profile_survives_its_manifest() -> None:
    """And one that is counted otherwise, or broken, is none."""
    found = mails(EVEN, 300, 3)
    assert from_json(as_json(found)) == found
    assert found.emails == 300
    for broken in (
        {},
        {**as_json(found), "confidence_ends": [0.5]},
        {**as_json(found), "tokens": [1, 2]},
        {**as_json(found), "labels": "many"},
        {**as_json(found), "confidence": ["x"] * 10},
    ):
        assert from_json(broken) is None
