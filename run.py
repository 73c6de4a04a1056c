#!/usr/bin/env python3
"""One command for a fresh checkout: prepare a Python environment, then start or test Aiguilleur.

    python3 run.py demo [--once]   start everything, post the sample mails, show what became of them
    python3 run.py up [DIR]        start everything, without sample mails; or the service in DIR
    python3 run.py new DIR --data mails.csv
                                   make a service of your own from labelled mail, in DIR
    python3 run.py train --data mails.csv --out FOLDER
                                   train a model from labelled mail
    python3 run.py test [...]      lint, types and all tests; further words go to pytest
    python3 run.py model           train the shipped model anew, into model/default
    python3 run.py clean           remove the Python environment (mail and keys stay)

It needs Python 3.11 or 3.12 and finds one by itself if there is one.
"""

import os
import shutil
import signal
import sys

try:
    from launch.checks import run_checks
    from launch.environment import child_environment, prepared
    from launch.lock import Lock
    from launch.places import ROOT, homes, is_usable
    from launch.pythons import become_fitting
    from launch.saying import Failure, say
except ImportError as missing:  # Windows has no fcntl
    sys.exit(f"run.py: this needs Linux or macOS ({missing}); on Windows, use WSL.")

_NEEDS = {"demo": "serving", "up": "serving", "test": "all", "model": "training"}
_NEEDS.update({"new": "serving", "train": "training"})
_OPTIONS = {"demo": {"--once"}, "up": set(), "model": set(), "clean": set()}
_MODULES = {
    "demo": ["service", "demo"],
    "up": ["service", "up"],
    "new": ["service", "new"],
    "train": ["model", "train"],
    "model": ["model", "train-default", "--out", "model/default"],
}


def main(words):
    """Run one verb; returns the exit status, unless it becomes the service itself."""
    verb, rest = (words[0], words[1:]) if words else ("--help", [])
    if verb in {"-h", "--help", "help"}:
        say(__doc__.strip())
        return 0
    _check(verb, rest)
    if verb == "clean":
        return _clean()
    become_fitting(ROOT / "run.py", words)
    python, environment = prepared(_needs(verb, rest)), child_environment()
    if verb in {"new", "train"}:
        # what is made, and from what, is said from where the user is
        environment["PYTHONPATH"] = str(ROOT)
        return os.execve(python, [python, "-P", "-m", *_MODULES[verb], *rest], environment)  # noqa: S606
    if verb == "up":
        rest = [os.path.abspath(folder) for folder in rest]  # noqa: PTH100
    os.chdir(str(ROOT))
    if verb == "test":
        return run_checks(python, environment, rest)
    if verb in {"demo", "up"}:
        # a Ctrl-C while it loads waits until it can be answered in order
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    return os.execve(python, [python, "-m", *_MODULES[verb], *rest], environment)  # noqa: S606


def _check(verb, rest):
    if verb not in {*_NEEDS, *_OPTIONS}:
        raise Failure(f"There is no '{verb}': see run.py --help.")
    unknown = [word for word in rest if word not in _OPTIONS.get(verb, rest)]
    if verb == "up" and len(unknown) == 1 and not unknown[0].startswith("-"):
        return
    if unknown:
        raise Failure(f"'{verb}' does not take '{unknown[0]}'; see run.py --help.")


def _needs(verb, rest):
    """What is installed for it: torch only where a transformer is trained."""
    strategies = {"linear", "few", "full"} & {word.rpartition("=")[2] for word in rest}
    if verb == "train" and strategies == {"linear"}:
        return "serving"
    return "kit" if verb == "new" and strategies - {"linear"} else _NEEDS[verb]


def _clean():
    for home in homes():
        if home.exists() and is_usable(home):
            with Lock(home.parent):
                shutil.rmtree(str(home))
            say(f"Removed {home}.")
    say("Mail and keys stay in the data directory, which `run.py up` names.")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Failure as failure:
        sys.exit(f"run.py: {failure}")
    except KeyboardInterrupt:
        sys.exit(130)
