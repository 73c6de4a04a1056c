"""A retraining that fails, and one that is killed: seen as their pages say, ended as they say."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from service.store.engine import make_engine
from tests.support import faults
from tests.support.labelled_mail import said
from tests.support.processes import ROOT
from tests.support.prometheus import missing
from tests.support.smtp_sink import Sink
from tests.support.up import Up, surroundings
from tests.support.waiting import until

pytestmark = [
    pytest.mark.full,
    pytest.mark.timeout(900),
    pytest.mark.skipif(bool(missing()), reason=missing() or "-"),
]


@pytest.fixture
def retraining(demo: Up, sink: Sink, tmp_path: Path) -> Callable[..., subprocess.Popen[str]]:
    """`aiguilleur retrain` beside the demo, with a store and somebody to tell."""

    def start(*arguments: str, **more: str) -> "subprocess.Popen[str]":
        own = {
            "AIGUILLEUR_MODEL_STORE": str(tmp_path / "store"),
            "AIGUILLEUR_RETRAIN_WORK": str(tmp_path / "work"),
            "AIGUILLEUR_RETRAIN_STRATEGY": "linear",
            "AIGUILLEUR_SMTP_URL": sink.url,
            "AIGUILLEUR_ALERT_ADDRESSES": "ops@x.example",
        }
        environment = surroundings(demo.data_dir, **(demo.settings() | own | more))
        return subprocess.Popen(
            [sys.executable, "-m", "service", "retrain", *arguments],
            cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    return start


def test_a_retraining_that_fails(
    demo: Up,
    retraining: Callable[..., "subprocess.Popen[str]"],
    sink: Sink,
    sees: Callable[..., None],
    quiet: Callable[..., None],
) -> None:
    """RetrainingFailed: the history says why, somebody is told; ends with one that ends well."""
    labelled(demo)
    sink.reset()
    told, _ = retraining("--reason=drill", AIGUILLEUR_RETRAIN_TRAIN_SECONDS="1").communicate()
    assert "Training took longer than 1 s, and was stopped." in told
    assert b"failed at the step train" in sink.wait().content
    sees("RetrainingFailed")
    assert "took longer than 1 s" in retraining("--history").communicate()[0]
    assert "The gate refused it" in retraining("--reason=drill is over").communicate()[0]
    quiet("RetrainingFailed")


def test_a_retraining_that_is_killed(
    demo: Up,
    retraining: Callable[..., "subprocess.Popen[str]"],
    sees: Callable[..., None],
    quiet: Callable[..., None],
) -> None:
    """RetrainingLate: the history says where it stopped; the next call goes on with it."""
    labelled(demo)
    at_work = retraining("--reason=drill")
    training = "SELECT 1 FROM retrainings WHERE ended_at IS NULL AND step = 'train'"
    until(lambda: faults.sql(demo, training), "training", 60)
    at_work.kill()
    at_work.communicate()
    faults.sql(demo, "UPDATE retrainings SET step_at = step_at - interval '1 day'")
    sees("RetrainingLate")
    assert "\tat train\t" in retraining("--history").communicate()[0].splitlines()[0]
    assert "The candidate is" in retraining("--if-needed").communicate()[0]
    quiet("RetrainingLate")


def labelled(demo: Up) -> None:
    """Sixty mails of three categories: enough to learn from, too few for the gate."""
    engine = make_engine(demo.settings()["DATABASE_URL"])
    words = {"claim": "accident choc", "payment": "virement facture", "account": "mot de passe"}
    names = list(words)
    try:
        said(
            engine, [(f"{words[names[n % 3]]} {'xyz'[n % 2] * n}", names[n % 3]) for n in range(60)]
        )
    finally:
        engine.dispose()
