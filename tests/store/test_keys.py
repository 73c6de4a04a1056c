"""API keys: found by their secret alone, hashed, rotated, revoked."""

from collections.abc import Callable
from typing import TypeVar

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, text

from service.domain.types import Role
from service.store import engine, keys

T = TypeVar("T")
RIGHTS = (frozenset({Role.AGENT}), frozenset({"claims"}), frozenset({"h"}))
GRANT = keys.Grant("client", *RIGHTS, queues=frozenset({"sales"}))


def run(database: Engine, work: Callable[[Connection], T]) -> T:
    return engine.run(database, work)


def test_a_key_leads_to_its_rights(database: Engine) -> None:
    """Client, roles, mailboxes, hosts and queues."""
    found = run(database, lambda c: keys.find(c, keys.create(c, GRANT)))
    assert found is not None
    assert (found.client_name, found.roles) == ("client", GRANT.roles)
    assert (found.mailboxes, found.callback_hosts) == (GRANT.mailboxes, GRANT.callback_hosts)
    assert found.queues == GRANT.queues


def test_two_keys_of_a_client_are_one_client(database: Engine) -> None:
    """Either sees what the other posted."""
    one = run(database, lambda c: keys.find(c, keys.create(c, GRANT)))
    two = run(database, lambda c: keys.find(c, keys.create(c, GRANT)))
    assert one is not None
    assert two is not None
    assert one.client_id == two.client_id
    assert one.key_id != two.key_id


def test_the_secret_is_not_stored(database: Engine) -> None:
    """A copy of the table opens nothing."""
    token = run(database, lambda c: keys.create(c, GRANT))
    with database.connect() as connection:
        rows = connection.execute(text("SELECT k::text FROM api_keys k")).scalars().all()
    assert not any(token.split("_")[2] in row for row in rows)


def test_a_revoked_key_ends(database: Engine) -> None:
    """And cannot be revoked twice."""
    token = run(database, lambda c: keys.create(c, GRANT))
    key_id = token.split("_")[1]
    assert run(database, lambda c: keys.revoke(c, key_id))
    assert run(database, lambda c: keys.find(c, token)) is None
    assert not run(database, lambda c: keys.revoke(c, key_id))


def test_a_rotated_key_lives_on_for_its_grace(database: Engine) -> None:
    """Both work until the old one's time is over."""
    old = run(database, lambda c: keys.create(c, GRANT))
    new = run(database, lambda c: keys.rotate(c, old.split("_")[1], 60))
    assert new is not None
    assert run(database, lambda c: keys.find(c, old)) is not None
    last = run(database, lambda c: keys.rotate(c, new.split("_")[1], 0))
    assert last is not None
    assert run(database, lambda c: keys.find(c, new)) is None
    found = run(database, lambda c: keys.find(c, last))
    assert found is not None
    assert found.queues == GRANT.queues


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(st.text(max_size=80))
def test_any_other_text_is_nobodys_key(database: Engine, token: str) -> None:
    """Whatever it holds, it is an answer and no error."""
    assert run(database, lambda c: keys.find(c, token)) is None
    assert run(database, lambda c: keys.find(c, f"aig_{token}_{token}")) is None
