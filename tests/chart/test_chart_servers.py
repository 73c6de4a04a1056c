"""What the chart asks of a running system, asked of one."""

import psycopg
import pytest

from tests.chart.rendering import of_kind, render


@pytest.mark.parametrize("index", [0, 1])
def test_kedas_questions_have_answers(index: int, postgres_url: str) -> None:
    """One whole number each, as KEDA wants it; 0 where no mail waits."""
    scaled = of_kind(render("full"), "ScaledObject")["worker"]
    query = scaled["spec"]["triggers"][index]["metadata"]["query"]
    with psycopg.connect(postgres_url) as connection:
        (row,) = connection.execute(query).fetchall()
    assert [(type(value), value) for value in row] == [(int, 0)]


def test_kedas_questions_see_a_waiting_mail(postgres_url: str) -> None:
    """How many wait, and for how long."""
    triggers = of_kind(render("full"), "ScaledObject")["worker"]["spec"]["triggers"]
    with psycopg.connect(postgres_url) as connection:
        connection.execute(
            "INSERT INTO waiting (email_id, rank, received_at, priority, size, run_after)"
            " SELECT gen_random_uuid(), t, t, 1, 1, t"
            " FROM (SELECT clock_timestamp() - interval '1 hour' AS t)"
        )
        waiting, oldest = (
            connection.execute(t["metadata"]["query"]).fetchone()[0] for t in triggers
        )
        connection.rollback()
    assert waiting == 1
    assert 3600 <= oldest < 3660
