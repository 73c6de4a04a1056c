"""What the chart asks of a running system, asked of one."""

import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from tests.chart.rendering import CHART, ROOT, of_kind, render
from tests.support.processes import Cluster


@pytest.mark.parametrize("index", [0, 1])
def test_kedas_questions_have_answers(index: int, postgres_url: str) -> None:
    """One number each, 0 where no mail waits."""
    scaled = of_kind(render("full"), "ScaledObject")["worker"]
    query = scaled["spec"]["triggers"][index]["metadata"]["query"]
    with psycopg.connect(postgres_url) as connection:
        assert connection.execute(query).fetchall() == [(0,)]


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


def test_the_test_of_a_release_sends_a_mail_through_everything(
    postgres_url: str, redis_url: str, tmp_path: Path
) -> None:
    """The very script that `helm test` runs, against the processes; its key is revoked."""
    with Cluster(tmp_path, postgres_url, redis_url) as cluster:
        for name in ("api", "worker", "sweep"):
            cluster.start(name)
        urls = {"DATABASE_URL": postgres_url, "REDIS_URL": redis_url, "API_URL": cluster.url}
        done = subprocess.run(
            [sys.executable, "-c", (CHART / "files" / "smoke.py").read_text(encoding="utf-8")],
            cwd=ROOT,
            env=os.environ | urls,
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    assert '"queue": "automatic"' in done.stdout
    with psycopg.connect(postgres_url) as connection:
        assert connection.execute(
            "SELECT count(*) FROM api_keys WHERE revoked_at IS NULL"
        ).fetchone() == (0,)
