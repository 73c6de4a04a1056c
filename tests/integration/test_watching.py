"""What an operator sees: metrics of every process, and logs that give no mail away."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
import urllib3
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text

from service.store.engine import make_engine
from tests.support.agent import Agent, mail
from tests.support.client import Client
from tests.support.processes import Cluster, Process, free_port
from tests.support.waiting import until

SECRETS = ("jean.dupont", "Zanzibar", "0199001122")
MAIL = {
    "from": "Jean <jean.dupont@example.org>",
    "subject": "Zanzibar",
    "text": "label:claim 0199001122",
}


@pytest.fixture(scope="module")
def watched(
    postgres_url: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Cluster, dict[str, int], list[Process]]]:
    """A cluster whose processes serve their metrics, and their ports."""
    ports = {name: free_port() for name in ("api", "worker", "sweep")}
    folder: Path = tmp_path_factory.mktemp("watched")
    with Cluster(folder, postgres_url, redis_url) as made:
        started = [
            made.launch(name, AIGUILLEUR_METRICS_PORT=str(port)) for name, port in ports.items()
        ]
        for process in started:
            process.ready()
        key = made.key("--client=gateway", "--role=gateway", "--mailbox=*")
        client = Client(made.url, key)
        client.post(MAIL, {"text": "fail", "id": "m-1"}, {"raw": "%"})
        client.post({"text": "fail", "id": "m-1"})
        client.wait_for_all()
        yield made, ports, started


def scrape(port: int) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    """Every sample of one process by its name and labels."""
    text = urllib3.request("GET", f"http://127.0.0.1:{port}/metrics").data.decode()
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def total(port: int, name: str, **labels: str) -> float:
    """The sum of a metric's samples that have these labels."""
    return sum(
        value
        for (sample, pairs), value in scrape(port).items()
        if sample == name and labels.items() <= dict(pairs).items()
    )


@pytest.mark.parametrize(
    ("process", "name", "labels", "value"),
    [
        ("api", "aiguilleur_emails_accepted_total", {"kind": "fields"}, 2),
        ("api", "aiguilleur_emails_duplicate_total", {"kind": "fields"}, 1),
        ("api", "aiguilleur_emails_rejected_total", {"code": "invalid"}, 1),
        ("api", "aiguilleur_accept_seconds_count", {}, 2),
        ("worker", "aiguilleur_emails_decided_total", {"category": "claim"}, 1),
        ("worker", "aiguilleur_emails_decided_total", {"queue": "triage", "reason": "failed"}, 1),
        ("worker", "aiguilleur_emails_decided_total", {"model_version": "1"}, 2),
        ("worker", "aiguilleur_decision_confidence_count", {"category": "claim"}, 1),
        ("worker", "aiguilleur_waited_seconds_count", {}, 2),
        ("worker", "aiguilleur_end_to_end_seconds_count", {}, 2),
        ("worker", "aiguilleur_failures_total", {"reason": "model"}, 1),
    ],
)
def test_what_happened_is_counted(
    watched: tuple[Cluster, dict[str, int], list[Process]],
    process: str,
    name: str,
    labels: dict[str, str],
    value: float,
) -> None:
    """Once for each mail."""
    port = watched[1][process]
    until(lambda: total(port, name, **labels) == value, f"{name} {labels} == {value}", 5)


def test_http_is_timed_by_route(watched: tuple[Cluster, dict[str, int], list[Process]]) -> None:
    """A route is one series, however many ids were asked for."""
    name = "flask_http_request_duration_seconds_count"
    routes = {dict(labels).get("url_rule") for n, labels in scrape(watched[1]["api"]) if n == name}
    assert {"/v1/batches", "/v1/emails/<uuid:email_id>"} <= routes


def test_the_backlog_is_told_by_the_sweeper(
    watched: tuple[Cluster, dict[str, int], list[Process]],
) -> None:
    """By priority, with the age of the oldest; both fall back to nothing."""
    cluster, ports, _ = watched
    client = Client(cluster.url, cluster.key("--client=b", "--role=gateway", "--mailbox=*"))
    client.post({"text": "block", "priority": "high"})
    name = "aiguilleur_waiting_emails"
    until(lambda: total(ports["sweep"], name, priority="high") == 1, "one waiting")
    until(lambda: total(ports["sweep"], "aiguilleur_oldest_waiting_seconds") > 0, "an age")
    cluster.gate.write_text("")
    until(lambda: total(ports["sweep"], name) == 0, "none waiting")


def test_faults_give_no_mail_away_either(
    watched: tuple[Cluster, dict[str, int], list[Process]], postgres_url: str, redis_url: str
) -> None:
    """Storing fails, deciding fails: the logs and Redis say where, and quote nothing."""
    cluster, _, processes = watched
    client = Client(cluster.url, cluster.key("--client=f", "--role=gateway", "--mailbox=*"))
    engine = make_engine(postgres_url)
    rule = "ALTER TABLE {} ADD CONSTRAINT fault CHECK (false) NOT VALID"
    try:
        with engine.begin() as connection:
            connection.execute(text(rule.format("batches")))
        assert client.post(MAIL).status == 500
        with engine.begin() as connection:
            connection.execute(text("ALTER TABLE batches DROP CONSTRAINT fault"))
            connection.execute(text(rule.format("readings")))
        client.post(MAIL)
        logged = "decide_failed"
        until(lambda: any(e["event"] == logged for e in processes[1].events()), logged)
    finally:
        with engine.begin() as connection:
            for table in ("batches", "readings"):
                drop = f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS fault"
                connection.execute(text(drop))
        engine.dispose()
    client.wait_for_all()
    with redis.Redis.from_url(redis_url) as store:
        kept = b"".join(store.dump(key) or b"" for key in store.scan_iter()).decode("latin-1")
    logs = "".join(process.log.read_text(encoding="utf-8") for process in processes)
    assert not any(secret in logs + kept for secret in SECRETS)


def test_logs_are_json_and_give_no_mail_away(
    watched: tuple[Cluster, dict[str, int], list[Process]],
) -> None:
    """No text, no subject, no address; the mail's id leads from the API to its decision."""
    _, _, processes = watched
    for process in processes:
        text = process.log.read_text(encoding="utf-8")
        assert all(line.startswith("{") for line in text.splitlines()), text
        assert not any(secret in text for secret in SECRETS)
        assert {event["process"] for event in process.events()} == {process.name}
    accepted = [e for e in processes[0].events() if e["event"] == "accepted_batch"]
    decided = [e for e in processes[1].events() if e["event"] == "decided"]
    assert accepted[0]["batch_id"] in {e["batch_id"] for e in decided}


def test_agents_work_is_counted(
    watched: tuple[Cluster, dict[str, int], list[Process]],
) -> None:
    """Claims and overrides by the API; open mail and the model's accuracy by the sweeper."""
    cluster, ports, _ = watched
    gateway = Client(cluster.url, cluster.key("--client=g", "--role=gateway", "--mailbox=*"))
    agent = Agent(Client(cluster.url, cluster.key("--client=a", "--role=agent", "--mailbox=*")))
    right, wrong, open_mail = (mail(gateway, "certificate") for _ in range(3))
    agent.ask("PUT", f"/v1/emails/{wrong}/category", {"category": "payment"})
    agent.bulk("complete", [right, wrong])
    assert agent.next("certificates")["item"]["id"] == open_mail
    overrides = {"category": "certificate", "model_version": "1"}
    assert total(ports["api"], "aiguilleur_overrides_total", **overrides) == 1
    assert total(ports["api"], "aiguilleur_agent_claims_total", outcome="claimed") == 1
    accuracy = "aiguilleur_live_accuracy"
    until(lambda: total(ports["sweep"], accuracy, model_version="1") == 0.5, "the accuracy")
    assert total(ports["sweep"], f"{accuracy}_emails") == 2
    assert total(ports["sweep"], "aiguilleur_open_emails", queue="certificates") == 1
