"""Whom a retraining's end concerns: a letter where a person has to look or to decide."""

import pytest

from service.domain import retraining as rules
from service.domain.retraining import Ended
from service.retraining_report import letter


def ended(outcome: str) -> Ended:
    return Ended(7, outcome, ("a reason",), rules.CHALLENGE, facts={rules.TRAIN: {"version": "v2"}})


@pytest.mark.parametrize(
    ("outcome", "subject", "advice"),
    [
        (rules.FAILED, "failed at the step challenge", "retrain --history"),
        (rules.CHALLENGER, "made a challenger, which waits for you", "model promote challenger"),
        (rules.ADDED, "made a model, which waits for a canary", "--alias challenger"),
    ],
)
def test_what_waits_for_a_person_is_told(outcome: str, subject: str, advice: str) -> None:
    """Which retraining, which model, and what to type."""
    found = letter(ended(outcome))
    assert found is not None
    assert found[0] == f"Aiguilleur: retraining 7 {subject}"
    told = "\n".join(found[1])
    assert advice in told
    assert "v2" in told


@pytest.mark.parametrize("outcome", [rules.CHAMPION, rules.REFUSED, rules.SAME])
def test_what_asks_nobody_for_anything_is_not(outcome: str) -> None:
    """It is in the history."""
    assert letter(ended(outcome)) is None
