"""One webhook over real sockets: deadlines, addresses, TLS."""

import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler

import pytest

from service.webhooks.addresses import Address
from service.webhooks.transport import Transport
from service.webhooks.types import Answer, Trouble, Undelivered
from tests.support.outbox import BODY, transport
from tests.support.receivers import TLS, Receiver, Request, answer
from tests.support.waiting import until

LOCALHOST = ipaddress.ip_address("127.0.0.1")


def trouble(by: Transport, url: str) -> Trouble:
    """Why the URL gets no answer."""
    with pytest.raises(Undelivered) as caught:
        by.post(url, BODY, {})
    return caught.value.trouble


def wait_for_the_thread() -> None:
    """An abandoned exchange must end soon, while its receiver is still there."""
    until(lambda: all(t.name != "webhook-exchange" for t in threading.enumerate()), "its end", 10)


def unknown(host: str, port: int) -> Sequence[Address]:
    """A name server that does not know the name."""
    raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")


def trusting() -> ssl.SSLContext:
    """What an operator has who trusts the receiver's authority."""
    return ssl.create_default_context(cafile=TLS / "authority.pem")


def drip(receiver: Receiver, handler: BaseHTTPRequestHandler, first: bytes) -> None:
    """Write a byte now and again until the receiver closes or the sender leaves."""
    handler.wfile.write(first)
    while not receiver.closing.wait(0.01):
        handler.wfile.write(b"x")
        handler.wfile.flush()


def test_a_dripping_answer_meets_the_deadline() -> None:
    """A byte every 10 ms satisfies every read timeout, and still ends after the total."""
    with Receiver(lambda h, _r: drip(receiver, h, b"HTTP/1.1 200 ")) as receiver:
        started = time.monotonic()
        assert trouble(transport(total=0.3), receiver.url()) == Trouble.TIMEOUT
        assert 0.3 <= time.monotonic() - started < 3
        wait_for_the_thread()


def test_a_dripping_body_does_not_undo_the_status() -> None:
    """The status decides; the body is ignored, however it comes."""
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n"
    with Receiver(lambda h, _r: drip(receiver, h, head)) as receiver:
        started = time.monotonic()
        assert transport(total=0.3).post(receiver.url(), BODY, {}) == Answer(200)
        assert time.monotonic() - started < 3


def test_an_endless_body_is_not_read() -> None:
    """Of a body without end some kilobytes are read."""
    sent = []

    def flood(handler: BaseHTTPRequestHandler, _request: Request) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while not receiver.closing.is_set():
            sent.append(handler.wfile.write(b"x" * 65536))

    with Receiver(flood) as receiver:
        assert transport().post(receiver.url(), BODY, {}) == Answer(200)
    assert sum(sent) < 20_000_000


def test_a_silent_receiver_meets_the_deadline() -> None:
    """One that takes the request and says nothing."""
    with Receiver(lambda _h, _r: receiver.closing.wait(20) and None) as receiver:
        assert trouble(transport(total=0.2), receiver.url()) == Trouble.TIMEOUT


def test_a_hanging_name_server_meets_the_deadline() -> None:
    """Name look-ups have no timeout of their own; one that ends late sends nothing."""
    gate = threading.Event()

    def late(host: str, port: int) -> Sequence[Address]:
        gate.wait(20)
        return [LOCALHOST]

    with Receiver(answer(204)) as receiver:
        assert trouble(transport(total=0.1, resolver=late), receiver.url()) == Trouble.TIMEOUT
        gate.set()
        wait_for_the_thread()
        assert receiver.count == 0


def test_what_was_checked_is_what_is_connected_to() -> None:
    """The name is resolved once: a second answer cannot lead elsewhere."""
    answers = iter([[LOCALHOST]])  # asked again, it would raise
    by = transport(resolver=lambda _host, _port: next(answers))
    with Receiver(answer(204)) as receiver:
        assert by.post(receiver.url(host="rebound.example"), BODY, {}) == Answer(204)
        [request] = receiver.wait()
    assert request.headers["host"] == f"rebound.example:{receiver.port}"


def test_forbidden_addresses_among_permitted_ones_are_left_out() -> None:
    """A name with a private address beside a permitted one is connected to at the latter."""
    found = [ipaddress.ip_address("10.0.0.1"), ipaddress.ip_address("::1"), LOCALHOST]
    with Receiver(answer(204)) as receiver:
        by = transport(resolver=lambda _host, _port: found)
        assert by.post(receiver.url(host="both.example"), BODY, {}) == Answer(204)


def test_the_second_address_is_tried() -> None:
    """A host whose first address refuses connections is reached at its second."""
    found = [ipaddress.ip_address("127.0.0.2"), LOCALHOST]  # the receiver listens on one of them
    with Receiver(answer(204)) as receiver:
        by = transport(resolver=lambda _host, _port: found)
        assert by.post(receiver.url(host="two.example"), BODY, {}) == Answer(204)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_private_addresses_are_refused(host: str) -> None:
    """Without the operator's leave, as a number or as a name."""
    with Receiver(answer(204)) as receiver:
        by = transport(networks=())
        assert trouble(by, receiver.url(host=host)) == Trouble.REFUSED
        assert receiver.count == 0


def test_http_and_broken_urls_are_refused() -> None:
    """What the API would not accept is not sent to either: the settings may have changed."""
    assert trouble(Transport(allow_http=False, networks=()), "http://a.example/") == "refused"
    assert trouble(transport(), "https://user@a.example/") == "refused"


def test_an_unknown_authority_is_refused() -> None:
    """A certificate that nobody vouches for ends the connection before anything is sent."""
    with Receiver(answer(204), tls=True) as receiver:
        assert trouble(transport(), receiver.url(host="localhost")) == Trouble.TLS
        assert receiver.count == 0


def test_tls_names_and_verifies_the_host() -> None:
    """Connected to by address, the receiver is asked for by name, and its certificate must fit."""
    with Receiver(answer(204), tls=True) as receiver:
        by = transport(tls=trusting())
        assert by.post(receiver.url(host="localhost"), BODY, {}) == Answer(204)
        assert receiver.server_names == ["localhost"]


def test_another_hosts_certificate_is_refused() -> None:
    """A trusted certificate for another name does not do."""
    by = transport(tls=trusting(), resolver=lambda _host, _port: [LOCALHOST])
    with Receiver(answer(204), tls=True) as receiver:
        assert trouble(by, receiver.url(host="other.example")) == Trouble.TLS
        assert trouble(by, receiver.url(host="127.0.0.1")) == Trouble.TLS
        assert receiver.count == 0


def test_faults_of_the_network_have_names() -> None:
    """Nobody listens; no such name; no HTTP."""
    with Receiver(answer(204)) as receiver:
        url = receiver.url()
    assert trouble(transport(), url) == Trouble.CONNECTION
    assert trouble(transport(resolver=unknown), "http://nobody.example/") == Trouble.DNS
    with Receiver(lambda h, _r: h.wfile.write(b"SSH-2.0\r\n\r\n") and None) as receiver:
        assert trouble(transport(), receiver.url()) == Trouble.CONNECTION
