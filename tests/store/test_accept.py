"""What is stored, and what counts as the same mail again."""

from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import Engine, text

from service.store import accept, engine
from tests.support.posting import principal, store, submission


def count(database: Engine, table: str) -> int:
    with database.connect() as connection:
        return int(connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())


def test_a_stored_mail_waits(database: Engine) -> None:
    """Every mail stored is queued in the same transaction."""
    before = count(database, "waiting")
    store(database, principal(database), *[submission(f"mail {n}") for n in range(7)])
    assert count(database, "waiting") == before + 7


def test_the_same_id_and_content_is_a_duplicate(database: Engine) -> None:
    """The second answer is the first one's id."""
    who = principal(database)
    first = store(database, who, submission("hello", external_id="same-1"))
    again = engine.run(
        database,
        lambda c: accept.store_emails(c, who, None, [submission("hello", external_id="same-1")]),
    )
    assert [(r.email_id, r.duplicate) for r in again.receipts] == [(first[0], True)]


def test_the_same_id_with_other_content_is_a_conflict(database: Engine) -> None:
    """It is refused, and its neighbours are stored."""
    who = principal(database)
    store(database, who, submission("hello", external_id="same-2"))
    posted = [
        submission("other", external_id="same-2", index=0),
        submission("neighbour", index=1),
    ]
    stored = engine.run(database, lambda c: accept.store_emails(c, who, None, posted))
    assert [r.code for r in stored.rejections] == ["id_conflict"]
    assert [r.index for r in stored.receipts] == [1]


def test_two_equal_mails_of_one_batch_are_one(database: Engine) -> None:
    """A batch may hold the same mail twice."""
    who = principal(database)
    posted = [submission("twin", external_id="twin", index=n) for n in range(2)]
    stored = engine.run(database, lambda c: accept.store_emails(c, who, None, posted))
    assert len({r.email_id for r in stored.receipts}) == 1
    assert sorted(r.duplicate for r in stored.receipts) == [False, True]


def test_another_clients_id_is_no_duplicate(database: Engine) -> None:
    """Ids belong to a client."""
    one = store(database, principal(database, "one"), submission("x", external_id="shared"))
    two = store(database, principal(database, "two"), submission("y", external_id="shared"))
    assert one != two


def test_mails_without_id_are_never_duplicates(database: Engine) -> None:
    """Equal fields prove nothing: two customers may write the same words."""
    who = principal(database)
    ids = store(database, who, submission("thanks", index=0), submission("thanks", index=1))
    assert len(set(ids)) == 2


def test_overlapping_batches_in_opposite_order_do_not_deadlock(database: Engine) -> None:
    """Each mail is stored once, whoever comes first."""
    who = principal(database)
    mails = [submission("m", external_id=f"overlap-{n}", index=n) for n in range(200)]
    with ThreadPoolExecutor(8) as threads:
        results = list(
            threads.map(
                lambda n: store(database, who, *(mails if n % 2 else reversed(mails))), range(16)
            )
        )
    assert len({email_id for ids in results for email_id in ids}) == 200
