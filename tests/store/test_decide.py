"""Deciding: once, by the one who holds the lease, with all that follows written at once."""

from uuid import UUID

import pytest
from sqlalchemy import Engine, text

from service.domain.sla import Targets, clocks
from service.domain.types import Claimed, Decided, Decision, Principal, Priority
from service.store import decide, engine, lists, read
from tests.support.posting import claim, expire_leases, principal, store, submission


@pytest.fixture
def who(database: Engine) -> Principal:
    """A client over an empty waiting table."""
    with database.begin() as connection:
        connection.execute(text("DELETE FROM waiting"))
        connection.execute(text("DELETE FROM outbox"))
    return principal(database)


def decided(claimed: Claimed) -> Decided:
    decision = Decision(
        email_id=claimed.email_id,
        category="claim",
        queue="claims",
        priority=Priority.HIGH,
        reason="model",
        confidence=0.75,
        threshold=0.5,
        scores={"claim": 0.75, "other": 0.25},
        model_name="m",
        model_version="1",
        text_version="1",
        routing_version="1",
        inference_seconds=0.01,
        tokens=12,
    )
    made = clocks(Targets(3600, 7200, 600), claimed.received_at)
    return Decided(claimed, decision, {"subject": "é"}, b"\1" * 32, made)


def write(database: Engine, token: UUID, claimed: list[Claimed]) -> set[UUID]:
    return engine.run(database, lambda c: decide.decide(c, token, [decided(m) for m in claimed]))


def test_a_decision_keeps_what_explains_it(database: Engine, who: Principal) -> None:
    """Scores, versions, threshold and reason come back as they were given."""
    (email_id,) = store(database, who, submission("x"))
    write(database, *claim(database))
    (row,) = engine.run(database, lambda c: read.decisions(c, email_id))
    assert (row.category, row.queue, row.reason) == ("claim", "claims", "model")
    assert row.scores == {"claim": 0.75, "other": 0.25}
    assert (row.confidence, row.threshold, row.priority) == (0.75, 0.5, Priority.HIGH)


def test_a_decided_mail_waits_no_more(database: Engine, who: Principal) -> None:
    """It is in its agents' queue instead."""
    store(database, who, submission("x"))
    write(database, *claim(database))
    expire_leases(database)
    assert claim(database)[1] == []
    depth = engine.run(database, lambda c: lists.counts(c, who))
    assert depth["claims"].waiting >= 1


def test_a_zombies_late_result_is_refused(database: Engine, who: Principal) -> None:
    """Who lost the lease decides nothing, the new holder does."""
    store(database, who, submission("x"))
    old_token, old = claim(database)
    expire_leases(database)
    new_token, new = claim(database)
    assert write(database, old_token, old) == set()
    assert write(database, new_token, new) == {new[0].email_id}
    assert write(database, old_token, old) == set()


def test_one_lost_mail_does_not_spoil_the_others(database: Engine, who: Principal) -> None:
    """The rest of a lease is decided."""
    first, second = store(database, who, submission("a"), submission("b", index=1))
    token, claimed = claim(database)
    with database.begin() as connection:
        connection.execute(
            text("UPDATE waiting SET lease_token = NULL WHERE email_id = :i"), {"i": first}
        )
    assert write(database, token, claimed) == {second}


def test_a_callback_becomes_one_event(database: Engine, who: Principal) -> None:
    """The webhook is written with the decision, and only where one was asked for."""
    store(database, who, submission("a", callback_url="https://h.test/x"), submission("b", index=1))
    write(database, *claim(database))
    with database.connect() as connection:
        (event,) = connection.execute(text("SELECT url, body FROM outbox"))
    assert event.url == "https://h.test/x"
    assert b'"category":"claim"' in bytes(event.body)
