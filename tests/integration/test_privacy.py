"""Mail that must go is gone from everywhere, and nothing else is."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import Engine, text

from service.store.engine import make_engine
from tests.support.agent import Agent, held, mail
from tests.support.client import Client
from tests.support.processes import ROOT, Cluster

LEA = {"from": "Léa <lea@client.example>", "subject": "s"}


@pytest.fixture(scope="module")
def database(postgres_url: str) -> Iterator[Engine]:
    """A look at the tables."""
    engine = make_engine(postgres_url)
    yield engine
    engine.dispose()


def tables_that_know(database: Engine, email_id: str) -> set[str]:
    """Every table of which a row names this mail, whatever the column is called."""
    columns = text("""
        SELECT table_name, column_name FROM information_schema.columns
        WHERE table_schema = 'public' AND udt_name IN ('uuid', '_uuid', 'jsonb')""")
    found = set()
    with database.connect() as connection:
        for table, column in connection.execute(columns).all():
            asked = text(f'SELECT count(*) FROM {table} WHERE "{column}"::text LIKE :like')
            if connection.execute(asked, {"like": f"%{email_id}%"}).scalar():
                found.add(table)
    return found


def worked_on(client: Client, agent: Agent, **fields: str) -> str:
    """A mail with a note and a correction, completed."""
    email_id = mail(client, **LEA | fields)
    lease = held(agent, email_id)
    agent.ask("POST", f"/v1/emails/{email_id}/notes", {"text": "called back"})
    corrected = agent.ask("PUT", f"/v1/emails/{email_id}/category", {"category": "payment"})
    assert corrected.body["outcome"] == "corrected"
    assert agent.act(lease, "complete").status == 200
    return email_id


def test_a_sender_is_forgotten_and_nobody_else(
    cluster: Cluster, client: Client, anna: Agent, database: Engine, tmp_path: Path
) -> None:
    """Raw mail, what was read and decided, notes, corrections, search, exports, masked or not."""
    open_one, done = mail(client, **LEA), worked_on(client, anna)
    other = mail(client, **LEA | {"from": "leo@client.example"})
    exported = tmp_path / "labels.jsonl"
    cluster.command("dataset", "export", "--out", str(exported))
    assert done in exported.read_text()
    in_full = tmp_path / "in_full.jsonl"
    cluster.command("dataset", "export", "--unmasked", "--out", str(in_full))
    assert "lea@client.example" in in_full.read_text()
    assert "lea@client.example" not in exported.read_text()
    files = [option for file in (exported, in_full) for option in ("--dataset", str(file))]
    told = cluster.command("erase", "--sender", "LEA@client.example", *files)
    assert told.startswith("2 mails are gone.")
    assert done not in exported.read_text() + in_full.read_text()
    assert tables_that_know(database, done) <= {"audit", "bulk_actions", "idempotency"}
    assert tables_that_know(database, open_one) <= {"audit"}
    assert client.ask("GET", f"/v1/emails/{open_one}").status == 404
    assert client.email(other)["decision"] is not None


def test_a_file_that_still_holds_such_mail_is_named(
    cluster: Cluster, client: Client, anna: Agent, tmp_path: Path
) -> None:
    """Exports that are elsewhere by now cannot be changed from here."""
    worked_on(client, anna)
    exported = tmp_path / "elsewhere.jsonl"
    cluster.command("dataset", "export", "--out", str(exported))
    told = cluster.command("erase", "--sender", "lea@client.example")
    assert f"1 of them had been exported to {exported}" in told


def test_a_batch_says_which_of_its_mails_were_erased(cluster: Cluster, client: Client) -> None:
    """The others stay where they were."""
    posted = client.post({**LEA, "text": "label:claim", "id": "x-1"}, {"text": "label:claim"})
    for item in posted.body["items"]:
        client.decision(item["id"])
    cluster.command("erase", "--sender", "lea@client.example")
    batch = client.ask("GET", posted.headers["Location"]).body
    assert [r.get("error", {}).get("code") for r in batch["results"]] == ["erased", None]
    assert batch["results"][0].get("external_id") is None
    assert (batch["status"], batch["counts"]["decided"]) == ("done", 1)


def test_waiting_mail_is_found_by_its_raw_bytes(
    postgres_url: str, redis_url: str, tmp_path: Path
) -> None:
    """Nobody read it yet, and nobody will."""
    with Cluster(tmp_path, postgres_url, redis_url) as idle:
        idle.start("api")
        key = idle.key("--client=gateway", "--role=gateway", "--mailbox=*")
        client = Client(idle.url, key)
        reply = client.ask(
            "POST",
            "/v1/emails",
            b"From: Max <max@client.example>\r\nSubject: s\r\n\r\nwords\r\n",
            {"Content-Type": "message/rfc822"},
        )
        told = idle.command("erase", "--sender", "max@client.example")
        assert told.startswith("1 mails are gone.")
        assert client.ask("GET", f"/v1/emails/{reply.body['id']}").status == 404


def test_old_completed_mail_is_purged(
    cluster: Cluster, client: Client, anna: Agent, database: Engine
) -> None:
    """What was completed lately stays, and what is open too, unless its queue is named."""
    old, new, waits = worked_on(client, anna), worked_on(client, anna), mail(client, "payment")
    with database.begin() as connection:
        aged = "UPDATE {} SET {} = clock_timestamp() - interval '400 days' WHERE email_id = :id"
        connection.execute(text(aged.format("done_items", "completed_at")), {"id": UUID(old)})
        connection.execute(text(aged.format("queue_items", "entered_at")), {"id": UUID(waits)})
    assert cluster.command("purge", "--older-than", "365").startswith("1 mails are gone.")
    assert [client.ask("GET", f"/v1/emails/{i}").status for i in (old, new, waits)] == [
        404,
        200,
        200,
    ]
    told = cluster.command("purge", "--older-than", "365", "--also-open", "payments")
    assert told.startswith("1 mails are gone.")
    assert cluster.command("purge", "--older-than", "365").startswith("0 mails are gone.")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["purge", "--older-than", "0"], "must be a number of days above 0"),
        (["purge", "--older-than", "nan"], "must be a number of days above 0"),
        (["purge", "--older-than", "1000000"], "at most 36500"),
        (["erase", "--sender", "nobody"], "must be an e-mail address"),
        (["erase", "--sender", "Léa <lea@client.example>"], "without a name"),
        (["erase", "--sender", "a@b", "--dataset", "/none.jsonl"], "nothing was erased"),
        (["erase", "--sender", "a@b", "--dataset", str(ROOT / "README.md")], "nothing was erased"),
    ],
)
def test_what_cannot_be_meant_erases_nothing(
    postgres_url: str, redis_url: str, arguments: list[str], sentence: str
) -> None:
    """A sentence says why."""
    environment = {"DATABASE_URL": postgres_url, "REDIS_URL": redis_url}
    command = [sys.executable, "-m", "service", *arguments]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode != 0
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
