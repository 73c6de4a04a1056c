"""How far a command has got: a bar on stderr where that is a terminal, nothing elsewhere."""

import sys
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import TypeVar

from tqdm import tqdm
from tqdm.contrib.logging import logging_redirect_tqdm

Item = TypeVar("Item")
WIDTH = 100  # columns at most


def progress(items: Iterable[Item], doing: str, total: int | None = None) -> Iterator[Item]:
    """The items as they are; `total` where they cannot be counted beforehand."""
    yield from tqdm(
        items,
        desc=doing,
        total=total,
        disable=None,  # where stderr is no terminal
        leave=False,
        ncols=WIDTH if watched() else None,
    )


def watched() -> bool:
    """Whether somebody sees bars, so that lines about each step would only get in their way."""
    return sys.stderr is not None and sys.stderr.isatty()


def above_bars() -> AbstractContextManager[None]:
    """Lines of the log appear above a bar instead of in the middle of it."""
    if not watched():
        return nullcontext()
    redirected: AbstractContextManager[None] = logging_redirect_tqdm()
    return redirected
