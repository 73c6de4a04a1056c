"""What was posted already: a file of JSON lines, so that an interrupted run can be taken up again.

A message counts as posted once its line is written, after the answer. A line that was cut off by
a crash is ignored: its message is posted again, and comes back as a duplicate.
"""

import hashlib
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from service.post.api import Options, Outcome, Refused
from service.post.packing import Message

_ROW = {"key", "id", "batch", "duplicate", "options"}


def default_path(url: str, sources: Sequence[str], options: Options) -> Path:
    """Where a run with this URL, these sources and options keeps its journal."""
    given = json.dumps(options.named(), sort_keys=True)
    names = "\0".join(
        [url, given, *(name if name == "-" else str(Path(name).resolve()) for name in sources)]
    )
    home = os.environ.get("XDG_STATE_HOME") or str(Path.home() / ".local" / "state")
    digest = hashlib.sha256(names.encode(errors="surrogateescape")).hexdigest()[:16]
    return Path(home) / "aiguilleur" / f"post-{digest}.jsonl"


class Journal:
    """One run's journal; `done` leads from a message's key to its outcome.

    What was posted with other options was posted elsewhere, and does not count.

    Raises:
        Refused: the file cannot be written; nothing may be posted that could not be noted.

    """

    def __init__(self, path: Path, options: Options) -> None:
        self._path = path
        self._options = options.named()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = path.open("a+", encoding="ascii", errors="replace")
        except OSError as error:
            raise Refused(f"{path} cannot be written: {error.strerror or error}") from error
        self._file.seek(0)
        self.done = _done(self._file, self._options)

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
                lines.append(json.dumps(self._row(message, outcome)) + "\n")
        self._file.write("".join(lines))
        self._file.flush()
        os.fsync(self._file.fileno())

    def _row(self, message: Message, outcome: Outcome) -> dict[str, object]:
        return {
            "key": message.key,
            "id": outcome.id,
            "batch": outcome.batch,
            "duplicate": outcome.duplicate,
            "options": self._options,
        }

    def close(self) -> None:
        """All is done: the next run begins anew."""
        self._file.close()
        self._path.unlink(missing_ok=True)


def _done(lines: Iterable[str], options: Mapping[str, str]) -> dict[str, Outcome]:
    rows = (row for line in lines if (row := _row(line)) is not None)
    return {
        row["key"]: Outcome(row["id"], row["batch"], row["duplicate"])
        for row in rows
        if row["options"] == options
    }


def _row(line: str) -> dict[str, Any] | None:
    try:
        row = json.loads(line)
    except ValueError:
        return None
    whole = isinstance(row, dict) and row.keys() >= _ROW
    return row if whole else None
