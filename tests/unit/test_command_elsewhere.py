"""A command that is typed in a pod that lacks what it needs says so, and changes nothing."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from service.config import ROOT

# port 1 of this machine: what got as far as the database would say so
GIVEN = {"DATABASE_URL": "postgresql://a@127.0.0.1:1/a", "REDIS_URL": "redis://127.0.0.1:1/0"}


def python(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run there."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("AIGUILLEUR_", "PYTHON"))}
    given = {**clean, **GIVEN, "AIGUILLEUR_MODEL_STORE": str(folder)}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder, env=given, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.parametrize(
    "words",
    [
        ["reclassify", "--model", "model/default", "--since", "30d"],
        ["drift", "--profile", "model/default", "--since", "2027-05-01", "--until", "2027-05-09"],
        ["retrain"],
    ],
    ids=lambda words: str(words[0]),
)
def test_a_library_that_an_image_lacks_is_named(words: list[str]) -> None:
    """As in the API's, which has no engine."""
    code = (
        "import sys; sys.modules['numpy'] = None; "
        f"from service.cli import main; sys.exit(main({words!r}))"
    )
    done = python(ROOT, "-c", code)
    assert done.returncode == 1
    assert "` needs numpy, which is not installed here: run it where workers" in done.stderr
    assert "Traceback" not in done.stderr


def test_retraining_is_begun_only_where_a_model_can_be_trained(tmp_path: Path) -> None:
    """Not where workers run: it would be written down as one that failed."""
    for name in ("service", "mail", "routing.yaml"):
        (tmp_path / name).symlink_to(ROOT / name)
    (tmp_path / "model").mkdir()
    for part in (ROOT / "model").iterdir():
        if part.name != "training":
            (tmp_path / "model" / part.name).symlink_to(part)
    done = python(tmp_path, "-m", "service", "retrain", "--reason", "x")
    assert done.returncode == 1
    assert "run it where trainers run" in done.stderr
