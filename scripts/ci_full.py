"""Everything that takes long, in one run: `make ci-full`.

    Postfix -> Prometheus -> bucket -> MLflow -> starter kit -> browser -> inputs -> fuzzing
    -> images -> they run -> chart

Each step goes on after one that failed; all of them together end within 80 minutes. A table of the
steps with their times closes the run; the exit status is 1 if one of them failed.
"""

import argparse
import importlib.util
import os
import shlex
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parent.parent
_MOST_SECONDS = 78 * 60.0
_KILLED = -int(signal.SIGKILL)
PROMETHEUS = ("tests/full/test_prometheus.py", "tests/full/test_drills.py")
PROMETHEUS += ("tests/full/test_retraining_drills.py",)


@dataclass(frozen=True, slots=True)
class Step:
    """A command; `missing` says what it needs and this machine lacks, None where all is there."""

    name: str
    command: Sequence[str]
    missing: Callable[[], str | None] = lambda: None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a step; `note` is the last line that it printed."""

    step: Step
    result: str
    seconds: float
    note: str


def steps(builder: str) -> list[Step]:
    """What is run, in order."""
    pytest = [sys.executable, "-m", "pytest", "-m", "full", "-rs"]
    make = ["make", f"PYTHON={sys.executable}", f"BUILDER={builder}", "TARGETS=api worker"]

    def needs_builder() -> str | None:
        return no_builder(builder)

    return [
        Step("Postfix", [*pytest, "tests/full/test_postfix.py"], no_postfix),
        Step("Prometheus", [*pytest, *PROMETHEUS], no_prometheus),
        Step("bucket", [*pytest, "tests/full/test_bucket.py"], no_bucket),
        Step("MLflow", [*pytest, "tests/full/test_mlflow.py"], no_mlflow),
        Step("starter kit", [*pytest, "tests/full/test_starter_kit.py"]),
        Step("browser", [*pytest, "tests/integration/browser"], no_chromium),
        Step("100,000 inputs", [*pytest, "tests/unit"]),
        Step("fuzzing", [sys.executable, "-m", "scripts.fuzz"], no_atheris),
        Step("images", [*make, "image"], needs_builder),
        Step("the images run", [*make, "image-check"], needs_builder),
        Step("chart", [*make, "chart"]),
    ]


def no_chromium() -> str | None:
    """Why the console is not driven in a browser."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return None if any(map(shutil.which, names)) else "no Chromium on this machine"


def no_postfix() -> str | None:
    """Why no mail goes through Postfix."""
    found = shutil.which("postfix", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    return None if found else "Postfix is not installed"


def no_bucket() -> str | None:
    """Why no model is kept in a bucket."""
    return None if shutil.which("moto_server") else "moto_server is not installed"


def no_mlflow() -> str | None:
    """Why no model goes to MLflow and back."""
    return None if shutil.which("mlflow") else "mlflow is not installed"


def no_prometheus() -> str | None:
    """Why no alert is seen firing."""
    return None if shutil.which("prometheus") else "Prometheus is not installed"


def no_atheris() -> str | None:
    """It has no wheels for some systems."""
    found = importlib.util.find_spec("atheris")
    return None if found else "atheris is not installed: requirements/fuzzing.txt"


def no_builder(builder: str) -> str | None:
    """Docker counts where its daemon answers, any other builder where it is."""
    program = shlex.split(builder)[0]
    if shutil.which(program) is None:
        return f"there is no {program}; BUILDER may name another"
    if Path(program).name == "docker":
        asked = [program, "info"]
        done = subprocess.run(asked, capture_output=True, timeout=60, check=False)  # noqa: S603
        return None if done.returncode == 0 else "Docker's daemon does not answer"
    return None


def run(step: Step, seconds: float) -> Outcome:
    """Run one step, its output passed on, for at most so long."""
    if lack := step.missing():
        return Outcome(step, "skipped", 0.0, lack)
    started = time.monotonic()
    status, note = _run(step.command, seconds)
    took = time.monotonic() - started
    if status == _KILLED and took >= seconds:
        return Outcome(step, "failed", took, "the time was up")
    return Outcome(step, "passed" if status == 0 else "failed", took, note)


def _run(command: Sequence[str], seconds: float) -> tuple[int, str]:
    """Exit status, and the last line with a word in it; who is late is killed with its children."""
    with subprocess.Popen(  # noqa: S603  # a command of our own
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True
    ) as process:
        late = threading.Timer(seconds, os.killpg, (process.pid, signal.SIGKILL))
        late.start()
        try:
            note = _passed_on(process.stdout or ())
        finally:
            late.cancel()
        return process.wait(), note


def _passed_on(lines: Iterable[bytes]) -> str:
    note = ""
    for line in lines:
        sys.stdout.write(text := line.decode(errors="replace"))
        sys.stdout.flush()
        note = text.strip() or note
    return note[-100:]


def table(outcomes: Sequence[Outcome]) -> Table:
    """One row a step."""
    made = Table("step", "result", title="make ci-full")
    made.add_column("time", justify="right")
    made.add_column("last words", overflow="fold")
    for one in outcomes:
        made.add_row(one.step.name, one.result, f"{one.seconds:.0f} s", one.note)
    made.add_row("all", "", f"{sum(one.seconds for one in outcomes):.0f} s", "")
    return made


def main(argv: Sequence[str] | None = None) -> int:
    """0 if no step failed."""
    parser = argparse.ArgumentParser(prog="python -m scripts.ci_full")
    parser.add_argument("--builder", default=os.environ.get("BUILDER", "docker build"))
    parser.add_argument("--only", action="append", metavar="STEP", help="may be given again")
    arguments = parser.parse_args(argv)
    ends = time.monotonic() + _MOST_SECONDS
    outcomes = []
    for step in steps(arguments.builder):
        if arguments.only is None or step.name in arguments.only:
            sys.stdout.write(f"== {step.name}: {shlex.join(step.command)}\n")
            sys.stdout.flush()
            outcomes.append(run(step, max(1.0, ends - time.monotonic())))
    Console(highlight=False, markup=False).print(table(outcomes))
    return int(any(one.result == "failed" for one in outcomes))


if __name__ == "__main__":
    sys.exit(main())
