"""What was posted already: a file of JSON lines, so that an interrupted run can be taken up again.

A message counts as posted once its line is written, after the answer. A line that was cut off by
a crash is ignored: its message is posted again, and comes back as a duplicate.
"""

import hashlib
import json
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from service.post.api import Outcome
from service.post.packing import Message


def default_path(url: str, sources: Sequence[str]) -> Path:
    """Where a run with this URL and these sources keeps its journal."""
    names = "\0".join(
        [url, *(name if name == "-" else str(Path(name).resolve()) for name in sources)]
    )
    home = os.environ.get("XDG_STATE_HOME") or str(Path.home() / ".local" / "state")
    digest = hashlib.sha256(names.encode(errors="surrogateescape")).hexdigest()[:16]
    return Path(home) / "aiguilleur" / f"post-{digest}.jsonl"


class Journal:
    """One run's journal; `done` leads from a message's key to its outcome."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.done = _load(path)

    @property
    def path(self) -> Path:
        """Where it is kept."""
        return self._path

    def add(self, posted: Iterable[tuple[Message, Outcome]]) -> None:
        """Write down what has an id; on the disk when this returns."""
        lines = []
        for message, outcome in posted:
            if outcome.id is not None:
                self.done[message.key] = outcome
                row = {"key": message.key, "id": outcome.id, "batch": outcome.batch}
                lines.append(json.dumps({**row, "duplicate": outcome.duplicate}) + "\n")
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("a", encoding="ascii") as file:
            file.write("".join(lines))
            file.flush()
            os.fsync(file.fileno())

    def close(self) -> None:
        """All is done: the next run begins anew."""
        self._path.unlink(missing_ok=True)


def _load(path: Path) -> dict[str, Outcome]:
    try:
        lines = path.read_text(encoding="ascii", errors="replace").splitlines()
    except FileNotFoundError:
        return {}
    rows = (row for line in lines if (row := _row(line)) is not None)
    return {row["key"]: Outcome(row["id"], row["batch"], row["duplicate"]) for row in rows}


def _row(line: str) -> dict[str, Any] | None:
    try:
        row = json.loads(line)
    except ValueError:
        return None
    whole = isinstance(row, dict) and row.keys() >= {"key", "id", "batch", "duplicate"}
    return row if whole else None
