"""`aiguilleur up` and `demo`, as a person at a terminal meets them."""

import os
import re
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import psycopg
import pytest
import urllib3

from service.local.secret_file import kept
from tests.support import faults
from tests.support.lmtp_client import LmtpClient
from tests.support.person import Person
from tests.support.processes import ROOT
from tests.support.shipped_routing import changed
from tests.support.smtp_sink import Sink
from tests.support.up import Up, surroundings
from tests.support.waiting import until

SERVERS = {"postgres", "redis-server"}


def run(verb: str, data_dir: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """One command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "service", *verb.split()],
        cwd=ROOT,
        env=surroundings(data_dir, **environment),
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )


@contextmanager
def up(data_dir: Path, **environment: str) -> Iterator[Up]:
    """Up and ready; killed at the end if it still runs."""
    started = Up(data_dir, **environment)
    try:
        yield started.ready()
    finally:
        started.popen.kill()
        started.popen.wait()


@pytest.fixture(scope="module")
def house(open_module_folder: Path) -> Iterator[Up]:
    """Up on a data directory with a space in its path, with a schedule."""
    more = {"AIGUILLEUR_MODEL_STORE": str(open_module_folder / "store")}
    more |= {"AIGUILLEUR_RETRAIN_SCHEDULE": "0 3 * * *"}
    with up(open_module_folder / "some where", **more) as started:
        yield started


@dataclass
class Killed:
    """What became of the house after SIGKILL, and of the demo that came next."""

    left: list[psutil.Process]
    demo: subprocess.CompletedProcess[str]


@pytest.fixture(scope="module")
def killed(house: Up) -> Killed:
    """Kill the house in full run, then run the demo on its directory, to a pipe in no locale."""
    everybody = house.family()
    house.end(signal.SIGKILL)
    _, left = psutil.wait_procs(everybody, timeout=20)
    plain = {"LC_ALL": "C", "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    return Killed(left, run("demo --once", house.data_dir, **plain))


def status(url: str, key: str = "") -> int:
    return urllib3.request("GET", url, headers={"Authorization": f"Bearer {key}"}).status


def test_what_up_prints_is_there(house: Up) -> None:
    """The documentation, and the metrics of every process."""
    metrics = re.findall(r"^  metrics of (\S+) +(\S+)$", house.said(), re.MULTILINE)
    assert {name for name, _ in metrics} >= {"api", "worker-1", "sweep", "webhooks", "schedule"}
    pages = [house.value("documentation"), house.value("OpenAPI"), *(url for _, url in metrics)]
    assert {status(page) for page in pages} == {200}


def by_lmtp(started: Up, text: str) -> str:
    """What LMTP answers to one mail, at the address that was printed."""
    host, _, port = started.value("LMTP").rpartition(":")
    assert host == "127.0.0.1"
    with LmtpClient(int(port)) as server:
        server.begin("claims@insurer.example")
        server.send(f"Subject: Accident\r\n\r\n{text}\r\n.\r\n".encode())
        return repr(server.read())


def test_up_takes_mail_by_lmtp(house: Up) -> None:
    """Where it says, for any recipient, since the routing names a default mailbox."""
    assert by_lmtp(house, "My car was hit.").startswith("250 2.0.0 Stored as ")


def test_the_keys_that_up_prints_work(house: Up) -> None:
    """Each for what it is said to be for."""
    api = house.value("API")
    assert status(f"{api}/v1/model", house.value("key to post mail")) == 200
    assert status(f"{api}/v1/queues", house.value("key to see queues")) == 200


def test_the_login_that_up_prints_works(house: Up) -> None:
    """The console opens to it, with the rights of a supervisor."""
    person = Person(house.value("API"))
    assert person.sign_in(house.value("login"), house.value("password")).status == 303
    assert house.value("console") == f"{house.value('API')}/console"
    assert person.get("/console/overview").status == 200


def test_commands_work_in_another_terminal(house: Up) -> None:
    """As printed, from any directory."""
    (command,) = re.findall(r"^  (\. .*key list)$", house.said(), re.MULTILINE)
    done = subprocess.run(
        ["/bin/sh", "-c", command],
        cwd="/",
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "local-gateway\tgateway\t*\tactive" in done.stdout


def test_secrets_are_for_their_owner_alone(house: Up) -> None:
    """Nobody else on this machine may read them."""
    named = ("webhook-secret", "environment")
    secrets = [*house.data_dir.glob("key-*"), *(house.data_dir / name for name in named)]
    assert {stat.S_IMODE(path.stat().st_mode) for path in secrets} == {0o600}


def test_a_second_start_says_that_the_first_runs(house: Up) -> None:
    """With its process number and what to do."""
    second = run("up", house.data_dir)
    assert second.returncode == 1
    assert f"already runs on {house.data_dir} (process {house.popen.pid})" in second.stderr


def test_a_killed_worker_is_replaced(house: Up) -> None:
    """And the terminal hears of it."""
    [worker] = faults.processes(house, "worker")[:1]
    worker.kill()
    until(lambda: "ended (signal 9); it starts again" in house.said(), "a word about it")


def test_nothing_survives_a_sigkill(killed: Killed) -> None:
    """Not one process, not even a backend of PostgreSQL."""
    assert killed.left == []


def test_the_demo_decides_all_mail_after_a_sigkill(killed: Killed) -> None:
    """Nothing of the killed run is in the way of the next."""
    assert killed.demo.returncode == 0, killed.demo.stdout + killed.demo.stderr
    found = re.search(r"^(\d+) mails decided in", killed.demo.stdout, re.MULTILINE)
    assert found
    assert int(found[1]) >= 200


def test_the_demo_needs_no_terminal_and_no_locale(killed: Killed) -> None:
    """Plain lines in plain characters, where the output cannot show others."""
    assert killed.demo.stdout.isascii()
    assert "\x1b" not in killed.demo.stdout


def test_given_servers_take_the_place_of_the_embedded_ones(
    open_folder: Path, postgres_url: str, redis_url: str
) -> None:
    """Mail is stored there, nothing is started here, and Ctrl-C ends what was."""
    with up(open_folder / "data", DATABASE_URL=postgres_url, REDIS_URL=redis_url) as other:
        everybody = other.family()
        assert not [process for process in everybody if process.name() in SERVERS]
        assert other.end(signal.SIGINT) == 0
    assert psutil.wait_procs(everybody, timeout=5)[1] == []
    with psycopg.connect(postgres_url) as connection:
        assert connection.execute("SELECT count(*) FROM api_keys").fetchone() == (2,)


def test_up_hands_mail_on_where_the_routing_says_so(
    open_folder: Path, postgres_url: str, redis_url: str
) -> None:
    """From LMTP to the helpdesk's server."""
    with Sink() as helpdesk:
        given = {"DATABASE_URL": postgres_url, "REDIS_URL": redis_url}
        given |= {
            "ROUTING_PATH": str(reinjecting(open_folder)),
            "AIGUILLEUR_SMTP_URL": helpdesk.url,
        }
        with up(open_folder / "data", **given) as started:
            stored = by_lmtp(started, "A tree fell on my roof.")
            assert helpdesk.wait().header("X-Aiguilleur-Id") == [stored.split()[-1]]


def reinjecting(folder: Path) -> Path:
    """The shipped routing, every queue of which hands its mail on."""
    return changed(folder, {"*": {"reinject": "team@help.test"}})


def test_a_routing_that_hands_on_needs_a_place_to(
    open_folder: Path, postgres_url: str, redis_url: str
) -> None:
    """The sentence of the process that would do it reaches the terminal."""
    given = {"DATABASE_URL": postgres_url, "REDIS_URL": redis_url}
    done = run("up", open_folder / "data", **given, ROUTING_PATH=str(reinjecting(open_folder)))
    assert done.returncode == 1
    assert "AIGUILLEUR_SMTP_URL is missing" in done.stderr


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_taken_port_for_lmtp_is_named(open_folder: Path, taken_port: int, host: str) -> None:
    """One that was asked for is not quietly replaced by another."""
    done = run("up", open_folder / "data", AIGUILLEUR_LMTP_LISTEN=f"{host}:{taken_port}")
    assert done.returncode == 1
    assert f"Port {taken_port} on {host} is taken" in done.stderr


def test_a_wrong_database_url_is_explained(open_folder: Path) -> None:
    """In a sentence that names the variable, without a traceback."""
    done = run("up", open_folder / "data", DATABASE_URL="postgresql://nobody@127.0.0.1:1/nothing")
    assert done.returncode == 1
    assert "DATABASE_URL" in done.stderr
    assert "not reachable" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_taken_port_is_named(open_folder: Path, taken_port: int) -> None:
    """One that was asked for is not quietly replaced by another."""
    done = run("up", open_folder / "data", AIGUILLEUR_HTTP_PORT=str(taken_port))
    assert done.returncode == 1
    assert f"Port {taken_port} on 127.0.0.1 is taken" in done.stderr


def test_a_broken_model_is_explained(open_folder: Path) -> None:
    """The worker's own sentence reaches the terminal, and everything that ran is stopped."""
    model = Path(shutil.copytree(ROOT / "model" / "default", open_folder / "broken model"))
    with (model / "model.onnx").open("ab") as weights:
        weights.write(b"x")
    done = run("up", open_folder / "data", MODEL_PATH=str(model))
    assert done.returncode == 1
    assert f"MODEL_PATH {model}: " in done.stderr
    assert "Traceback" not in done.stderr


def test_a_secret_is_made_once(tmp_path: Path) -> None:
    """The second caller gets the first one's."""
    assert kept(tmp_path / "secret", lambda: "first") == "first"
    assert kept(tmp_path / "secret", lambda: "second") == "first"
