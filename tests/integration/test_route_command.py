"""Trying another routing.yaml on what was decided."""

import subprocess
from pathlib import Path

import pytest

from tests.support.agent import mail
from tests.support.client import Client
from tests.support.processes import ROOT, Cluster


def test_a_change_is_tried_on_history(cluster: Cluster, client: Client, tmp_path: Path) -> None:
    """Moved mail is counted by queue, with ids; decisions stay as they are."""
    claim = mail(client, "claim")
    mail(client, "payment")
    changed = tmp_path / "new.yaml"
    text = (ROOT / "routing.yaml").read_text(encoding="utf-8")
    changed.write_text(text.replace("suivi de sinistre, queue: claims", "x, queue: general"))
    told = cluster.command("route", "simulate", str(changed)).splitlines()
    assert told[0] == "2 mails looked at, 1 would lie in another queue."
    assert told[1].split() == ["1", "claims", "->", "general", "such", "as", claim]
    assert client.email(claim)["decision"]["queue"] == "claims"
    same = cluster.command("route", "simulate", str(ROOT / "routing.yaml"))
    assert same == "2 mails looked at, 0 would lie in another queue."


def test_a_wrong_file_is_told_by_its_line(cluster: Cluster, tmp_path: Path) -> None:
    """As at a start."""
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("version: 1\n")
    with pytest.raises(subprocess.CalledProcessError) as failed:
        cluster.command("route", "simulate", str(wrong))
    assert "line 1" in failed.value.stderr


@pytest.mark.parametrize("days", ["0", "nan", "1e9"])
def test_days_are_a_number_to_count_back_by(cluster: Cluster, days: str) -> None:
    """A sentence says why not."""
    told = cluster.refused("route", "simulate", str(ROOT / "routing.yaml"), "--days", days)
    assert "must be a number of days" in told
