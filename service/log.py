"""JSON lines on standard error, one event a line, with whatever ids are bound to the context."""

import logging
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import structlog

_process = "aiguilleur"
_FRAMES = 12  # of each exception, the innermost


def _name_process(
    logger: Any, method: str, event: structlog.types.EventDict
) -> structlog.types.EventDict:
    event["process"] = _process
    return event


def _place_of_exception(
    logger: Any, method: str, event: structlog.types.EventDict
) -> structlog.types.EventDict:
    """Which exceptions, and where in the code; never their texts, which may quote mail."""
    info = event.pop("exc_info", None)
    error = info[1] if isinstance(info, tuple) else info
    if isinstance(error, BaseException):
        event["exception"] = list(_chain(error))
    return event


def _chain(error: BaseException) -> Iterator[str]:
    seen: set[int] = set()
    found: BaseException | None = error
    while found is not None and id(found) not in seen:
        seen.add(id(found))
        frames = traceback.extract_tb(found.__traceback__)[-_FRAMES:]
        places = " < ".join(f"{Path(f.filename).name}:{f.lineno} {f.name}" for f in frames[::-1])
        yield f"{type(found).__name__} at {places}"
        found = found.__cause__ or found.__context__


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
                _place_of_exception,
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
