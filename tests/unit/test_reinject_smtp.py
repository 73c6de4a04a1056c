"""One hand-over to a mail server: the envelope as it is stored, and one time limit for it all."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest

from service.reinject.smtp import Smtp, server
from tests.support.smtp_sink import Sink


@pytest.fixture
def sink() -> Iterator[Sink]:
    """A server that takes everything."""
    with Sink() as made:
        yield made


def test_the_envelope_is_sent_as_it_is(sink: Sink) -> None:
    """Not as a list of which the first is taken; the server judges it."""
    smtp = Smtp(server(sink.url), 10)
    for sender in ("ceo@bank.test,x@evil.test", "a;b@x.test", '"a b"@x.test', "a@x.test", ""):
        smtp.send(sender, "team@help.test", b"Subject: s\r\n\r\nx\r\n")
        taken = sink.wait()
        assert (taken.sender, taken.recipients) == (sender, ("team@help.test",))


def _drip(listening: socket.socket, left: threading.Event) -> None:
    """A greeting that never ends, byte by byte, each well within the time of one read."""
    connection, _ = listening.accept()
    with connection, suppress(OSError):
        while not left.wait(0.05):
            connection.send(b"2")
    left.set()


def test_a_server_that_drips_is_left_in_time() -> None:
    """No read takes long, all of them would; the connection is closed as well."""
    left = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=_drip, args=(listening, left))
        thread.start()
        smtp = Smtp(server(f"smtp://127.0.0.1:{listening.getsockname()[1]}"), 0.5)
        started = time.monotonic()
        with pytest.raises(TimeoutError):
            smtp.send("a@x.test", "b@x.test", b"Subject: s\r\n\r\nx\r\n")
        assert time.monotonic() - started < 5
        closed_by_client = left.wait(10)
        left.set()
        thread.join(10)
    assert closed_by_client
