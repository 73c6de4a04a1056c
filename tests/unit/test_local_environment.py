"""What `up` leaves for commands in another terminal, and where they work."""

import subprocess
from pathlib import Path

from service.local import environment_file
from service.local.plan import make_plan
from service.local.ports import Address
from service.routing_file import load
from tests.support.processes import ROOT, free_port


def told(path: Path) -> dict[str, str]:
    """What a shell makes of the file."""
    done = subprocess.run(
        ["/bin/sh", "-c", f". {path}; env"], env={}, capture_output=True, text=True, check=True
    )
    return dict(line.split("=", 1) for line in done.stdout.splitlines())


def test_a_retraining_by_hand_is_as_the_scheduled_one(tmp_path: Path) -> None:
    """With its golden set, its bounds and its addresses; with nothing else of the environment."""
    given = {
        "DATABASE_URL": "postgresql://x",
        "AIGUILLEUR_GOLDEN_SET": "/data/golden set.jsonl",
        "AIGUILLEUR_RETRAIN_LABELS": "200",
        "AIGUILLEUR_RETRAIN_WORK": "/data/work",
        "AIGUILLEUR_ALERT_ADDRESSES": "ops@insurer.example",
    }
    path = environment_file.write(tmp_path, given | {"HOME": "/root", "OTHER": "1"})
    assert {name: x for name, x in told(path).items() if name != "PWD"} == given


def test_each_service_of_a_machine_retrains_in_a_place_of_its_own(tmp_path: Path) -> None:
    """What one learns from is not for another, and none clears away what another works on."""
    routing = load(ROOT / "routing.yaml")
    plan = make_plan(Address("127.0.0.1", free_port()), tmp_path, routing, None, None)
    assert plan.environment["AIGUILLEUR_RETRAIN_WORK"] == str(tmp_path / "retraining")
