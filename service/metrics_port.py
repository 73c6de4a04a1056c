"""The port on which a process that serves no HTTP of its own shows its metrics."""

from collections.abc import Iterator
from contextlib import contextmanager

from prometheus_client import start_http_server

from service.config import Settings
from service.errors import StartupError


@contextmanager
def serving(settings: Settings) -> Iterator[None]:
    """Serve this process's metrics within the block, if it has a port for them.

    Raises:
        StartupError: the port cannot be used.

    """
    if not settings.metrics_port:
        yield
        return
    try:
        server, _ = start_http_server(settings.metrics_port, settings.metrics_host)
    except OSError as error:
        raise StartupError(f"AIGUILLEUR_METRICS_PORT: {error.strerror or error}") from error
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
