"""The lease protocol: who may work a mail, and what a lost lease means."""

from uuid import UUID

import pytest
from sqlalchemy import Engine, text

from service.domain.types import MAX_CRASHES, Claimed, Principal, Priority
from service.store import engine, leases
from tests.support.posting import claim, expire_leases, principal, store, submission

_BURST = text("""
INSERT INTO waiting (email_id, rank, received_at, priority, size, run_after)
SELECT gen_random_uuid(), now(), now(), 1, 100, '-infinity' FROM generate_series(1, 20000)
""")
# Of the transaction that asks, whole tables read row by row.
_READ = text("SELECT seq_tup_read FROM pg_stat_xact_user_tables WHERE relname = 'waiting'")


@pytest.fixture
def who(database: Engine) -> Principal:
    """A client over an empty waiting table."""
    with database.begin() as connection:
        connection.execute(text("DELETE FROM waiting"))
    return principal(database)


def ids(claimed: list[Claimed]) -> list[UUID]:
    return [mail.email_id for mail in claimed]


def test_mail_is_claimed_by_age(database: Engine, who: Principal) -> None:
    """The oldest first."""
    stored = [store(database, who, submission(str(n)))[0] for n in range(5)]
    assert ids(claim(database, emails=3)[1]) == stored[:3]


def test_a_head_start_overtakes_only_so_far(database: Engine, who: Principal) -> None:
    """Urgent mail goes before what came lately, not before what has waited for hours."""
    old, recent = store(database, who, submission("old"), submission("recent", index=1))
    with database.begin() as connection:
        connection.execute(
            text("UPDATE waiting SET rank = rank - interval '1 day' WHERE email_id = :id"),
            {"id": old},
        )
    urgent = store(database, who, submission("urgent", priority=Priority.URGENT))[0]
    assert ids(claim(database)[1]) == [old, urgent, recent]


def test_urgent_mail_without_end_starves_no_other(database: Engine, who: Principal) -> None:
    """Hour after hour more urgent mail comes than is worked; mail of low priority has its turn."""
    (low,) = store(database, who, submission("low", priority=Priority.LOW))
    claimed: list[UUID] = []
    for hour in range(1, 49):
        urgent = [submission(f"{hour}-{n}", index=n, priority=Priority.URGENT) for n in range(2)]
        with database.begin() as connection:
            connection.execute(
                text(
                    "UPDATE waiting SET rank = rank + :hours * interval '1 h' "
                    "WHERE email_id = ANY(:ids)"
                ),
                {"hours": hour, "ids": store(database, who, *urgent)},
            )
        claimed += ids(claim(database, emails=1, seconds=3600)[1])
    assert low in claimed


def test_a_claim_keeps_to_its_budget_but_takes_one(database: Engine, who: Principal) -> None:
    """One mail larger than the budget is claimed by itself."""
    store(database, who, *[submission("x" * 5000, index=n) for n in range(3)])
    assert len(claim(database, size=100)[1]) == 1
    assert len(claim(database, size=6000)[1]) == 2


def test_a_held_mail_is_not_claimed_again(database: Engine, who: Principal) -> None:
    """Two workers never hold the same mail."""
    store(database, who, *[submission(str(n), index=n) for n in range(4)])
    first, second = claim(database, emails=3)[1], claim(database, emails=3)[1]
    assert len(first) == 3
    assert len(second) == 1
    assert not set(ids(first)) & set(ids(second))


def test_after_a_lost_lease_a_mail_is_worked_alone(database: Engine, who: Principal) -> None:
    """Whichever of them is poison, it takes no neighbour down a second time."""
    stored = store(database, who, *[submission(str(n), index=n) for n in range(3)])
    claim(database)
    expire_leases(database)
    assert [ids(claim(database)[1]) for _ in range(3)] == [[one] for one in stored]


def test_only_leases_lost_alone_count_as_crashes(database: Engine, who: Principal) -> None:
    """The first loss, in company, proves nothing; three alone prove enough."""
    store(database, who, submission("poison"))
    seen = []
    for _ in range(MAX_CRASHES + 2):
        seen += [mail.crashes for mail in claim(database)[1]]
        expire_leases(database)
    assert seen == [0, 0, 1, 2, 3]


def test_a_mail_taken_over_says_so_once(database: Engine, who: Principal) -> None:
    """Its losses stay with it; a lease given back is no loss."""
    stored = store(database, who, submission("x"))
    claim(database)
    expire_leases(database)
    token, (taken,) = claim(database)
    engine.run(database, lambda c: leases.release(c, token, stored))
    _, (again,) = claim(database)
    assert (taken.losses, taken.taken_over) == (1, True)
    assert (again.losses, again.taken_over) == (1, False)


def test_released_mail_counts_nothing(database: Engine, who: Principal) -> None:
    """A clean stop gives mail back as if it had never been claimed."""
    stored = store(database, who, submission("a"), submission("b", index=1))
    token, _ = claim(database)
    assert engine.run(database, lambda c: leases.release(c, token, stored)) == 2
    assert ids(claim(database)[1]) == stored


def test_a_renewed_lease_is_kept(database: Engine, who: Principal) -> None:
    """Renewal extends what the token holds, and only that."""
    ids = store(database, who, submission("long"))
    token, _ = claim(database, seconds=0)
    assert engine.run(database, lambda c: leases.renew(c, token, ids, 60)) == 1
    assert claim(database)[1] == []


def test_a_lease_that_passed_on_cannot_be_renewed(database: Engine, who: Principal) -> None:
    """The old token holds nothing once another worker claimed the mail."""
    ids = store(database, who, submission("slow"))
    old, _ = claim(database)
    expire_leases(database)
    claim(database)
    assert engine.run(database, lambda c: leases.renew(c, old, ids, 60)) == 0


def test_a_server_whose_clock_steps_back_decides_what_came_before(
    database: Engine, who: Principal
) -> None:
    """As after a failover: mail that just came does not wait until its time has come again."""
    store(database, who, submission("before"))
    behind = text("SELECT max(run_after) < clock_timestamp() - interval '1 h' FROM waiting")
    with database.connect() as connection:
        assert connection.execute(behind).scalar_one()


def test_a_burst_after_a_quiet_night_is_not_read_whole(database: Engine, who: Principal) -> None:
    """The plan of a claim is not the one that was good while nothing waited."""
    with database.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE waiting"))
    with database.connect() as connection:
        for _ in range(20):  # a driver keeps a plan after five
            leases.claim(connection, emails=32, size=1_000_000, seconds=60)
            connection.commit()
        connection.execute(_BURST)
        leases.claim(connection, emails=32, size=1_000_000, seconds=60)
        assert connection.execute(_READ).scalar_one() < 1000
        connection.rollback()


def test_waiting_is_one_table(database: Engine) -> None:
    """A claim finds rows by their place, which says nothing where there are partitions."""
    parts = text("SELECT count(*) FROM pg_inherits WHERE inhparent = 'waiting'::regclass")
    with database.connect() as connection:
        assert connection.execute(parts).scalar_one() == 0
