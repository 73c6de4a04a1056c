"""The demo with every way in and out, and the real Prometheus beside it."""

import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from monitoring.__main__ import FILES
from tests.support import faults
from tests.support.client import Client
from tests.support.prometheus import Prometheus
from tests.support.shipped_routing import changed
from tests.support.smtp_sink import Sink
from tests.support.up import Up
from tests.support.waiting import until


@pytest.fixture(scope="module")
def routing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped one, with LMTP, re-injection of claims and promises that are broken at once."""
    claims = {"sla": "1s", "resolution": "1s", "reinject": "desk@x.example"}
    queues = {"claims": claims, "contracts": {"warn": "86390s"}}
    mailboxes = {"contact": ["contact@assureur.example"]}
    return changed(tmp_path_factory.mktemp("routing"), queues, mailboxes=mailboxes)


@pytest.fixture(scope="module")
def sink() -> Iterator[Sink]:
    """The mail server that claims are handed on to."""
    with Sink() as made:
        yield made


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory, routing: Path, sink: Sink) -> Iterator[Up]:
    """The demo, running."""
    up = Up(
        tmp_path_factory.mktemp("demo") / "data",
        demo=True,
        ROUTING_PATH=str(routing),
        AIGUILLEUR_SMTP_URL=sink.url,
        AIGUILLEUR_SMTP_SENDER="routing@x.example",
        AIGUILLEUR_WEBHOOK_ALLOW_HTTP="true",
        AIGUILLEUR_WEBHOOK_PRIVATE_NETWORKS="127.0.0.0/8",
        AIGUILLEUR_WEBHOOK_MAX_ATTEMPTS="1",
        AIGUILLEUR_MAX_BACKLOG_AGE_SECONDS="3600",
        AIGUILLEUR_MODEL_STORE=str(tmp_path_factory.mktemp("models")),
    )
    try:
        yield up.ready()
    finally:
        for process in up.family():
            faults.send(process, signal.SIGCONT)
        up.end(signal.SIGTERM)


@pytest.fixture(scope="module")
def prometheus(demo: Up, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prometheus]:
    """It scrapes every process of the demo."""
    folder = tmp_path_factory.mktemp("prometheus")
    with Prometheus(folder, FILES / "rules.yaml", demo.metrics()) as made:
        made.wait_for_all(demo.metrics())
        yield made


@pytest.fixture(scope="module")
def gateway(demo: Up) -> Client:
    """Posts mail."""
    return Client(demo.value("API"), demo.value("key to post mail"))


@pytest.fixture
def sees(prometheus: Prometheus) -> Callable[..., None]:
    """Wait until Prometheus sees these alerts' faults, none of which was there before."""

    def wait(*names: str, seconds: float = 120) -> None:
        wanted = {f"Aiguilleur{name}" for name in names}
        until(lambda: prometheus.active() >= wanted, f"alerts {names}", seconds)

    return wait


@pytest.fixture
def quiet(prometheus: Prometheus) -> Callable[..., None]:
    """Wait until these alerts have ended."""

    def wait(*names: str, seconds: float = 120) -> None:
        gone = {f"Aiguilleur{name}" for name in names}
        until(lambda: prometheus.active().isdisjoint(gone), f"no alert {names}", seconds)

    return wait
