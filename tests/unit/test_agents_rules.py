"""What actions make of a mail: pure rules, without a database."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from service.domain.actions import (
    Action,
    Complete,
    Correct,
    Release,
    Reroute,
    Respond,
    Snooze,
    apply,
)
from service.domain.items import Actor, Item, ItemState, Lease, claimed, refusal
from service.domain.routing import AgentQueue, Category, Routing
from service.domain.sla import clocks
from service.domain.types import Priority

START = datetime(2026, 11, 16, 9, tzinfo=UTC)
H = timedelta(hours=1)
ANNA, BEN = Actor("key", "desk", "anna"), Actor("key", "desk", "ben")
TOKEN, OTHER = UUID(int=1), UUID(int=2)
CLAIMS = AgentQueue("claims", "C", 4 * 3600, resolution_seconds=8 * 3600)
SALES = AgentQueue("sales", "S", 24 * 3600)
ROUTING = Routing(
    "1",
    {
        "claim": Category("claim", "C", "claims", 0.5, Priority.HIGH),
        "quote": Category("quote", "Q", "sales", 0.5, None),
    },
    {"claims": CLAIMS, "sales": SALES},
    (),
    "claims",
)
MAIL = Item(
    UUID(int=7),
    "claims",
    "default",
    "claim",
    Priority.NORMAL,
    START,
    START,
    clocks(CLAIMS.targets, START),
    decision=1,
)
HELD = replace(MAIL, lease=Lease(TOKEN, START + H, ANNA))


@pytest.mark.parametrize(
    ("item", "who", "token", "hours", "code"),
    [
        (MAIL, ANNA, None, 0, None),
        (MAIL, ANNA, TOKEN, 0, "lease_lost"),
        (HELD, ANNA, TOKEN, 0, None),
        (HELD, ANNA, OTHER, 0, "lease_lost"),
        (HELD, ANNA, TOKEN, 1, "lease_lost"),
        (HELD, BEN, TOKEN, 0, None),  # whoever knows the token holds the mail
        (HELD, ANNA, None, 0, None),
        (HELD, BEN, None, 0, "held"),
        (HELD, BEN, None, 1, None),
        (HELD, replace(ANNA, key_id="other"), None, 0, "held"),
    ],
)
def test_who_may_act(
    item: Item, who: Actor, token: UUID | None, hours: int, code: str | None
) -> None:
    """The lease decides, and the clock; a lease ends at its very moment."""
    found = refusal(item, who, token, START + hours * H)
    assert (found and found.code) == code


@pytest.mark.parametrize(
    ("action", "ends"),
    [
        (Release(), True),
        (Respond(), False),
        (Reroute("sales", "x"), True),
        (Snooze(START + 2 * H), True),
        (Correct("quote"), False),
        (Correct("quote", move=True), True),
    ],
)
def test_what_sends_a_mail_away_ends_its_lease(action: Action, ends: bool) -> None:
    """What is done in place keeps it; each action is one more revision."""
    after = apply(HELD, action, START, ROUTING).item
    assert (after.lease is None) == ends
    assert after.revision == HELD.revision + 1


def test_a_first_answer_moves_the_clock_to_the_resolution() -> None:
    """Once; a second answer changes nothing."""
    after = apply(HELD, Respond(), START + H, ROUTING).item
    again = apply(after, Respond(), START + 2 * H, ROUTING).item
    assert (after.clocks.due_at, after.responded_at) == (START + 8 * H, START + H)
    assert (again.clocks, again.responded_at) == (after.clocks, after.responded_at)


def test_another_queue_counts_from_when_the_mail_came() -> None:
    """Its promises, and the pauses so far."""
    asleep = apply(HELD, Snooze(START + 3 * H), START + H, ROUTING).item
    away = apply(asleep, Reroute("sales", "x"), START + 2 * H, ROUTING).item
    assert away.clocks.due_at == START + 25 * H
    assert (away.snoozed_until, away.entered_at) == (None, START + 2 * H)


def test_a_claim_wakes_and_the_clocks_go_on() -> None:
    """Only the time that it slept is not counted, however long it was meant to sleep."""
    asleep = apply(HELD, Snooze(START + 3 * H), START + H, ROUTING).item
    awake = claimed(asleep, Lease(OTHER, START + 9 * H, BEN), START + 2 * H, ROUTING)
    assert asleep.clocks.due_at == START + 6 * H
    assert awake.clocks.due_at == START + 5 * H
    assert (asleep.state_at(START + 2 * H), awake.state_at(START + 2 * H)) == (
        ItemState.SNOOZED,
        ItemState.HELD,
    )


@pytest.mark.parametrize(
    ("answered", "done", "late", "too_late"),
    [(None, 3, False, False), (None, 5, True, False), (1, 5, False, False), (1, 9, False, True)],
)
def test_a_completion_tells_which_promises_were_kept(
    answered: int | None, done: int, late: bool, too_late: bool
) -> None:
    """The first answer's and the resolution's; completing is an answer."""
    item = apply(HELD, Respond(), START + answered * H, ROUTING).item if answered else HELD
    made = apply(item, Complete(), START + done * H, ROUTING).completion
    assert made is not None
    assert (made.response_late, made.resolution_late) == (late, too_late)


@pytest.mark.parametrize(
    ("category", "reason", "priority"),
    [("claim", "confirmed", Priority.HIGH), ("quote", "corrected", Priority.NORMAL)],
)
def test_a_correction_is_a_decision_and_an_example(
    category: str, reason: str, priority: Priority
) -> None:
    """It may raise the priority; a re-routing is a decision only."""
    judged = apply(HELD, Correct(category), START, ROUTING).judgement
    moved = apply(HELD, Reroute("sales", "x"), START, ROUTING).judgement
    assert judged is not None
    assert (judged.reason, judged.priority, judged.labels) == (reason, priority, True)
    assert moved is not None
    assert not moved.labels


def test_a_queue_that_is_no_longer_named_keeps_its_clocks() -> None:
    """Its mail can still be worked."""
    gone = replace(HELD, queue="gone")
    assert apply(gone, Snooze(START + 2 * H), START, ROUTING).item.clocks == gone.clocks
    assert apply(gone, Complete(), START + 5 * H, ROUTING).completion is not None
