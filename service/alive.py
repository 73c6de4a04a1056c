"""`python -m service.alive api|loop`: 0 if the process beside this one is alive, 1 if not.

    api                 GET /healthz answers
    loop [--within S]   the metrics port answers, and the loop came round within S seconds

Standard library only and no settings: a probe runs every few seconds beside a busy process.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from http.client import HTTPConnection, HTTPException

_LOOP_AGE = "aiguilleur_loop_age_seconds"  # as in service.progress, which is slow to import
_SECONDS = 2.5


def main(argv: Sequence[str] | None = None) -> int:
    """Ask the process on this host; says on stderr what is wrong."""
    parser = argparse.ArgumentParser(prog="python -m service.alive")
    parser.add_argument("kind", choices=["api", "loop"])
    parser.add_argument("--within", type=float, default=240.0, metavar="SECONDS")
    arguments = parser.parse_args(argv)
    try:
        wrong = _api() if arguments.kind == "api" else _loop(arguments.within)
    except (OSError, HTTPException) as error:
        wrong = f"no answer: {error}"
    if wrong:
        sys.stderr.write(f"not alive: {wrong}\n")
    return 1 if wrong else 0


def _api() -> str | None:
    status, _ = _get(int(os.environ.get("AIGUILLEUR_HTTP_PORT", "8080")), "/healthz")
    return None if status == 200 else f"/healthz answers {status}"


def _loop(within: float) -> str | None:
    port = int(os.environ.get("AIGUILLEUR_METRICS_PORT", "9100"))
    if not port:
        return None  # metrics are off, so there is nothing to ask
    _, text = _get(port, "/metrics")
    for line in text.splitlines():
        if line.startswith(f"{_LOOP_AGE} "):
            age = float(line.split()[1])
            return None if age <= within else f"the loop last came round {age:.0f} s ago"
    return f"the metrics lack {_LOOP_AGE}"


def _get(port: int, path: str) -> tuple[int, str]:
    connection = HTTPConnection("127.0.0.1", port, timeout=_SECONDS)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode("utf-8")
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(main())
