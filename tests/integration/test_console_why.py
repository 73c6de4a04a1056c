"""The console says which words made a decision, or why it cannot."""

import pytest

from tests.support.agent import Agent, mail, trail
from tests.support.client import Client
from tests.support.person import PASSWORD, Page, Person, words
from tests.support.processes import Cluster


@pytest.fixture(scope="module")
def mia(cluster: Cluster) -> Person:
    """An agent at the console."""
    cluster.account("mia", "agent", PASSWORD)
    person = Person(cluster.url)
    person.sign_in("mia")
    return person


def why(person: Person, email_id: str, **headers: str) -> Page:
    return person.get(f"/console/mails/{email_id}/why", **headers)


def test_the_words_that_decided_are_marked(client: Client, mia: Person, boss: Agent) -> None:
    """In the text that the model read, and named; the trail notes who read it."""
    email_id = mail(client, subject="A dent", text="Hello. It is about label:claim <b>now</b>.")
    page = why(mia, email_id)
    assert page.status == 200
    assert "For “Déclaration et suivi de sinistre”:" in words(page)
    assert '<mark class="for strong sentence-for">claim</mark>' in page.text
    assert "A dent" in page.text
    assert "&lt;b&gt;now&lt;/b&gt;" in page.text
    assert trail(boss, email_id) == [("read", "console/mia")]


def test_a_mail_that_a_rule_decided_has_a_sentence(client: Client, mia: Person) -> None:
    """The model was not asked; in French too."""
    auto = b"From: a@b.test\r\nAuto-Submitted: auto-replied\r\n\r\nI am away.\r\n"
    posted = client.ask("POST", "/v1/emails", auto, {"Content-Type": "message/rfc822"})
    client.decision(posted.body["id"])
    assert "No model decided on this mail" in words(why(mia, posted.body["id"]))
    french = why(mia, posted.body["id"], Accept_Language="fr")
    assert "Aucun modèle n'a classé ce message" in words(french)


def test_a_text_without_weighty_words_is_said_to_have_none(client: Client, mia: Person) -> None:
    """The fake model answers `other` to whatever names no label."""
    assert "No word weighs much by itself" in words(why(mia, mail(client, "", text="Hello there.")))


def test_a_corrected_mail_keeps_the_model_s_words(client: Client, mia: Person) -> None:
    """They explain what the model said, whatever people made of it."""
    email_id = mail(client)
    mia.post("/console/actions/correct", ids=[email_id], category="payment")
    said = words(why(mia, email_id))
    assert "For “Déclaration et suivi de sinistre”:" in said
    assert "today" not in said


def test_the_pane_does_not_wait_for_the_words(client: Client, mia: Person) -> None:
    """They are asked for when somebody wants them, not before."""
    page = mia.get(f"/console/mails/{mail(client)}")
    assert 'hx-trigger="wanted"' in page.text
    assert "<mark" not in page.text
