"""From a posted mail to its decision, as a client sees it."""

import base64
from uuid import uuid4

from tests.support.client import Client
from tests.support.waiting import until

RAW = (
    b"From: =?utf-8?q?Zo=C3=A9?= <zoe@example.org>\r\nTo: sinistres@example.com\r\n"
    b"Subject: D=?utf-8?q?=C3=A9g=C3=A2t?=\r\nDate: Fri, 20 Nov 2026 10:00:00 +0100\r\n"
    b"Message-ID: <%s@example.org>\r\n\r\nlabel:claim bonjour\r\n"
)


def raw(name: str | None = None) -> bytes:
    return RAW % (name or uuid4().hex).encode()


def test_a_batch_is_accepted_decided_and_routed(client: Client) -> None:
    """Both forms of mail get their category and queue; the long poll ends with the batch."""
    reply = client.post(
        {"raw": base64.b64encode(raw()).decode(), "id": "mine-1"},
        {"subject": "x", "text": "label:payment"},
    )
    assert reply.status == 202
    page = client.ask("GET", f"{reply.headers['Location']}?wait=20").body
    assert page["status"] == "done"
    assert page["counts"]["decided"] == 2
    assert [r["queue"] for r in page["results"]] == ["claims", "payments"]
    assert [r["external_id"] for r in page["results"]] == ["mine-1", None]


def test_one_mail_tells_all_about_itself(client: Client) -> None:
    """Parsed fields, scores, versions, timings."""
    posted = client.ask("POST", "/v1/emails", raw(), {"Content-Type": "message/rfc822"})
    assert posted.status == 202
    client.decision(posted.body["id"])
    email = client.email(posted.body["id"])
    assert email["from"] == {"name": "Zoé", "address": "zoe@example.org"}
    assert email["decision"]["category"] == "claim"
    assert abs(sum(email["decision"]["scores"].values()) - 1) < 1e-6
    assert email["decision"]["model"] == {"name": "fake", "version": "1"}
    assert email["decision"]["routing_version"].startswith("1+")
    assert email["timings"]["total_seconds"] >= email["timings"]["waited_seconds"] >= 0


def test_an_unsure_model_sends_to_triage(client: Client) -> None:
    """Below the category's threshold a person decides; the scores are kept."""
    decision = client.decision(client.post_texts("unsure")[0])
    assert (decision["queue"], decision["reason"]) == ("triage", "below_threshold")
    assert decision["confidence"] < decision["threshold"]


def test_a_mail_that_breaks_the_model_reaches_a_person(client: Client) -> None:
    """It goes to triage as `failed`, its neighbours are decided by the model."""
    bad, good = client.post_texts("fail", "label:claim")
    assert client.decision(bad)["reason"] == "failed"
    assert client.decision(good)["reason"] == "model"


def test_mail_of_no_category_goes_to_a_person(client: Client) -> None:
    """However sure the model is of a label: it also says that the mail belongs to none."""
    decision = client.decision(client.post_texts("outside")[0])
    assert (decision["queue"], decision["reason"]) == ("triage", "out_of_scope")


def test_an_empty_mail_reaches_a_person(client: Client) -> None:
    """Nothing to classify is no reason to drop it."""
    posted = client.ask(
        "POST", "/v1/emails", b"From: a@b.test\r\n\r\n", {"Content-Type": "message/rfc822"}
    )
    decision = client.decision(posted.body["id"])
    assert (decision["queue"], decision["reason"]) == ("triage", "unparseable")


def test_machine_mail_is_routed_by_rule(client: Client) -> None:
    """An out-of-office answer never asks the model, and says which rule placed it."""
    auto = raw().replace(b"To:", b"Auto-Submitted: auto-replied\r\nTo:")
    posted = client.ask("POST", "/v1/emails", auto, {"Content-Type": "message/rfc822"})
    decision = client.decision(posted.body["id"])
    assert (decision["queue"], decision["reason"]) == ("automatic", "rule:automatic-answers")
    assert decision["scores"] == {}


def test_results_come_in_pages(client: Client) -> None:
    """Every mail once, in the order it was posted."""
    reply = client.post(*[{"text": "label:claim", "id": f"page-{n}"} for n in range(25)])
    path, cursor, seen = reply.headers["Location"], "0", []
    while cursor is not None:
        page = client.ask("GET", f"{path}?limit=10&cursor={cursor}").body
        seen += [result["external_id"] for result in page["results"]]
        cursor = page["next_cursor"]
    assert seen == [f"page-{n}" for n in range(25)]


def test_the_same_mail_later_is_linked(client: Client) -> None:
    """A repeated Message-ID is a hint for people, not a duplicate."""
    first, second = raw("twice"), b"X-Other: 1\r\n" + raw("twice")
    ids = []
    for message in (first, second):
        posted = client.ask("POST", "/v1/emails", message, {"Content-Type": "message/rfc822"})
        assert posted.status == 202
        client.decision(posted.body["id"])
        ids.append(posted.body["id"])
    assert client.email(ids[1])["possible_duplicate_of"] == ids[0]
    assert client.email(ids[0])["possible_duplicate_of"] is None


def test_queues_count_what_waits_for_people(client: Client, supervisor: Client) -> None:
    """A decided mail is in its queue."""

    def waiting() -> int:
        queues = supervisor.ask("GET", "/v1/queues").body["queues"]
        return int(next(q["waiting"] for q in queues if q["name"] == "digital"))

    before = waiting()
    client.decision(client.post_texts("label:account")[0])
    until(lambda: waiting() == before + 1, "the mail in its queue")


def test_urgent_mail_keeps_its_priority(client: Client) -> None:
    """A category may raise a priority, never lower it."""
    reply = client.post({"text": "label:claim", "priority": "urgent"}, {"text": "label:claim"})
    priorities = [client.decision(item["id"])["priority"] for item in reply.body["items"]]
    assert priorities == ["urgent", "high"]


def test_the_service_says_that_it_is_ready(client: Client) -> None:
    """Probes need no key."""
    assert client.ask("GET", "/healthz").body == {"status": "ok"}
    ready = client.ask("GET", "/readyz")
    assert ready.body == {"status": "ok", "database": "ok", "redis": "ok"}


def test_the_documentation_is_served_from_here(client: Client) -> None:
    """The page, its script and the document it shows; nothing from elsewhere."""
    page = client.ask("GET", "/docs").body.decode()
    assert "http" not in page.replace("http-equiv", "")
    for path in ("/docs/swagger-ui.css", "/docs/swagger-ui-bundle.js", "/docs/start.js"):
        assert client.ask("GET", path).status == 200
    assert client.ask("GET", "/openapi.json").body["openapi"].startswith("3.")
