"""The queues that a command names with `--queue`, held against `routing.yaml`."""

from collections.abc import Sequence
from pathlib import Path

from service.domain.types import ALL


def given_queues(path: Path, names: Sequence[str] | None) -> frozenset[str]:
    """Those queues; all of them where none is named.

    Raises:
        StartupError: `routing.yaml` has no such queue; the sentence names those that it has.

    """
    if not names or set(names) == ALL:
        return ALL
    # reads the file only where there is something to look up
    from service.routing_file import load, require_queues  # noqa: PLC0415

    require_queues(load(path), path, names, "--queue")
    return ALL if "*" in names else frozenset(names)
