"""The OpenAPI document and the running API say the same (schemathesis)."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.processes import ROOT, Cluster


# thousands of requests: minutes beside other work
@pytest.mark.timeout(480)
def test_schemathesis_finds_no_failure(cluster: Cluster, tmp_path: Path) -> None:
    """Generated requests, right and wrong, get only what the document promises."""
    key = cluster.key(
        "--client=fuzz",
        "--role=admin",
        "--role=gateway",
        "--mailbox=*",
        "--callback-host=hooks.test",
    )
    command = [
        str(Path(sys.executable).with_name("schemathesis")),
        f"--config-file={ROOT / 'tests' / 'schemathesis.toml'}",
        "run",
        f"{cluster.url}/openapi.json",
    ]
    done = subprocess.run(
        command,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "AIGUILLEUR_TEST_KEY": key},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
