"""Choose ports: the one that was asked for, or a usual one, or any that is free."""

import os
import socket
from dataclasses import dataclass

from service.errors import StartupError

_LOOPBACK = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  # what stands for "all" in a URL


@dataclass(frozen=True, slots=True)
class Address:
    """Where a process listens."""

    host: str
    port: int

    @property
    def url(self) -> str:
        """For a browser on this machine."""
        host = _LOOPBACK.get(self.host, self.host)
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"


def choose_http() -> Address:
    """Where the environment says, else any free port; before anything is started.

    Raises:
        StartupError: the port that was asked for is taken.

    """
    host = os.environ.get("AIGUILLEUR_HTTP_HOST") or "127.0.0.1"
    return Address(host, choose(host, 8080, "AIGUILLEUR_HTTP_PORT"))


def choose_lmtp(taken: set[int]) -> str:
    """Where LMTP listens: as AIGUILLEUR_LMTP_LISTEN says, else on any free port of this machine.

    `taken` are ports that others will listen on; the one chosen is added.

    Raises:
        StartupError: the port that was asked for is taken.

    """
    asked = os.environ.get("AIGUILLEUR_LMTP_LISTEN", "").strip()
    if not asked:
        return f"127.0.0.1:{another('127.0.0.1', 8024, taken)}"
    if (address := listening(asked)) is None:
        return asked  # a socket's path; what is neither, the process itself refuses
    if address.port and not is_free(address.host, address.port):
        raise StartupError(
            f"Port {address.port} on {address.host} is taken: end what uses it, or set "
            "AIGUILLEUR_LMTP_LISTEN to another one."
        )
    port = address.port or any_free(address.host)
    taken.add(port)
    return f"{asked.rpartition(':')[0]}:{port}"


def listening(listen: str) -> Address | None:
    """`host:port` as an address; None for a Unix socket."""
    host, _, port = listen.rpartition(":")
    if listen.startswith("unix:") or not port.isdecimal():
        return None
    return Address(host.strip("[]"), int(port))


def choose(host: str, usual: int, variable: str | None = None) -> int:
    """`variable`'s port if it is set, else `usual` if it is free, else one that is; 0 means any.

    Raises:
        StartupError: the port that `variable` asks for is taken.

    """
    asked = os.environ.get(variable, "").strip() if variable else ""
    if not asked:
        return usual if is_free(host, usual) else any_free(host)
    if not asked.isdecimal() or int(asked) > 65535:
        raise StartupError(f"{variable} must be a port number, not {asked!r}.")
    if int(asked) == 0:
        return any_free(host)
    if not is_free(host, int(asked)):
        raise StartupError(
            f"Port {asked} on {host} is taken: end what uses it, or set {variable} to another one."
        )
    return int(asked)


def another(host: str, usual: int, taken: set[int]) -> int:
    """A free port that is not `taken`, which it is added to; `usual` if it may be."""
    port = usual
    while port in taken or (port := choose(host, port)) in taken:
        port += 1
    taken.add(port)
    return port


def is_free(host: str, port: int) -> bool:
    """Whether a server could listen there now."""
    with _bindable(host) as probe:
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True


def answers(host: str, port: int) -> bool:
    """Whether a server listens there now."""
    try:
        socket.create_connection((host, port), timeout=1).close()
    except OSError:
        return False
    return True


def any_free(host: str) -> int:
    """A port that nothing listens on now."""
    with _bindable(host) as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


def _bindable(host: str) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    probe = socket.socket(family)
    # as servers do: a connection that just ended does not hold the port
    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    return probe
