"""What agents look at: notes, text, search, queues page by page."""

from urllib.parse import quote

import pytest

from tests.support.agent import Agent, code, held, mail
from tests.support.client import Client


def test_notes_stay_with_the_mail(client: Client, anna: Agent, ben: Agent) -> None:
    """In their order, with who wrote them."""
    path = f"/v1/emails/{mail(client)}/notes"
    for agent in (anna, ben):
        assert agent.ask("POST", path, {"text": f"été {agent.name}"}).status == 201
    notes = anna.ask("GET", path).body["notes"]
    assert [(n["by"], n["text"]) for n in notes] == [
        ("desk/anna", "été anna"),
        ("desk/ben", "été ben"),
    ]


def test_a_mail_is_read_in_segments(client: Client, anna: Agent) -> None:
    """Segments cover the text; the newest message is number 0."""
    words = "label:claim Bonjour,\nvoici.\n\nLe 3 mars 2026, A <a@b.fr> a écrit :\n> ancien\n"
    text = anna.ask("GET", f"/v1/emails/{mail(client, text=words)}/text").body
    assert text["segments"][0]["start"] == 0
    assert text["segments"][-1]["end"] == len(text["text"])
    assert {segment["message"] for segment in text["segments"]} == {0, 1}
    assert text["main"] == 0


@pytest.mark.parametrize(
    "asked",
    [
        "degat",
        "DÉGÂT DES EAUX",
        "martine.noel@example.org",
        "noël",
        "ZX-48 213.007",
        "zx48213007",
        "fuit",
    ],
)
def test_a_mail_is_found_by_its_words(client: Client, anna: Agent, asked: str) -> None:
    """Sender, subject, text, a number however it is grouped; accents and case do not count."""
    sender = "Martine Noël <martine.noel@example.org>"
    text = "label:claim Contrat n° ZX 48 213 007 : l'évier fuit."
    email_id = mail(client, **{"from": sender}, subject="Dégât des eaux", text=text)
    reply = anna.client.ask("GET", "/v1/search?q=" + quote(asked))
    assert email_id in [found["id"] for found in reply.body["items"]], reply


def test_search_needs_all_words_and_comes_in_pages(client: Client, anna: Agent) -> None:
    """Newest first."""
    wanted = [mail(client, text=f"label:claim xylophone {n}") for n in range(3)]
    assert anna.ask("GET", "/v1/search?q=xylophone%20absent").body["items"] == []
    first = anna.ask("GET", "/v1/search?q=xylophone&limit=2").body
    rest = anna.ask("GET", f"/v1/search?q=xylophone&limit=2&cursor={first['next_cursor']}").body
    found = [item["id"] for page in (first, rest) for item in page["items"]]
    assert found == wanted[::-1]
    assert rest["next_cursor"] is None


def test_a_queue_is_listed_page_by_page(client: Client, anna: Agent) -> None:
    """Every mail once, most urgent first, whatever its priority."""
    wanted = {mail(client, "payment", priority=p) for p in ("low", "urgent", "normal", "high")}
    path, seen = "/v1/queues/payments/emails?limit=3", []
    page = anna.ask("GET", path).body
    while page["next_cursor"]:
        seen += page["items"]
        page = anna.ask("GET", f"{path}&cursor={page['next_cursor']}").body
    seen += page["items"]
    assert {item["id"] for item in seen} >= wanted
    assert len(seen) == len({item["id"] for item in seen})
    assert [i["due_at"] for i in seen] == sorted(i["due_at"] for i in seen)


def test_lists_are_filtered(client: Client, anna: Agent, ben: Agent) -> None:
    """By state, holder, category, clock."""
    email_id = mail(client, "new_contract")
    held(anna, email_id)
    for query in ("state=held", "mine=true", "category=new_contract", "sla=on_time"):
        assert email_id in anna.listed("sales", query)
    for query in ("state=free", "category=claim", "sla=breached", "mailbox=other"):
        assert email_id not in anna.listed("sales", query)
    assert email_id not in ben.listed("sales", "mine=true")


@pytest.mark.parametrize("query", ["cursor=x", "cursor=W10", "limit=0", "state=done", "sla=late"])
def test_a_wrong_list_query_is_422(anna: Agent, query: str) -> None:
    """A made-up cursor as well."""
    reply = anna.ask("GET", f"/v1/queues/claims/emails?{query}")
    assert code(reply) == (422, "invalid_request")


def test_queues_tell_how_their_mail_stands(client: Client, anna: Agent) -> None:
    """Open, held, breached, breach-soon."""
    held(anna, mail(client, "complaint"))
    queues = {q["name"]: q for q in anna.ask("GET", "/v1/queues").body["queues"]}
    complaints = queues["complaints"]
    assert (complaints["waiting"], complaints["held"]) == (1, 1)
    assert (complaints["breached"], complaints["breach_soon"], complaints["snoozed"]) == (0, 0, 0)
