"""The `webhooks` process: starts, says so, serves metrics, is killed, is stopped."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
import urllib3
from sqlalchemy import Connection, Engine, text

from service.store.engine import make_engine
from tests.support.outbox import MASTER, event, make_due, post, sending
from tests.support.processes import ROOT, Process, free_port
from tests.support.receivers import Receiver, Request, answer
from tests.support.waiting import until

ACCEPT = answer(204)


@pytest.fixture
def database(postgres_url: str) -> Iterator[Engine]:
    """The test's own connections, to an empty outbox."""
    engine = make_engine(postgres_url)
    with engine.begin() as connection:
        connection.execute(text("TRUNCATE outbox"))
    yield engine
    engine.dispose()


@pytest.fixture
def environment(postgres_url: str) -> dict[str, str]:
    """What the process is started with; the proxy must be ignored."""
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("AIGUILLEUR_")}
    return inherited | {
        "DATABASE_URL": postgres_url,
        "REDIS_URL": "redis://127.0.0.1:1",
        "http_proxy": "http://127.0.0.1:1",
        "AIGUILLEUR_METRICS_PORT": str(free_port()),
        "AIGUILLEUR_WEBHOOK_SECRET": MASTER,
        "AIGUILLEUR_WEBHOOK_ALLOW_HTTP": "true",
        "AIGUILLEUR_WEBHOOK_PRIVATE_NETWORKS": "127.0.0.0/8",
    }


@pytest.fixture
def process(environment: dict[str, str], tmp_path: Path) -> Iterator[Process]:
    """A sender process that is ready."""
    started = Process("webhooks", environment, tmp_path / "log")
    try:
        yield started.ready()
    finally:
        started.kill()


def test_it_delivers_and_ends_on_sigterm(process: Process, database: Engine) -> None:
    """Ready, an event delivered and logged once with its outcome, exit status 0."""
    with Receiver(ACCEPT) as receiver:
        [event_id] = post(database, receiver.url("/hook?token=secret"))
        receiver.wait()
        assert process.stop() == 0
    assert event(database, event_id).state == "delivered"
    [line] = [e for e in process.events() if e["event"] == "webhook"]
    assert (line["outcome"], line["event_id"]) == ("delivered", str(event_id))
    assert "secret" not in process.log.read_text()


def test_it_serves_its_metrics(
    process: Process, environment: dict[str, str], database: Engine
) -> None:
    """Attempts by outcome, their seconds, and what the database holds."""
    url = f"http://127.0.0.1:{environment['AIGUILLEUR_METRICS_PORT']}/metrics"
    with Receiver(ACCEPT) as receiver, urllib3.PoolManager() as pool:
        post(database, receiver.url())
        receiver.wait()

        def metrics() -> str:
            found = pool.request("GET", url).data.decode()
            return found if 'outcome="delivered"} 1.0' in found else ""

        shown = until(metrics, "metrics")
    names = set(re.findall(r"^aiguilleur_webhook_[a-z_]+", shown, re.MULTILINE))
    wanted = {"deliveries_total", "seconds_bucket", "pending", "dead"}
    assert {f"aiguilleur_webhook_{name}" for name in wanted} <= names


def test_a_killed_sender_leaves_its_event_to_the_next(
    process: Process, postgres_url: str, database: Engine
) -> None:
    """SIGKILL between the answer and its record: sent again, with the same event id."""
    with database.connect() as holder:

        def hold(handler: BaseHTTPRequestHandler, request: Request) -> None:
            _hold_row(holder)  # so that the answer cannot be recorded
            ACCEPT(handler, request)

        with Receiver(hold) as receiver:
            [event_id] = post(database, receiver.url())
            [first] = receiver.wait()
            until(lambda: _blocked(database), "the sender waits for the row")
            process.kill()
            holder.rollback()
        until(lambda: not _blocked(database), "the dead sender's connection to end")
    make_due(database)
    with Receiver(ACCEPT) as again:
        _lead_to(database, again.url())
        with sending(postgres_url):
            [second] = again.wait()
    assert first.event_id == second.event_id == str(event_id)
    assert (event(database, event_id).state, event(database, event_id).attempts) == ("delivered", 2)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("AIGUILLEUR_WEBHOOK_SECRET", "", "AIGUILLEUR_WEBHOOK_SECRET"),
        ("AIGUILLEUR_WEBHOOK_SECRET", "whsec_c2hvcnQ=", "AIGUILLEUR_WEBHOOK_SECRET"),
        ("DATABASE_URL", "postgresql://127.0.0.1:1/none", "DATABASE_URL"),
        ("AIGUILLEUR_METRICS_HOST", "192.0.2.1", "AIGUILLEUR_METRICS_PORT"),
    ],
)
def test_it_refuses_to_start_with_a_sentence(
    name: str, value: str, said: str, environment: dict[str, str]
) -> None:
    """What is wrong is named, without a traceback."""
    ended = subprocess.run(
        [sys.executable, "-m", "service", "webhooks"],
        cwd=ROOT,
        env=environment | {name: value},
        stderr=subprocess.PIPE,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 1
    assert said in ended.stderr
    assert "Traceback" not in ended.stderr


def _hold_row(holder: Connection) -> None:
    holder.execute(text("SELECT 1 FROM outbox FOR UPDATE"))


def _blocked(database: Engine) -> bool:
    with database.connect() as connection:
        return bool(
            connection.execute(
                text(
                    "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' "
                    "AND datname = current_database() AND application_name = 'aiguilleur-webhooks'"
                )
            ).scalar_one()
        )


def _lead_to(database: Engine, url: str) -> None:
    with database.begin() as connection:
        connection.execute(text("UPDATE outbox SET url = :url"), {"url": url})
