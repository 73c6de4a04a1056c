"""RQ's entry point: what a wake-up does in the worker that holds the model."""

from collections.abc import Callable

_drain: Callable[[], None] | None = None


def install(work: Callable[[], None]) -> None:
    """Say what this process does on a wake-up; called once, when its model is loaded and warm."""
    global _drain  # noqa: PLW0603  # RQ finds a job's function by its name alone
    _drain = work


def drain() -> None:
    """Decide mail until none waits."""
    assert _drain is not None, "this process is not a worker"
    _drain()
