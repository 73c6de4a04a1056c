"""A backup restored elsewhere, as docs/runbooks/restore.md has it, with what came after it lost."""

import subprocess
from pathlib import Path

import psutil
import psycopg

from service.local.servers import EmbeddedServers
from tests.support.client import Client
from tests.support.processes import Cluster

RFC822 = {"Content-Type": "message/rfc822"}


def raw(number: int) -> bytes:
    """One of the gateway's mails, as its archive keeps it."""
    return (
        f"From: a@b.example\r\nMessage-ID: <{number}@b.example>\r\nSubject: s\r\n\r\n"
        f"label:claim {number}\r\n"
    ).encode()


def post(client: Client, *numbers: int) -> dict[int, tuple[str, int]]:
    """Each mail's id, and the status that it was answered with."""
    replies = {n: client.ask("POST", "/v1/emails", raw(n), RFC822) for n in numbers}
    assert {reply.status for reply in replies.values()} <= {200, 202}
    return {n: (reply.body["id"], reply.status) for n, reply in replies.items()}


def tool(servers: EmbeddedServers, name: str, *arguments: str) -> None:
    """One of PostgreSQL's own programs, beside the server's."""
    program = Path(psutil.Process(servers.postgres.process.pid).exe()).with_name(name)
    subprocess.run([program, *arguments], check=True, capture_output=True)


def test_a_restored_backup_goes_on(own_servers: EmbeddedServers, tmp_path: Path) -> None:
    """Decided mail and keys are back, waiting mail is decided, the archive posted anew fills in."""
    url, redis = own_servers.database_url, own_servers.redis_url
    backup, folders = tmp_path / "backup", [tmp_path / "before", tmp_path / "after"]
    for folder in folders:
        folder.mkdir()
    with Cluster(folders[0], url, redis) as before:
        before.start("api")
        worker = before.start("worker")
        key = before.key("--client=gateway", "--role=gateway", "--mailbox=*")
        client = Client(before.url, key)
        decided = post(client, *range(10))
        decisions = {n: client.decision(email_id) for n, (email_id, _) in decided.items()}
        assert worker.stop() == 0
        waiting = post(client, *range(10, 15))
        tool(own_servers, "pg_dump", "--format=custom", f"--file={backup}", url)
        lost = post(client, *range(15, 18))
    restored = own_servers.postgres.url("restored")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE restored")
    tool(
        own_servers,
        "pg_restore",
        "--no-owner",
        "--exit-on-error",
        f"--dbname={restored}",
        backup.as_posix(),
    )
    with Cluster(folders[1], restored, redis) as after:
        after.command("migrate")
        for name in ("api", "worker", "sweep"):
            after.start(name)
        client = Client(after.url, key)
        for number, (email_id, _) in decided.items():
            assert client.email(email_id)["decision"] == decisions[number]
        for email_id, _ in waiting.values():
            assert client.decision(email_id)["category"] == "claim"
        again = post(client, *range(18))
        known = decided | waiting
        assert {n: email_id for n, (email_id, status) in again.items() if status == 200} == {
            n: email_id for n, (email_id, _) in known.items()
        }
        assert {n for n, (_, status) in again.items() if status == 202} == set(lost)
        for number in lost:
            assert client.decision(again[number][0])["category"] == "claim"
