"""Find a Python that fits: this one, or another that is installed."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from launch.saying import Failure

FITTING = ("3.12", "3.11")
_MODULES = ("venv", "ensurepip", "ssl", "ctypes")
_USUAL_PLACES = ("/usr/local/bin", "/usr/bin", "/opt/homebrew/bin", "~/.local/bin")
# isolated, so that the caller's environment and directory change nothing
_ASK = (
    "import importlib.util as i, sys; print('%d.%d' % sys.version_info[:2], "
    f"*[m for m in {_MODULES} if not i.find_spec(m)])"
)


def become_fitting(script, words):
    """Return if this Python fits, else run `script` again with one that does.

    Raises Failure when none fits; says what this one lacks.
    """
    lacking = what_lacks(sys.executable)
    if lacking is None:
        return
    for candidate in others():
        if what_lacks(candidate) is None:
            os.execv(candidate, [candidate, str(script), *words])  # noqa: S606  # no shell is wanted
    raise Failure(lacking)


def what_lacks(python):
    """None if it fits, else a sentence: which Python is needed, or which part of this one."""
    try:
        said = subprocess.check_output([python, "-I", "-c", _ASK], stderr=subprocess.DEVNULL)  # noqa: S603
    except (OSError, subprocess.CalledProcessError):
        return f"{python} cannot be run."
    version, *missing = said.decode().split()
    if version not in FITTING:
        return (
            f"Aiguilleur needs Python 3.11 or 3.12, and this is {version}. Install one of them "
            "(`apt install python3.11 python3.11-venv`, `brew install python@3.12`, "
            "`pyenv install 3.12` or `uv python install 3.12`) and run this again: it will be "
            "found."
        )
    if missing:
        return (
            f"Python {version} at {python} lacks its module {missing[0]}. Install it "
            f"(`apt install python{version}-venv`) and run this again."
        )
    return None


def others():
    """Interpreters by their usual names in their usual places, best first."""
    places = os.pathsep.join(os.path.expanduser(place) for place in _USUAL_PLACES)  # noqa: PTH111
    for version in FITTING:
        name = f"python{version}"
        yield from filter(None, (shutil.which(name), shutil.which(name, path=places)))
        yield from _of_pyenv(version)
        yield from _of_uv(version)


def _of_pyenv(version):
    # without a home directory, "~" stays as it is, and nothing is found
    root = Path(os.environ.get("PYENV_ROOT") or os.path.expanduser("~/.pyenv"))  # noqa: PTH111
    return [str(path) for path in root.glob(f"versions/{version}.*/bin/python{version}")]


def _of_uv(version):
    uv = shutil.which("uv")
    if not uv:
        return []
    command = [uv, "python", "find", "--no-python-downloads", version]
    done = subprocess.run(  # noqa: S603
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False
    )
    return [done.stdout.decode().strip()] if done.returncode == 0 else []
