"""The console's pages: their language, and odd requests, which have readable answers."""

from typing import Any

import pytest

from tests.support.person import PASSWORD, Person, words
from tests.support.processes import Cluster

NOWHERE = "00000000-0000-7000-8000-000000000000"


@pytest.fixture
def lea(cluster: Cluster) -> Person:
    """An agent, whose browser has no past."""
    if "\tlea\t" not in cluster.command("account", "list"):
        cluster.account("lea", "agent", PASSWORD)
    person = Person(cluster.url)
    person.sign_in("lea")
    return person


def test_the_console_speaks_french(lea: Person) -> None:
    """As the browser asks, or as chosen."""
    assert "Claim next" in words(lea.get("/console/queues/claims"))
    asked = lea.get("/console/queues/claims", Accept_Language="fr-CH, fr;q=0.9, en;q=0.8")
    assert "Prendre le suivant" in words(asked)
    lea.post("/console/language", language="fr")
    assert "Prendre le suivant" in words(lea.get("/console/queues/claims"))


def test_another_language_leaves_a_person_where_they_are(lea: Person) -> None:
    """On the page that they were on, but never on another site's."""
    form = {"language": "en", "form_token": lea.form_token}
    for referrer, place in (
        (f"{lea.url}/console/search?q=a&limit=2", "/console/search?q=a&limit=2"),
        ("https://evil.example/console/search", "/console"),
        (f"{lea.url}//evil.example/", "/console"),
        ("", "/console"),
    ):
        answer = lea.ask("POST", "/console/language", form, {"Referer": referrer})
        assert answer.place == place


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/console/queues/nowhere", 404),
        (f"/console/mails/{NOWHERE}", 404),
        ("/console/assets/nothing.js", 404),
        ("/console/queues/claims?view=odd&limit=-3", 200),
        ("/console/search?q=", 200),
    ],
)
def test_odd_addresses_have_readable_answers(lea: Person, path: str, status: int) -> None:
    """A page, never a traceback."""
    assert lea.get(path).status == status


@pytest.mark.parametrize(
    ("name", "form", "status"),
    [
        ("complete", {}, 422),
        ("complete", {"ids": "x"}, 422),
        ("explode", {"ids": NOWHERE}, 422),
        ("correct", {"ids": NOWHERE, "category": "nothing"}, 422),
        ("complete", {"ids": NOWHERE}, 200),
    ],
)
def test_odd_forms_have_readable_answers(
    lea: Person, name: str, form: dict[str, Any], status: int
) -> None:
    """What is wrong is said in the page, and nothing is done."""
    answer = lea.post(f"/console/actions/{name}", **form)
    assert answer.status == status
    assert 'class="toast bad"' in answer.text


def test_a_form_has_a_size(lea: Person) -> None:
    """Nobody fills the memory with a note."""
    answer = lea.post(f"/console/mails/{NOWHERE}/notes", text="x" * 300_000)
    assert answer.status == 413
