"""A Redis server as our child: a broker that may be lost, so nothing is kept on disk."""

import os
import signal
from pathlib import Path

import redis

from service.local.account import Account
from service.local.process import Command, Process
from service.local.readiness import await_ready


class RedisServer:
    """Answers on a Unix socket in a directory that only its user may enter."""

    def __init__(self, binary: Path, socket_dir: Path, account: Account | None, log: Path) -> None:
        self._socket = socket_dir / "redis.sock"
        self.process = Process(
            Command(
                "redis",
                _arguments(binary, self._socket, socket_dir),
                {"PATH": os.defpath, "LC_ALL": "C"},
                log,
                cwd=Path("/"),
                account=account,
                stop_signal=signal.SIGTERM,
                death_signal=signal.SIGKILL,
            )
        )

    def url(self, db: int = 0) -> str:
        """`unix://...` of one of its 16 databases."""
        return f"unix://{self._socket}?db={db}"

    def start(self) -> None:
        """Start it and wait until it answers; it is empty."""
        self.process.start()
        await_ready(self.process, self._answers, seconds=20)

    def stop(self) -> None:
        """Stop it in good order."""
        self.process.stop(5)

    def kill(self) -> None:
        """SIGKILL it."""
        self.process.kill()

    def pause(self) -> None:
        """SIGSTOP it: connections are made, nothing is answered."""
        self.process.pause()

    def resume(self) -> None:
        """Undo `pause`."""
        self.process.resume()

    def restart(self) -> None:
        """Stop it if it runs, start it on the same socket."""
        self.stop()
        self.start()

    def _answers(self) -> bool:
        with redis.Redis(unix_socket_path=str(self._socket), socket_timeout=1) as client:
            try:
                return bool(client.ping())
            except redis.RedisError:
                return False


def _arguments(binary: Path, socket: Path, directory: Path) -> list[str]:
    options = {
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "700",
        "dir": str(directory),
        "save": "",
        "appendonly": "no",
        "maxmemory-policy": "noeviction",
        "daemonize": "no",
    }
    return [
        str(binary),
        *(part for name, value in options.items() for part in (f"--{name}", value)),
    ]
