"""`python -m bench accuracy`: learn, measure and tell; what was measured before is not again."""

import argparse
import logging
import sys
from pathlib import Path
from typing import Any

import orjson

from bench.accuracy.data import FOLDER
from bench.accuracy.page import page
from bench.accuracy.rows import ROWS

_ROOT = Path(__file__).parents[2]
_RESULTS = _ROOT / "bench" / "results"
_PAGE = _ROOT / "docs" / "benchmarks.md"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Options of this benchmark."""
    parser.add_argument("--row", action="append", choices=[x.name for x in ROWS], help="only these")
    parser.add_argument("--data", type=Path, default=FOLDER, help="folder of the data sets")
    parser.add_argument("--work", type=Path, default=Path("build/accuracy"), help="checkpoints")
    parser.add_argument("--page", action="store_true", help="only write docs/benchmarks.md anew")


def run(options: argparse.Namespace) -> int:
    """Measure the rows, keep each, write the page; 0."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", stream=sys.stderr)
    if not options.page:
        _measure(options)
    text = page(_kept())
    _PAGE.write_text(text, encoding="utf-8")
    sys.stdout.write(text)
    return 0


def _measure(options: argparse.Namespace) -> None:
    # here, because no other benchmark needs the training libraries
    from bench.accuracy.measure import measured  # noqa: PLC0415

    for row in ROWS:
        if not options.row or row.name in options.row:
            found = [measured(row, seed, options.data, options.work) for seed in row.seeds]
            _keep(row.name, found)


def _keep(name: str, found: list[dict[str, Any]]) -> None:
    _RESULTS.mkdir(exist_ok=True)
    (_RESULTS / f"accuracy-{name}.json").write_bytes(orjson.dumps(found) + b"\n")


def _kept() -> dict[str, list[dict[str, Any]]]:
    paths = ((x.name, _RESULTS / f"accuracy-{x.name}.json") for x in ROWS)
    return {name: orjson.loads(path.read_bytes()) for name, path in paths if path.is_file()}
