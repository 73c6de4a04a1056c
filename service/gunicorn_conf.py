"""gunicorn's configuration, from the same environment as everything else."""

import logging
import os
from pathlib import Path
from typing import Any

from gunicorn.glogging import Logger
from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

from service import log, metrics_files
from service.config import from_environment

_settings = from_environment()
_log = log.get("service.api")


class JsonLogger(Logger):
    """gunicorn's own lines go where all others go; requests are counted, not logged."""

    def setup(self, cfg: Any) -> None:
        """Leave the handlers to `service.log`."""
        log.configure(_settings.log_level, "api")
        logging.getLogger("gunicorn.error").setLevel(logging.WARNING)


bind = f"{_settings.http_host}:{_settings.http_port}"
workers = _settings.http_workers
worker_class = "service.receiving.DeadlineWorker"
threads = _settings.http_threads
logger_class = JsonLogger
timeout = 60
graceful_timeout = 25  # a long poll lasts 20 s
keepalive = 75
# a client may hold a connection for every thread and more; the rest wait here
worker_connections = 1000
control_socket_disable = True


def when_ready(server: Any) -> None:
    """Serve the metrics of all workers from the master, on their own port."""
    if _settings.metrics_port:
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        start_http_server(_settings.metrics_port, _settings.metrics_host, registry)
    _log.info("listening", host=_settings.http_host, port=_settings.http_port)


def child_exit(server: Any, worker: Any) -> None:
    """Forget a dead worker's gauges."""
    mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]


def on_exit(server: Any) -> None:
    """Remove the metrics' files."""
    metrics_files.remove_own(Path(os.environ["PROMETHEUS_MULTIPROC_DIR"]))
