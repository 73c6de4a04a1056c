"""The test that a release runs on a cluster, run here against the processes.

With TEST_DATABASE_URL and TEST_REDIS_URL, on those servers: so that the oldest versions that the
service supports are tried as well as the ones that come with it.
"""

import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from service.store.migrate import upgrade
from tests.support.processes import ROOT, Cluster

SMOKE = ROOT / "helm" / "files" / "smoke.py"


@pytest.fixture
def urls(request: pytest.FixtureRequest) -> tuple[str, str]:
    """A migrated database and a Redis: those given, else our own."""
    given = os.environ.get("TEST_DATABASE_URL"), os.environ.get("TEST_REDIS_URL")
    if given[0] and given[1]:
        upgrade(given[0])
        return given[0], given[1]
    return request.getfixturevalue("postgres_url"), request.getfixturevalue("redis_url")


def test_a_release_is_tested_by_a_mail_that_nobody_gets_as_work(
    urls: tuple[str, str], tmp_path: Path
) -> None:
    """It goes through everything to the queue for automatic mail; its key is revoked."""
    with Cluster(tmp_path, *urls) as cluster:
        for name in ("api", "worker", "sweep"):
            cluster.start(name)
        given = {"DATABASE_URL": urls[0], "REDIS_URL": urls[1], "API_URL": cluster.url}
        command = [sys.executable, "-c", SMOKE.read_text(encoding="utf-8")]
        done = subprocess.run(
            command, cwd=ROOT, env=os.environ | given, capture_output=True, text=True, check=False
        )
    assert (done.returncode, '"queue": "automatic"' in done.stdout) == (0, True), done.stderr
    with psycopg.connect(urls[0]) as connection:
        unrevoked = "SELECT count(*) FROM api_keys WHERE revoked_at IS NULL"
        assert connection.execute(unrevoked).fetchone() == (0,)
