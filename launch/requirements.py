"""The parts of the requirements, and a stamp that changes with anything in them."""

import hashlib

from launch.places import ROOT

_FILES = {
    "serving": "requirements/serving.txt",
    "training": "requirements/training.txt",
    "kit": "requirements/kit.txt",
    "all": "requirements.txt",
}


def requirements_file(part):
    """What pip installs for `part`."""
    return ROOT / _FILES[part]


def covered_by(part):
    """The parts that are installed once `part` is."""
    return {"all": tuple(_FILES), "kit": ("serving", "training", "kit")}.get(part, (part,))


def current_stamps():
    """The stamps of all parts as their files are now."""
    return {stamp(part) for part in _FILES}


def stamp(part):
    """`part:hash` of its file and of all files that it includes."""
    digest = hashlib.sha256()
    for path in sorted(_with_included(requirements_file(part))):
        digest.update(path.read_bytes())
    return f"{part}:{digest.hexdigest()}"


def _with_included(path):
    found = {path}
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("-r "):
            found |= _with_included(path.parent / line[3:].strip())
    return found
