"""`aiguilleur new`: from labelled mail to a service, by its README and nothing else."""

import html
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import orjson
import pytest
import yaml

from model.artifact import LINEAR, load
from service.routing_file import load as load_routing
from tests.support.guide import Guide
from tests.support.labelled import TITLES, mails_csv
from tests.support.person import Person
from tests.support.processes import ROOT
from tests.support.waiting import until

# In the place of run.py, which would make an environment of its own: the same words, this Python.
RUN = f"""
import os, sys
module = {{"up": ["service", "up"], "train": ["model", "train"]}}[sys.argv[1]]
words = [{sys.executable!r}, "-P", "-m", *module, *sys.argv[2:]]
os.execve(words[0], words, {{**os.environ, "PYTHONPATH": {str(ROOT)!r}}})
"""
NEW = [sys.executable, "-P", "-m", "service", "new"]


def new(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """The command, typed in a folder."""
    return subprocess.run(
        [*NEW, *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def house(open_module_folder: Path) -> Path:
    """A service made from 225 mails, in a folder with a space in its name."""
    mails_csv(open_module_folder / "mails.csv", 25)
    done = new(open_module_folder, "mon courrier", "--data", "mails.csv", "--strategy", "linear")
    assert done.returncode == 0, done.stderr
    assert "225 mails" in done.stderr
    return open_module_folder / "mon courrier"


@pytest.fixture(scope="module")
def guide(house: Path) -> Iterator[Guide]:
    """Somebody who has started it."""
    checkout = house.parent / "checkout"
    checkout.mkdir()
    (checkout / "run.py").write_text(RUN)
    made = Guide(house, checkout)
    try:
        made.start(100)
        yield made
    finally:
        made.leave()


def test_its_model_fits_its_routing(house: Path) -> None:
    """A linear one, with the categories of the data and their titles."""
    manifest = load(house / "model").manifest
    routing = load_routing(house / "routing.yaml")
    assert LINEAR in manifest.files
    assert set(manifest.labels) == set(routing.categories)
    assert {x.title for x in routing.categories.values()} == set(TITLES.values())


def test_mail_in_it_is_masked_and_for_its_owner_alone(house: Path) -> None:
    """Whoever else is on this machine; `.gitignore` keeps it out of a repository."""
    assert (house / "data").stat().st_mode & 0o77 == 0
    rows = [orjson.loads(x) for x in (house / "data" / "mails.jsonl").read_bytes().splitlines()]
    assert all(row["mask_version"] for row in rows)
    assert "data/" in (house / ".gitignore").read_text().splitlines()


def test_its_readme_leads_to_a_console(guide: Guide) -> None:
    """The first block starts it; the login that it prints opens the console."""
    person = Person(guide.value("API"))
    assert person.sign_in(guide.value("login"), guide.value("password")).status == 303
    page = person.get("/console/queues/resiliation")
    assert (page.status, "Résiliation" in html.unescape(page.text)) == (200, True)


def test_its_readme_leads_to_decided_mail(guide: Guide) -> None:
    """Its own examples are posted and decided, into queues of this service."""
    said = guide.type("post --wait")
    queues = yaml.safe_load((guide.folder / "routing.yaml").read_text(encoding="utf-8"))["queues"]
    assert any(queue in said for queue in queues)


def test_its_readme_leads_to_another_model(guide: Guide) -> None:
    """Trained, added, promoted, with the commands as they stand; nobody was interrupted."""
    guide.type("route simulate")
    added = re.search(r"Model (\w{12}) was added", guide.type("model add"))
    assert added
    guide.type("model promote", {"VERSION": added[1]})


def test_ctrl_c_ends_it(guide: Guide) -> None:
    """In the terminal where it was started, and without a fault."""
    assert guide.stop() == 0


def test_a_second_run_changes_nothing(house: Path) -> None:
    """It refuses, and says how to start what is there."""
    before = {path: path.stat().st_mtime_ns for path in house.glob("*")}
    done = new(house.parent, house.name, "--data", "mails.csv")
    assert done.returncode == 1
    assert "is there already: give a name that is not" in done.stderr
    assert {path: path.stat().st_mtime_ns for path in house.glob("*")} == before


def written(name: str, content: bytes) -> Callable[[Path], None]:
    return lambda folder: (folder / name).write_bytes(content) and None


LINES = "category,text\n" + "".join(f"claim,mail {chr(97 + n)}\n" for n in range(20))
CASES = {
    "no file": (lambda folder: None, "There is no data at mails.csv"),
    "empty": (written("mails.csv", b""), "mails.csv holds no labelled mail: give a .csv"),
    "no category": (written("mails.csv", b"a,text\nx,y\n"), "give the category as 'category'"),
    "no mail": (written("mails.csv", b"category,a\nx,y\n"), "give the mail as 'text'"),
    "one category": (written("mails.csv", LINES.encode()), "two are needed"),
    "Latin-1": (written("mails.csv", "category,text\né,y\n".encode("latin-1")), "save it as UTF-8"),
    "binary": (written("mails.csv", bytes(range(256)) * 9), "save it as UTF-8"),
    "a mail for a name": (
        written("mails.csv", b'category,text\n"' + b"Dear all, " * 20 + b'",y\n'),
        "is `category` the column of the categories?",
    ),
    "rare categories": (
        written("mails.csv", (LINES + "payment,one\n").encode()),
        "leave them out with --drop-rare",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_bad_data_gets_a_sentence_and_leaves_nothing(tmp_path: Path, case: str) -> None:
    """One line that says what to do; no folder, no part of one."""
    make, sentence = CASES[case]
    make(tmp_path)
    before = set(tmp_path.iterdir())
    done = new(tmp_path, "mine", "--data", "mails.csv", "--strategy", "linear")
    assert done.returncode == 1
    assert sentence in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr
    assert set(tmp_path.iterdir()) == before


def test_what_is_too_large_is_refused_unread(tmp_path: Path) -> None:
    """A sparse file of a gigabyte and a byte: at once, not after it filled the memory."""
    with (tmp_path / "mails.csv").open("wb") as file:
        file.truncate((1 << 30) + 1)
    done = new(tmp_path, "mine", "--data", "mails.csv")
    assert done.returncode == 1
    assert "larger than 1 GB: give fewer mails" in done.stderr


def test_a_folder_of_messages_will_do(tmp_path: Path) -> None:
    """One sub-folder a category, as `python -m model train` takes it; so will JSON lines."""
    for number in range(60):
        name, word = ("Résiliation", "cancel") if number % 2 else ("Sinistre", "accident")
        folder = tmp_path / "mails" / name
        folder.mkdir(parents=True, exist_ok=True)
        letters = f"{chr(97 + number // 26)}{chr(97 + number % 26)}"
        text = f"Subject: {word} {letters}\n\nMy {word}, please: {letters}{word}.\n"
        (folder / f"{number}.eml").write_text(text)
    done = new(tmp_path, "mine", "--data", "mails", "--strategy", "linear")
    assert done.returncode == 0, done.stderr
    assert set(load(tmp_path / "mine" / "model").manifest.labels) == {"resiliation", "sinistre"}
    again = new(tmp_path, "again", "--data", "mine/data/mails.jsonl", "--strategy", "linear")
    assert again.returncode == 0, again.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stopped_half_way_it_leaves_nothing(tmp_path: Path, number: int) -> None:
    """Ctrl-C while it trains: no folder, no part of one, and the same command works again."""
    mails_csv(tmp_path / "mails.csv", 200)
    process = subprocess.Popen(
        [*NEW, "mine", "--data", "mails.csv", "--strategy", "linear"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stderr=subprocess.PIPE,
        text=True,
    )
    until((tmp_path / ".mine.new" / "work").exists, "training")
    process.send_signal(number)
    _, said = process.communicate(timeout=60)
    assert process.returncode == (130 if number == signal.SIGINT else 143)
    assert "Traceback" not in said
    assert [path.name for path in tmp_path.iterdir()] == ["mails.csv"]
