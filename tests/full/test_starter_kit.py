"""From 2,000 labelled mails to a running service in ten minutes, as somebody new does it.

A checkout without an environment, one command, then the README that it wrote. Needs a way to a
package index, as a first `run.py` does.
"""

import gzip
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import orjson
import pytest

from tests.support.guide import Guide
from tests.support.labelled import mails_csv
from tests.support.person import Person
from tests.support.processes import ROOT, free_port

POSTS = ROOT.parent / "shared" / "data" / "newsgroups20" / "train.jsonl.gz"
MOST_SECONDS = 600
CODE = ("helm", "launch", "mail", "model", "requirements", "service")
pytestmark = [pytest.mark.full, pytest.mark.timeout(1800)]


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The code as it is here, and no environment."""
    made = tmp_path_factory.mktemp("new") / "check out"
    made.mkdir()
    for name in CODE:
        shutil.copytree(ROOT / name, made / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("run.py", "requirements.txt", "routing.yaml"):
        shutil.copy(ROOT / name, made)
    return made


@pytest.fixture
def guides() -> Iterator[list[Guide]]:
    """Those who started something; it ends with the test."""
    made: list[Guide] = []
    yield made
    for guide in made:
        guide.leave()


def followed(guides: list[Guide], checkout: Path, mails: Path, name: str) -> float:
    """Make a service, start it, sign in, post: by its README; returns the seconds to the console.

    What was made is removed, since the next test starts from nothing, too.
    """
    folder = checkout.parent / name
    started = time.monotonic()
    done = subprocess.run(
        [sys.executable, str(checkout / "run.py"), "new", name, "--data", str(mails)],
        cwd=checkout.parent,
        env={k: v for k, v in os.environ.items() if k != "VIRTUAL_ENV"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    # a port that no other service on this machine is about to take
    guide = Guide(folder, AIGUILLEUR_HTTP_PORT=str(free_port()))
    guides.append(guide)
    guide.start(MOST_SECONDS)
    person = Person(guide.value("API"))
    assert person.sign_in(guide.value("login"), guide.value("password")).status == 303
    assert person.get("/console/overview").status == 200
    seconds = time.monotonic() - started
    sys.stdout.write(f"{name}: {seconds:.0f} s to its console\n{done.stdout}{done.stderr}")
    guide.type("post --wait")
    assert guide.stop() == 0
    return seconds


def test_two_thousand_mails_become_a_service_in_ten_minutes(
    guides: list[Guide], checkout: Path
) -> None:
    """The environment made, the model trained, everything started, the console open."""
    mails = mails_csv(checkout.parent / "mails.csv", 223)
    assert followed(guides, checkout, mails, "courrier") < MOST_SECONDS


@pytest.mark.skipif(not POSTS.is_file(), reason="20 Newsgroups is not on this machine")
def test_two_thousand_posts_of_eighteen_groups_do(guides: list[Guide], checkout: Path) -> None:
    """Mail that nobody made for the purpose, labels with dots."""
    mails = checkout.parent / "posts"
    with gzip.open(POSTS) as posts:
        for line in islice(posts, 0, 10_000, 5):  # they lie sorted by group
            post = orjson.loads(line)
            folder = mails / post["label"]
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"{post['id']}.eml").write_text(post["text"], encoding="utf-8")
    assert followed(guides, checkout, mails, "groups") < MOST_SECONDS
