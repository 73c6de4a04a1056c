"""Clients that send their request a little at a time, or not at all, keep nobody else out."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from service.receiving import BODY_SECONDS, LONGEST_SECONDS, Deadlines, body_seconds
from tests.support.client import Client
from tests.support.processes import Cluster
from tests.support.waiting import until


@pytest.fixture
def small(
    postgres_url: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Cluster]:
    """An API of one process with four threads."""
    folder: Path = tmp_path_factory.mktemp("slow")
    few = {
        "AIGUILLEUR_HTTP_WORKERS": "1",
        "AIGUILLEUR_HTTP_THREADS": "4",
        "AIGUILLEUR_MAX_WAITERS": "1",
    }
    with Cluster(folder, postgres_url, redis_url, **few) as made:
        made.start("api")
        yield made


def open_sockets(port: int, count: int, first_words: bytes) -> ExitStack:
    """Connections that say this much and no more; closing the stack closes them."""
    stack = ExitStack()
    for _ in range(count):
        connection = stack.enter_context(socket.create_connection(("127.0.0.1", port)))
        connection.sendall(first_words)
    return stack


def test_silent_connections_take_no_thread(small: Cluster) -> None:
    """Many more of them than there are threads."""
    with open_sockets(small.port, 30, b""):
        assert Client(small.url, "x").ask("GET", "/healthz").status == 200


def test_half_a_header_is_cut_off(small: Cluster) -> None:
    """Every thread reads one that never ends; the service answers again by itself."""
    with open_sockets(small.port, 8, b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: "):
        client = Client(small.url, "x")
        until(lambda: client.ask("GET", "/healthz").status == 200, "an answer", 40)


def test_a_late_socket_is_shut_and_one_in_time_is_not() -> None:
    """Nothing more is read from the late one; both can still be answered."""
    deadlines = Deadlines(look_every=0.01)
    (late, peer), (kept, other) = socket.socketpair(), socket.socketpair()
    with late, peer, kept, other:
        deadlines.set(late, 0.02)
        deadlines.set(kept, 0.02)
        deadlines.clear(kept)
        late.settimeout(10)
        assert late.recv(1) == b""
        for mine, theirs in ((late, peer), (kept, other)):
            mine.sendall(b"x")
            assert theirs.recv(1) == b"x"


def test_who_does_not_take_the_answer_is_cut_off() -> None:
    """A send that would block for ever ends."""
    deadlines = Deadlines(look_every=0.01, answer_seconds=0.02)
    late, peer = socket.socketpair()
    with late, peer:
        deadlines.set(late, 0.02)
        with pytest.raises(BrokenPipeError):
            late.sendall(b"x" * 10_000_000)


def test_a_longer_body_has_longer() -> None:
    """Up to a limit."""
    assert body_seconds({}) == LONGEST_SECONDS
    assert body_seconds({"CONTENT-LENGTH": "500000"}) == BODY_SECONDS + 1
    assert body_seconds({"CONTENT-LENGTH": "9" * 30}) == LONGEST_SECONDS
    assert body_seconds({"TRANSFER-ENCODING": "chunked"}) == LONGEST_SECONDS
