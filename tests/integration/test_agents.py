"""Agents over HTTP: who holds a mail, what they do with it, who sees what."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.support.agent import Agent, code, held, mail, trail
from tests.support.client import Client
from tests.support.processes import Cluster
from tests.support.waiting import until

UNKNOWN = "01a1fc1c-2377-7632-89b7-e6a013b4fdd2"


def later(**ahead: float) -> str:
    return (datetime.now(UTC) + timedelta(**ahead)).isoformat()


def test_mail_is_claimed_worked_and_completed(client: Client, anna: Agent) -> None:
    """From the queue to its completion, under one lease."""
    email_id = mail(client)
    lease = held(anna, email_id)
    assert (lease["item"]["state"], lease["item"]["holder"]) == ("held", "desk/anna")
    assert anna.act(lease, "respond").body["responded_at"]
    assert anna.act(lease, "complete").body == {"id": email_id, "state": "done"}
    work = anna.work(email_id)
    assert (work["state"], work["completion"]["by"]) == ("done", "desk/anna")
    assert not work["completion"]["response_late"]


def test_the_most_urgent_mail_comes_first(client: Client, anna: Agent) -> None:
    """By age where promises are the same; none twice."""
    wanted = [mail(client, "certificate") for _ in range(3)]
    leases = [anna.next("certificates") for _ in range(4)]
    assert [lease and lease["item"]["id"] for lease in leases] == [*wanted, None]


def test_held_mail_is_held_by_one(client: Client, anna: Agent, ben: Agent) -> None:
    """Another agent of the same key is another person; claiming one's own gives a new lease."""
    email_id = mail(client)
    first = held(anna, email_id)
    assert code(ben.claim(email_id)) == (409, "held")
    second = held(anna, email_id)
    assert code(anna.act(first, "release")) == (409, "lease_lost")
    assert anna.act(second, "release").body["state"] == "free"


def test_an_expired_lease_is_lost(client: Client, anna: Agent, ben: Agent) -> None:
    """Whatever its holder still does gets 409; renewed in time, it lives on."""
    email_id = mail(client)
    kept = anna.act(held(anna, email_id, seconds=1), "renew", lease_seconds=3600).body
    assert anna.work(email_id)["item"]["lease_until"] == kept["lease_until"]
    lost = anna.act(kept, "renew", lease_seconds=1).body
    until(lambda: ben.claim(email_id).status == 200, "the lease to end")
    bodies = {"complete": {}, "renew": {}, "reroute": {"queue": "sales", "reason": "x"}}
    for verb, body in bodies.items():
        assert code(anna.act(lost, verb, **body)) == (409, "lease_lost")


def test_completing_again_changes_nothing(client: Client, anna: Agent, ben: Agent) -> None:
    """The first answer may have been lost; another token still gets 409."""
    email_id = mail(client)
    lease = held(anna, email_id)
    assert [anna.act(lease, "complete").status for _ in range(2)] == [200, 200]
    assert code(ben.act({**lease, "lease_token": UNKNOWN}, "complete")) == (409, "lease_lost")
    assert code(ben.claim(email_id)) == (409, "not_in_queue")


def test_a_rerouted_mail_keeps_its_history(client: Client, anna: Agent, boss: Agent) -> None:
    """A decision by a person is added, with its reason; gateways see what, not who."""
    email_id = mail(client)
    item = anna.act(held(anna, email_id), "reroute", queue="sales", reason="a quote").body
    assert (item["queue"], item["state"]) == ("sales", "free")
    seen = boss.client.email(email_id)
    newest, first = seen["decision"], seen["history"][0]
    assert (newest["queue"], newest["reason"], newest["source"]) == ("sales", "rerouted", "agent")
    assert (newest["by"], newest["note"]) == ("desk/anna", "a quote")
    assert (first["queue"], first["source"]) == ("claims", "service")
    assert "by" not in client.email(email_id)["decision"]


def test_a_snoozed_mail_sleeps_until_it_is_claimed(client: Client, anna: Agent) -> None:
    """Its clocks stand still, nobody gets it by asking for the next; a claim wakes it."""
    email_id = mail(client, "account")
    lease = held(anna, email_id)
    asleep = anna.act(lease, "snooze", until=later(hours=5), reason="waits for papers").body
    assert asleep["state"] == "snoozed"
    assert email_id in anna.listed("digital", "state=snoozed")
    assert anna.next("digital") is None
    awake = held(anna, email_id)["item"]
    due = [datetime.fromisoformat(x["due_at"]) for x in (lease["item"], asleep, awake)]
    assert due[1] - due[0] > timedelta(hours=4)
    assert timedelta() <= due[2] - due[0] < timedelta(minutes=5)


def test_a_snooze_ends_by_itself(client: Client, anna: Agent) -> None:
    """Then the mail can be claimed as any other."""
    email_id = mail(client, "contract_change")
    anna.act(held(anna, email_id), "snooze", until=later(seconds=0.7))
    found = until(lambda: anna.next("contracts"), "the snooze to end")
    assert found["item"]["id"] == email_id


@pytest.mark.parametrize(
    ("verb", "body", "field"),
    [
        ("reroute", {"queue": "nowhere", "reason": "x"}, "queue"),
        ("reroute", {"queue": "sales"}, "reason"),
        ("reroute", {"queue": "sales", "reason": "a\0b"}, "reason"),
        ("snooze", {"until": "2020-01-01T00:00:00Z"}, "until"),
        ("snooze", {"until": "2999-01-01T00:00:00Z"}, "until"),
        ("snooze", {"until": "2026-12-01T00:00:00"}, "until"),
        ("complete", {"more": 1}, "more"),
    ],
)
def test_a_wrong_action_is_422(
    client: Client, anna: Agent, verb: str, body: dict[str, Any], field: str
) -> None:
    """It names its field, and the lease stays."""
    lease = held(anna, mail(client))
    reply = anna.act(lease, verb, **body)
    assert (reply.status, reply.body["errors"][0]["field"]) == (422, field)
    assert anna.act(lease, "complete").status == 200


def test_only_a_supervisor_takes_a_mail_from_somebody(
    client: Client, anna: Agent, ben: Agent, boss: Agent
) -> None:
    """The trail says from whom."""
    email_id = mail(client)
    lease = held(anna, email_id)
    assert code(ben.claim(email_id, take=True)) == (403, "forbidden")
    assert held(boss, email_id, take=True)["item"]["holder"] == "team/boss"
    assert code(anna.act(lease, "complete")) == (409, "lease_lost")
    entries = boss.ask("GET", f"/v1/emails/{email_id}/audit").body["entries"]
    assert (entries[-1]["action"], entries[-1]["detail"]["from"]) == ("taken", "desk/anna")


def test_the_trail_tells_who_did_what(client: Client, anna: Agent, boss: Agent) -> None:
    """Reading included; for supervisors only."""
    email_id = mail(client)
    lease = held(anna, email_id)
    anna.ask("GET", f"/v1/emails/{email_id}/text")
    anna.ask("POST", f"/v1/emails/{email_id}/notes", {"text": "called back"})
    anna.act(lease, "complete")
    done = ["claimed", "read", "noted", "completed"]
    assert trail(boss, email_id) == [(action, "desk/anna") for action in done]
    assert code(anna.ask("GET", f"/v1/emails/{email_id}/audit")) == (403, "forbidden")


def test_a_key_works_in_its_mailboxes_only(client: Client, cluster: Cluster) -> None:
    """Another mailbox's mail is as if it did not exist."""
    key = cluster.key("--client=narrow", "--role=agent", "--mailbox=sinistres")
    narrow = Agent(Client(cluster.url, key))
    other, own = mail(client), mail(client, mailbox="sinistres")
    assert code(narrow.claim(other)) == (404, "not_found")
    for path in ("work", "text", "notes"):
        assert code(narrow.ask("GET", f"/v1/emails/{other}/{path}")) == (404, "not_found")
    taken = narrow.next()
    assert taken is not None
    assert taken["item"]["id"] == own
    assert narrow.next() is None
    report = narrow.bulk("complete", [other])
    assert report["items"][0]["error"]["code"] == "not_in_queue"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/v1/claims"),
        ("POST", f"/v1/emails/{UNKNOWN}/claim"),
        ("PUT", f"/v1/emails/{UNKNOWN}/category"),
        ("POST", "/v1/bulk"),
        ("GET", "/v1/search?q=x"),
        ("GET", f"/v1/emails/{UNKNOWN}/text"),
        ("GET", "/v1/queues/claims/emails"),
        ("GET", f"/v1/emails/{UNKNOWN}/audit"),
    ],
)
def test_gateways_do_none_of_it(client: Client, method: str, path: str) -> None:
    """They post and poll."""
    assert code(client.ask(method, path, {} if method != "GET" else None)) == (403, "forbidden")


def test_what_is_not_decided_yet_cannot_be_worked(
    cluster: Cluster, client: Client, anna: Agent
) -> None:
    """409, and no decision of a person comes before the service's."""
    email_id = client.post_texts("block")[0]
    assert code(anna.claim(email_id)) == (409, "not_in_queue")
    body = {"category": "claim"}
    assert code(anna.ask("PUT", f"/v1/emails/{email_id}/category", body)) == (409, "not_in_queue")
    assert code(anna.claim(UNKNOWN)) == (404, "not_found")
    cluster.gate.write_text("")
    assert client.decision(email_id)["source"] == "service"


@pytest.mark.parametrize("name", ["", "a b", "x" * 101])
def test_a_wrong_agent_name_is_400(desk: Client, name: str) -> None:
    """It goes into the trail, so it must be one."""
    assert code(desk.ask("POST", "/v1/claims", {}, {"X-Agent": name})) == (400, "bad_request")
