"""Reads the hand-written text files of the corpus.

Skeletons (`templates/LANGUAGE/CATEGORY.txt`): a line `= subject | other subject #tag` opens one,
the lines below it are its body. Everything else is lists: a line `[name]` opens one, each line is
an item. In both, a line that starts with `;` is a remark.
"""

import functools
import hashlib
from collections.abc import Iterator
from pathlib import Path

from model.corpus.types import CATEGORIES, LANGUAGES, Template

HERE = Path(__file__).parent


def _lines(path: Path) -> Iterator[str]:
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.startswith(";"):
            yield line.rstrip()


@functools.cache
def lists(folder: str, language: str) -> dict[str, tuple[str, ...]]:
    r"""The named lists of one file; `\n` in an item stands for a line break."""
    found: dict[str, list[str]] = {}
    current: list[str] = []
    for line in _lines(HERE / folder / f"{language}.txt"):
        if line.startswith("[") and line.endswith("]") and "|" not in line:
            current = found.setdefault(line[1:-1], [])
        elif line:
            current.append(line.replace("\\n", "\n"))
    return {name: tuple(items) for name, items in found.items()}


def _template(language: str, category: str, header: str, lines: list[str]) -> Template:
    words = header[1:].split()
    tags = frozenset(word[1:] for word in words if word.startswith("#"))
    subjects = " ".join(word for word in words if not word.startswith("#"))
    body = "\n".join(lines).strip()
    digest = hashlib.sha256(body.encode()).hexdigest()[:10]
    return Template(
        id=f"{category}/{language}/{digest}",
        language=language,
        category=category,
        subjects=tuple(part.strip() for part in subjects.split(" | ")),
        body=body,
        tags=tags,
    )


@functools.cache
def templates(language: str, category: str) -> tuple[Template, ...]:
    """The skeletons of one category and language, in the order of the file."""
    blocks: list[tuple[str, list[str]]] = []
    for line in _lines(HERE / "templates" / language / f"{category}.txt"):
        if line.startswith("="):
            blocks.append((line, []))
        elif blocks:
            blocks[-1][1].append(line)
    return tuple(_template(language, category, header, lines) for header, lines in blocks)


def all_templates() -> Iterator[Template]:
    """Every skeleton of the corpus."""
    for language in LANGUAGES:
        for category in CATEGORIES:
            yield from templates(language, category)
