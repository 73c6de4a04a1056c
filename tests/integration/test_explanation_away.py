"""Explanations while no worker is there."""

from pathlib import Path

from tests.support.client import Client
from tests.support.person import PASSWORD, Person, words
from tests.support.processes import Cluster


def test_without_a_worker_it_is_told_to_ask_again(
    postgres_url: str, redis_url: str, tmp_path: Path
) -> None:
    """503 with Retry-After, at the console a sentence; a worker that comes later answers."""
    with Cluster(tmp_path, postgres_url, redis_url) as cluster:
        api, worker = cluster.launch("api"), cluster.launch("worker")
        api.ready()
        worker.ready()
        boss = Client(cluster.url, cluster.key("--client=one", "--role=admin", "--mailbox=*"))
        (email_id,) = boss.post_texts("About label:claim, once more.")
        boss.decision(email_id)
        worker.stop()
        reply = boss.ask("GET", f"/v1/emails/{email_id}/explanation")
        assert (reply.status, reply.body["code"]) == (503, "unexplained")
        assert int(reply.headers["Retry-After"]) > 0
        cluster.account("ida", "agent", PASSWORD)
        ida = Person(cluster.url)
        ida.sign_in("ida")
        page = ida.get(f"/console/mails/{email_id}/why")
        assert page.status == 200
        assert "No worker has weighed the words yet." in words(page)
        assert "Try again" in words(page)
        cluster.start("worker")
        assert boss.ask("GET", f"/v1/emails/{email_id}/explanation").status == 200
