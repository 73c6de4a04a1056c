"""`aiguilleur drift` and `GET /v1/drift` beside a running service: counted, told, drawn."""

import json
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.support.client import Client
from tests.support.processes import Cluster
from tests.support.waiting import until

# Mail of today becomes mail of a day that is over: its id says when it was accepted. Noon two days
# ago: a day is counted only an hour after its midnight, and mail may come on both sides of one.
_OVER = """
UPDATE {table} SET {key} = (
    lpad(to_hex((extract(epoch FROM date_trunc('day', now(), 'UTC')) * 1000)::bigint - 129600000),
         12, '0') || right(replace({key}::text, '-', ''), 20))::uuid
"""
_WEEK = """
INSERT INTO drift_days (model_version, day, since, until, emails, counts, figures)
SELECT 'worn', current_date - n, now(), now(), 700, '{}', %s::jsonb FROM generate_series(1, 3) AS n
"""
_FIGURES = {
    "features": {"words": {"index": 0.3, "bound": 0.1}, "length": {"index": 0.0, "bound": 0.1}}
}


@pytest.fixture
def cluster(postgres_url: str, redis_url: str, tmp_path: Path) -> Iterator[Cluster]:
    """An API and a worker over a store in which no day was counted."""
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("TRUNCATE drift_days")
    with Cluster(tmp_path, postgres_url, redis_url) as made:
        for process in [made.launch(name) for name in ("api", "worker")]:
            process.ready()
        yield made


def test_mail_of_a_day_that_is_over_is_counted_once(cluster: Cluster, postgres_url: str) -> None:
    """Today's is not; what was counted is told, and that nothing can be judged of one day."""
    client = Client(cluster.url, cluster.key("--client=g", "--role=gateway", "--mailbox=*"))
    client.post_texts(*["label:payment and some words of it"] * 12)
    client.wait_for_all()
    assert cluster.command("drift", "--count") == ""
    assert "No day was counted" in cluster.command("drift")
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        for table, key in (("emails", "id"), ("decisions", "email_id"), ("readings", "email_id")):
            connection.execute(_OVER.format(table=table, key=key))  # type: ignore[arg-type]
    cluster.command("drift", "--count")
    (told,) = json.loads(cluster.command("drift", "--json"))
    assert told["drifts"] is False
    assert told["emails"] == 12
    assert "nothing can be judged yet" in cluster.command("drift")
    cluster.command("drift", "--count")
    (again,) = json.loads(cluster.command("drift", "--json"))
    assert len(again["days"]) == 1


def test_drift_is_told_to_people_and_programs(
    cluster: Cluster, postgres_url: str, tmp_path: Path
) -> None:
    """The command, its page, the API for supervisors; gateways are refused, and so is a folder."""
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(_WEEK, [json.dumps(_FIGURES)])
    file = tmp_path / "drift.html"
    told = cluster.command("drift", f"--html={file}", "--model=worn")
    assert "Drift since" in told
    assert "words: 0.300 of 0.100" in told
    assert "Drift since" in file.read_text(encoding="utf-8")
    assert "src=" not in file.read_text(encoding="utf-8")
    assert "cannot be written" in cluster.refused("drift", f"--html={tmp_path}")
    assert "No day was counted" in cluster.command("drift", "--until=2020-01-01")
    supervisor = Client(cluster.url, cluster.key("--client=s", "--role=supervisor", "--mailbox=*"))
    (model,) = supervisor.ask("GET", "/v1/drift").body["models"]
    assert model["drifts"] is True
    assert model["features"]["words"]["since"] is not None
    assert model["features"]["length"]["since"] is None
    gateway = Client(cluster.url, cluster.key("--client=g2", "--role=gateway", "--mailbox=*"))
    assert gateway.ask("GET", "/v1/drift").status == 403


def test_the_sweeper_counts_by_itself(cluster: Cluster, postgres_url: str) -> None:
    """In a process of its own, soon after it starts to sweep."""
    client = Client(cluster.url, cluster.key("--client=g3", "--role=gateway", "--mailbox=*"))
    client.post_texts(*["label:payment and some words of it"] * 3)
    client.wait_for_all()
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        for table, key in (("emails", "id"), ("decisions", "email_id"), ("readings", "email_id")):
            connection.execute(_OVER.format(table=table, key=key))  # type: ignore[arg-type]
        cluster.launch("sweep").ready()
        until(
            lambda: connection.execute("SELECT 1 FROM drift_days").fetchone(), "a counted day", 60
        )
