"""Training as a process of its own, which can be ended, and whose memory goes with it.

snapshot -> `python -m model train` -> a model's folder
"""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path

from service.flow.retraining.plan import TooSlow, Train, TrainingFailed
from service.leashed import leashed

AUTO, LINEAR = "auto", "linear"
_SAYS_WHY = "error: "
_ROOT = Path(__file__).resolve().parent.parent


def arguments(snapshot: Path, out: Path, strategy: str) -> list[str]:
    """Of `python -m model`; a strategy of `auto` is a linear model where torch is not installed."""
    if strategy == AUTO:
        strategy = "" if find_spec("torch") else LINEAR
    return [
        *("train", "--data", str(snapshot), "--out", str(out), "--drop-rare"),
        *("--work", str(out.with_name(f"{out.name}.work")), "--name", f"retrained-{out.name}"),
        *(("--strategy", strategy) if strategy else ()),
    ]


def trainer(strategy: str) -> Train:
    """Trains by a strategy of `python -m model train`, in a process of its own."""

    def train(snapshot: Path, out: Path, seconds: float) -> None:
        command = [sys.executable, "-m", "model", *arguments(snapshot, out, strategy)]
        run(leashed(command), seconds)

    return train


def trainer_here(strategy: str) -> Train:
    """The same in this process, without a time limit: for who has many small ones to train."""

    def train(snapshot: Path, out: Path, seconds: float) -> None:
        from model.command_line import parser  # noqa: PLC0415  # with what trains a model
        from model.training import material, own  # noqa: PLC0415

        options = parser().parse_args(arguments(snapshot, out, strategy))
        options.material = material.gather(options)
        own.train(options)

    return train


def run(command: Sequence[str], seconds: float) -> None:
    """Run it to its end, and pass on what it says.

    Raises:
        TooSlow: it took longer than so many seconds; it was killed, with all that it started.
        TrainingFailed: with the sentence by which it says why.

    """
    late = threading.Event()
    with _started(command) as process:
        timer = threading.Timer(max(0.0, seconds), _end, (process, late))
        timer.start()
        try:
            why = _passed_on(process)
            status = process.wait()
        finally:
            timer.cancel()
    if late.is_set():
        raise TooSlow(f"Training took longer than {seconds:.0f} s, and was stopped.")
    if status:
        raise TrainingFailed(why or f"Training ended with status {status}; the log has more.")


@contextmanager
def _started(command: Sequence[str]) -> Iterator["subprocess.Popen[str]"]:
    with subprocess.Popen(  # noqa: S603  # our own command
        command, cwd=_ROOT, stderr=subprocess.PIPE, text=True, errors="replace",
        start_new_session=True,
    ) as process:  # fmt: skip
        try:
            yield process
        finally:
            _kill(process)


def _passed_on(process: "subprocess.Popen[str]") -> str:
    """Pass on what it says on stderr; returns the sentence that says why it failed, if any."""
    assert process.stderr is not None
    why = ""
    for line in process.stderr:
        sys.stderr.write(line)
        if line.startswith(_SAYS_WHY):
            why = line.removeprefix(_SAYS_WHY).strip()
    return why


def _end(process: "subprocess.Popen[str]", late: threading.Event) -> None:
    late.set()
    _kill(process)


def _kill(process: "subprocess.Popen[str]") -> None:
    """It and all that it started."""
    if process.poll() is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
