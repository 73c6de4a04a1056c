"""The console's pages over real HTTP: what they show, what their forms do, who may not."""

from typing import Any
from uuid import uuid4

import pytest

from tests.support.agent import Agent, mail, trail
from tests.support.client import Client
from tests.support.person import PASSWORD, Page, Person, words
from tests.support.processes import Cluster

HTML = (
    "<p>label:claim Bonjour</p><script>alert(1)</script>"
    "<img src='https://evil.example/x' alt='Logo'>"
)


@pytest.fixture(scope="module")
def accounts(cluster: Cluster) -> None:
    """Two agents, a supervisor, and an agent of another mailbox."""
    for login, role in (("lea", "agent"), ("tom", "agent"), ("chef", "supervisor")):
        cluster.account(login, role, PASSWORD)
    cluster.account("far", "agent", PASSWORD, mailbox="elsewhere")


def signed_in(cluster: Cluster, login: str) -> Person:
    person = Person(cluster.url)
    assert person.sign_in(login).status == 303
    return person


@pytest.fixture
def lea(cluster: Cluster, accounts: None) -> Person:
    """An agent."""
    return signed_in(cluster, "lea")


@pytest.fixture
def tom(cluster: Cluster, accounts: None) -> Person:
    """Another."""
    return signed_in(cluster, "tom")


@pytest.fixture
def chef(cluster: Cluster, accounts: None) -> Person:
    """A supervisor."""
    return signed_in(cluster, "chef")


@pytest.fixture
def far(cluster: Cluster, accounts: None) -> Person:
    """An agent who may not see the others' mailbox."""
    return signed_in(cluster, "far")


def act(person: Person, name: str, *ids: str, **form: Any) -> Page:
    return person.post(f"/console/actions/{name}", ids=list(ids), **form)


def test_a_queue_shows_its_mail(client: Client, lea: Person) -> None:
    """Sender, subject and how sure the model was, the words escaped."""
    email_id = mail(client, **{"from": "Zoé <zoe@a.example>"}, subject="<b>Dégât</b> & co")
    page = lea.get("/console/queues/claims")
    assert f'data-id="{email_id}"' in page.text
    assert "&lt;b&gt;Dégât&lt;/b&gt; &amp; co" in page.text
    assert "Zoé" in words(page)


def test_a_mail_is_read_newest_message_first(client: Client, lea: Person, boss: Agent) -> None:
    """Older messages are folded; the trail names who read."""
    text = "label:claim Bonjour,\nvoici.\n\nLe 3 mars 2026, A <a@b.fr> a écrit :\n> ancien\n"
    email_id = mail(client, text=text)
    page = lea.get(f"/console/queues/claims/{email_id}")
    newest, _, older = page.text.partition('<details class="older">')
    assert "voici." in newest
    assert "ancien" in older
    assert "ancien" not in newest.split('id="words"')[1]
    assert trail(boss, email_id) == [("read", "console/lea")]


def test_the_page_says_why(client: Client, lea: Person) -> None:
    """Prediction, confidence, threshold and model."""
    said = words(lea.get(f"/console/mails/{mail(client)}"))
    assert "% is enough here." in said.replace("\xa0", " ")
    assert "Déclaration et suivi de sinistre" in said


def test_work_from_claim_to_done(client: Client, lea: Person, boss: Agent) -> None:
    """Claim, note, correct, complete; the trail has all of it."""
    email_id = mail(client)
    assert lea.post(f"/console/mails/{email_id}/claim").status == 200
    assert "été" in lea.post(f"/console/mails/{email_id}/notes", text="été").text
    assert act(lea, "correct", email_id, category="payment").events["acted"]["ids"] == [email_id]
    done = act(lea, "complete", email_id)
    told = {"action": "complete", "ids": [email_id], "refused": [], "gone": True}
    assert done.events["acted"] == told
    happened = [action for action, by in trail(boss, email_id) if by == "console/lea"]
    assert happened == ["claimed", "noted", "corrected", "completed"]


def test_what_was_done_can_be_undone(client: Client, lea: Person) -> None:
    """The toast has the way back."""
    email_id = mail(client)
    toast = act(lea, "complete", email_id).text
    undo = toast.split('hx-post="')[1].split('"')[0]
    assert lea.post(undo).events["acted"]["ids"] == [email_id]
    assert f'data-id="{email_id}"' in lea.get("/console/queues/claims").text


def test_completed_mail_can_still_be_corrected(client: Client, lea: Person) -> None:
    """Where it is; it does not come back to a queue."""
    email_id = mail(client)
    act(lea, "complete", email_id)
    assert act(lea, "correct", email_id, category="payment").events["acted"]["ids"] == [email_id]
    assert client.email(email_id)["decision"]["category"] == "payment"


def test_a_first_answer_is_noted(client: Client, lea: Person, boss: Agent) -> None:
    """From then on the end of the work is due; the lease stays, and it can be undone."""
    email_id = mail(client)
    lea.post(f"/console/mails/{email_id}/claim")
    before = boss.work(email_id)["item"]
    answered = act(lea, "respond", email_id)
    assert "1 noted as answered." in words(answered)
    after = boss.work(email_id)["item"]
    assert after["due_at"] == before["resolution_due_at"]
    assert after["state"] == "held"
    head = lea.get(f"/console/mails/{email_id}/head")
    assert "answered" in words(head)
    assert 'data-act="respond"' not in head.text
    lea.post(answered.text.split('hx-post="')[1].split('"')[0])
    assert boss.work(email_id)["item"]["due_at"] == before["due_at"]


def test_nobody_gets_a_held_mail(client: Client, lea: Person, tom: Person, chef: Person) -> None:
    """Neither by claim nor by action; a supervisor takes it over."""
    email_id = mail(client)
    lea.post(f"/console/mails/{email_id}/claim")
    assert tom.post(f"/console/mails/{email_id}/claim").status == 409
    assert "Somebody else works on this mail" in words(act(tom, "complete", email_id))
    assert tom.post(f"/console/mails/{email_id}/claim", take="true").status == 403
    assert chef.post(f"/console/mails/{email_id}/claim", take="true").status == 200


def test_a_lease_is_renewed_by_its_holder(client: Client, lea: Person, tom: Person) -> None:
    """With the token that the page has."""
    email_id = mail(client)
    head = lea.post(f"/console/mails/{email_id}/claim").text
    token = head.split('name="lease_token" value="')[1].split('"')[0]
    path = f"/console/mails/{email_id}/renew"
    assert lea.post(path, lease_token=token).status == 204
    assert lea.post(path, lease_token=str(uuid4())).status == 409
    assert tom.get(f"/console/mails/{email_id}").text.count(token) == 0


def test_the_most_urgent_mail_is_claimed(client: Client, lea: Person) -> None:
    """And the page goes to it; an empty queue says so."""
    email_id = mail(client, "certificate")
    assert lea.post("/console/claims", queue="certificates").events["claimed"]["id"] == email_id
    assert "Nothing waits" in words(lea.post("/console/claims", queue="certificates"))


def test_many_at_once(client: Client, lea: Person) -> None:
    """Re-routed together, with a reason; without one, nothing happens."""
    ids = [mail(client), mail(client)]
    assert act(lea, "reroute", *ids, queue="contracts", reason=" ").status == 422
    assert act(lea, "reroute", *ids, queue="contracts", reason="theirs").status == 200
    listed = lea.get("/console/queues/contracts?limit=200").text
    assert all(f'data-id="{email_id}"' in listed for email_id in ids)


@pytest.mark.parametrize("until", ["", "soon", "2026-01-01T10:00:00", "2020-01-01T10:00:00Z"])
def test_a_snooze_needs_a_moment_ahead(client: Client, lea: Person, until: str) -> None:
    """With its time zone."""
    assert act(lea, "snooze", mail(client), until=until).status == 422


def test_a_snoozed_mail_lies_apart(client: Client, lea: Person) -> None:
    """In the view that is named for it."""
    email_id = mail(client)
    assert act(lea, "snooze", email_id, until="2027-01-05T09:00:00+01:00").status == 200
    assert f'data-id="{email_id}"' in lea.get("/console/queues/claims?view=snoozed").text
    assert f'data-id="{email_id}"' not in lea.get("/console/queues/claims?view=free").text


@pytest.mark.parametrize(
    "path", ["", "/head", "/raw", "/html", "/why", "/trail"], ids=lambda p: p.strip("/") or "page"
)
def test_mail_of_other_mailboxes_is_not_there(client: Client, far: Person, path: str) -> None:
    """Whatever is asked of it; the trail is empty for who is no supervisor."""
    answer = far.get(f"/console/mails/{mail(client, html=HTML)}{path}")
    assert answer.status == 404 or (path == "/trail" and "<td>" not in answer.text)


def test_a_mail_is_found(client: Client, lea: Person) -> None:
    """By its words."""
    email_id = mail(client, text="label:claim hippocampe")
    assert f'data-id="{email_id}"' in lea.get("/console/search?q=HIPPOCAMPE").text
    assert "No mail holds" in words(lea.get("/console/search?q=quetzal"))


def test_a_search_says_when_there_is_more(client: Client, lea: Person) -> None:
    """The newest of what was found, and a way to the rest; else how many there are."""
    for _ in range(3):
        mail(client, text="label:claim narval")
    said = lea.get("/console/search?q=narval&limit=2")
    assert "the newest 2" in words(said)
    assert said.text.count('class="line ') == 2
    assert "limit=52" in said.text
    assert "3 found" in words(lea.get("/console/search?q=narval"))


def test_a_message_is_downloaded_as_a_file(client: Client, lea: Person, boss: Agent) -> None:
    """Never shown by the browser; noted in the trail."""
    email_id = mail(client, html=HTML)
    answer = lea.get(f"/console/mails/{email_id}/raw")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{email_id}.eml"'
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert ("downloaded", "console/lea") in trail(boss, email_id)


def test_html_is_shown_in_a_sandbox(client: Client, lea: Person) -> None:
    """Under a policy of its own that lets nothing run, load or leave."""
    answer = lea.get(f"/console/mails/{mail(client, html=HTML)}/html")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox allow-popups" in policy
    assert "allow-scripts" not in policy
    assert "Bonjour" in answer.text
    assert "alert" not in answer.text
    assert "evil.example" not in answer.text
    assert lea.get(f"/console/mails/{mail(client)}/html").status == 404


def test_figures_are_for_supervisors(client: Client, lea: Person, chef: Person) -> None:
    """They count what came, what waits and what was done."""
    act(lea, "complete", mail(client))
    said = words(chef.get("/console/overview"))
    assert "Completed by day" in said
    assert "Déclaration et suivi de sinistre" in said
    assert lea.get("/console/overview").status == 403


def test_the_trail_is_for_supervisors(client: Client, lea: Person, chef: Person) -> None:
    """Who did what, by name."""
    email_id = mail(client)
    lea.post(f"/console/mails/{email_id}/claim")
    path = f"/console/mails/{email_id}/trail"
    assert "lea claimed" in words(chef.get(path))
    assert "lea" not in words(lea.get(path))
