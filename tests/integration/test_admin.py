"""The operator's commands, as typed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from standardwebhooks import Webhook

from service.local.servers import EmbeddedServers
from tests.support.processes import ROOT


@pytest.fixture(scope="module")
def environment(postgres_url: str, redis_url: str) -> dict[str, str]:
    """Where the commands find their servers."""
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    return {
        **{k: v for k, v in os.environ.items() if not k.startswith("AIGUILLEUR_")},
        "DATABASE_URL": postgres_url,
        "REDIS_URL": redis_url,
        "AIGUILLEUR_WEBHOOK_SECRET": secret,
    }


def aiguilleur(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "service", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_key_lives_from_creation_to_revocation(environment: dict[str, str]) -> None:
    """Created, listed without its secret, rotated, revoked."""
    made = aiguilleur(
        environment, "key", "create", "--client=c", "--role=gateway", "--mailbox=claims"
    )
    key_id, secret = made.stdout.strip().split("_")[1:]
    listed = aiguilleur(environment, "key", "list").stdout
    assert f"{key_id}\tc\tgateway\tclaims\tactive" in listed
    assert secret not in listed
    rotated = aiguilleur(environment, "key", "rotate", key_id, "--grace=0")
    assert rotated.stdout.startswith("aig_")
    assert aiguilleur(environment, "key", "revoke", key_id).returncode == 0


def test_a_key_may_have_an_end(environment: dict[str, str]) -> None:
    """Which its successor keeps; once it is over, there is nothing to rotate."""
    made = ("key", "create", "--client=brief", "--role=gateway", "--mailbox=claims")
    key_id = aiguilleur(environment, *made, "--expires-days=2").stdout.split("_")[1]
    successor = aiguilleur(environment, "key", "rotate", key_id, "--grace=0").stdout.split("_")[1]
    states = {
        line.split("\t")[0]: line.split("\t")[4]
        for line in aiguilleur(environment, "key", "list").stdout.splitlines()
    }
    assert (states[key_id], states[successor][:5]) == ("expired", "ends ")
    done = aiguilleur(environment, "key", "rotate", key_id)
    assert done.stderr == f"aiguilleur: There is no key '{key_id}' in use\n"


@pytest.mark.parametrize("seconds", ["nan", "-1", "inf"])
def test_a_grace_that_is_none_is_refused(environment: dict[str, str], seconds: str) -> None:
    """Before anything is asked of the database."""
    done = aiguilleur(environment, "key", "rotate", "k", f"--grace={seconds}")
    assert done.returncode == 2
    assert "must be 0 or more seconds" in done.stderr


@pytest.mark.parametrize("verb", ["rotate", "revoke"])
def test_an_unknown_key_is_a_sentence(environment: dict[str, str], verb: str) -> None:
    """Not a traceback."""
    done = aiguilleur(environment, "key", verb, "nokey")
    assert done.returncode == 1
    assert done.stderr == "aiguilleur: There is no key 'nokey' in use\n"


def test_a_client_gets_a_webhook_secret_of_its_own(environment: dict[str, str]) -> None:
    """In the form that Standard Webhooks' libraries take."""
    aiguilleur(environment, "key", "create", "--client=hook", "--role=gateway", "--mailbox=*")
    done = aiguilleur(environment, "key", "webhook-secret", "--client=hook")
    assert Webhook(done.stdout.strip())
    unknown = aiguilleur(environment, "key", "webhook-secret", "--client=nobody")
    assert unknown.stderr == "aiguilleur: There is no client 'nobody'\n"


def test_migrating_twice_changes_nothing(environment: dict[str, str]) -> None:
    """It says where the schema is."""
    first, second = (aiguilleur(environment, "migrate") for _ in range(2))
    assert first.returncode == second.returncode == 0
    assert first.stderr == second.stderr
    assert first.stderr.startswith("schema at revision ")


@pytest.mark.parametrize("process", ["api", "worker", "sweep", "webhooks"])
def test_a_process_refuses_a_schema_it_does_not_know(
    environment: dict[str, str], servers: EmbeddedServers, process: str
) -> None:
    """It names both revisions; an empty database has none."""
    empty = {**environment, "DATABASE_URL": servers.postgres.url("postgres")}
    done = aiguilleur(empty, process)
    assert done.returncode == 1
    assert "schema is at revision none, this code needs 0" in done.stderr


@pytest.mark.parametrize("process", ["api", "worker", "sweep"])
def test_a_process_refuses_a_database_that_does_not_answer(
    environment: dict[str, str], process: str
) -> None:
    """With the variable's name."""
    away = {**environment, "DATABASE_URL": "postgresql://127.0.0.1:1/x"}
    done = aiguilleur(away, process)
    assert done.returncode == 1
    assert "DATABASE_URL: " in done.stderr
    assert "refused" in done.stderr


def test_a_worker_refuses_a_broken_model(environment: dict[str, str], tmp_path: Path) -> None:
    """The sentence names the variable and the folder."""
    done = aiguilleur({**environment, "MODEL_PATH": str(tmp_path)}, "worker")
    assert done.returncode == 1
    assert f"MODEL_PATH {tmp_path}: " in done.stderr


def test_a_worker_refuses_a_model_whose_labels_have_no_category(
    environment: dict[str, str], tmp_path: Path
) -> None:
    """It names them, the file and the model's folder; the API does not classify and may start."""
    path = tmp_path / "routing.yaml"
    lines = (ROOT / "routing.yaml").read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join(x for x in lines if not x.startswith("  complaint:")))
    done = aiguilleur({**environment, "ROUTING_PATH": str(path)}, "worker")
    assert done.returncode == 1
    assert f"{path} has no category for complaint, which the model in " in done.stderr
    assert "model/default answers" in done.stderr
