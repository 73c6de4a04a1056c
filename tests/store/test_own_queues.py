"""Keys of certain queues: what lies elsewhere is not there for them, and nothing is slower."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import Connection, Engine, text

from service.domain.actions import Action, Complete, Correct, Reroute, Snooze
from service.domain.items import Item
from service.domain.types import Principal, Role
from service.errors import InvalidRequest, NotFound
from service.flow.agents.overview import Overview
from service.flow.agents.team import Team
from service.flow.ask import Desk
from service.store import engine, erasure, items, lists
from service.store.lists import Filter
from tests.support.queued import actor, agent, fill, routing

ANNA, BEN = actor("anna"), actor("ben")
CLAIMS = agent(queues=["claims"])
AWAY = Reroute("sales", "theirs")
_READ = text(
    "SELECT seq_tup_read, idx_tup_fetch FROM pg_stat_xact_user_tables WHERE relname = :table"
)


@pytest.fixture
def team(database: Engine) -> Team:
    """Agents over empty queues."""
    with database.begin() as connection:
        for table in ("queue_items", "done_items", "spot_checks", "decisions", "emails"):
            connection.execute(text(f"DELETE FROM {table}"))
    return Team.over(database, routing())


def check(database: Engine, email_id: UUID) -> None:
    """Choose a mail for a spot check."""
    with database.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO spot_checks (email_id, share, mailbox, category, reason, model_name, "
                "model_version, text_version) "
                "VALUES (:id, 1, 'default', 'claim', 'model', 'm', '1', '1')"
            ),
            {"id": email_id},
        )


def test_claims_stay_within_ones_queues(database: Engine, team: Team) -> None:
    """Whoever names none gets mail of theirs, until none is left; another's cannot be named."""
    fill(database, 9, "claims", "sales", "contracts")
    found = [team.claims.next(CLAIMS, ANNA, None, 60) for _ in range(4)]
    assert [item and item.queue for item in found] == ["claims"] * 3 + [None]
    with pytest.raises(InvalidRequest):
        team.claims.next(CLAIMS, ANNA, ["claims", "sales"], 60)


def test_the_store_itself_claims_nothing_elsewhere(database: Engine, team: Team) -> None:
    """Whatever a caller forgets."""
    fill(database, 1, "sales")

    def claim(connection: Connection) -> Item | None:
        return items.claim_next(connection, CLAIMS, ANNA, ["claims", "sales"], 60)

    assert engine.run(database, claim) is None


@pytest.mark.parametrize("mailboxes", [(), ("default",)])
def test_a_claim_reads_no_more_than_it_must(
    database: Engine, team: Team, mailboxes: tuple[str, ...]
) -> None:
    """Limited or not, a few rows by an index out of many."""
    fill(database, 5_000, "claims", "sales", "contracts")
    with database.begin() as connection:
        connection.execute(text("ANALYZE queue_items"))

    def claim(connection: Connection) -> tuple[int, int]:
        who = agent(*mailboxes, queues=["claims", "sales"])
        before = connection.execute(_READ, {"table": "queue_items"}).one()
        assert items.claim_next(connection, who, ANNA, list(routing().queues), 60)
        after = connection.execute(_READ, {"table": "queue_items"}).one()
        return after[0] - before[0], after[1] - before[1]

    by_scan, by_index = engine.run(database, claim)
    assert by_scan == 0
    assert by_index < 200


def test_a_search_reads_of_done_mail_ones_own(database: Engine, team: Team) -> None:
    """However much the colleagues completed."""
    fill(database, 3_000, "claims", "sales")
    with database.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO done_items (email_id, queue, mailbox, category, model_version, "
                "received_at, responded_at, response_late, resolution_late, by_key, by_client, "
                "item) SELECT gen_random_uuid(), 'claims', 'default', 'claim', '1', now(), now(), "
                "false, false, 'key' || n, 'desk', '{}' FROM generate_series(1, 20000) n"
            )
        )
        connection.execute(text("ANALYZE"))

    def search(connection: Connection) -> tuple[int, int]:
        before = connection.execute(_READ, {"table": "done_items"}).one()
        assert lists.search(connection, CLAIMS, "mail", queue=None, before=None, limit=99)
        after = connection.execute(_READ, {"table": "done_items"}).one()
        return after[0] - before[0], after[1] - before[1]

    by_scan, by_index = engine.run(database, search)
    assert by_scan == 0
    assert by_index < 200


def test_lists_counts_and_figures_are_of_ones_queues(database: Engine, team: Team) -> None:
    """Pages, counts, words, spot checks, the supervisor's figures."""
    theirs, ours = fill(database, 2, "claims", "sales")
    for email_id in (ours, theirs):
        check(database, email_id)
    who = agent(role=Role.SUPERVISOR, queues=["claims"])
    figures = Overview(database).figures(who)
    assert [row.emails for row in figures.came] == [1]
    assert list(figures.waiting) == ["claims"]
    assert [one.waiting for one in figures.accuracy] == [1]
    assert [queue["name"] for queue in Desk(database, routing()).queues(who)] == ["claims"]
    found = team.look.search(who, "mail", queue=None, before=None, limit=9)
    assert [row.id for row in found] == [ours]
    assert [row.email_id for row in team.checks.waiting(who, limit=9)] == [ours]
    assert team.checks.count(who) == 1
    with pytest.raises(NotFound):
        team.look.queue(who, "sales", Filter(), after=None, limit=9)


def test_what_colleagues_completed_counts_but_is_not_shown(database: Engine, team: Team) -> None:
    """One's own completed mail can be read and corrected still, by the same key alone."""
    mine, hers = fill(database, 2)
    for who, email_id in ((CLAIMS, mine), (replace(CLAIMS, key_id="other"), hers)):
        by = replace(ANNA, key_id=who.key_id)
        assert team.bulk.do(who, by, "complete", Complete(), [email_id]).refusals[email_id] is None
    assert team.look.item(CLAIMS, mine)[1] is not None
    assert team.corrections.correct(CLAIMS, ANNA, mine, Correct("payment")) == "corrected"
    for look in (
        lambda: team.look.item(CLAIMS, hers),
        lambda: team.look.text(CLAIMS, ANNA, hers),
        lambda: team.corrections.correct(CLAIMS, ANNA, hers, Correct("payment")),
    ):
        with pytest.raises(NotFound):
            look()
    figures = Overview(database).figures(agent(role=Role.SUPERVISOR, queues=["claims"]))
    assert sum(row.emails for row in figures.done) == 2


def test_a_mail_that_was_sent_on_is_gone(database: Engine, team: Team) -> None:
    """It may go into any queue; whoever sent it there sees it no more, nor takes it back."""
    (email_id,) = fill(database, 1)
    report = team.bulk.do(CLAIMS, ANNA, "reroute", AWAY, [email_id])
    assert (report.refusals, report.undo_until) == ({email_id: None}, None)
    assert report.lost == {email_id}
    with pytest.raises(NotFound):
        team.look.item(CLAIMS, email_id)
    with pytest.raises(NotFound):
        team.bulk.undo(CLAIMS, ANNA, report.id)
    assert team.bulk.undo(agent(), ANNA, report.id).refusals == {email_id: None}
    assert team.look.item(CLAIMS, email_id)[0] is not None


def test_undoing_leaves_alone_what_is_elsewhere_by_now(database: Engine, team: Team) -> None:
    """The rest of one's own action comes back; another's comes back whole or not at all."""
    first, second = ids = fill(database, 2)
    asleep = Snooze(datetime.now(UTC) + timedelta(hours=1))
    report = team.bulk.do(CLAIMS, ANNA, "snooze", asleep, ids)
    with database.begin() as connection:
        connection.execute(
            text("UPDATE queue_items SET queue = 'sales' WHERE email_id = :id"), {"id": second}
        )
    boss = agent(role=Role.SUPERVISOR, queues=["claims"])
    with pytest.raises(NotFound):
        team.bulk.undo(boss, BEN, report.id)
    refusals = team.bulk.undo(CLAIMS, ANNA, report.id).refusals
    assert refusals[first] is None
    assert (refusals[second] and refusals[second].code) == "changed_since"


@pytest.mark.parametrize("who", [CLAIMS, agent(role=Role.SUPERVISOR)], ids=["own", "another's"])
def test_an_erased_mail_keeps_no_other_from_coming_back(
    database: Engine, team: Team, who: Principal
) -> None:
    """It is reported as changed since, alone or beside others."""
    by = ANNA if who is CLAIMS else BEN
    asleep = Snooze(datetime.now(UTC) + timedelta(hours=1))
    for others in (0, 1):
        erased, *left = ids = fill(database, 1 + others)
        report = team.bulk.do(CLAIMS, ANNA, "snooze", asleep, ids)
        engine.run(database, lambda c, gone=erased: erasure.erase(c, [gone]))
        refusals = team.bulk.undo(who, by, report.id).refusals
        assert (refusals[erased] and refusals[erased].code) == "changed_since"
        assert [refusals[email_id] for email_id in left] == [None] * others


@pytest.mark.parametrize("action", [Complete(), AWAY, Correct("payment", move=True)], ids=repr)
def test_bulk_actions_pass_by_what_is_elsewhere(
    database: Engine, team: Team, action: Action
) -> None:
    """As with mail that nobody knows."""
    (email_id,) = fill(database, 1, "sales")
    report = team.bulk.do(CLAIMS, ANNA, "x", action, [email_id])
    assert [why and why.code for why in report.refusals.values()] == ["not_in_queue"]
    open_row, _ = team.look.item(agent(), email_id)
    assert (open_row and open_row.queue, open_row and open_row.category) == ("sales", "claim")
