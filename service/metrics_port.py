"""The port on which a process that serves no HTTP of its own shows its metrics."""

from collections.abc import Iterator
from contextlib import contextmanager

from prometheus_client import start_http_server

from service import __version__
from service.config import Settings
from service.errors import StartupError
from service.metrics.common import show_build


@contextmanager
def serving(settings: Settings) -> Iterator[None]:
    """Serve this process's metrics within the block, if it has a port for them.

    Raises:
        StartupError: the port cannot be used.

    """
    if not settings.metrics_port:
        yield
        return
    show_build(__version__)
    try:
        server, _ = start_http_server(settings.metrics_port, settings.metrics_host)
    except OSError as error:
        raise StartupError(f"AIGUILLEUR_METRICS_PORT: {error.strerror or error}") from error
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
