"""JSON lines on standard error, one event a line, with whatever ids are bound to the context."""

import logging
import sys
from typing import Any

import structlog

_process = "aiguilleur"


def _name_process(
    logger: Any, method: str, event: structlog.types.EventDict
) -> structlog.types.EventDict:
    event["process"] = _process
    return event


_SHARED: list[structlog.types.Processor] = [
    _name_process,
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.ExtraAdder(),
    structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
]


def configure(level: str, process: str) -> None:
    """Send this process's events, and those of libraries, to stderr as JSON lines.

    Args:
        level: "debug", "info", "warning" or "error".
        process: what this process is ("api", "worker", ...), part of every line.

    """
    global _process  # noqa: PLW0603  # one process has one name, in all its threads
    _process = process
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=_SHARED,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                structlog.processors.JSONRenderer(sort_keys=True, ensure_ascii=False),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for chatty in ("rq.worker", "alembic", "urllib3", "sqlalchemy"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def get(name: str) -> Any:
    """The logger for one module: `log.info("event_name", key=value)`."""
    return structlog.stdlib.get_logger(name)
