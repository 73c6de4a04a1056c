"""`aiguilleur post` beside what goes wrong: pipes, proxies, wrong addresses, odd names."""

import hashlib
import json
import os
import shlex
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.integration.test_post import Post, lines, mail, messages, post, states
from tests.support.client import Client
from tests.support.processes import Cluster
from tests.support.receivers import Behaviour, Receiver, answer

__all__ = ["post"]

HUGE_SECONDS = 60.0  # far above what a refusal takes, far below the patience it must not use up


def said(status: int, body: bytes, **headers: str) -> Behaviour:
    """An answer with this body."""

    def behave(handler: object, request: object) -> None:
        handler.send_response(status)  # type: ignore[attr-defined]
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            handler.send_header(name.replace("_", "-"), value)  # type: ignore[attr-defined]
        handler.end_headers()  # type: ignore[attr-defined]
        handler.wfile.write(body)  # type: ignore[attr-defined]

    return behave


def test_a_pipe_is_posted_whole(cluster: Cluster, tmp_path: Path, post: Post) -> None:
    """It gives its bytes once: all of them are in the mail that is stored."""
    words = "label:claim " + "word " * 20_000
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(mail(words),))
    writer.start()
    done = post(pipe, "--json")
    writer.join()
    assert done.returncode == 0, done.stderr
    reader = Client(cluster.url, cluster.key("--client=team", "--role=supervisor", "--mailbox=*"))
    stored = reader.ask("GET", f"/v1/emails/{lines(done)[0]['id']}/text")
    assert stored.body["text"].split() == words.split()


def test_what_was_posted_elsewhere_is_posted_here(
    client: Client, tmp_path: Path, post: Post
) -> None:
    """A run that stopped half-way into one mailbox says nothing of another."""
    state = tmp_path / "journal"
    files = messages(tmp_path, 2)
    key = hashlib.sha256(files[0].read_bytes()).hexdigest()
    row = {"key": key, "id": "x", "batch": None, "duplicate": False}
    state.write_text(json.dumps({**row, "options": {"mailbox": "sinistres"}}) + "\n")
    done = post(*files, "--json", f"--state={state}", "--priority=high")
    assert done.returncode == 0, done.stderr
    assert not any(line["duplicate"] for line in lines(done))
    assert len(lines(done)) == 2


def test_runs_into_two_mailboxes_have_two_journals(tmp_path: Path, post: Post) -> None:
    """The first ends unfinished; the second begins with nothing."""
    file = messages(tmp_path, 1)[0]
    for mailbox in ("a", "b"):
        post(file, f"--mailbox={mailbox}", "--url=http://127.0.0.1:9", "--patience=0.1")
    assert len(states(tmp_path)) == 2


def test_a_proxys_413_is_a_message_too_large(post: Post, tmp_path: Path) -> None:
    """Its page is no JSON, and still says what it says; the other mails are halved and tried."""
    page = said(413, b"<html>too large</html>", Content_Type="text/html")
    with Receiver(page) as service:
        url = f"--url=http://127.0.0.1:{service.port}"
        done = post(*messages(tmp_path, 3), "--json", url)
    assert done.returncode == 1
    assert {line["error"]["code"] for line in lines(done)} == {"too_large"}  # type: ignore[index]


@pytest.mark.parametrize(
    "body", [b'{"hello": 1}', b"[]", b'{"items": 3, "id": 1}', b'"text"', b"null"]
)
@pytest.mark.parametrize("status", [202, 422])
@pytest.mark.parametrize("number", [1, 2])
def test_a_stranger_at_the_address_is_told(
    status: int, number: int, body: bytes, post: Post, tmp_path: Path
) -> None:
    """It answers JSON, but not ours: no traceback, nothing noted as posted."""
    with Receiver(said(status, body)) as service:
        url = f"--url=http://127.0.0.1:{service.port}"
        done = post(*messages(tmp_path, number), "--json", url)
    assert b"Traceback" not in done.stderr
    assert done.returncode in {1, 2}
    assert not any("id" in line for line in lines(done))


@pytest.mark.parametrize("url", ["http://[bad", "http://", "http://127.0.0.1:99999", "http://a b"])
def test_no_address_is_tried_for_long(url: str, post: Post, tmp_path: Path) -> None:
    """It is wrong now and will be."""
    done = post(*messages(tmp_path, 1), f"--url={url}", f"--patience={HUGE_SECONDS * 10:g}")
    assert done.returncode == 2
    assert b"Traceback" not in done.stderr


def test_what_cannot_be_noted_is_not_posted(post: Post, tmp_path: Path) -> None:
    """A journal that is a folder, or in one that cannot be written to."""
    with Receiver(answer(202)) as service:
        for state in (tmp_path, Path("/proc/aiguilleur/journal")):
            url = f"--url=http://127.0.0.1:{service.port}"
            done = post(*messages(tmp_path, 1), f"--state={state}", url)
            assert (done.returncode, b"cannot be written" in done.stderr) == (2, True)
        assert service.count == 0


def test_a_key_that_was_pasted_twice_is_told(post: Post, tmp_path: Path) -> None:
    """It has a line end in its middle."""
    done = post(*messages(tmp_path, 1), AIGUILLEUR_KEY="aig_a\naig_b")
    assert done.returncode == 2
    assert b"was all of it copied, once?" in done.stderr


def test_names_are_shown_as_they_are(post: Post, tmp_path: Path) -> None:
    """Brackets are no markup, and bytes that are no text are written out."""
    (tmp_path / "z[").mkdir()
    names = [tmp_path / "y[red].eml", tmp_path / "z[" / "b].eml", tmp_path / os.fsdecode(b"\xff")]
    for path in names:
        path.write_bytes(mail())
    table = post(*names, "--wait", COLUMNS="400")
    assert table.returncode == 0, table.stderr
    for shown in (b"y[red].eml", b"z[/b].eml", b"\\udcff"):
        assert shown in table.stdout
    assert b"\\\\udcff" in post(*names, "--json", PYTHONIOENCODING="utf-8").stdout


def test_who_stops_reading_has_seen_enough(client: Client, tmp_path: Path, post: Post) -> None:
    """`| head` is no fault, with a table either."""
    words = [sys.executable, "-m", "service", "post", *map(str, messages(tmp_path, 3)), "--wait"]
    environment = {"AIGUILLEUR_URL": client.url, "AIGUILLEUR_KEY": client.key}
    line = f'{shlex.join(words)} | true; exit "${{PIPESTATUS[0]}}"'
    done = subprocess.run(
        ["bash", "-c", line],
        env={**os.environ, **environment, "XDG_STATE_HOME": str(tmp_path)},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
