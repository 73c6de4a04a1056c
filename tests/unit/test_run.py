"""`run.py` on a small checkout: real code, no requirements, a service that says its words."""

import ast
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from launch.pythons import what_lacks

ROOT = Path(__file__).resolve().parents[2]
SERVICE = """
import json, os, sys
names = ("AIGUILLEUR_DATA_DIR", "PYTHONPATH", "PYTHONUTF8")
print(json.dumps([sys.argv[1:], os.getcwd(), {n: os.environ.get(n) for n in names}]))
"""
CHECK = "import os, sys; print(__file__); sys.exit(__file__.endswith(os.environ['FAILS'] + '.py'))"


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """In a directory with a space and an accent; nothing is installed yet."""
    made = tmp_path_factory.mktemp("une copie à moi") / "check out"
    shutil.copytree(ROOT / "launch", made / "launch", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "run.py", made)
    (made / "service").mkdir()
    (made / "service" / "__main__.py").write_text(SERVICE)
    for name in ("ruff", "mypy", "pytest"):
        (made / f"{name}.py").write_text(CHECK)
    (made / "requirements").mkdir()
    for name in ("serving", "training", "kit", "dev"):
        (made / "requirements" / f"{name}.txt").write_text("# nothing\n")
    (made / "requirements.txt").write_text("-r requirements/serving.txt\n-r requirements/dev.txt\n")
    return made


def run(checkout: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """`python run.py WORDS`, from another directory."""
    return subprocess.run(
        [sys.executable, str(checkout / "run.py"), *words],
        cwd=checkout.parent,
        env={**os.environ, "XDG_CACHE_HOME": str(checkout.parent / "cache"), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@contextmanager
def not_ours(directory: Path) -> Iterator[None]:
    """As if another user had made it: closed by its mode, or by its owner where we are root."""
    before = directory.stat()
    if os.geteuid() == 0:
        os.chown(directory, 65534, 65534)
    directory.chmod(0o555)
    yield
    directory.chmod(before.st_mode)
    os.chown(directory, before.st_uid, before.st_gid)


def fake_python(folder: Path, answer: str) -> str:
    """An interpreter that says `answer` when it is asked what it is, else its arguments."""
    path = folder / "python3.12"
    path.write_text(f'#!/bin/sh\n[ "$1" = -I ] && echo {answer} || echo chosen: "$@"\n')
    path.chmod(0o755)
    return str(path)


def test_an_old_python_can_read_it() -> None:
    """Python 3.6 must get as far as the sentence that says what is needed."""
    for path in (ROOT / "run.py", *(ROOT / "launch").glob("*.py")):
        ast.parse(path.read_text(encoding="utf-8"), feature_version=(3, 6))


def test_it_needs_nothing_installed() -> None:
    """The standard library alone, without even site-packages."""
    done = subprocess.run([sys.executable, "-S", str(ROOT / "run.py"), "--help"], check=False)
    assert done.returncode == 0


def test_an_old_python_is_told_what_is_needed(tmp_path: Path) -> None:
    """In a sentence with the commands that install it."""
    said = what_lacks(fake_python(tmp_path, "3.6"))
    assert said is not None
    assert said.startswith("Aiguilleur needs Python 3.11 or 3.12, and this is 3.6.")


def test_a_python_without_venv_is_told_how_to_get_it(tmp_path: Path) -> None:
    """Debian keeps that module in a package of its own."""
    said = what_lacks(fake_python(tmp_path, "3.11 ensurepip"))
    assert said is not None
    assert "lacks its module ensurepip. Install it (`apt install python3.11-venv`)" in said


def test_another_python_on_path_takes_over(tmp_path: Path) -> None:
    """With the same words."""
    (tmp_path / "old").mkdir()
    old, fitting = fake_python(tmp_path / "old", "3.6"), fake_python(tmp_path, "3.12")
    code = f"""if True:
        import sys
        from launch.pythons import become_fitting
        sys.executable = {old!r}
        become_fitting("run.py", ["demo", "--once"])
    """
    environment = {**os.environ, "PATH": f"{Path(fitting).parent}{os.pathsep}{os.environ['PATH']}"}
    said = subprocess.check_output([sys.executable, "-c", code], cwd=ROOT, env=environment)
    assert said.decode().split() == ["chosen:", "run.py", "demo", "--once"]


@pytest.mark.parametrize(
    ("words", "says"),
    [(["dmeo"], "There is no 'dmeo'"), (["up", "--once"], "'up' does not take '--once'")],
)
def test_wrong_words_are_named(checkout: Path, words: list[str], says: str) -> None:
    """Before anything is installed."""
    done = run(checkout, *words)
    assert done.returncode == 1
    assert says in done.stderr


def test_two_first_runs_at_once_make_one_environment(checkout: Path) -> None:
    """One makes it, the other waits, says so, and uses it."""
    command = [sys.executable, str(checkout / "run.py"), "up"]
    pair = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    said = [process.communicate()[0] for process in pair]
    assert [process.returncode for process in pair] == [0, 0]
    assert sum("Preparing a Python environment" in text for text in said) == 1
    assert sum("Another run.py prepares the environment" in text for text in said) == 1


def test_a_second_run_installs_nothing(checkout: Path) -> None:
    """It becomes the service at once, in the checkout, with the caller's paths made absolute."""
    done = run(checkout, "demo", "--once", AIGUILLEUR_DATA_DIR="my data", PYTHONPATH="/astray")
    words, cwd, environment = ast.literal_eval(done.stdout.replace("null", "None"))
    assert (words, cwd) == (["demo", "--once"], str(checkout))
    assert environment == {
        "AIGUILLEUR_DATA_DIR": str(checkout.parent / "my data"),
        "PYTHONPATH": None,
        "PYTHONUTF8": "1",
    }


def test_a_folder_is_meant_from_where_the_user_is(checkout: Path) -> None:
    """`up DIR` gets it made absolute; `new` stays there, since its words name more than one."""
    words, cwd, _ = ast.literal_eval(run(checkout, "up", "mine").stdout.replace("null", "None"))
    assert (words, cwd) == (["up", str(checkout.parent / "mine")], str(checkout))
    done = run(checkout, "new", "mine", "--data", "mails.csv", PYTHONPATH="/astray")
    words, cwd, environment = ast.literal_eval(done.stdout.replace("null", "None"))
    assert (words, cwd) == (["new", "mine", "--data", "mails.csv"], str(checkout.parent))
    assert environment["PYTHONPATH"] == str(checkout)


def test_what_training_needs_is_installed_where_a_transformer_is_asked_for(checkout: Path) -> None:
    """Once; a linear model is made by what serves."""
    linear = run(checkout, "new", "mine", "--data", "mails.csv", "--strategy", "linear")
    assert "Installing" not in linear.stdout
    asked = ["new", "mine", "--data", "mails.csv", "--strategy=full"]
    assert "Installing the packages for training" in run(checkout, *asked).stdout
    assert "Installing" not in run(checkout, *asked).stdout


def test_changed_requirements_are_installed(checkout: Path) -> None:
    """Into the environment that is there."""
    (checkout / "requirements" / "serving.txt").write_text("# something else\n")
    done = run(checkout, "up")
    assert "Installing the packages for the service" in done.stdout
    assert "Preparing" not in done.stdout
    assert "Installing" not in run(checkout, "up").stdout


def test_requirements_that_cannot_be_installed_are_explained(checkout: Path) -> None:
    """With pip's own words and what to set where there is no way to pypi.org; no traceback."""
    serving = checkout / "requirements" / "serving.txt"
    before = serving.read_text()
    serving.write_text("./no-such-package\n")
    done = run(checkout, "up")
    serving.write_text(before)
    assert done.returncode == 1
    assert "PIP_INDEX_URL" in done.stderr
    assert "no-such-package" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_half_made_environment_is_made_again(checkout: Path) -> None:
    """As the failed installation before left one; and as a SIGKILL would."""
    broken = checkout / ".venv" / "lib" / "half-made"
    broken.mkdir()
    done = run(checkout, "up")
    assert done.returncode == 0
    assert "Preparing a Python environment" in done.stdout
    assert not broken.exists()


def test_checks_stop_at_the_first_that_fails(checkout: Path) -> None:
    """And say which it was; the exit status tells machines."""
    done = run(checkout, "test", "-k", "some", FAILS="mypy")
    assert done.returncode == 1
    assert "types failed after" in done.stderr
    assert "== format: passed in" in done.stdout
    assert "== tests" not in done.stdout


def test_checks_pass_words_on_to_pytest(checkout: Path) -> None:
    """All steps pass, each named with its time."""
    done = run(checkout, "test", "-k", "some", FAILS="nothing")
    assert done.returncode == 0
    assert "== tests: pytest -k some" in done.stdout
    assert "== tests: passed in" in done.stdout


def test_another_users_checkout_gets_an_environment_elsewhere(checkout: Path) -> None:
    """One of this user's own, when the one in the checkout cannot be used or completed."""
    shutil.rmtree(checkout / ".venv")
    (checkout / ".venv").mkdir()
    with not_ours(checkout / ".venv"):
        done = run(checkout, "up")
    assert done.returncode == 0, done.stderr
    assert f"Preparing a Python environment in {checkout.parent / 'cache'}" in done.stdout


def test_clean_removes_environments_alone(checkout: Path) -> None:
    """The next run makes one again; data stays."""
    done = run(checkout, "clean")
    assert done.returncode == 0
    assert not (checkout / ".venv").exists()
    assert not list((checkout.parent / "cache" / "aiguilleur").iterdir())
    assert (checkout / "service").exists()
