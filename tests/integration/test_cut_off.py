"""Half a body is no mail: whatever is not the whole of a request is refused, and nothing stored."""

import gzip
import socket

import psycopg
import pytest

from tests.support.client import Client
from tests.support.processes import Cluster

MAIL = b"Subject: cut\r\n\r\nhalf of what was to be said"


def answer(cluster: Cluster, client: Client, path: str, headers: str, body: bytes) -> str:
    """The status line, after a client that sends this and then says no more."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {client.key}\r\n"
        f"Connection: close\r\n{headers}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", cluster.port), 30) as connection:
        connection.sendall(head.encode() + body)
        connection.shutdown(socket.SHUT_WR)
        with connection.makefile("rb") as lines:
            return lines.readline().decode().strip()


def stored(postgres_url: str) -> int:
    with psycopg.connect(postgres_url) as connection:
        row = connection.execute("SELECT count(*) FROM emails").fetchone()
    assert row is not None
    return int(row[0])


@pytest.mark.parametrize(
    ("path", "headers", "body"),
    [
        ("/v1/emails", "Content-Type: message/rfc822\r\nContent-Length: 1000", MAIL),
        (
            "/v1/batches",
            "Content-Type: application/json\r\nContent-Length: 1000",
            b'{"emails": [{"text": "whole JSON, not the whole body"}]}',
        ),
        (
            "/v1/emails",
            "Content-Type: message/rfc822\r\nTransfer-Encoding: chunked",
            b"10\r\nSubject: cut\r\n",
        ),
        (
            "/v1/emails",
            "Content-Type: message/rfc822\r\nTransfer-Encoding: chunked",
            b"zz\r\nSubject: cut\r\n",
        ),
        (
            "/v1/emails",
            "Content-Type: message/rfc822\r\nTransfer-Encoding: chunked",
            b"-1\r\nSubject: cut\r\n",
        ),
    ],
)
def test_a_body_that_is_cut_off_is_refused(
    cluster: Cluster, client: Client, postgres_url: str, path: str, headers: str, body: bytes
) -> None:
    """400, so that the client posts it again, whole."""
    before = stored(postgres_url)
    assert answer(cluster, client, path, headers, body).startswith("HTTP/1.1 400 ")
    assert stored(postgres_url) == before


@pytest.mark.parametrize("path", ["/v1/emails", "/v1/batches"])
def test_a_compressed_body_is_refused(client: Client, postgres_url: str, path: str) -> None:
    """415: as it is, it would be stored as if it were the mail."""
    before = stored(postgres_url)
    kind = "message/rfc822" if path == "/v1/emails" else "application/json"
    headers = {"Content-Type": kind, "Content-Encoding": "gzip"}
    reply = client.ask("POST", path, gzip.compress(MAIL), headers)
    assert (reply.status, reply.body["code"]) == (415, "unsupported_media_type")
    assert "Content-Encoding" in reply.body["detail"]
    assert stored(postgres_url) == before
