"""A child process on a leash: started, stopped, killed, paused."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil  # type: ignore[import-untyped]

from service.local.account import Account

_LEASH = Path(__file__).with_name("leash.py")


def leashed(
    command: Sequence[str], account: Account | None = None, death_signal: int = signal.SIGKILL
) -> list[str]:
    """`command`, run as `account` and sent `death_signal` when this thread ends."""
    who = f"{account.uid}:{account.gid}" if account else "-"
    leash = [sys.executable, "-I", "-S", str(_LEASH), str(os.getpid()), str(int(death_signal)), who]
    return [*leash, *command]


@dataclass(frozen=True, slots=True)
class Command:
    """What to run and how it ends. `death_signal` is sent when the supervisor dies."""

    name: str
    arguments: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    cwd: Path
    account: Account | None = None
    stop_signal: int = signal.SIGTERM
    death_signal: int = signal.SIGKILL


class Process:
    """One run after another of a command, in a session of its own, output appended to its log.

    Start it from a thread that lives as long as it shall: the kernel ends it with that thread.
    """

    def __init__(self, command: Command) -> None:
        self.command = command
        self._popen: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """Of the current or the last run."""
        assert self._popen is not None, "start() comes first"
        return self._popen.pid

    @property
    def running(self) -> bool:
        """Whether it has been started and has not ended."""
        return self._popen is not None and self._popen.poll() is None

    @property
    def exit_status(self) -> int | None:
        """Of the last run, as `subprocess` counts; None while it runs."""
        return self._popen.poll() if self._popen else None

    def start(self) -> None:
        """Start it; it is not ready yet."""
        command = self.command
        with command.log.open("ab") as log:
            self._popen = subprocess.Popen(  # noqa: S603  # a command of our own
                leashed(command.arguments, command.account, command.death_signal),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=command.cwd,
                env=dict(command.environment),
                start_new_session=True,  # the terminal's Ctrl-C is the supervisor's to pass on
            )

    def stop(self, timeout: float = 20.0) -> None:
        """Ask it to end, wait, then kill it with all its children."""
        if not self.running:
            return
        self.ask_to_stop()
        self.wait(timeout)

    def ask_to_stop(self) -> None:
        """Send its stop signal, waking it first if it is paused."""
        self.resume()
        self._send([self.pid], self.command.stop_signal)

    def wait(self, timeout: float) -> None:
        """Wait for its end, then make sure of it."""
        if self._popen is None:
            return
        try:
            self._popen.wait(timeout)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """SIGKILL it and all its children, and wait until they are gone."""
        family = self.begin_to_kill()
        if self._popen is not None:
            self._popen.wait()
        psutil.wait_procs(family, timeout=10)

    def begin_to_kill(self) -> list[psutil.Process]:
        """As `kill`, without waiting, so that a signal handler may call it; returns whom it hit."""
        family = self._family()
        self._send([member.pid for member in family], signal.SIGKILL)
        return family

    def pause(self) -> None:
        """SIGSTOP it and all its children."""
        self._send([member.pid for member in self._family()], signal.SIGSTOP)

    def resume(self) -> None:
        """SIGCONT all that `pause` stopped."""
        self._send([member.pid for member in self._family()], signal.SIGCONT)

    def _family(self) -> list[psutil.Process]:
        if not self.running:
            return []
        try:
            head = psutil.Process(self.pid)
            return [head, *head.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []

    @staticmethod
    def _send(pids: Sequence[int], number: int) -> None:
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, number)


def last_lines(log: Path, count: int = 5) -> str:
    """The end of a log, to show why its writer died."""
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - 4096))
        return "\n".join(file.read().decode(errors="replace").splitlines()[-count:])
