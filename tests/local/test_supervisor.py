"""Processes are kept running, waited for, and stopped in order."""

import os
import re
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from service.errors import StartupError
from service.local.interrupts import Interrupts
from service.local.plan import Planned
from service.local.ports import Address, any_free
from service.local.process import Command, Process
from service.local.supervisor import Supervisor
from tests.support.waiting import until

# Listens on its port until SIGTERM, which it notes in a file that all share.
SERVER = """
import signal, socket, sys
name, port, notes = sys.argv[1:]
def stop(*_):
    open(notes, "a").write(name + "\\n")
    sys.exit(0)
signal.signal(signal.SIGTERM, stop)
listening = socket.create_server(("127.0.0.1", int(port)))
while True:
    listening.accept()[0].close()
"""
FAILURE = "import sys; sys.exit('aiguilleur: MODEL_PATH has no model.onnx')"


def planned(folder: Path, name: str, code: str = SERVER, *, takes_mail: bool = False) -> Planned:
    port = any_free("127.0.0.1")
    place = Address("127.0.0.1", port)
    arguments = [sys.executable, "-c", code, name, str(port), str(folder / "notes")]
    command = Command(name, arguments, os.environ, folder / f"{name}.log", cwd=folder)
    return Planned(command, place, place if takes_mail else None)


@contextmanager
def watched(supervisor: Supervisor) -> Iterator[None]:
    """Watched in this thread's place by the main one: the block runs beside it."""
    stop = threading.Event()
    thread = threading.Thread(target=supervisor.watch, args=(stop,))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def test_all_answer_once_ready(tmp_path: Path) -> None:
    """`await_ready` returns when every process has opened its port."""
    everybody = [planned(tmp_path, name) for name in ("api", "worker-1")]
    with Supervisor(everybody, print) as supervisor:
        supervisor.await_ready()
        assert all(one.answers() for one in everybody)


def test_a_process_that_cannot_start_is_quoted(tmp_path: Path) -> None:
    """The error ends with its own last words, so nobody has to look for the log."""
    with (
        pytest.raises(StartupError, match=r"worker-1 ended at its start(.|\n)*no model\.onnx"),
        Supervisor([planned(tmp_path, "worker-1", FAILURE)], print) as supervisor,
    ):
        supervisor.await_ready()


def test_a_dead_process_starts_again(tmp_path: Path) -> None:
    """And the person at the terminal hears of it, with the way it ended."""
    said: list[str] = []
    worker = planned(tmp_path, "worker-1")
    with Supervisor([worker], said.append) as supervisor:
        supervisor.await_ready()
        with watched(supervisor):
            supervisor.kill()
            until(lambda: said, "a word about it")
            until(worker.answers, "the second run")
    assert said[0].startswith("worker-1 ended (signal 9); it starts again in 0.5 s.")


def test_restarts_slow_down(tmp_path: Path) -> None:
    """A process that cannot run does not take the machine with it."""
    said: list[str] = []
    with (
        Supervisor([planned(tmp_path, "sweep", FAILURE)], said.append) as supervisor,
        watched(supervisor),
    ):
        until(lambda: len(said) >= 3, "three restarts")
    assert [re.findall(r"in ([\d.]+) s", sentence) for sentence in said[:3]] == [
        ["0.5"],
        ["1"],
        ["2"],
    ]


def test_who_takes_mail_stops_first(tmp_path: Path) -> None:
    """Nothing is accepted any more while the others finish."""
    everybody = [planned(tmp_path, "sweep"), planned(tmp_path, "api", takes_mail=True)]
    with Supervisor(everybody, print) as supervisor:
        supervisor.await_ready()
    assert (tmp_path / "notes").read_text().split() == ["api", "sweep"]


def test_a_process_that_ignores_its_signal_is_killed(tmp_path: Path) -> None:
    """`stop` ends within its time limit, whatever the process does."""
    deaf = "import signal, sys; signal.signal(15, signal.SIG_IGN); print('deaf', flush=True)\n"
    process = Process(planned(tmp_path, "deaf", deaf + "while True: signal.pause()").command)
    process.start()
    until(lambda: "deaf" in process.command.log.read_text(), "its start")
    process.stop(timeout=0.2)
    assert process.exit_status == -signal.SIGKILL


def test_children_of_a_killed_process_go_with_it(tmp_path: Path) -> None:
    """`kill` leaves nobody behind, in another session or not."""
    code = (
        "import subprocess, sys, signal; p = subprocess.Popen([sys.executable, '-c', "
        "'import signal; signal.pause()'], start_new_session=True)\n"
        "print(p.pid, flush=True); signal.pause()"
    )
    process = Process(planned(tmp_path, "parent", code).command)
    process.start()
    child = psutil.Process(int(until(process.command.log.read_text, "the child's pid")))
    process.kill()
    assert not child.is_running()


def test_a_signal_while_starting_ends_the_start() -> None:
    """As Ctrl-C does everywhere."""
    with pytest.raises(KeyboardInterrupt), Interrupts():
        os.kill(os.getpid(), signal.SIGTERM)


def test_the_first_signal_asks_and_the_second_insists() -> None:
    """Once everything is up, only a flag is set; a further signal calls `hurry`."""
    hurried: list[bool] = []
    with Interrupts() as interrupts:
        interrupts.hurry = lambda: hurried.append(True)
        interrupts.up()
        os.kill(os.getpid(), signal.SIGINT)
        assert interrupts.stop.is_set()
        assert not hurried
        os.kill(os.getpid(), signal.SIGINT)
        assert hurried == [True]
