"""`python -m model` as a user runs it: another process, its words on stderr."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import orjson
from tiny_networks import LABELS, WORDS

ROOT = Path(__file__).resolve().parents[2]


def letters(number: int) -> str:
    """A word of its own for each number: digits would not tell two texts apart."""
    return "".join(chr(97 + (number // 26**k) % 26) for k in range(3))


def rows(number: int, extra: str = "") -> list[dict[str, object]]:
    """Mails whose words give their category away, each different."""
    found = []
    for i in range(number):
        label = LABELS[i % len(LABELS)]
        words = [WORDS[label][(i + k) % 3] for k in range(1 + i % 4)]
        found.append({"text": " ".join([*words, letters(i), extra]), "category": label})
    return found


def data(folder: Path, found: Sequence[object]) -> Path:
    """The rows as a file of JSON lines."""
    file = folder / "mails.jsonl"
    file.write_bytes(b"\n".join(map(orjson.dumps, found)))
    return file


def started(*arguments: str) -> subprocess.Popen[str]:
    """The command, under way."""
    command = [sys.executable, "-m", "model", *arguments]
    return subprocess.Popen(
        command, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def said(*arguments: str) -> tuple[int, str]:
    """How the command ended, and what it said on stderr."""
    process = started(*arguments)
    _, words = process.communicate(timeout=100)
    return process.returncode, words
