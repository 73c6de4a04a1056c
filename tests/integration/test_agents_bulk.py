"""Corrections, and many mails at once: each by itself, and all of it undone."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from model.data import read_labelled
from tests.support.agent import Agent, code, held, mail, trail
from tests.support.client import Client
from tests.support.processes import Cluster

UNKNOWN = "01a1fc1c-2377-7632-89b7-e6a013b4fdd2"


def correct(agent: Agent, email_id: str, category: str, **body: Any) -> Any:
    path = f"/v1/emails/{email_id}/category"
    return agent.ask("PUT", path, {"category": category, **body})


def test_a_correction_outranks_the_model(client: Client, anna: Agent, boss: Agent) -> None:
    """It is one more decision; the mail stays in its queue, under its lease."""
    email_id = mail(client)
    lease = held(anna, email_id)
    reply = correct(anna, email_id, "payment", reason="about money")
    assert reply.body == {"id": email_id, "category": "payment", "outcome": "corrected"}
    decision = boss.client.email(email_id)["decision"]
    assert (decision["category"], decision["queue"]) == ("payment", "claims")
    assert (decision["reason"], decision["confidence"]) == ("corrected", None)
    assert anna.act(lease, "complete").status == 200


def test_a_correction_may_move_the_mail(client: Client, anna: Agent) -> None:
    """To the category's queue, which ends the lease."""
    email_id = mail(client)
    lease = held(anna, email_id)
    correct(anna, email_id, "payment", move=True)
    item = anna.work(email_id)["item"]
    assert (item["queue"], item["category"], item["state"]) == ("payments", "payment", "free")
    assert code(anna.act(lease, "complete")) == (409, "lease_lost")


def test_a_confirmed_category_is_an_example_too(client: Client, anna: Agent) -> None:
    """The model was right, and somebody says so."""
    assert correct(anna, mail(client), "claim").body["outcome"] == "confirmed"


def test_what_others_hold_is_not_corrected(client: Client, anna: Agent, ben: Agent) -> None:
    """Nor to a category that does not exist."""
    email_id = mail(client)
    held(ben, email_id)
    assert code(correct(anna, email_id, "payment")) == (409, "held")
    assert code(correct(ben, email_id, "nonsense")) == (422, "invalid_request")
    assert code(correct(ben, UNKNOWN, "payment")) == (404, "not_found")


def test_completed_mail_can_be_corrected(client: Client, anna: Agent, boss: Agent) -> None:
    """It stays completed."""
    email_id = mail(client)
    anna.act(held(anna, email_id), "complete")
    assert correct(anna, email_id, "payment").status == 200
    assert anna.work(email_id)["completion"]["category"] == "payment"
    assert boss.client.email(email_id)["decision"]["category"] == "payment"


def test_a_bulk_action_reports_each_mail(client: Client, anna: Agent, ben: Agent) -> None:
    """What is free or one's own is done, a wrong one keeps no other out."""
    free, own, others = (mail(client) for _ in range(3))
    held(anna, own)
    held(ben, others)
    report = anna.bulk("complete", [free, own, others, UNKNOWN, free])
    codes = [item.get("error", {}).get("code") for item in report["items"]]
    assert codes == [None, None, "held", "not_in_queue"]
    assert (report["done"], report["refused"]) == (2, 2)


@pytest.mark.parametrize(
    ("action", "body"),
    [
        ("complete", {}),
        ("reroute", {"queue": "sales", "reason": "x"}),
        ("snooze", {"until": (datetime.now(UTC) + timedelta(days=9)).isoformat()}),
        ("correct", {"category": "payment", "move": True}),
    ],
)
def test_a_bulk_action_is_undone(
    client: Client, anna: Agent, boss: Agent, action: str, body: dict[str, Any]
) -> None:
    """The mails are as they were, their histories and trails go on."""
    ids = [mail(client) for _ in range(2)]
    before = [anna.work(email_id)["item"] for email_id in ids]
    done = anna.bulk(action, ids, **body)
    undone = anna.ask("POST", f"/v1/bulk/{done['id']}/undo").body
    assert (undone["done"], undone["refused"]) == (2, 0)
    after = [anna.work(email_id)["item"] for email_id in ids]
    changing = {"reason", "confidence"}
    assert [{k: v for k, v in i.items() if k not in changing} for i in after] == [
        {k: v for k, v in i.items() if k not in changing} for i in before
    ]
    assert trail(boss, ids[0])[-1] == ("undone", "desk/anna")
    assert boss.client.email(ids[0])["decision"]["category"] == "claim"


def test_undo_leaves_what_somebody_touched_since(client: Client, anna: Agent, ben: Agent) -> None:
    """And says so."""
    touched, left = mail(client), mail(client)
    done = anna.bulk("reroute", [touched, left], queue="sales", reason="x")
    held(ben, touched)
    undone = anna.ask("POST", f"/v1/bulk/{done['id']}/undo").body
    codes = {item["id"]: item.get("error", {}).get("code") for item in undone["items"]}
    assert codes == {touched: "changed_since", left: None}
    assert anna.work(touched)["item"]["queue"] == "sales"


def test_undo_is_for_who_acted_or_a_supervisor(
    client: Client, anna: Agent, ben: Agent, boss: Agent
) -> None:
    """Once."""
    path = f"/v1/bulk/{anna.bulk('complete', [mail(client)])['id']}/undo"
    assert code(ben.ask("POST", path)) == (404, "not_found")
    assert boss.ask("POST", path).status == 200
    assert code(boss.ask("POST", path)) == (409, "too_late")
    assert code(boss.ask("POST", f"/v1/bulk/{UNKNOWN}/undo")) == (404, "not_found")


def test_undo_is_within_the_mailboxes_of_a_key(
    client: Client, anna: Agent, cluster: Cluster
) -> None:
    """A supervisor of another mailbox finds nothing to undo."""
    key = cluster.key("--client=narrow", "--role=supervisor", "--mailbox=sinistres")
    narrow = Agent(Client(cluster.url, key))
    other, own = mail(client), mail(client, mailbox="sinistres")
    for ids in ([other, own], [other]):
        done = anna.bulk("snooze", ids, until="2027-01-05T09:00:00Z")
        assert code(narrow.ask("POST", f"/v1/bulk/{done['id']}/undo")) == (404, "not_found")
    done = anna.bulk("complete", [own])
    assert narrow.ask("POST", f"/v1/bulk/{done['id']}/undo").status == 200


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"ids": [UNKNOWN]}, "action"),
        ({"action": "burn", "ids": [UNKNOWN]}, "action"),
        ({"action": [], "ids": [UNKNOWN]}, "action"),
        ([], "action"),
        ({"action": "complete", "ids": []}, "ids"),
        ({"action": "complete", "ids": [UNKNOWN] * 501}, "ids"),
        ({"action": "complete", "ids": ["x"]}, "ids.0"),
        ({"action": "reroute", "ids": [UNKNOWN], "queue": "nowhere", "reason": "x"}, "queue"),
    ],
)
def test_a_wrong_bulk_action_is_422(anna: Agent, body: Any, field: str) -> None:
    """Nothing of it is done."""
    reply = anna.ask("POST", "/v1/bulk", body)
    assert (reply.status, reply.body["errors"][0]["field"]) == (422, field)


def test_corrections_become_training_data(
    cluster: Cluster, client: Client, anna: Agent, tmp_path: Path
) -> None:
    """The newest word on each mail, as `python -m model train` reads it; undone ones not."""
    kept, undone = (mail(client, text=f"label:claim très {n}") for n in ("rare", "odd"))
    correct(anna, kept, "payment")
    correct(anna, kept, "account")
    bulk = anna.bulk("correct", [undone], category="payment")
    anna.ask("POST", f"/v1/bulk/{bulk['id']}/undo")
    out = tmp_path / "labels.jsonl"
    cluster.command("dataset", "export", f"--out={out}")
    rows = {row["email_id"]: row for row in map(orjson.loads, out.read_bytes().splitlines())}
    assert (rows[kept]["category"], rows[kept]["previous_category"]) == ("account", "payment")
    assert undone not in rows
    assert any("très rare" in e.text and e.label == "account" for e in read_labelled(out))
