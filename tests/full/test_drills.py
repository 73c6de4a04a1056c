"""Every alert's fault provoked for real, seen as its page says, and ended as its page says.

An alert that waits for an hour before it fires is only followed until Prometheus sees its fault.
"""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from monitoring.__main__ import FILES
from tests.support import faults
from tests.support.agent import Agent
from tests.support.client import Client
from tests.support.model_folders import model_folder
from tests.support.processes import Cluster, free_port
from tests.support.prometheus import Prometheus, missing
from tests.support.receivers import Receiver, answer, each
from tests.support.smtp_sink import Sink
from tests.support.up import Up
from tests.support.waiting import until

pytestmark = [
    pytest.mark.full,
    pytest.mark.timeout(900),
    pytest.mark.skipif(bool(missing()), reason=missing() or "-"),
]

CLAIM = "Un automobiliste a percuté ma voiture, je vous déclare ce sinistre, numéro {}"
# of four categories at once
MIXED = (
    "le prélèvement a été fait deux fois et merci de m'envoyer une attestation et je voudrais un "
    "devis et je change d'adresse, {}"
)


@pytest.fixture
def anna(demo: Up) -> Agent:
    """Somebody who works on mail."""
    return Agent(Client(demo.value("API"), demo.value("key to see queues")), "anna")


def test_claims_past_their_promise(
    anna: Agent, sees: Callable[..., None], quiet: Callable[..., None]
) -> None:
    """SlaBreaches: the queue is named; ends once somebody has worked it off."""
    sees("SlaBreaches")
    while held := anna.next("claims"):
        assert anna.act(held, "complete").status == 200
    quiet("SlaBreaches")


def test_a_category_switched_off(
    demo: Up, sees: Callable[..., None], quiet: Callable[..., None]
) -> None:
    """SwitchedOff: the list says what and why; ends with the switch."""
    demo.command("switch", "off", "category:other", "--reason=drill")
    sees("SwitchedOff")
    assert "Off: category:other" in demo.command("switch", "list")
    demo.command("switch", "on", "category:other", "--reason=drill is over")
    quiet("SwitchedOff")


def test_a_canary_that_is_worse(demo: Up, gateway: Client, sees: Callable[..., None]) -> None:
    """CanaryLost: the log says by what; the champion decides the next mail."""
    folder = demo.data_dir / "doubtful"
    version = model_folder(folder, 3, sure=0.0)
    demo.command("model", "add", str(folder))
    demo.command("model", "promote", version, "--alias=challenger", "--reason=drill")
    demo.command("model", "canary", "--share=0.3", "--reason=drill")
    for start in range(0, 200, 20):
        gateway.post_texts(*[CLAIM.format(n) for n in range(start, start + 20)])
        gateway.wait_for_all()
    sees("CanaryLost")
    assert "It lost by abstentions" in demo.command("model", "show", version)
    (email_id,) = gateway.post_texts(CLAIM.format("dernier"))
    assert gateway.decision(email_id)["model"]["version"] != version


def test_a_receiver_that_fails(
    demo: Up, sees: Callable[..., None], quiet: Callable[..., None]
) -> None:
    """WebhooksDead: the table says why; the replay delivers under the same event id."""
    with Receiver(each(answer(500), answer(204))) as receiver:
        rights = ["--role=gateway", "--mailbox=*", f"--callback-host=127.0.0.1:{receiver.port}"]
        client = Client(demo.value("API"), demo.command("key", "create", "--client=hooks", *rights))
        client.post({"subject": "s", "text": "x", "callback_url": receiver.url()})
        (first,) = receiver.wait()
        sees("WebhooksDead")
        told = faults.sql(demo, "SELECT last_error FROM outbox WHERE state = 'dead'")
        assert "500" in told[0].last_error
        demo.command("replay", "webhooks")
        (second,) = receiver.wait()
        assert second.event_id == first.event_id
        quiet("WebhooksDead")


def test_a_mail_server_that_refuses(
    demo: Up, gateway: Client, sink: Sink, sees: Callable[..., None], quiet: Callable[..., None]
) -> None:
    """ReinjectionsDead: the table has the server's words; the replay hands the mail on."""
    sink.answers = {"RCPT": "550 5.1.1 nobody here"}.get
    message = b"From: a@b.example\r\nSubject: sinistre\r\n\r\n" + CLAIM.format(1).encode() + b"\r\n"
    posted = gateway.ask("POST", "/v1/emails", message, {"Content-Type": "message/rfc822"})
    email_id = posted.body["id"]
    assert gateway.decision(email_id)["category"] == "claim"
    sees("ReinjectionsDead")
    told = faults.sql(demo, "SELECT last_error FROM reinjections WHERE state = 'dead'")
    assert "nobody here" in told[0].last_error
    sink.reset()
    demo.command("replay", "mail")
    assert sink.wait().header("X-Aiguilleur-Id") == [email_id]
    quiet("ReinjectionsDead")


def test_workers_that_hang(
    demo: Up,
    gateway: Client,
    prometheus: Prometheus,
    sees: Callable[..., None],
    quiet: Callable[..., None],
) -> None:
    """NoDecisions, BacklogAge, WorkerDown, Backpressure; once they work, SlowDecisionsBurn."""
    with faults.stopped(demo, "worker"):
        waiting = gateway.post_texts("This waits", "This too")
        faults.aged(demo, "2 hours")
        until(lambda: gateway.post({"subject": "s", "text": "more"}).status == 429, "429")
        sees("WorkerDown", "BacklogAge", "Backpressure")
        assert {s["metric"]["code"] for s in prometheus.query("aiguilleur_backpressure_total > 0")}
        sees("NoDecisions", seconds=300)
        oldest = "SELECT count(*) FROM waiting WHERE received_at < now() - interval '1 hour'"
        assert faults.sql(demo, oldest)[0].count >= len(waiting)
    gateway.wait_for_all()
    sees("SlowDecisionsBurn")
    quiet("NoDecisions", "WorkerDown", "BacklogAge")
    assert gateway.post({"subject": "s", "text": "welcome again"}).status == 202


def test_a_worker_killed_at_work(demo: Up, gateway: Client, sees: Callable[..., None]) -> None:
    """LeasesExpired: its mails are decided by another once their lease has passed."""
    held = "SELECT FROM waiting WHERE lease_until > now()"
    gateway.post_texts(*[f"{CLAIM.format(number)} et plus" for number in range(400)])
    until(lambda: faults.sql(demo, held), "a lease")
    for process in faults.processes(demo, "worker"):
        faults.send(process, signal.SIGKILL)
    sees("LeasesExpired")
    gateway.wait_for_all()


def test_decisions_that_cannot_be_stored(
    demo: Up, gateway: Client, sees: Callable[..., None]
) -> None:
    """Failures: the mails go to people, and their decisions say so."""
    faults.sql(
        demo,
        "CREATE FUNCTION drill() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF NEW.reason = 'model' THEN RAISE EXCEPTION 'drill'; END IF; RETURN NEW; END $$",
    )
    faults.sql(
        demo,
        "CREATE TRIGGER drill BEFORE INSERT ON decisions FOR EACH ROW EXECUTE FUNCTION drill()",
    )
    try:
        posted = gateway.post_texts(*[CLAIM.format(number) for number in range(20)])
        reasons = {gateway.decision(email_id)["reason"] for email_id in posted}
        sees("Failures")
    finally:
        faults.sql(demo, "DROP TRIGGER drill ON decisions")
    assert "failed" in reasons


def test_redis_away(
    demo: Up, gateway: Client, sees: Callable[..., None], quiet: Callable[..., None]
) -> None:
    """RedisAway: mail is decided all the same, and ends once Redis answers."""
    with faults.stopped(demo, "redis-server"):
        sees("RedisAway")
        gateway.decision(gateway.post_texts("Where is my certificate?")[0], 60)
    quiet("RedisAway")


def test_an_api_that_hangs(
    demo: Up, gateway: Client, sees: Callable[..., None], quiet: Callable[..., None]
) -> None:
    """ApiDown: what waits is decided meanwhile; ends once it goes on, and takes mail again."""
    gateway.wait_for_all()
    with faults.stopped(demo, "gunicorn"):
        sees("ApiDown")
    quiet("ApiDown")
    gateway.decision(gateway.post_texts("Where is my certificate?")[0])


def test_postgres_away(demo: Up, gateway: Client, sees: Callable[..., None]) -> None:
    """AcceptErrorsBurn: posts get 503, nothing was promised, and all is well afterwards."""
    with faults.stopped(demo, "postgres"):
        # of a series that begins at one, Prometheus sees the next step alone
        for text in ("x", "y"):
            assert gateway.post({"subject": "s", "text": text}).status == 503
    sees("AcceptErrorsBurn")
    gateway.decision(gateway.post_texts("Where is my certificate?")[0])


def test_people_who_disagree(
    demo: Up, gateway: Client, anna: Agent, sees: Callable[..., None]
) -> None:
    """Overrides: the corrections are what `dataset export` gives to train with."""
    for start in range(0, 300, 50):
        gateway.post_texts(*[f"{CLAIM.format(n)} encore" for n in range(start, start + 50)])
    gateway.wait_for_all()
    for _number in range(150):
        held = anna.next("claims")
        assert held is not None
        where = f"/v1/emails/{held['item']['id']}/category"
        assert anna.ask("PUT", where, {"category": "complaint"}).status == 200
        assert anna.act(held, "complete").status == 200
    sees("Overrides")
    out = demo.data_dir / "labels.jsonl"
    demo.command("dataset", "export", "--out", str(out))
    assert len(out.read_bytes().splitlines()) >= 150


def test_mail_of_another_kind(gateway: Client, sees: Callable[..., None]) -> None:
    """Abstentions and Drift: the model says that it does not know, and that mail has changed."""
    for start in range(0, 2_000, 200):
        gateway.post_texts(*[MIXED.format(n) for n in range(start, start + 200)])
    gateway.wait_for_all(120)
    sees("Abstentions", "Drift", seconds=180)


def test_weeks_of_other_mail_and_days_that_nobody_counts(
    demo: Up, gateway: Client, sees: Callable[..., None], quiet: Callable[..., None]
) -> None:
    """LastingDrift and DriftUncounted: the command says which feature; the second ends with a day
    that is counted, the first with weeks that are as ever.
    """
    faults.drifted(demo, 8)
    sees("LastingDrift")
    gateway.post_texts("Mail is decided, and nobody counts it")
    sees("DriftUncounted")
    assert "Drift since" in demo.command("drift")
    faults.drifted(demo, 1)
    quiet("DriftUncounted")
    faults.sql(demo, "DELETE FROM drift_days WHERE model_version = 'drill'")
    quiet("LastingDrift")


@contextmanager
def stuck_worker(demo: Up, routing: Path, tmp_path: Path) -> Iterator[str]:
    """A worker whose model never answers, without its watchdog; where it shows its metrics."""
    port = free_port()
    place = demo.settings()
    with Cluster(
        tmp_path,
        place["DATABASE_URL"],
        place["REDIS_URL"],
        AIGUILLEUR_STUCK_SECONDS="3600",
        AIGUILLEUR_METRICS_PORT=str(port),
        ROUTING_PATH=str(routing),
    ) as cluster:
        cluster.start("worker")
        yield f"127.0.0.1:{port}"


def test_a_model_that_never_answers(
    demo: Up, gateway: Client, routing: Path, tmp_path: Path
) -> None:
    """Stuck: the process shows its metrics, and others decide its mail."""
    with stuck_worker(demo, routing, tmp_path) as place:
        own = tmp_path / "prometheus"
        own.mkdir()
        with Prometheus(own, FILES / "rules.yaml", {"worker": [place]}) as beside:
            with faults.stopped(demo, "worker"):
                (email_id,) = gateway.post_texts("block")
                gate = tmp_path / "gate.held"
                until(gate.exists, "the stuck worker to take it")
            until(lambda: "AiguilleurStuck" in beside.active(), "the alert", 300)
    gateway.decision(email_id, 60)


def test_nobody_sweeps(demo: Up, sees: Callable[..., None], quiet: Callable[..., None]) -> None:
    """NobodySweeps: seen within minutes, and ends once the sweeper works."""
    with faults.stopped(demo, "sweep"):
        sees("NobodySweeps", seconds=420)
    quiet("NobodySweeps")
