"""Folders that the servers' account may enter; root's own of pytest are closed to it."""

import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.local.places import remove


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """For one test."""
    yield from _folder()


@pytest.fixture(scope="module")
def open_module_folder() -> Iterator[Path]:
    """For the tests of one module."""
    yield from _folder()


@pytest.fixture
def taken_port() -> Iterator[int]:
    """A port that a server of ours listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def _folder() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="aiguilleur-tests-"))
    made.chmod(0o711)
    yield made
    remove(made)
