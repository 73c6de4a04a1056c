"""What is wrong in the settings is told before anything is started."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.processes import ROOT
from tests.support.up import surroundings


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("DATABASE_URL", "foo", "DATABASE_URL must begin with postgresql://"),
        ("DATABASE_URL", "postgresql://127.0.0.1:port/x", "DATABASE_URL is no URL"),
        ("DATABASE_URL", "postgresql://[bad", "DATABASE_URL is no URL"),
        ("REDIS_URL", "localhost:6379", "REDIS_URL must begin with redis://"),
        ("REDIS_URL", "redis://127.0.0.1:port", "REDIS_URL is no URL"),
        ("MODEL_PATH", "/none", "MODEL_PATH /none: There is no model folder at /none."),
        ("MODEL_PATH", str(ROOT / "docs"), "The model folder lacks manifest.json"),
        ("ROUTING_PATH", "/none.yaml", "ROUTING_PATH /none.yaml cannot be read"),
        ("AIGUILLEUR_TYPO", "1", "unknown variable AIGUILLEUR_TYPO"),
        ("AIGUILLEUR_HTTP_PORT", "abc", "'AIGUILLEUR_HTTP_PORT': ['Not a valid integer.']"),
    ],
)
def test_a_wrong_setting_is_one_sentence(
    tmp_path: Path, name: str, value: str, sentence: str
) -> None:
    """Status 1, nothing else is said, and no server was there to be stopped."""
    done = subprocess.run(
        [sys.executable, "-m", "service", "up"],
        cwd=ROOT,
        env=surroundings(tmp_path / "data", **{name: value}),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert sentence in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "data").exists()
