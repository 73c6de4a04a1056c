"""The labelled mail of a kit: read, bounded, named, masked, written for training.

file or folder -> examples -> taxonomy -> rows that `python -m model train` reads
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

import orjson

from mail.field_form import message_of
from mail.masking.mask import MASK_VERSION, Masker
from mail.text import MODEL_CHARS, SUBJECT_CHARS, TEXT_VERSION
from model.data import DataError, read_labelled
from model.examples import Labelled, deduplicate
from service.errors import StartupError
from service.kit.taxonomy import Taxonomy, taxonomy

MOST_BYTES = 1 << 30
MOST_MAILS = 50_000
MOST_EXAMPLES = 20

Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class Mails:
    """What was given: each text once; `torn` counts texts that came again in another category."""

    taxonomy: Taxonomy
    rows: Sequence[Labelled]
    read: int
    torn: int


def gather(path: Path) -> Mails:
    """The mails of a .csv, a .jsonl or a folder with one sub-folder of .eml a category.

    Raises:
        StartupError: a sentence that says what is wrong with them, and what to do.

    """
    _bounded(path)
    try:
        found = read_labelled(path)
    except DataError as error:
        raise StartupError(str(error)) from error
    except OSError as error:
        raise StartupError(f"{path} cannot be read: {error.strerror}.") from error
    _few_enough(path, len(found))
    kept = deduplicate(found)
    first = {x.text: x.label for x in kept}
    torn = sum(first.get(x.text, x.label) != x.label for x in found)
    return Mails(taxonomy(x.label for x in kept), kept, len(found), torn)


def rows_of(mails: Mails) -> list[Row]:
    """What training reads: each text as the model reads it, personal data masked."""
    mask = Masker(()).mask
    return [_row(x, mails.taxonomy.names[x.label], mask(x.text)) for x in mails.rows]


def _row(x: Labelled, category: str, text: str) -> Row:
    row = {
        "category": category,
        "text": text[:MODEL_CHARS],
        "as_read": TEXT_VERSION,
        "mask_version": MASK_VERSION,
        "language": x.language,
        "group": x.group,
        "thread": x.thread,
        "date": x.date,
    }
    return {key: value for key, value in row.items() if value}


def write(rows: Sequence[Row], folder: Path) -> Path:
    """The rows as a file of this new folder, which is for its owner alone."""
    folder.mkdir(mode=0o700)
    file = folder / "mails.jsonl"
    file.write_bytes(b"".join(orjson.dumps(x, option=orjson.OPT_APPEND_NEWLINE) for x in rows))
    return file


def write_examples(rows: Sequence[Row], folder: Path) -> None:
    """A few of them as messages, one a category in turn, to be posted at the first start."""
    folder.mkdir()
    by_category: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        by_category[row["category"]].append(row["text"])
    turns = zip_longest(*(by_category[name][:MOST_EXAMPLES] for name in sorted(by_category)))
    texts = [text for turn in turns for text in turn if text]
    for number, text in enumerate(texts[:MOST_EXAMPLES], 1):
        (folder / f"{number:02}.eml").write_bytes(_message(text))


def _message(text: str) -> bytes:
    """A short first paragraph is the subject, as `mail.text` puts it."""
    first, _, rest = text.partition("\n\n")
    subject, body = (first, rest) if rest and len(first) <= SUBJECT_CHARS else ("", text)
    return message_of({"subject": subject, "from": "someone@example.com", "text": body})


def _bounded(path: Path) -> None:
    """What would fill the memory is refused before it is read."""
    if path.is_dir():
        _few_enough(path, _count(path.glob("*/*")))
    elif path.is_file() and path.stat().st_size > MOST_BYTES:
        raise StartupError(
            f"{path} is larger than 1 GB: give fewer mails, the newest {MOST_MAILS:,} at most."
        )


def _count(files: Iterable[Path]) -> int:
    return sum(1 for _ in files)


def _few_enough(path: Path, number: int) -> None:
    if number > MOST_MAILS:
        raise StartupError(
            f"{path} holds {number:,} mails, and a first model needs {MOST_MAILS:,} at most: give "
            "the newest."
        )
