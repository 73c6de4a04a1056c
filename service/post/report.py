"""What the person at the terminal sees: a bar on stderr, a table or JSON lines on stdout."""

import json
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from service.post.api import Outcome
from service.post.packing import Fault


@dataclass(frozen=True, slots=True)
class Line:
    """One message at the end of a run; `result` once it is known how it was decided."""

    name: str
    outcome: Outcome
    result: Mapping[str, Any] | None = None

    @property
    def wrong(self) -> bool:
        """Whether it was not posted."""
        return self.outcome.error is not None


def from_fault(fault: Fault) -> Line:
    """A message that never left."""
    return Line(fault.name, Outcome(error=(fault.code, fault.detail)))


class _Output(Console):
    """rich would end the process with 1 where nobody reads on."""

    def on_broken_pipe(self) -> None:
        """As everywhere else: whoever read has seen enough."""
        raise BrokenPipeError


def progress() -> Progress:
    """A bar on stderr; nothing where that is no terminal."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        disable=not sys.stderr.isatty(),
    )


def json_lines(lines: Iterable[Line]) -> None:
    """One object a message."""
    for line in lines:
        sys.stdout.write(json.dumps(_object(line), ensure_ascii=False) + "\n")


def table(lines: Iterable[Line]) -> None:
    """One row a message."""
    made = Table()
    made.add_column("message", overflow="fold")  # the end of a name tells it from the others
    for name in ("category", "confidence", "queue", "reason"):
        made.add_column(name)
    for line in lines:
        made.add_row(*_cells(line))
    _Output().print(made)


def faults(lines: Iterable[Line]) -> None:
    """A sentence on stderr for each message that was not posted."""
    for line in lines:
        if line.outcome.error is not None:
            code, detail = line.outcome.error
            sys.stderr.write(f"aiguilleur post: {_shown(line.name)}: {code}: {detail}\n")


def summary(lines: Iterable[Line]) -> str:
    """How many of what."""
    seen = list(lines)
    wrong = sum(line.wrong for line in seen)
    before = sum(line.outcome.duplicate for line in seen)
    text = f"{len(seen) - wrong} posted"
    if before:
        text += f", {before} of them before"
    return f"{text}, {wrong} not" if wrong else text


def _object(line: Line) -> dict[str, Any]:
    outcome = line.outcome
    if outcome.error is not None:
        code, detail = outcome.error
        return {"source": _shown(line.name), "error": {"code": code, "detail": detail}}
    made = {"source": _shown(line.name), "id": outcome.id, "duplicate": outcome.duplicate}
    return {**made, **(line.result or {})}


def _cells(line: Line) -> tuple[str, ...]:
    if line.outcome.error is not None:
        return (escape(_shown(line.name)), "", "", "", f"not posted: {line.outcome.error[0]}")
    result = line.result or {}
    confidence = result.get("confidence")
    return (
        escape(_shown(line.name)),
        result.get("category") or "",
        "" if confidence is None else f"{confidence:.2f}",
        result.get("queue") or "",
        result.get("reason") or "",
    )


def _shown(name: str) -> str:
    """A file's name where it may have bytes that are no text."""
    return name.encode("utf-8", "backslashreplace").decode("utf-8")
