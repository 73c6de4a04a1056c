"""The demo on a data directory of its own, until the block ends."""

import os
import shlex
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_LAST = "key to see queues"  # the last of what the demo says of itself
_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class House:
    """A running demo, its queues filled."""

    url: str
    login: str
    password: str
    key: str
    environment: Mapping[str, str]

    @property
    def database_url(self) -> str:
        """The demo's own PostgreSQL."""
        return self.environment["DATABASE_URL"]

    def account(self, login: str, name: str, password: str) -> None:
        """One more agent."""
        command = [sys.executable, "-m", "service", "account", "create"]
        rights = ["--login", login, "--name", name, "--role", "agent", "--mailbox", "*"]
        subprocess.run(  # noqa: S603  # a command of our own
            [*command, *rights],
            cwd=ROOT,
            env={**os.environ, **self.environment},
            input=f"{password}\n",
            text=True,
            check=True,
            stdout=subprocess.DEVNULL,
        )


@contextmanager
def house() -> Iterator[House]:
    """Start the demo and wait until it has decided its mails and says where it is."""
    with tempfile.TemporaryDirectory(prefix="aiguilleur-") as scratch:
        Path(scratch).chmod(0o711)  # PostgreSQL may run as another user
        place = Path(scratch) / "data"
        environment = {**os.environ, "AIGUILLEUR_DATA_DIR": str(place), "AIGUILLEUR_HTTP_PORT": "0"}
        with subprocess.Popen(
            [sys.executable, "-u", "-m", "service", "demo"],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        ) as demo:
            try:
                yield _house(_said(demo), place)
            finally:
                demo.send_signal(signal.SIGINT)
                demo.wait(_SECONDS)


def _said(demo: "subprocess.Popen[str]") -> dict[str, str]:
    """What the demo says of itself, by its labels."""
    found: dict[str, str] = {}
    assert demo.stdout is not None
    for line in demo.stdout:
        label, _, value = line.strip().partition("  ")
        found[label] = value.strip()
        if label == _LAST:
            return found
    raise SystemExit("The demo ended before it was up: see what it printed.")


def _house(said: dict[str, str], place: Path) -> House:
    url = said["console"].removesuffix("/console")
    words = shlex.split((place / "environment").read_text(encoding="utf-8"))
    settings = dict(word.split("=", 1) for word in words if "=" in word)
    return House(url, said["login"], said["password"], said[_LAST], settings)
