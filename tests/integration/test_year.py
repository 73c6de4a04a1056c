"""A short year of one service: its models follow each other, and no mail is lost by it."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from bench.year.house import Place
from bench.year.record import Record
from bench.year.story import Plan, Story
from bench.year.verdict import claims
from service.local.servers import EmbeddedServers

# An eighth of the year's mail: drift takes longer to see, and models stay worse.
SHORT = Plan(
    weeks=9,
    before=4,
    volume=60.0,
    words=1,
    new=3,
    named=4,
    shuffled=6,
    wrong=7,
    rollback=8,
    shadow_days=2,
    canary_days=3,
    first_checks=0.9,
    checks=0.2,
    sight_days=35,
    points=0.1,
)


@pytest.fixture
def place(servers: EmbeddedServers, redis_url: str, tmp_path: Path) -> Iterator[Place]:
    """A database that is empty yet: its clock is put before its tables are made."""
    with psycopg.connect(servers.postgres.url("postgres"), autocommit=True) as connection:
        connection.execute("CREATE DATABASE year")
        yield Place(servers.postgres.url("year"), redis_url, tmp_path)
        connection.execute("DROP DATABASE year WITH (FORCE)")


@pytest.mark.timeout(600)
def test_a_short_year_holds_what_the_long_one_does(place: Place) -> None:
    """Drift told, trained, tried, promoted; refused, rolled back; every mail by the right model."""
    record = Record()
    story = Story(place, SHORT, record)
    try:
        story.run()
        found = claims(SHORT, record, story.house.counts(), 0.0)
    finally:
        story.house.engine.dispose()
    assert [claim for claim in found if not claim.held] == []
