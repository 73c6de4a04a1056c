"""The Python environment of this checkout: made once, completed when the requirements change.

A stamp in it names what was installed to the end. Without its stamp an environment is half-made,
whoever killed the making, and is made anew.
"""

import os
import shutil
import subprocess
import sys
import time
from contextlib import suppress

from launch.lock import Lock
from launch.places import ROOT, homes, is_usable
from launch.requirements import covered_by, current_stamps, requirements_file, stamp
from launch.saying import Failure, say
from launch.torch import cpu_torch

_STAMP = "aiguilleur.stamp"
_PURPOSE = {"serving": "the service", "training": "training", "kit": "training", "all": "the tests"}
# Paths that the service reads from its environment; they are the caller's, who may be elsewhere.
_PATHS = ("AIGUILLEUR_DATA_DIR", "AIGUILLEUR_MODEL_CACHE", "AIGUILLEUR_MODEL_STORE")
_PATHS += ("MODEL_PATH", "ROUTING_PATH")
_ASTRAY = ("PYTHONHOME", "PYTHONPATH", "PIP_USER", "PIP_TARGET", "PIP_PREFIX", "VIRTUAL_ENV")


def prepared(part):
    """The interpreter of an environment with `part` installed; makes or completes one if needed."""
    ready = [home for home in homes() if is_ready(home, part)]
    if ready:
        return python_of(ready[0])
    home = next(filter(is_usable, homes()), None)
    if home is None:
        raise Failure("No directory can be written for the environment: set XDG_CACHE_HOME to one.")
    with Lock(home.parent):
        if not is_ready(home, part):  # whoever held the lock may have done it
            _make(home, part)
    return python_of(home)


def is_ready(home, part):
    """Whether it was made to its end from the requirements as they are now, and works here."""
    return stamp(part) in _stamps(home) and _works(python_of(home))


def python_of(home):
    """Its interpreter."""
    return str(home / "bin" / "python")


def child_environment():
    """The caller's variables, less what would lead Python or pip elsewhere, paths made absolute."""
    environment = {name: value for name, value in os.environ.items() if name not in _ASTRAY}
    environment["PYTHONUTF8"] = "1"  # whatever the locale says
    for name, value in environment.items():
        if value and "://" not in value and (name in _PATHS or name.endswith("_FILE")):
            environment[name] = os.path.abspath(os.path.expanduser(value))  # noqa: PTH100, PTH111
    return environment


def _stamps(home):
    try:
        return (home / _STAMP).read_text().split()
    except OSError:
        return []


def _works(python):
    """Whether it runs: its Python may have been removed since, or be closed to this user."""
    try:
        done = subprocess.run([python, "-I", "-c", ""], stderr=subprocess.DEVNULL, check=False)  # noqa: S603
    except OSError:
        return False
    return done.returncode == 0


def _make(home, part):
    started, stamps = time.time(), set(_stamps(home))
    if not stamps or not _works(python_of(home)):
        stamps = set()
        say(f"Preparing a Python environment in {home} (the first time only).")
        shutil.rmtree(str(home), ignore_errors=True)
        _call([sys.executable, "-m", "venv", str(home)], "The environment could not be made")
    else:
        (home / _STAMP).unlink()  # from here on it is half-made
    say(f"Installing the packages for {_PURPOSE[part]}; this takes a minute or two.")
    _install(home, part)
    # all parts pin the same versions, so what was there before is still as it should be
    stamps = (stamps & current_stamps()) | set(map(stamp, covered_by(part)))
    (home / _STAMP).write_text("\n".join(sorted(stamps)) + "\n")
    say(f"Installed in {time.time() - started:.0f} s.")


def _install(home, part):
    options = ["--disable-pip-version-check", "--no-input", "--progress-bar", "off"]
    pip = [python_of(home), "-m", "pip", "install", *options]
    small_torch = cpu_torch(part)
    if small_torch is not None:
        with suppress(Failure):
            _call([*pip, *small_torch], "torch for the CPU could not be installed")
    _call(
        [*pip, "-r", str(requirements_file(part))],
        "pip could not install the requirements. Without a way to pypi.org, set PIP_INDEX_URL to "
        "a mirror, or HTTPS_PROXY to a proxy",
        show_progress=sys.stdout.isatty(),
    )


def _call(command, failure, show_progress=False):
    """Run a command; its output is shown only when it fails, a count of packages meanwhile."""
    lines, packages = [], 0
    process = subprocess.Popen(  # noqa: S603
        command,
        env=child_environment(),
        cwd=str(ROOT),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    for line in process.stdout:
        lines.append(line.decode(errors="replace").rstrip())
        if show_progress and lines[-1].startswith("Collecting "):
            packages += 1
            say(f"\r  {packages} packages", end="")
    if packages:
        say("\r", end="")
    if process.wait() != 0:
        said = "\n  ".join(lines[-12:])
        raise Failure(f"{failure}. It said:\n  {said}")
