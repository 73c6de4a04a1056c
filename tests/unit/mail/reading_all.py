"""Read every adversarial input of 500 KB, each within 5 s of processor time, ten times its cost.

    python -m tests.unit.mail.reading_all

A process of its own, because time within a regular expression cannot be ended otherwise: the
system ends the process, and the last name it printed tells which input it was.
"""

import resource
import sys
import time
from collections.abc import Callable, Iterator

from mail.html import html_text
from mail.parse import parse
from mail.segment import segment
from tests.unit.mail.adversarial import LINES, PAGES, RAW, page_of, raw_of, text_of

SIZE = 500_000
SECONDS = 5

Run = Callable[[], object]


def inputs(size: int) -> Iterator[tuple[str, Run]]:
    """Every adversarial input of about ``size`` bytes, with what reads it."""
    for name, line in LINES.items():
        text = text_of(name, size // len(line.encode()))
        yield f"text: {name}", lambda text=text: segment(text)  # type: ignore[misc]
    for name, (_, piece) in RAW.items():
        raw = raw_of(name, size // len(piece))
        yield f"raw: {name}", lambda raw=raw: parse(raw)  # type: ignore[misc]
    for name, (_, tag) in PAGES.items():
        page = page_of(name, size // len(tag))
        yield f"html: {name}", lambda page=page: html_text(page)  # type: ignore[misc]


def main() -> None:
    """Print the name of each input before it is read."""
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    for name, run in inputs(SIZE):
        sys.stdout.write(f"{name}\n")
        sys.stdout.flush()
        resource.setrlimit(resource.RLIMIT_CPU, (int(time.process_time()) + 1 + SECONDS, hard))
        run()
    sys.stdout.write("all\n")


if __name__ == "__main__":
    main()
