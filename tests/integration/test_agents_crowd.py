"""Many agents at once: no mail is held by two at any moment, none is lost."""

from pathlib import Path

from bench.crowd import Crowd, Log, check
from service.store.engine import make_engine
from tests.support.agent import Agent
from tests.support.processes import Cluster
from tests.support.queued import fill


def test_a_crowd_holds_each_mail_one_at_a_time(
    cluster: Cluster, boss: Agent, postgres_url: str, tmp_path: Path
) -> None:
    """Whatever they do, and whoever loses a lease; every mail is completed, once."""
    engine = make_engine(postgres_url)
    wanted = set(map(str, fill(engine, 300, "claims", "sales", "contracts")))
    engine.dispose()
    key = cluster.key("--client=crowd", "--role=agent", "--mailbox=*")
    crowd = Crowd(cluster.url, key, Log(tmp_path / "log.jsonl"), 5, len(wanted)).run(60)
    assert crowd.faults == []
    finding = check(Log(tmp_path / "log.jsonl").lines())
    assert finding.overlaps == []
    assert finding.completed.keys() == wanted
    assert set(finding.completed.values()) == {1}
    assert {"lost", "released", "rerouted"} <= finding.events.keys()
    assert {q["waiting"] for q in boss.ask("GET", "/v1/queues").body["queues"]} == {0}


def test_a_log_with_two_holders_is_found_out() -> None:
    """The check itself: a mail that two had at once, and one that was handed over."""
    both = [("got", "a", 1), ("got", "b", 2), ("left", "a", 3), ("left", "b", 4)]
    after = [("got", "a", 1), ("left", "a", 2), ("got", "b", 3), ("left", "b", 4)]
    lines = [
        {"event": event, "email": email, "agent": agent, "at": at}
        for email, log in (("both", both), ("after", after))
        for event, agent, at in log
    ]
    assert check(lines).overlaps == [("both", "a", "b")]
