"""What a liveness probe is told of the process beside it."""

import os
import subprocess
import sys
from pathlib import Path

from prometheus_client import start_http_server

from service import progress
from tests.support.processes import free_port

ROOT = Path(__file__).resolve().parents[2]


def probe(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the probe as Kubernetes would."""
    return subprocess.run(
        [sys.executable, "-m", "service.alive", *arguments],
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_loop_that_comes_round_is_alive_and_one_that_hangs_is_not() -> None:
    """The age of the last round decides, against the limit that the probe is given."""
    progress.expose()
    server, thread = start_http_server(0, "127.0.0.1")
    try:
        port = str(server.server_port)
        progress.mark()
        assert probe("loop", AIGUILLEUR_METRICS_PORT=port).returncode == 0
        late = probe("loop", "--within", "0", AIGUILLEUR_METRICS_PORT=port)
        assert (late.returncode, "last came round" in late.stderr) == (1, True)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_a_process_that_does_not_answer_is_not_alive() -> None:
    """A sentence says so, for whoever reads the pod's events."""
    dead = probe("api", AIGUILLEUR_HTTP_PORT=str(free_port()))
    assert (dead.returncode, dead.stderr.startswith("not alive: no answer")) == (1, True)


def test_without_a_metrics_port_there_is_nothing_to_ask() -> None:
    """Metrics may be off; a probe must not end a healthy process for that."""
    assert probe("loop", AIGUILLEUR_METRICS_PORT="0").returncode == 0
