"""Choose ports: the one that was asked for, or a usual one, or any that is free."""

import os
import socket

from service.errors import StartupError


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
