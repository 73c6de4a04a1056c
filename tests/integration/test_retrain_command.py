"""`aiguilleur retrain` as it is typed: what it says, what it leaves, whom it tells."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from service.store.engine import make_engine
from tests.support.labelled_mail import clear, said
from tests.support.labelled_words import mails
from tests.support.processes import Cluster
from tests.support.smtp_sink import Sink


@pytest.fixture
def sink() -> Iterator[Sink]:
    """The operators' mail server."""
    with Sink() as made:
        yield made


@pytest.fixture
def cluster(postgres_url: str, redis_url: str, tmp_path: Path, sink: Sink) -> Iterator[Cluster]:
    """Nothing runs; there is an empty store, and no label but those of a test."""
    settings = {
        "AIGUILLEUR_MODEL_STORE": str(tmp_path / "store"),
        "AIGUILLEUR_RETRAIN_WORK": str(tmp_path / "work"),
        "AIGUILLEUR_RETRAIN_STRATEGY": "linear",
        "AIGUILLEUR_SMTP_URL": sink.url,
        "AIGUILLEUR_SMTP_SENDER": "routing@insurer.example",
        "AIGUILLEUR_ALERT_ADDRESSES": "ops@insurer.example,ml@insurer.example",
    }
    with Cluster(tmp_path, postgres_url, redis_url, **settings) as made:
        yield made


def failing(cluster: Cluster, *arguments: str) -> Any:
    with pytest.raises(subprocess.CalledProcessError) as failed:
        cluster.command("retrain", *arguments, "--json")
    assert failed.value.returncode == 1
    return json.loads(failed.value.stdout)


def test_without_a_reason_nothing_is_done(cluster: Cluster) -> None:
    """And that is no failure: a schedule asks every night."""
    said = cluster.command("retrain", "--if-needed")
    assert said.startswith("Nothing calls for a training. 0 mails are labelled;")
    assert cluster.command("retrain", "--history") == ""


def test_a_step_that_fails_is_told_to_whoever_is_named(cluster: Cluster, sink: Sink) -> None:
    """By exit status, in the history, and by e-mail; no address hears of another."""
    ended = failing(cluster, "--reason=a try")
    assert (ended["outcome"], ended["step"]) == ("failed", "snapshot")
    told = [sink.wait(), sink.wait()]
    assert [one.recipients for one in told] == [("ops@insurer.example",), ("ml@insurer.example",)]
    for one in told:
        assert one.sender == "routing@insurer.example"
        assert one.header("Auto-Submitted") == ["auto-generated"]
        (subject,) = one.header("Subject")
        assert subject == f"Aiguilleur: retraining {ended['number']} failed at the step snapshot"
        assert b"There is no labelled mail yet" in one.content
    line = cluster.command("retrain", "--history").splitlines()[0].split("\t")
    assert (line[0], line[2]) == (str(ended["number"]), "failed")
    assert line[4].startswith("a try There is no labelled mail yet")


def test_a_challenger_that_waits_is_told(cluster: Cluster, sink: Sink, postgres_url: str) -> None:
    """With why it passed, and what to do; no letter quotes mail."""
    engine = make_engine(postgres_url)
    said(engine, mails(900, 1))
    try:
        ended = json.loads(cluster.command("retrain", "--reason=a try", "--json"))
    finally:
        clear(engine)
        engine.dispose()
    assert ended["outcome"] == "challenger"
    told = sink.wait()
    (subject,) = told.header("Subject")
    assert "made a challenger, which waits for you" in subject
    version = ended["facts"]["train"]["version"]
    assert f"The candidate is {version}.".encode() in told.content
    assert b"aiguilleur model promote challenger" in told.content
    assert b"accident" not in told.content


def test_a_mail_server_that_is_away_changes_nothing(cluster: Cluster, sink: Sink) -> None:
    """What it should have told is written down all the same."""
    sink.answers = {"RCPT": "550 5.1.1 nobody here"}.get
    ended = failing(cluster)
    assert cluster.command("retrain", "--history").startswith(f"{ended['number']}\t")


def test_without_a_store_it_says_what_is_missing(
    postgres_url: str, redis_url: str, tmp_path: Path
) -> None:
    """Before anything is done."""
    with Cluster(tmp_path, postgres_url, redis_url) as cluster:
        assert "AIGUILLEUR_MODEL_STORE is not set" in cluster.refused("retrain")
