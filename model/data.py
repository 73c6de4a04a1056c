"""Labelled mail from files; every text goes through mail.parse and mail.text, as in serving.

JSON lines, CSV -> fields -> mail.parse.from_fields -> mail.text.model_input -> Labelled
"""

import csv
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from mail.mbox import begins, spans
from mail.parse import from_fields, parse
from mail.text import TEXT_VERSION, joined, model_input
from mail.types import Email
from model.examples import Labelled
from model.progress import progress

MAIL_SUFFIXES = frozenset({".eml", ".msg", ""})
JSON_SUFFIXES = frozenset({".jsonl", ".ndjson"})
CSV_SUFFIXES = frozenset({".csv", ".tsv", ".txt"})
LABEL_KEYS = ("category", "label")
TEXT_KEYS = ("text", "body", "message")
OUTSIDE = "outside"
_LARGEST_FIELD = 64 << 20  # bytes of one cell; the reader's own limit is 128 KB
_DELIMITERS = ",;\t"
_ESCAPED = re.compile(rb"^>(>*From )", re.MULTILINE)


class DataError(ValueError):
    """The data cannot be used; the message is a sentence that says what to do."""


def read_labelled(path: Path) -> list[Labelled]:
    """Examples of a .jsonl or .csv file, or of a folder with one sub-folder of .eml a category.

    Rows give `category` (or `label`) and `text` (or `body`, `message`), and may give `subject`,
    `from`, `date`, `html`, `language`, `group`, `thread`, `kind`, and `scope`: `outside` says that
    the mail is nobody's business here, whatever its category; `by_chance`: true, that it was chosen
    for a spot check. Of a row with `as_read`, the text is what the model read at that text version.
    """
    _must_exist(path)
    found = _folder(path) if path.is_dir() else _file(path)
    examples = list(progress(found, f"reading {path.name}"))
    if not examples:
        raise DataError(
            f"{path} holds no labelled mail: give a .csv or .jsonl file with a row for each mail, "
            "or a folder with one sub-folder of .eml files for each category."
        )
    return examples


def read_texts(path: Path) -> list[str]:
    """Model inputs of mail without categories: rows as above, a folder of .eml files, an mbox."""
    _must_exist(path)
    found = [text for text in progress(_texts(path), f"reading {path.name}") if text]
    if not found:
        raise DataError(
            f"{path} holds no mail: give a .csv or .jsonl file with a row for each mail, an .mbox, "
            "or a folder of .eml files."
        )
    return list(dict.fromkeys(found))


def _texts(path: Path) -> Iterator[str]:
    if path.is_dir():
        yield from (text_of_raw(x.read_bytes()) for x in mails_below(path))
    elif path.suffix.lower() == ".mbox":
        yield from map(text_of_raw, read_mbox(path))
    else:
        yield from (text_of_fields(row) for _, row in _rows(path))


def mails_below(folder: Path) -> list[Path]:
    """The files of a folder that are messages, by their names."""
    found = sorted(x for x in folder.rglob("*") if _is_mail(x.relative_to(folder)))
    return [x for x in found if x.is_file()]


def _is_mail(place: Path) -> bool:
    """By its name within a folder; what is hidden (.DS_Store, .git) is a program's, and no mail."""
    hidden = any(part.startswith(".") for part in place.parts)
    return not hidden and place.suffix.lower() in MAIL_SUFFIXES


def _must_exist(path: Path) -> None:
    if not path.exists():
        raise DataError(f"There is no data at {path}: give the path of a file or folder.")


def is_mailbox(path: Path) -> bool:
    """By its name; by how it begins where the name says nothing, as those of mail programs do."""
    if path.suffix:
        return path.suffix.lower() == ".mbox"
    with path.open("rb") as file:
        return begins(file.readline(1000))


def read_mbox(path: Path) -> Iterator[bytes]:
    """The messages of a mailbox file, one at a time; `>From ` is read as `From `."""
    with path.open("rb") as places, path.open("rb") as file:
        yield from messages_of(places, file)


def messages_of(places: BinaryIO, file: BinaryIO) -> Iterator[bytes]:
    """The same of one mailbox that is open twice: where messages are, and what they are."""
    for offset, length in spans(places):
        file.seek(offset)
        yield _ESCAPED.sub(rb"\1", file.read(length))


def email_of_fields(row: Mapping[str, Any]) -> Email:
    """One mail given as fields; `body` and `message` are other names for `text`."""
    text = next((row[key] for key in TEXT_KEYS if row.get(key)), "")
    return from_fields({**row, "text": text})


def text_of_fields(row: Mapping[str, Any]) -> str:
    """Model input of one mail given as fields."""
    return model_input(email_of_fields(row))


def text_of_raw(raw: bytes) -> str:
    """Model input of one RFC 5322 message."""
    return model_input(parse(raw))


def shown(path: Path | str) -> str:
    """A name as text that can be written: bytes that are no UTF-8 are spelled out."""
    return str(path).encode("utf-8", "backslashreplace").decode("utf-8")


def _file(path: Path) -> Iterator[Labelled]:
    for number, row in _rows(path):
        yield _labelled(path, number, row)


def _rows(path: Path) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Rows with their numbers, as a person counts them in the file."""
    suffix = path.suffix.lower()
    if suffix in JSON_SUFFIXES:
        return _json_lines(path)
    if suffix in CSV_SUFFIXES:
        return _csv(path)
    known = ", ".join(sorted(CSV_SUFFIXES | JSON_SUFFIXES))
    raise DataError(
        f"{path} is no file that can be read here ({known}, or a folder of .eml files): save it as "
        "CSV in UTF-8, or as one JSON object a line."
    )


def _labelled(path: Path, number: int, row: Mapping[str, Any]) -> Labelled:
    label = next((row[key] for key in LABEL_KEYS if row.get(key)), None)
    if isinstance(label, int) and not isinstance(label, bool):
        label = str(label)
    if not isinstance(label, str) or not label.strip():
        raise DataError(
            f"{path}, row {number}: give the category as 'category' or 'label'{_has(row)}."
        )
    given = (row.get(key) for key in (*TEXT_KEYS, "html", "subject"))
    if not any(isinstance(value, str) and value for value in given):
        raise DataError(
            f"{path}, row {number}: give the mail as 'text', 'body', 'message', 'html' or "
            f"'subject'{_has(row)}."
        )
    return _example(email_of_fields(row), label.strip(), f"{shown(path.name)}:{number}", row)


def _has(row: Mapping[str, Any]) -> str:
    names = ", ".join(str(name)[:40] for name in list(row)[:12])
    return f"; the row has {names}" if names else ""


def _example(email: Email, label: str, source: str, row: Mapping[str, Any]) -> Labelled:
    first = email.references[0] if email.references else email.in_reply_to or ""
    return Labelled(
        text=_text(email, source, row),
        label=label,
        language=str(row.get("language") or ""),
        group=str(row.get("group") or row.get("template_id") or ""),
        source=source,
        thread=str(row.get("thread") or first or _own_id(email)),
        sender=email.sender.address.rpartition("@")[2].lower() if email.sender else "",
        date=email.date.isoformat() if email.date else "",
        kind=str(row.get("kind") or ""),
        outside=row.get("scope") == OUTSIDE,
        by_chance=row.get("by_chance") is True,
    )


def _text(email: Email, source: str, row: Mapping[str, Any]) -> str:
    """What the model reads; an export may hold just that, masked, and says which version it is."""
    version = row.get("as_read")
    if not version:
        return model_input(email)
    if str(version) != TEXT_VERSION:
        raise DataError(
            f"{source} was read as text version {version} and this release reads version "
            f"{TEXT_VERSION}: export the data anew."
        )
    return joined(email.subject, email.text)


def _own_id(email: Email) -> str:
    """What replies name; an id made up for a message without one binds nothing."""
    return "" if email.message_id.endswith(".invalid") else email.message_id


def _json_lines(path: Path) -> Iterator[tuple[int, Mapping[str, Any]]]:
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            if line.strip():
                yield number, _json_row(path, number, line)


def _json_row(path: Path, number: int, line: bytes) -> Mapping[str, Any]:
    try:
        row = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise DataError(
            f"{path}, row {number} is not JSON in UTF-8: {error}. Give one object a line."
        ) from error
    if not isinstance(row, dict):
        raise DataError(
            f"{path}, row {number} must be a JSON object, as "
            '{"category": "claim", "text": "..."}.'
        )
    return row


def _csv(path: Path) -> Iterator[tuple[int, Mapping[str, Any]]]:
    csv.field_size_limit(_LARGEST_FIELD)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            first = file.readline()
            delimiter = max(_DELIMITERS, key=first.count)
            file.seek(0)
            for number, row in enumerate(csv.DictReader(file, delimiter=delimiter), 2):
                yield number, {key: value for key, value in row.items() if key}
    except UnicodeDecodeError as error:
        raise DataError(
            f"{path} is not CSV in UTF-8 ({error.reason} at byte {error.start}): save it as UTF-8."
        ) from error
    except csv.Error as error:
        raise DataError(f"{path} is not CSV in UTF-8: {error}.") from error


def _folder(path: Path) -> Iterator[Labelled]:
    for file in sorted(path.glob("*/*")):
        if _is_mail(file.relative_to(path)) and file.is_file():
            email = parse(file.read_bytes())
            label = shown(file.parent.name)
            yield _example(email, label, f"{label}/{shown(file.name)}", {})
