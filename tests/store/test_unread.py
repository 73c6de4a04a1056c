"""Mail that took workers down takes nothing else down: who looks at it gets it as it came."""

from uuid import UUID

import pytest
from sqlalchemy import Engine, text

from service.domain.actions import Correct
from service.flow.agents.look import Look
from service.flow.agents.team import Team
from service.flow.dataset import rows
from tests.support.queued import actor, agent, fill, routing

ANNA = actor("anna")
MAIL = b"Subject: s\r\nContent-Type: text/html\r\n\r\n<p>hello</p>"


@pytest.fixture
def mails(database: Engine) -> tuple[UUID, UUID]:
    """Two mails of one text; the first was given up."""
    with database.begin() as connection:
        for table in ("labels", "queue_items", "done_items", "waiting"):
            connection.execute(text(f"DELETE FROM {table}"))
    crashed, read = fill(database, 2)
    with database.begin() as connection:
        update = text("UPDATE emails SET kind = 'raw', content = :content WHERE id = ANY(:ids)")
        connection.execute(update, {"content": MAIL, "ids": [crashed, read]})
        update = text("UPDATE decisions SET reason = 'crashed' WHERE email_id = :id")
        connection.execute(update, {"id": crashed})
    return crashed, read


def test_it_is_not_parsed_for_agents(database: Engine, mails: tuple[UUID, UUID]) -> None:
    """Its text and its HTML are empty, and it says so; the original is there, byte for byte."""
    look = Look(database, routing())
    given = [look.text(agent(), ANNA, email_id) for email_id in mails]
    assert [(one.unread, one.segmentation.text, one.has_html) for one in given] == [
        (True, "", False),
        (False, "hello", True),
    ]
    assert [look.as_sent(agent(), ANNA, email_id) for email_id in mails] == [None, "<p>hello</p>"]
    assert look.original(agent(), ANNA, mails[0]) == MAIL


def test_it_is_unread_while_it_still_waits(database: Engine, mails: tuple[UUID, UUID]) -> None:
    """From the first worker on that it took down alone."""
    with database.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO waiting (email_id, rank, received_at, priority, size, run_after, "
                "crashes) SELECT :id, t, t, 1, 1, t, 1 FROM clock_timestamp() AS t"
            ),
            {"id": mails[1]},
        )
    assert Look(database, routing()).text(agent(), ANNA, mails[1]).unread


def test_it_is_no_example(database: Engine, mails: tuple[UUID, UUID]) -> None:
    """An export for training leaves it out, though people labelled it."""
    team = Team.over(database, routing())
    for email_id in mails:
        team.corrections.correct(agent(), ANNA, email_id, Correct("payment"))
    assert [row["email_id"] for row in rows(database, ANNA, "file", None)] == [str(mails[1])]
