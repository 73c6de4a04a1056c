"""The real Prometheus beside the running demo: every dashboard has data, the fast alerts fire."""

import smtplib

import pytest

from monitoring.grafana import query
from monitoring.pages import PAGES
from monitoring.panels import Page
from scripts.metrics_doc import Described, described
from tests.support import faults
from tests.support.agent import Agent
from tests.support.client import Client
from tests.support.model_folders import model_folder
from tests.support.prometheus import Prometheus, missing
from tests.support.receivers import Receiver, answer
from tests.support.up import Up
from tests.support.waiting import until

pytestmark = [
    pytest.mark.full,
    pytest.mark.timeout(1000),
    pytest.mark.skipif(bool(missing()), reason=missing() or "-"),
]

HERE = 'namespace="demo",release="aiguilleur"'
RAW = b"From: a@b.example\r\nMessage-ID: <%d@b.example>\r\nSubject: s\r\n\r\nMy car was hit.\r\n"


@pytest.fixture(scope="module")
def worked(demo: Up, prometheus: Prometheus, gateway: Client) -> Up:
    """A day of an insurer's in a minute: all ways in and out, people, an operator."""
    people(Agent(Client(gateway.url, demo.value("key to see queues")), "anna"))
    with Receiver(answer(204)) as receiver:
        rights = ["--role=gateway", "--mailbox=*", f"--callback-host=127.0.0.1:{receiver.port}"]
        key = demo.command("key", "create", "--client=hooks", *rights)
        hooked = Client(gateway.url, key)
        hooked.post({"subject": "s", "text": "My car was hit", "callback_url": receiver.url()})
        receiver.wait()
    gateway.post({"text": ""}, {"subject": "s", "text": "x"})
    tried(demo)
    same = {"subject": "s", "text": "Hello there", "external_id": "twice"}
    gateway.post(same)
    gateway.post(same)
    gateway.post_texts(
        *[f"My car number {number} was hit in {number + 3}" for number in range(250)]
    )
    gateway.wait_for_all()
    demo.command("switch", "off", "category:other", "--reason=drill")
    faults.drifted(demo, 1)
    host, port = demo.value("LMTP").rsplit(":", 1)
    with smtplib.LMTP(host, int(port)) as server:
        server.sendmail("a@b.example", ["contact@assureur.example"], RAW % 1)
    return demo


def tried(demo: Up) -> None:
    """A challenger that would lose at once waits for mail, of which it gets next to none."""
    version = model_folder(demo.data_dir / "challenger", 3)
    demo.command("model", "add", str(demo.data_dir / "challenger"))
    demo.command("model", "promote", version, "--alias=challenger", "--reason=drill")
    demo.command("model", "canary", "--share=0.001", "--reason=drill")


def people(agent: Agent) -> None:
    """Mails corrected and completed, too late."""
    for _number in range(3):
        held = agent.next("claims")
        assert held is not None
        where = f"/v1/emails/{held['item']['id']}/category"
        assert agent.ask("PUT", where, {"category": "complaint"}).status == 200
        assert agent.act(held, "complete").status == 200


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.uid)
def test_every_query_of_the_dashboards_has_data(
    page: Page, worked: Up, prometheus: Prometheus
) -> None:
    """As Grafana would ask it, over a window of a minute."""
    exprs = [query(q.expr, here=HERE, window="1m") for p in page.panels() for q in p.queries]
    lacking = set(exprs)

    def answered() -> bool:
        lacking.difference_update({expr for expr in lacking if prometheus.query(expr)})
        return not lacking

    try:
        until(answered, "data for every query", 60)
    except AssertionError as error:
        raise AssertionError(f"no data: {sorted(lacking)}") from error


def test_what_is_scraped_is_documented(worked: Up, prometheus: Prometheus) -> None:
    """No series of ours is missing from docs/metrics.md."""
    known = {
        name for metrics in described().values() for metric in metrics for name in series_of(metric)
    }
    found = prometheus.query('count by (__name__) ({__name__=~"aiguilleur_.+"})')
    assert {series["metric"]["__name__"] for series in found} <= known


def series_of(metric: Described) -> set[str]:
    """The names under which Prometheus has a metric."""
    if metric.kind == "gauge":
        return {metric.name}
    if metric.kind == "counter":
        return {metric.name, metric.name.replace("_total", "_created")}
    return {f"{metric.name}_{part}" for part in ("bucket", "count", "sum", "created")}


def test_the_fast_alerts_fire_when_their_fault_is_provoked(
    worked: Up, prometheus: Prometheus, gateway: Client
) -> None:
    """All workers hang while mail waits, some of it for long."""
    quiet = {"AiguilleurNoDecisions", "AiguilleurWorkerDown", "AiguilleurBacklogAge"}
    assert prometheus.firing().isdisjoint(quiet)
    with faults.stopped(worked, "worker"):
        gateway.post_texts("This waits", "This too")
        faults.aged(worked, "20 min")
        until(lambda: prometheus.firing() >= quiet, "three alerts", 600)
    until(lambda: prometheus.firing().isdisjoint(quiet), "all quiet", 300)
