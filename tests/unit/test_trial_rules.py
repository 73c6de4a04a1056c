"""Trials: what may start one, what ends it, which mail it takes, what is worth a look."""

import random
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from uuid_utils.compat import uuid7

from service.domain.disagreements import Disagreement, first, queue_of, worth
from service.domain.ids import earliest
from service.domain.models import Change, Refused, Standing
from service.domain.sampling import falls_within
from service.domain.trials import SHADOW, STARTED, STOPPED, Trial, start, stop
from tests.support.queued import routing

CHALLENGED = Standing((None, "a"), "b")
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def trial(share: float = 0.2, *, running: bool = True, version: str = "b") -> Trial:
    return Trial(7, SHADOW, version, f"at-{version}", share, NOW, running)


def test_the_challenger_is_tried() -> None:
    """On the share that was asked for, whatever was before."""
    made = (Change(STARTED, "b", SHADOW, 0.2),)
    for before in (None, trial(running=False), trial(0.5), trial(running=False, version="c")):
        assert start(CHALLENGED, SHADOW, 0.2, before) == made


def test_a_trial_that_runs_is_not_started_again() -> None:
    """With the same share; what was counted so far counts on."""
    assert start(CHALLENGED, SHADOW, 0.2, trial()) == ()


@pytest.mark.parametrize("share", [0.0, -0.1, 1.01, float("nan"), float("inf")])
def test_a_share_is_part_of_the_whole(share: float) -> None:
    """Anything else is refused with a sentence."""
    with pytest.raises(Refused, match="share must be above 0, and 1 at most"):
        start(CHALLENGED, SHADOW, share, None)


def test_there_must_be_somebody_to_try() -> None:
    """The sentence says how to make a challenger."""
    with pytest.raises(Refused, match="--alias challenger"):
        start(Standing((None, "a"), None), SHADOW, 0.2, None)


def test_only_what_runs_is_stopped() -> None:
    """And its version stays named in the log."""
    assert stop(SHADOW, trial()) == (Change(STOPPED, "b", SHADOW),)
    for over in (None, trial(running=False)):
        with pytest.raises(Refused, match="no shadow to stop"):
            stop(SHADOW, over)


@given(st.uuids(), st.floats(0, 1), st.floats(0, 1))
def test_a_larger_share_holds_the_smaller_one(email_id: UUID, one: float, other: float) -> None:
    """So that raising it takes mail from nobody."""
    low, high = sorted((one, other))
    assert falls_within("p", email_id, low) <= falls_within("p", email_id, high)


def test_trials_of_two_versions_take_different_mail() -> None:
    """Chosen anew each time: of 20,000 mails at one half each, a quarter falls to both."""
    numbers = random.Random(3)
    ids = [UUID(int=numbers.getrandbits(128)) for _ in range(20_000)]
    both = sum(trial(0.5).takes(i) and trial(0.5, version="c").takes(i) for i in ids)
    assert abs(both - 5_000) < 4 * (20_000 * 0.25 * 0.75) ** 0.5


def test_the_earliest_id_of_a_moment_parts_what_came_before() -> None:
    """In the order in which PostgreSQL sorts ids too, which is that of their bytes."""
    before = uuid7()
    moment = datetime.now(UTC)
    assert earliest(moment).bytes[:6] >= before.bytes[:6]
    later = [uuid7() for _ in range(100)]
    assert all(earliest(moment).bytes <= one.bytes for one in later)


def test_both_sure_and_another_queue_is_worth_most() -> None:
    """A pair that is sure outweighs one of which either doubts; a queue outweighs little doubt."""
    shop = routing()
    elsewhere, same = ("claims", "payments"), ("claims", "claims")
    assert worth(shop, (0.9, 0.9), elsewhere) > worth(shop, (0.9, 0.9), same)
    assert worth(shop, (0.9, 0.9), same) > worth(shop, (0.99, 0.5), same)
    assert worth(shop, (0.9, 0.6), elsewhere) > worth(shop, (0.9, 0.9), same)


def test_an_early_promise_doubles_the_worth() -> None:
    """Where one of the two queues has to answer within four hours."""
    shop = routing()
    soon = min(shop.queues.values(), key=lambda q: q.sla_seconds)
    late = max(shop.queues.values(), key=lambda q: q.sla_seconds)
    assert soon.sla_seconds <= 4 * 3600 < late.sla_seconds
    pairs = [(soon.name, late.name), (late.name, "gone")]
    assert worth(shop, (0.5, 0.5), pairs[0]) == 2 * worth(shop, (0.5, 0.5), pairs[1])


def test_what_is_unsure_or_in_no_category_lies_in_triage() -> None:
    """As it would, were the challenger champion."""
    shop = routing()
    assert queue_of(shop, "claim", 0.99) == "claims"
    assert queue_of(shop, "claim", 0.01) == shop.triage
    assert queue_of(shop, "unknown", 0.99) == shop.triage


@given(st.lists(st.tuples(st.floats(0, 4), st.booleans()), max_size=30), st.integers(0, 40))
def test_the_first_are_those_worth_most(found: list[tuple[float, bool]], limit: int) -> None:
    """None that is left out is worth more than one that is named; open mail first among equals."""
    every = [
        Disagreement(UUID(int=n), "a", 0.9, "q", "b", 0.9, "r", is_open, value)
        for n, (value, is_open) in enumerate(found)
    ]
    named = first(every, limit)
    assert len(named) == min(limit, len(every))
    keys = [(-one.worth, not one.open) for one in named]
    assert keys == sorted(keys)
    left = [one for one in every if one not in named]
    assert all(one.worth >= other.worth for one in named[-1:] for other in left)
