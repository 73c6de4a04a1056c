"""One signed POST to a receiver that nobody trusts.

    read the URL -> resolve once -> check the addresses -> connect to one of them
                 -> TLS for the host's name -> POST -> status

No redirects, no proxies, one connection an attempt. A deadline covers all of it, so neither a
hanging name server nor a receiver that answers a byte a second holds a thread for longer.
"""

import ipaddress
import socket
import ssl
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from service.domain import callbacks
from service.webhooks import addresses
from service.webhooks.addresses import Address, Network
from service.webhooks.exchange import Exchange, PlainConnection, SecureConnection
from service.webhooks.types import Answer, Trouble, Undelivered

_ADDRESSES_TRIED = 2

Resolve = Callable[[str, int], Sequence[Address]]


@dataclass(frozen=True, slots=True)
class Timeouts:
    """In seconds: `connect` for each address and for the TLS handshake, `total` for everything."""

    connect: float = 3.0
    total: float = 10.0


def resolve(host: str, port: int) -> Sequence[Address]:
    """The addresses of a host, as the system gives them, in its order of preference."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(ipaddress.ip_address(entry[4][0]) for entry in found))


class Transport:
    """Posts to callback URLs; safe to use from several threads."""

    def __init__(
        self,
        *,
        allow_http: bool,
        networks: Sequence[Network],
        tls: ssl.SSLContext | None = None,
        resolver: Resolve = resolve,
        timeouts: Timeouts | None = None,
    ) -> None:
        self._allow_http = allow_http
        self._networks = networks
        self._tls = tls or ssl.create_default_context()
        self._resolver = resolver
        self._timeouts = timeouts or Timeouts()

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Send, and give the status of the answer, whatever it is.

        Raises:
            Undelivered: no answer came within the deadline, or the URL may not be used at all.

        """
        target = self._target(url)
        exchange = Exchange(self._connection(target), self._timeouts.total)
        return exchange.post(target.path, body, headers)

    def _target(self, url: str) -> callbacks.Target:
        target = callbacks.parse(url)
        if isinstance(target, str):
            raise Undelivered(Trouble.REFUSED, target)
        if target.scheme != "https" and not self._allow_http:
            raise Undelivered(Trouble.REFUSED, "http is not allowed here")
        return target

    def _connection(self, target: callbacks.Target) -> PlainConnection | SecureConnection:
        if target.scheme == "http":
            return PlainConnection(self._dial, target, self._timeouts.connect)
        return SecureConnection(self._dial, target, self._timeouts.connect, self._tls)

    def _dial(self, host: str, port: int) -> socket.socket:
        """Connect to a permitted address of the host; what was checked is what is connected to."""
        found = self._resolver(host, port)
        allowed = [a for a in found if addresses.permitted(a, self._networks)]
        if not allowed:
            raise Undelivered(Trouble.REFUSED, f"{host} leads to an address that is not allowed")
        for address in allowed[: _ADDRESSES_TRIED - 1]:
            try:
                return self._connect(address, port)
            except OSError:
                continue  # the next one speaks for all
        return self._connect(allowed[:_ADDRESSES_TRIED][-1], port)

    def _connect(self, address: Address, port: int) -> socket.socket:
        return socket.create_connection((str(address), port), self._timeouts.connect)
