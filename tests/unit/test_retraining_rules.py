"""When a model is trained anew."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.retraining import Policy, Signals, least_labels, reasons
from service.domain.spot_checks import Estimate
from service.retraining_report import nothing

POLICY = Policy(labels=500, accuracy=0.9, days=90, drift=True)
QUIET = Signals(labels=100, accuracy=None, drift=(), days=10)
BELOW = Estimate(0.84, 0.80, 0.88, 300, 300)


@pytest.mark.parametrize(
    ("signals", "says"),
    [
        (Signals(500, None, (), 10), "500 mails were labelled since the last snapshot."),
        (Signals(60, BELOW, (), 10), "Spot checks say that the champion is right on 84.0%"),
        (Signals(60, None, ("Drift: words.",), 10), "Drift: words."),
        (Signals(60, None, (), 91), "The last training was 91 days ago."),
    ],
)
def test_each_signal_is_a_reason_by_itself(signals: Signals, says: str) -> None:
    """In a sentence."""
    (found,) = reasons(signals, POLICY)
    assert found.startswith(says)


def test_without_a_signal_there_is_no_reason() -> None:
    """An interval that reaches the bound is none."""
    assert reasons(QUIET, POLICY) == ()
    reaches = Estimate(0.86, 0.81, 0.91, 100, 100)
    assert reasons(Signals(60, reaches, (), None), POLICY) == ()


@given(st.integers(0, 10_000), st.floats(0, 1), st.booleans(), st.floats(0, 1_000))
def test_nothing_new_was_labelled_means_nothing_new_is_learned(
    labels: int, accuracy: float, drift: bool, days: float
) -> None:
    """Whatever else is the case: the next schedule does not repeat what the gate refused."""
    policy = Policy(labels, accuracy, days, drift)
    signals = Signals(least_labels(policy) - 1, BELOW, ("Drift.",), 10_000)
    assert reasons(signals, policy) == ()


def test_while_a_challenger_decides_a_share_of_mail_no_other_is_trained() -> None:
    """It would take its place, and what the trial has shown so far would be for nothing."""
    assert reasons(Signals(10_000, BELOW, ("Drift.",), 10_000, tried=True), POLICY) == ()


def test_before_the_gate_could_tell_nothing_is_trained() -> None:
    """It would refuse whatever came, and the labels would be new no more."""
    few, enough = (Signals(500, BELOW, ("Drift.",), 10, False, n) for n in (799, 800))
    assert reasons(few, POLICY) == ()
    assert len(reasons(enough, POLICY)) == 3
    told = "Nothing calls for a training. 799 mails are labelled; from 800 on the gate can tell"
    assert nothing(few).startswith(told)
    assert nothing(QUIET) == "Nothing calls for a training.\n"


def test_what_is_set_to_nothing_is_never_a_reason() -> None:
    """Each by itself."""
    everything = Signals(10_000, BELOW, ("Drift.",), 10_000)
    assert reasons(everything, Policy(0, 0.0, 0.0, drift=False)) == ()
    assert len(reasons(everything, POLICY)) == 4
