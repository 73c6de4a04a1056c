"""Spot checks from the decision to the figures, through the console, the API and the commands."""

from pathlib import Path

import orjson
import pytest

from tests.support.agent import Agent, code, mail, trail
from tests.support.client import Client
from tests.support.person import PASSWORD, Person, words
from tests.support.processes import Cluster


@pytest.fixture(scope="module", autouse=True)
def people(cluster: Cluster) -> None:
    """An agent, and a supervisor."""
    cluster.account("lea", "agent", PASSWORD)
    cluster.account("chef", "supervisor", PASSWORD)


def signed_in(cluster: Cluster, login: str) -> Person:
    person = Person(cluster.url)
    assert person.sign_in(login).status == 303
    return person


def waiting(agent: Agent) -> list[str]:
    found = agent.ask("GET", "/v1/spot-checks?limit=200").body
    return [item["id"] for item in found["items"]]


def test_a_mail_is_labelled_at_the_console(cluster: Cluster, client: Client, boss: Agent) -> None:
    """Its text is there, the model's word is not; a label leads to the next mail."""
    email_id = mail(client, text="label:claim le pare-brise", subject="Impact")
    lea = signed_in(cluster, "lea")
    page = lea.get("/console/checks")
    assert "le pare-brise" in words(page)
    assert f'action="/console/checks/{email_id}"' in page.text
    assert "%" not in words(page)
    answer = lea.post(f"/console/checks/{email_id}", category="payment")
    assert (answer.status, answer.place) == (303, f"/console/checks?after={email_id}")
    assert email_id not in waiting(boss)
    assert trail(boss, email_id) == [("read", "console/lea"), ("checked", "console/lea")]
    assert boss.client.email(email_id)["decision"]["category"] == "claim"


def test_programs_label_too(client: Client, anna: Agent) -> None:
    """Over the agents' API; what does not exist is refused."""
    first, second = (mail(client) for _ in range(2))
    assert {first, second} <= set(waiting(anna))
    path = f"/v1/emails/{first}/spot-check"
    reply = anna.ask("PUT", path, {"category": "claim"})
    assert (reply.status, reply.body) == (200, {"id": first, "category": "claim"})
    assert first not in waiting(anna)
    assert code(anna.ask("PUT", path, {"category": "nonsense"})) == (422, "invalid_request")
    nowhere = path.replace(first, "00000000-0000-7000-8000-000000000000")
    assert code(anna.ask("PUT", nowhere, {"category": "claim"})) == (404, "not_found")


def test_supervisors_and_operators_see_the_estimate(
    cluster: Cluster, client: Client, anna: Agent
) -> None:
    """Beside what agents left as it was."""
    for category in ("claim", "payment"):
        anna.ask("PUT", f"/v1/emails/{mail(client)}/spot-check", {"category": category})
    assert "Spot checks:" in words(signed_in(cluster, "chef").get("/console/overview"))
    told = cluster.command("accuracy")
    assert "% right (" in told
    (found,) = orjson.loads(cluster.command("accuracy", "--json"))
    assert found["checked"]["low"] < found["checked"]["value"] < found["checked"]["high"]


def test_labels_are_training_data(
    cluster: Cluster, client: Client, anna: Agent, tmp_path: Path
) -> None:
    """In exports, in snapshots and in the tools' forms, all masked; and they come back."""
    email_id = mail(client, text="label:claim rappelez le 06 12 34 56 78")
    anna.ask("PUT", f"/v1/emails/{email_id}/spot-check", {"category": "payment"})
    out = tmp_path / "tasks.json"
    cluster.command("dataset", "export", "--format=label-studio", f"--out={out}")
    back = tmp_path / "labels.jsonl"
    cluster.command("dataset", "import", str(out), "--format=label-studio", f"--out={back}")
    (row,) = [
        r for r in map(orjson.loads, back.read_bytes().splitlines()) if r["email_id"] == email_id
    ]
    assert (row["category"], row["source"]) == ("payment", "spot_check")
    assert row["text"] == "label:claim rappelez le [PHONE]"
    where = Path(cluster.command("dataset", "snapshot", f"--out={tmp_path / 'snapshots'}"))
    again = cluster.command("dataset", "snapshot", f"--out={tmp_path / 'snapshots'}")
    assert where == Path(again)
    manifest = orjson.loads((where / "manifest.json").read_bytes())
    assert manifest["rows"] == len(back.read_bytes().splitlines())


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["dataset", "import", "/none.json", "--format=argilla", "--out=/x"], "cannot be read"),
        (["dataset", "import", "README.md", "--format=argilla", "--out=/x"], "is no JSON"),
        (["dataset", "import", "{file}", "--format=label-studio", "--out={out}"], "named JSON"),
        (["dataset", "import", "{file}", "--format=argilla", "--out={out}"], "no Argilla records"),
        (["dataset", "export", "--out=/none/x.jsonl"], "cannot be written"),
        (["dataset", "snapshot", "--out={out}", "--test=0.9"], "below 0.5"),
        (["dataset", "snapshot", "--out={file}/x"], "cannot be written"),
        (["accuracy", "--days=0"], "a number of days from 1"),
    ],
)
def test_what_cannot_be_done_is_said(
    cluster: Cluster, tmp_path: Path, arguments: list[str], sentence: str
) -> None:
    """In a sentence, and nothing is left behind."""
    file, out = tmp_path / "file.json", tmp_path / "out"
    file.write_text('{"no": "list"}')
    given = [one.format(file=file, out=out) for one in arguments]
    assert sentence in cluster.refused(*given)
    assert [path.name for path in tmp_path.iterdir()] == ["file.json"]
