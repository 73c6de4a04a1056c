"""Open mail: who gets which, and that what people decide stays."""

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from service.domain.actions import Complete, Correct, Reroute
from service.domain.sla import Targets, clocks
from service.domain.types import Claimed, Decided, Decision, Priority, Role
from service.errors import TooLate
from service.flow.agents.team import Team
from service.store import decide, engine, lists, read
from service.store.engine import make_engine
from tests.support.posting import claim, expire_leases, principal, store, submission
from tests.support.queued import actor, agent, end_leases, fill, routing

ANNA, BEN = actor("anna"), actor("ben")


@pytest.fixture
def team(database: Engine) -> Team:
    """Agents over empty queues."""
    with database.begin() as connection:
        for table in ("queue_items", "done_items", "waiting"):
            connection.execute(text(f"DELETE FROM {table}"))
    return Team.over(database, routing())


def claims(team: Team, count: int) -> list[UUID]:
    found = [team.claims.next(agent(), ANNA, None, 60) for _ in range(count)]
    return [item.email_id for item in found if item]


def test_mail_is_claimed_by_due_time_then_priority_then_age(database: Engine, team: Team) -> None:
    """Over all queues together."""
    fill(database, 40, "claims", "sales", "contracts")
    with database.begin() as connection:
        connection.execute(
            text("UPDATE queue_items SET due_at = date_trunc('hour', due_at, 'UTC')")
        )
        wanted = connection.execute(
            text("SELECT email_id FROM queue_items ORDER BY due_at, priority DESC, entered_at")
        )
        expected = list(wanted.scalars())
    assert claims(team, 41) == expected


@pytest.mark.parametrize("mailboxes", [(), ("default",)])
def test_many_at_once_get_different_mails(
    database: Engine, team: Team, mailboxes: tuple[str, ...]
) -> None:
    """All of them, while any is left: nobody is told that nothing waits because others claim."""
    fill(database, 60, "claims", "sales")
    who = agent(*mailboxes)
    with ThreadPoolExecutor(12) as pool:
        found = list(pool.map(lambda n: team.claims.next(who, ANNA, None, 60), range(60)))
    assert len({item.email_id for item in found if item}) == 60


def test_rows_of_the_code_before_are_worked_too(database: Engine, team: Team) -> None:
    """They have no category and one clock."""
    (email_id,) = fill(database, 1)
    with database.begin() as connection:
        connection.execute(
            text("UPDATE queue_items SET category = NULL, warn_at = NULL, resolution_due_at = NULL")
        )
    item = team.claims.one(agent(), ANNA, email_id, 60, take=False)
    assert (item.category, item.clocks.warn_at) == ("claim", item.clocks.due_at)
    assert engine.run(database, lambda c: lists.counts(c, agent()))["claims"].breach_soon == 0


def test_an_expired_lease_makes_the_mail_free(database: Engine, team: Team) -> None:
    """By asking for the next; the trail of revisions goes on."""
    fill(database, 1)
    first = team.claims.next(agent(), ANNA, ["claims"], 60)
    assert team.claims.next(agent(), BEN, ["claims"], 60) is None
    end_leases(database)
    second = team.claims.next(agent(), BEN, ["claims"], 60)
    assert first is not None
    assert second is not None
    assert (second.email_id, second.lease and second.lease.holder) == (first.email_id, BEN)
    assert second.revision > first.revision


def test_a_late_prediction_never_overwrites_a_person(database: Engine, team: Team) -> None:
    """A zombie worker's decision comes after a correction, and is refused."""
    who = principal(database)
    (email_id,) = store(database, who, submission("x"))
    zombie, claimed = claim(database)
    expire_leases(database)
    token, again = claim(database)
    results = [_decided(mail) for mail in again]
    engine.run(database, lambda c: decide.decide(c, token, results))
    team.corrections.correct(agent(), ANNA, email_id, Correct("payment"))
    late = [_decided(mail) for mail in claimed]
    assert engine.run(database, lambda c: decide.decide(c, zombie, late)) == set()
    history = engine.run(database, lambda c: read.decisions(c, email_id))
    assert [(d.number, d.category, d.source) for d in history] == [
        (2, "payment", "agent"),
        (1, "claim", "service"),
    ]


def test_the_services_decision_exists_once(database: Engine, team: Team) -> None:
    """A second one would break the history's key."""
    (email_id,) = fill(database, 1)
    copy = text("INSERT INTO decisions SELECT * FROM decisions WHERE email_id = :id")
    with pytest.raises(DBAPIError, match="decisions_pkey"), database.begin() as connection:
        connection.execute(copy, {"id": email_id})


def test_two_people_judge_one_after_the_other(database: Engine, team: Team) -> None:
    """Both decisions are kept, whoever was first."""
    (email_id,) = fill(database, 1)
    wanted = ["payment", "account", "certificate", "complaint"] * 5

    def judge(category: str) -> None:
        team.corrections.correct(agent(), ANNA, email_id, Correct(category))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(judge, wanted))
    history = engine.run(database, lambda c: read.decisions(c, email_id))
    assert [d.number for d in history] == list(range(21, 0, -1))
    assert sorted(d.category for d in history[:-1]) == sorted(wanted)


def test_labels_name_what_they_correct(database: Engine, team: Team) -> None:
    """The model and the text version of the service's own decision; re-routing labels nothing."""
    (email_id,) = fill(database, 1)
    team.actions.do(agent(), ANNA, email_id, Reroute("sales", "x"), None)
    team.corrections.correct(agent(), ANNA, email_id, Correct("payment"))
    with database.connect() as connection:
        (label,) = connection.execute(
            text("SELECT * FROM labels WHERE email_id = :id"), {"id": email_id}
        )
    assert (label.decision, label.category, label.previous_category) == (3, "payment", "claim")
    assert (label.model_name, label.model_version, label.text_version) == ("m", "1", "1")
    assert (label.by_client, label.by_agent) == ("desk", "anna")


def test_the_trail_cannot_be_changed(database: Engine, team: Team) -> None:
    """Not even by a statement of our own."""
    fill(database, 1)
    claims(team, 1)
    with pytest.raises(DBAPIError, match="never changed"), database.begin() as connection:
        connection.execute(text("UPDATE audit SET action = 'nothing'"))


def test_undo_ends_after_ten_minutes(database: Engine, team: Team) -> None:
    """By PostgreSQL's clock."""
    ids = fill(database, 3)
    report = team.bulk.do(agent(), ANNA, "complete", Complete(), ids)
    with database.begin() as connection:
        connection.execute(text("UPDATE bulk_actions SET at = at - interval '10 minutes'"))
    with pytest.raises(TooLate):
        team.bulk.undo(agent(role=Role.SUPERVISOR), ANNA, report.id)


def test_five_hundred_mails_are_completed_and_brought_back(database: Engine, team: Team) -> None:
    """At once, each with its row as it was."""
    ids = fill(database, 500, "claims", "sales")
    rows = text("SELECT email_id, queue, priority, due_at, entered_at FROM queue_items ORDER BY 1")
    with database.connect() as connection:
        before = connection.execute(rows).all()
    report = team.bulk.do(agent(), ANNA, "complete", Complete(), ids)
    assert engine.run(database, lambda c: lists.counts(c, agent())) == {}
    assert None in team.bulk.undo(agent(), ANNA, report.id).refusals.values()
    with database.connect() as connection:
        assert connection.execute(rows).all() == before


def test_a_claim_reads_no_further_than_it_must(postgres_url: str, team: Team) -> None:
    """Thousands of mails asleep at the head of a queue cost a claim nothing."""
    one = make_engine(postgres_url, pool_size=1)  # so that its backend counts what it reads
    ids = fill(one, 20_000)
    asleep = text("""
        UPDATE queue_items SET due_at = due_at - interval '9 days',
            snoozed_until = clock_timestamp() + interval '1 day'
        WHERE email_id = ANY(CAST(:ids AS uuid[]))""")
    with one.begin() as connection:
        connection.execute(asleep, {"ids": ids[:19_000]})
        connection.execute(text("ANALYZE queue_items"))
    before = _rows_read(one)
    assert set(claims(Team.over(one, routing()), 3)) <= set(ids[19_000:])
    assert _rows_read(one) - before < 100
    one.dispose()


def _rows_read(database: Engine) -> int:
    with database.begin() as connection:
        connection.execute(text("SELECT pg_stat_force_next_flush()"))
    with database.begin() as connection:
        found = connection.execute(
            text(
                "SELECT seq_tup_read + coalesce(idx_tup_fetch, 0) FROM pg_stat_user_tables "
                "WHERE relname = 'queue_items'"
            )
        )
        return int(found.scalar_one())


def _decided(mail: Claimed) -> Decided:
    known = {"model_name": "m", "model_version": "1", "text_version": "1", "routing_version": "1"}
    decision = Decision(
        email_id=mail.email_id,
        category="claim",
        queue="claims",
        priority=Priority.NORMAL,
        reason="model",
        confidence=0.9,
        threshold=0.5,
        scores={},
        inference_seconds=0.0,
        tokens=1,
        **known,
    )
    return Decided(mail, decision, {}, None, clocks(Targets(60, 60, 10), mail.received_at))
