"""Where messages come from: each is listed first, and read, bounded, only when its turn comes."""

import contextlib
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO

from mail.mbox import begins, spans

STDIN = "-"
_LINE_BYTES = 1000
_SINGLE = ".eml"  # one message, whatever its lines begin with


@dataclass(frozen=True, slots=True)
class Item:
    """One message. `read` gives at most so many bytes of it; OSError where it cannot."""

    name: str
    read: Callable[[int], bytes]


class SourceError(Exception):
    """A source cannot be used; the text is a sentence."""


@contextlib.contextmanager
def listed(names: Sequence[str]) -> Iterator[list[Item]]:
    """Every message of every source, in their order, readable within the block.

    Raises:
        SourceError: naming the source.

    """
    with contextlib.ExitStack() as stack:
        yield [item for name in names for item in _source(name, stack)]


def _source(name: str, stack: contextlib.ExitStack) -> list[Item]:
    path = Path(name)
    try:
        if name == STDIN:
            return _file(_spooled(sys.stdin.buffer, stack), "standard input")
        if path.is_dir():
            return _folder(path)
        if path.is_file():
            return _file(path, name)
        with path.open("rb") as stream:  # a pipe gives its bytes once
            return _file(_spooled(stream, stack), name)
    except OSError as error:
        raise SourceError(f"{name} cannot be read: {error.strerror or error}") from error


def _spooled(stream: BinaryIO, stack: contextlib.ExitStack) -> Path:
    """What is no file in one, since an mbox is read by position, and may be huge."""
    if stream.isatty():
        raise SourceError("a message is read from a file or a pipe, and this is a terminal")
    folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="aiguilleur-post-"))
    path = Path(folder) / "spooled"
    with path.open("wb") as spool:
        shutil.copyfileobj(stream, spool)
    return path


def _file(path: Path, name: str) -> list[Item]:
    with path.open("rb") as file:
        if path.suffix.lower() == _SINGLE or not begins(file.readline(_LINE_BYTES)):
            return [Item(name, partial(_read, path))]
        return [
            Item(f"{name}#{number}", partial(_read_span, path, offset, length))
            for number, (offset, length) in enumerate(spans(file), 1)
        ]


def _folder(path: Path) -> list[Item]:
    """A Maildir's messages, or the .eml files of a plain folder."""
    if (path / "cur").is_dir() and (path / "new").is_dir():
        files = [
            file for part in ("new", "cur") for file in (path / part).iterdir() if _visible(file)
        ]
    else:
        files = [file for file in path.iterdir() if file.suffix.lower() == ".eml"]
    if not files:
        raise SourceError(f"{path} has no messages: it is no Maildir, and no .eml file is in it")
    return [Item(str(file), partial(_read, file)) for file in sorted(files)]


def _visible(file: Path) -> bool:
    return file.is_file() and not file.name.startswith(".")


def _read(path: Path, most: int) -> bytes:
    with path.open("rb") as file:
        return file.read(most)


def _read_span(path: Path, offset: int, length: int, most: int) -> bytes:
    with path.open("rb") as file:
        file.seek(offset)
        return file.read(min(length, most))
