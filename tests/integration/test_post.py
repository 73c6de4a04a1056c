"""`aiguilleur post` as a gateway's admin runs it, against the real service."""

import json
import mailbox
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import text

from service.store.engine import make_engine
from tests.support.client import Client
from tests.support.processes import ROOT, Cluster
from tests.support.receivers import Behaviour, Receiver, answer, each
from tests.support.waiting import until

Post = Callable[..., "subprocess.CompletedProcess[bytes]"]


def mail(words: str = "label:claim") -> bytes:
    return b"Subject: s\nMessage-ID: <%s@x.test>\n\n%s\n" % (uuid4().hex.encode(), words.encode())


def environment(folder: Path, client: Client) -> dict[str, str]:
    clean = {k: v for k, v in os.environ.items() if not k.startswith("AIGUILLEUR_")}
    return {
        **clean,
        "XDG_STATE_HOME": str(folder / "state"),
        "AIGUILLEUR_URL": client.url,
        "AIGUILLEUR_KEY": client.key,
    }


@pytest.fixture
def post(client: Client, tmp_path: Path) -> Post:
    """Run it to its end."""

    def run(*arguments: object, stdin: bytes = b"", **variables: str) -> object:
        return subprocess.run(
            [sys.executable, "-m", "service", "post", *map(str, arguments)],
            cwd=ROOT,
            env=environment(tmp_path, client) | variables,
            input=stdin,
            capture_output=True,
            check=False,
        )

    return run  # type: ignore[return-value]


def lines(done: "subprocess.CompletedProcess[bytes]") -> list[dict[str, object]]:
    return [json.loads(line) for line in done.stdout.splitlines()]


def messages(folder: Path, number: int) -> list[Path]:
    """So many files with a message each."""
    files = [folder / f"{n:04}.eml" for n in range(number)]
    for file in files:
        file.write_bytes(mail())
    return files


def states(folder: Path) -> list[Path]:
    return list((folder / "state").rglob("*.jsonl"))


def test_files_are_posted_and_decided(post: Post, tmp_path: Path) -> None:
    """A line for each, in their order; nothing is left behind."""
    files = messages(tmp_path, 3)
    done = post(*files, "--wait", "--json")
    assert done.returncode == 0, done.stderr
    assert [line["source"] for line in lines(done)] == [str(file) for file in files]
    assert {(line["queue"], line["status"]) for line in lines(done)} == {("claims", "decided")}
    assert b"3 posted" in done.stderr
    assert states(tmp_path) == []


def test_the_table_shows_where_each_mail_went(post: Post, tmp_path: Path) -> None:
    """With its confidence and the reason."""
    done = post(*messages(tmp_path, 2), "--wait", COLUMNS="70")
    assert done.stdout.count(b"claims") == 2
    assert b"0.90" in done.stdout
    # names are broken where they are too long, never cut: their ends tell them apart
    cells = [line.split("│")[1].strip() for line in done.stdout.decode().split("\n") if "│" in line]
    assert "0000.eml" in "".join(cells)


def test_an_mbox_is_posted_without_its_separators(
    post: Post, client: Client, tmp_path: Path, postgres_url: str
) -> None:
    """As its messages were before they were put into it."""
    first, second = mail(), mail("label:payment")
    box = mailbox.mbox(tmp_path / "box")
    box.add(first)
    box.add(second)
    box.close()
    done = post(tmp_path / "box", "--wait", "--json")
    assert [line["queue"] for line in lines(done)] == ["claims", "payments"]
    engine = make_engine(postgres_url)
    query = text("SELECT content FROM emails WHERE id = CAST(:id AS uuid)")
    with engine.connect() as connection:
        stored = bytes(connection.execute(query, {"id": lines(done)[0]["id"]}).scalar_one())
    engine.dispose()
    assert stored.rstrip(b"\n") == first.rstrip(b"\n")


def test_a_maildir_and_a_folder_are_posted(post: Post, tmp_path: Path) -> None:
    """New and seen messages; of a plain folder the .eml files."""
    box = mailbox.Maildir(tmp_path / "box")
    box.add(mail())
    seen = mailbox.MaildirMessage(mail())
    seen.set_subdir("cur")
    box.add(seen)
    folder = tmp_path / "folder"
    folder.mkdir()
    messages(folder, 2)
    (folder / "notes.txt").write_text("no message")
    assert len(lines(post(tmp_path / "box", folder, "--json"))) == 4


def test_standard_input_may_be_a_message_or_an_mbox(post: Post) -> None:
    """The first bytes tell."""
    assert len(lines(post("-", "--json", stdin=mail()))) == 1
    two = b"From a Mon Jan  1 00:00:00 2026\n" + mail() + b"\nFrom b Mon Jan  1 00:00:00 2026\n"
    assert len(lines(post("-", "--json", stdin=two + mail()))) == 2


def test_what_cannot_be_posted_keeps_nothing_out(post: Post, tmp_path: Path) -> None:
    """An empty and a huge message are named; the others go on; the exit status says so."""
    (tmp_path / "empty.eml").write_bytes(b"")
    with (tmp_path / "huge.eml").open("wb") as huge:
        huge.truncate(25_000_001)
    (good,) = messages(tmp_path, 1)
    done = post(tmp_path / "empty.eml", tmp_path / "huge.eml", good, "--json")
    assert done.returncode == 1
    codes = [line.get("error", {}).get("code") for line in lines(done)]  # type: ignore[attr-defined]
    assert codes == ["empty", "too_large", None]
    assert b"huge.eml: too_large: A message may have 25000000 bytes" in done.stderr


def test_a_large_message_goes_by_itself(post: Post, tmp_path: Path) -> None:
    """24 MB among small ones: the batch around it stays small."""
    files = messages(tmp_path, 3)
    files[1].write_bytes(mail() + b"x" * 24_000_000)
    done = post(*files, "--json")
    assert done.returncode == 0, done.stderr
    assert len({line["id"] for line in lines(done)}) == 3


def test_posting_again_finds_duplicates(post: Post, tmp_path: Path) -> None:
    """Whether in the same run or in another; one mail each."""
    (file,) = messages(tmp_path, 1)
    first, again = post(file, file, "--json"), post(file, "--json", "--wait")
    assert len({line["id"] for line in lines(first) + lines(again)}) == 1
    assert lines(again)[0]["duplicate"] is True
    assert b"1 of them before" in again.stderr


def test_the_mailbox_and_priority_are_passed_on(post: Post, client: Client, tmp_path: Path) -> None:
    """For every message, alone or in a batch."""
    done = post(*messages(tmp_path, 2), "--json", "--mailbox=sinistres", "--priority=urgent")
    ids = [str(line["id"]) for line in lines(done)]
    assert {client.email(email_id)["mailbox"] for email_id in ids} == {"sinistres"}
    assert client.decision(ids[0])["priority"] == "urgent"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["/does/not/exist"], "/does/not/exist cannot be read: No such file or directory"),
        (["--key=aig_x_y", "{file}"], "The key is not accepted"),
        (["--key=", "{file}"], "There is no API key"),
        (["--url={url}/elsewhere", "{file}"], "is this the right address?"),
        (["--url=localhost:8080", "{file}"], "must look like http://127.0.0.1:8080"),
        (["{folder}"], "is no Maildir"),
    ],
)
def test_wrong_usage_gets_a_sentence(
    arguments: list[str], words: str, post: Post, client: Client, tmp_path: Path
) -> None:
    """And exit status 2; never a traceback."""
    (tmp_path / "folder").mkdir()
    file, folder = tmp_path / "file.eml", tmp_path / "folder"
    file.write_bytes(mail())
    filled = [a.format(file=file, url=client.url, folder=folder) for a in arguments]
    done = post(*filled, AIGUILLEUR_KEY="" if "--key=" in arguments else client.key)
    assert (done.returncode, words in done.stderr.decode()) == (2, True), done.stderr


def test_a_service_that_is_away_is_tried_for_a_while(post: Post, tmp_path: Path) -> None:
    """Then exit status 3."""
    done = post(*messages(tmp_path, 1), "--url=http://127.0.0.1:9", "--patience=1")
    assert done.returncode == 3
    assert b"cannot be used" in done.stderr


def receipt(email_id: str) -> Behaviour:
    """The answer for one message."""

    def behave(handler: object, request: object) -> None:
        body = json.dumps({"id": email_id, "duplicate": False}).encode()
        handler.send_response(202)  # type: ignore[attr-defined]
        handler.send_header("Content-Length", str(len(body)))  # type: ignore[attr-defined]
        handler.end_headers()  # type: ignore[attr-defined]
        handler.wfile.write(body)  # type: ignore[attr-defined]

    return behave


def test_temporary_answers_are_tried_again(post: Post, tmp_path: Path) -> None:
    """429, 503 and 502, with the pause that the service asks for."""
    refusals = (answer(429, Retry_After="1"), answer(503), answer(502))
    with Receiver(each(*refusals, receipt("x"))) as service:
        done = post(*messages(tmp_path, 1), "--json", f"--url=http://127.0.0.1:{service.port}")
    assert (done.returncode, lines(done)[0]["id"], service.count) == (0, "x", 4), done.stderr


def test_an_interrupted_run_is_taken_up_again(
    cluster: Cluster, client: Client, tmp_path: Path, post: Post
) -> None:
    """Ctrl-C in the middle: the second run posts the rest, and reports all."""
    folder = tmp_path / "many"
    folder.mkdir()
    messages(folder, 249)
    last = folder / "last.eml"
    os.mkfifo(last)  # reading it waits for somebody to write, so the run cannot end by itself
    first = subprocess.Popen(
        [sys.executable, "-m", "service", "post", str(folder), "--wait"],
        cwd=ROOT,
        env=environment(tmp_path, client),
        stderr=subprocess.PIPE,
    )
    until(lambda: any(path.stat().st_size for path in states(tmp_path)), "the first batch")
    first.send_signal(signal.SIGINT)
    assert b"the same command posts the rest" in first.communicate(timeout=30)[1]
    assert first.returncode == 130
    known = {json.loads(line)["id"] for line in states(tmp_path)[0].read_text().splitlines()}
    last.unlink()
    last.write_bytes(mail())
    done = post(folder, "--wait", "--json")
    assert done.returncode == 0, done.stderr
    assert len(lines(done)) == 250
    assert {line["id"] for line in lines(done) if not line["duplicate"]} >= known
    assert states(tmp_path) == []


def test_a_journal_that_was_cut_off_is_read_as_far_as_it_goes(post: Post, tmp_path: Path) -> None:
    """The message of the broken line is posted again, as a duplicate."""
    state = tmp_path / "journal"
    state.write_text('{"key": "x", "id": "y", "batch": null, "duplicate": false}\n{"key": "z", "i')
    done = post(*messages(tmp_path, 2), f"--state={state}", "--json")
    assert (done.returncode, len(lines(done))) == (0, 2), done.stderr
    assert not state.exists()
