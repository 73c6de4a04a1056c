"""Decided mail under another model: a prediction beside each decision, and nothing else changes."""

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from model.artifact import read_manifest
from service.store.engine import make_engine
from tests.support.agent import Agent, held, mail
from tests.support.client import Client
from tests.support.processes import ROOT, Cluster

MODEL = ROOT / "model" / "default"


@pytest.fixture(scope="module")
def database(postgres_url: str) -> Iterator[Engine]:
    """A look at the tables."""
    engine = make_engine(postgres_url)
    yield engine
    engine.dispose()


def rows(database: Engine, query: str, **values: object) -> list[Any]:
    """What a query gives."""
    with database.connect() as connection:
        return list(connection.execute(text(query), values).all())


def reclassify(cluster: Cluster, *options: str) -> list[str]:
    """The lines that the command prints, over the shipped model."""
    return cluster.command(
        "reclassify", "--model", str(MODEL), "--since", "1h", *options
    ).splitlines()


def refused(cluster: Cluster, *options: str) -> str:
    """What the command complains of."""
    with pytest.raises(subprocess.CalledProcessError) as failed:
        cluster.command("reclassify", *options)
    return str(failed.value.stderr)


CLAIM = "Bonjour, un automobiliste a percuté ma voiture hier, je vous déclare ce sinistre. label:"


def test_another_model_predicts_and_decides_nothing(
    cluster: Cluster, client: Client, anna: Agent, database: Engine
) -> None:
    """Decision, queue and history stay; the difference and people's labels are counted."""
    wrong = mail(client, text=CLAIM + "payment")
    right = mail(client, text=CLAIM + "claim")
    lease = held(anna, wrong)
    anna.ask("PUT", f"/v1/emails/{wrong}/category", {"category": "claim"})
    assert anna.act(lease, "release").status == 200
    before = [client.email(wrong), client.email(right)]
    told = reclassify(cluster)
    assert told[0] == "2 mails predicted now, 2 in this range by this model."
    assert told[1] == "1 of 2 have another label than before."
    assert told[2] == "Of 1 that people labelled, 0 were right before, 1 are now."
    assert told[3].split() == ["1", "payment", "->", "claim", "such", "as", wrong]
    assert [client.email(wrong), client.email(right)] == before
    version = read_manifest(MODEL).version
    stored = rows(
        database,
        "SELECT label, round(sum(value::numeric), 3) FROM predictions, jsonb_each_text(scores) "
        "WHERE model_version = :version GROUP BY email_id, label",
        version=version,
    )
    assert [tuple(row) for row in stored] == [("claim", 1)] * 2
    noted = rows(database, "SELECT email_id::text, detail FROM audit WHERE action = 'predicted'")
    assert {row.email_id for row in noted} == {wrong, right}
    assert all(row.detail == {"model_version": version} for row in noted)


def test_it_goes_on_where_it_was(cluster: Cluster, client: Client) -> None:
    """What has a prediction by this model is not asked again; ranges and mailboxes are kept to."""
    mail(client, mailbox="first")
    mail(client, mailbox="second")
    assert reclassify(cluster, "--until", "0.5h")[0].startswith("0 mails")
    assert reclassify(cluster, "--mailbox=first")[0].startswith("1 mails predicted now, 1 in")
    rest = reclassify(cluster, "--mailbox=second")
    assert rest[0].startswith("1 mails predicted now, 1 in")
    reclassify(cluster)
    assert reclassify(cluster)[0].startswith("0 mails predicted now")


def test_mail_that_took_workers_down_is_left_alone(
    cluster: Cluster, client: Client, database: Engine
) -> None:
    """It would take this command down too."""
    crashed = mail(client, mailbox="crashed")
    with database.begin() as connection:
        connection.execute(
            text("UPDATE decisions SET reason = 'crashed' WHERE email_id = CAST(:id AS uuid)"),
            {"id": crashed},
        )
    told = reclassify(cluster, "--mailbox=crashed")
    assert told[0] == "0 mails predicted now, 0 in this range by this model."


def test_erased_mail_has_no_prediction(cluster: Cluster, client: Client, database: Engine) -> None:
    """Neither those that it had, nor new ones."""
    gone = mail(client, **{"from": "max@gone.example"})
    reclassify(cluster)
    asked = "SELECT FROM predictions WHERE email_id = CAST(:id AS uuid)"
    assert rows(database, asked, id=gone)
    cluster.command("erase", "--sender", "max@gone.example")
    reclassify(cluster)
    assert not rows(database, asked, id=gone)


def test_what_cannot_be_done_is_said(cluster: Cluster, tmp_path: Path) -> None:
    """A folder without a model, a range turned round, a date that is none."""
    assert "MODEL_PATH" not in (no_model := refused(cluster, f"--model={tmp_path}", "--since=1d"))
    assert f"--model {tmp_path}" in no_model
    assert "Traceback" not in no_model
    turned = refused(cluster, f"--model={MODEL}", "--since=1d", "--until=2d")
    assert "--until must be after --since" in turned
    assert "neither a date" in refused(cluster, f"--model={MODEL}", "--since=yesterday")
    assert "neither a date" in refused(cluster, f"--model={MODEL}", "--since=infd")
