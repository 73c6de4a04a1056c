"""Where model folders are kept for those who serve them: whole or not at all, and never changed.

    folder -> verified -> copied beside -> verified again -> renamed to its address

The address is the SHA-256 of the manifest, which holds the SHA-256 of every other file: whoever has
an address knows every byte.
"""

import errno
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol

from model.artifact import MANIFEST, ArtifactError, load, sha256

_ADDRESS = re.compile(r"[0-9a-f]{64}")
_PART = ".part-"
# What a publisher that was killed left behind; none takes so long.
_LEFT_SECONDS = 86_400.0


class ArtifactStore(Protocol):
    """Keeps model folders by address."""

    def publish(self, folder: Path) -> str:
        """Take in a folder, and say under which address.

        A folder that is there already stays as it is. Nobody sees one that is not complete.

        Raises:
            ArtifactError: a sentence that says what is wrong with the folder, or with the store.

        """

    def fetch(self, address: str) -> Path:
        """The folder on this machine, to be loaded: loading verifies the files.

        Raises:
            ArtifactError: the store has no such folder, or its manifest was changed.

        """


class FolderStore:
    """A folder that publishers write and workers read: a disk, a network share, a volume.

    Copying and renaming happen within it, so that the renaming is atomic.
    """

    def __init__(self, root: Path) -> None:
        self._root = root

    def publish(self, folder: Path) -> str:
        """See `ArtifactStore`."""
        manifest = load(folder).manifest
        with self._writing():
            self._root.mkdir(exist_ok=True)
            self._remove_left_over()
            part = Path(tempfile.mkdtemp(prefix=_PART, dir=self._root))
            try:
                for name in (*manifest.files, MANIFEST):
                    _copy(folder / name, part / name)
                # once more: of what was copied, which is what will be served
                load(part)
                address = sha256(part / MANIFEST)
                part.chmod(0o755)  # others may read, as mkdtemp would not have it
                self._put(part, address)
            finally:
                shutil.rmtree(part, ignore_errors=True)
        return address

    def fetch(self, address: str) -> Path:
        """See `ArtifactStore`."""
        folder = self._folder(address)
        try:
            digest = sha256(folder / MANIFEST)
        except OSError as error:
            raise ArtifactError(
                f"The store {self._root} has no model {address}, or it cannot be read: "
                f"{error.strerror}."
            ) from error
        if digest != address:
            raise ArtifactError(f"{folder / MANIFEST} is not what was published.")
        return folder

    def _put(self, part: Path, address: str) -> None:
        folder = self._folder(address)
        try:
            part.rename(folder)
        except OSError as error:
            if error.errno not in {errno.ENOTEMPTY, errno.EEXIST}:
                raise
            self._require_whole(address)
        _sync(self._root)

    def _require_whole(self, address: str) -> None:
        try:
            load(self.fetch(address))
        except ArtifactError as error:
            raise ArtifactError(
                f"{self._folder(address)} was published before and is damaged: {error} Remove that "
                "folder and add the model again."
            ) from error

    def _folder(self, address: str) -> Path:
        return self._root / checked(address)

    def _remove_left_over(self) -> None:
        now = time.time()
        for part in self._root.glob(f"{_PART}*"):
            with suppress(FileNotFoundError):  # its publisher was done with it meanwhile
                if now - part.stat().st_mtime > _LEFT_SECONDS:
                    shutil.rmtree(part, ignore_errors=True)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise ArtifactError(
                f"The store {self._root} cannot be written: {error.strerror}."
            ) from error


def checked(address: str) -> str:
    """The same address; `ArtifactError` where it is none, and might lead elsewhere."""
    if not _ADDRESS.fullmatch(address):
        raise ArtifactError(f"{address!r} is no address of a model.")
    return address


def _copy(source: Path, target: Path) -> None:
    with source.open("rb") as read, target.open("xb") as written:
        os.fchmod(written.fileno(), 0o644)  # workers may be another user than who publishes
        shutil.copyfileobj(read, written, 1 << 20)
        written.flush()
        os.fsync(written.fileno())


def _sync(folder: Path) -> None:
    """Make a renaming last beyond a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
