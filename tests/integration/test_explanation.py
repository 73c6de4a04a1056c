"""Which words made a decision: worked out by a worker, asked for over HTTP."""

from tests.support.agent import Agent
from tests.support.client import Client
from tests.support.processes import Cluster
from tests.support.waiting import until


def test_a_decided_mail_is_explained(client: Client, supervisor: Client) -> None:
    """The word that the model goes by weighs most; places are those of the text given."""
    (email_id,) = client.post_texts("Hello. It is about label:claim, thank you.")
    client.decision(email_id)
    reply = supervisor.ask("GET", f"/v1/emails/{email_id}/explanation")
    assert reply.status == 200
    found, first = reply.body, reply.body["words"][0]
    assert (found["category"], found["complete"]) == ("claim", True)
    assert first["text"] in {"label", "claim"}
    assert found["text"][first["start"] : first["end"]] == first["text"]
    assert found["model"] == {"name": "fake", "version": "1"}


def test_who_asked_is_on_record(client: Client, boss: Agent) -> None:
    """The words of a mail are its text."""
    (email_id,) = client.post_texts("About label:claim.")
    client.decision(email_id)
    assert boss.ask("GET", f"/v1/emails/{email_id}/explanation").status == 200
    trail = boss.ask("GET", f"/v1/emails/{email_id}/audit").body
    assert "read" in str(trail)


def test_a_mail_that_a_rule_decided_has_no_explanation(client: Client, supervisor: Client) -> None:
    """The model was not asked."""
    auto = b"From: a@b.test\r\nAuto-Submitted: auto-replied\r\n\r\nI am away.\r\n"
    posted = client.ask("POST", "/v1/emails", auto, {"Content-Type": "message/rfc822"})
    client.decision(posted.body["id"])
    reply = supervisor.ask("GET", f"/v1/emails/{posted.body['id']}/explanation")
    assert (reply.status, reply.body["code"]) == (409, "not_explained")


def test_a_mail_that_waits_has_no_explanation_yet(
    client: Client, supervisor: Client, cluster: Cluster
) -> None:
    """It has no category yet."""
    (held,) = client.post_texts("block")
    until(cluster.gate.with_suffix(".held").exists, "the worker is held")
    (waiting,) = client.post_texts("About label:claim, waiting.")
    reply = supervisor.ask("GET", f"/v1/emails/{waiting}/explanation")
    cluster.gate.touch()
    client.decision(held)
    assert (reply.status, reply.body["code"]) == (409, "not_explained")


def test_an_unknown_mail_is_not_found(supervisor: Client) -> None:
    """As everywhere."""
    unknown = "00000000-0000-7000-8000-000000000000"
    assert supervisor.ask("GET", f"/v1/emails/{unknown}/explanation").status == 404


def test_a_gateway_is_given_no_explanation(client: Client) -> None:
    """It is for those who work on mail."""
    (email_id,) = client.post_texts("About label:claim.")
    assert client.ask("GET", f"/v1/emails/{email_id}/explanation").status == 403
