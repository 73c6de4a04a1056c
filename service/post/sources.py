"""Where messages come from: each is listed first, and read, bounded, only when its turn comes."""

import contextlib
import mailbox
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO

STDIN = "-"


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
            return _file(_spooled(sys.stdin.buffer, stack), "standard input", stack)
        if path.is_dir():
            return _folder(path)
        return _file(path, name, stack)
    except OSError as error:
        raise SourceError(f"{name} cannot be read: {error.strerror or error}") from error


def _spooled(stream: BinaryIO, stack: contextlib.ExitStack) -> Path:
    """Standard input in a file, since an mbox is read by position, and may be huge."""
    if stream.isatty():
        raise SourceError("- stands for standard input, but that is a terminal")
    folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="aiguilleur-post-"))
    path = Path(folder) / "stdin"
    with path.open("wb") as spool:
        shutil.copyfileobj(stream, spool)
    return path


def _file(path: Path, name: str, stack: contextlib.ExitStack) -> list[Item]:
    with path.open("rb") as file:
        is_mbox = file.read(5) == b"From "
    return _mbox(path, name, stack) if is_mbox else [Item(name, partial(_read, path))]


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


def _mbox(path: Path, name: str, stack: contextlib.ExitStack) -> list[Item]:
    """Its messages without their From_ lines."""
    box = mailbox.mbox(path, create=False)
    stack.callback(box.close)
    return [
        Item(f"{name}#{number}", partial(_read_mbox, box, key))
        for number, key in enumerate(box.iterkeys(), 1)
    ]


def _read(path: Path, most: int) -> bytes:
    with path.open("rb") as file:
        return file.read(most)


def _read_mbox(box: mailbox.mbox, key: str, most: int) -> bytes:
    with contextlib.closing(box.get_file(key)) as file:
        return bytes(file.read(most))
