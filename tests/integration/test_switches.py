"""An operator switches the model off while workers run."""

import subprocess

import psycopg
import pytest

from tests.support.agent import mail
from tests.support.client import Client
from tests.support.processes import Cluster
from tests.support.waiting import until


def reason(client: Client, label: str) -> str:
    """Why a new mail went where it went."""
    email_id = mail(client, label)
    return str(client.email(email_id)["decision"]["reason"])


def test_a_switch_is_obeyed_by_running_workers(cluster: Cluster, client: Client) -> None:
    """Off and on again, each within seconds; who did it stays on record."""
    cluster.command("switch", "off", "category:claim", "--reason", "too many mistakes")
    until(lambda: reason(client, "claim") == "switched_off", "claims for people", 10)
    assert reason(client, "payment") == "model"
    cluster.command("switch", "off", "model", "--reason", "worse")
    until(lambda: reason(client, "payment") == "switched_off", "all for people", 10)
    cluster.command("switch", "on", "model", "--reason", "mended")
    cluster.command("switch", "on", "category:claim", "--reason", "mended")
    until(lambda: reason(client, "claim") == "model", "the model again", 10)
    told = cluster.command("switch", "list").splitlines()
    assert told[0] == "Off: nothing"
    assert [line.split("\t")[1:3] for line in told[1:]] == [
        ["category:claim", "on"],
        ["model", "on"],
        ["model", "off"],
        ["category:claim", "off"],
    ]


def test_a_switch_that_is_none_is_refused(cluster: Cluster) -> None:
    """With those that there are."""
    with pytest.raises(subprocess.CalledProcessError) as failed:
        cluster.command("switch", "off", "category:spaceship", "--reason", "x")
    assert "category:claim" in failed.value.stderr


def test_a_category_that_is_no_more_can_be_switched_on(cluster: Cluster, postgres_url: str) -> None:
    """Else it would be off, and an alert be there, for ever."""
    with psycopg.connect(postgres_url) as connection:
        connection.execute(
            "INSERT INTO switch_changes (what, is_off, reason, by_client)"
            " VALUES ('category:spaceship', true, 'x', '')"
        )
    cluster.command("switch", "on", "category:spaceship", "--reason", "out of the routing")
    assert cluster.command("switch", "list").splitlines()[0] == "Off: nothing"


def test_what_was_switched_cannot_be_denied(cluster: Cluster, postgres_url: str) -> None:
    """Entries are neither changed nor deleted."""
    cluster.command("switch", "on", "model", "--reason", "x")
    with psycopg.connect(postgres_url) as connection, pytest.raises(psycopg.Error, match="never"):
        connection.execute("DELETE FROM switch_changes")
