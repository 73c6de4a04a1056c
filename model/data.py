"""Labelled mail from files; every text goes through mail.parse and mail.text, as in serving.

JSON lines, CSV -> fields -> mail.parse.from_fields -> mail.text.model_input -> Labelled
"""

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson

from mail.parse import from_fields, parse
from mail.text import model_input
from model.examples import Labelled

MAIL_SUFFIXES = frozenset({".eml", ".msg", ""})
LABEL_KEYS = ("category", "label")


class DataError(ValueError):
    """The data cannot be used; the message is a sentence that says what to do."""


def read_labelled(path: Path) -> list[Labelled]:
    """Examples of a .jsonl or .csv file, or of a folder with one sub-folder of .eml a category.

    Rows give `category` (or `label`) and `text` (or `body`), and may give `subject`, `from`,
    `html`, `language`, `group`.
    """
    if not path.exists():
        raise DataError(f"There is no data at {path}.")
    examples = list(_folder(path) if path.is_dir() else _file(path))
    if not examples:
        raise DataError(f"{path} holds no labelled mail.")
    return examples


def text_of_fields(row: Mapping[str, Any]) -> str:
    """Model input of one mail given as fields; `body` is another name for `text`."""
    return model_input(from_fields({**row, "text": row.get("text") or row.get("body") or ""}))


def text_of_raw(raw: bytes) -> str:
    """Model input of one RFC 5322 message."""
    return model_input(parse(raw))


def _file(path: Path) -> Iterator[Labelled]:
    rows = _json_lines(path) if path.suffix in {".jsonl", ".ndjson"} else _csv(path)
    for number, row in rows:
        yield _labelled(path, number, row)


def _labelled(path: Path, number: int, row: Mapping[str, Any]) -> Labelled:
    label = next((row[key] for key in LABEL_KEYS if row.get(key)), None)
    if not isinstance(label, str):
        raise DataError(f"{path}, row {number}: give the category as 'category' or 'label'.")
    if not (row.get("text") or row.get("body") or row.get("html") or row.get("subject")):
        raise DataError(
            f"{path}, row {number}: give the mail as 'text', 'body', 'html' or 'subject'."
        )
    return Labelled(
        text=text_of_fields(row),
        label=label,
        language=str(row.get("language") or ""),
        group=str(row.get("group") or row.get("template_id") or ""),
        source=f"{path.name}:{number}",
    )


def _json_lines(path: Path) -> Iterator[tuple[int, Mapping[str, Any]]]:
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            if line.strip():
                yield number, _json_row(path, number, line)


def _json_row(path: Path, number: int, line: bytes) -> Mapping[str, Any]:
    try:
        row = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise DataError(f"{path}, row {number} is not JSON: {error}.") from error
    if not isinstance(row, dict):
        raise DataError(f"{path}, row {number} must be a JSON object.")
    return row


def _csv(path: Path) -> Iterator[tuple[int, Mapping[str, Any]]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield from enumerate(csv.DictReader(file), 2)
    except (UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"{path} is not CSV in UTF-8: {error}.") from error


def _folder(path: Path) -> Iterator[Labelled]:
    for file in sorted(path.glob("*/*")):
        if file.suffix.lower() in MAIL_SUFFIXES and file.is_file():
            yield Labelled(text_of_raw(file.read_bytes()), file.parent.name, source=str(file.name))
