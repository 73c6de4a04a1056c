"""Write a generated file, or say that the committed one differs from what would be written."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path


def keep(path: Path, text: str, module: str, argv: Sequence[str] | None = None) -> int:
    """Write `text`; with `--check` only compare: 0 if equal, 1 after a sentence if not."""
    parser = argparse.ArgumentParser(prog=f"python -m {module}")
    parser.add_argument("--check", action="store_true", help="compare instead of writing")
    if not parser.parse_args(argv).check:
        path.write_text(text, encoding="utf-8")
        return 0
    if path.is_file() and path.read_text(encoding="utf-8") == text:
        return 0
    sys.stderr.write(f"{path} is out of date: run `python -m {module}`.\n")
    return 1
