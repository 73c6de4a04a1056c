"""The sample mails: enough of them, of every kind, rebuilt byte for byte, unknown to the corpus."""

import collections
import csv
import email
import email.policy
import re
from email.message import EmailMessage
from pathlib import Path

import pytest

from mail.fingerprint import fingerprint
from mail.parse import parse
from model.corpus.data import all_templates
from model.corpus.types import CATEGORIES
from samples.build import HERE, build
from samples.texts import texts

MACHINES = ("auto_reply", "out_of_office", "bounce", "newsletter", "calendar")
RUN = 7  # words: so many in a row are a sentence somebody copied


def rows() -> list[dict[str, str]]:
    """The index, row by row."""
    return list(csv.DictReader((HERE / "expected.csv").read_text().splitlines()))


def message(name: str) -> EmailMessage:
    """A sample as the standard library reads it."""
    data = (HERE / "mail" / name).read_bytes()
    return email.message_from_bytes(data, policy=email.policy.default)


@pytest.fixture(scope="module")
def messages() -> list[EmailMessage]:
    """Every sample."""
    return [message(row["file"]) for row in rows()]


def words(text: str) -> list[str]:
    """The words of a text, without case or marks."""
    return re.findall(r"\w+", text.lower())


def runs(text: str) -> set[str]:
    """Every run of `RUN` words."""
    found = words(text)
    return {" ".join(found[at : at + RUN]) for at in range(len(found) - RUN + 1)}


def test_the_committed_files_are_what_the_script_builds() -> None:
    """Building again gives the same files with the same bytes, and no others."""
    files = build()
    assert {path.name for path in Path(HERE / "mail").glob("*.eml")} == {
        name.removeprefix("mail/") for name in files if name.startswith("mail/")
    }
    assert [name for name, data in files.items() if (HERE / name).read_bytes() != data] == []


def test_there_are_enough_and_they_stay_small() -> None:
    """At least 210 mails, less than 2 MB."""
    sizes = [path.stat().st_size for path in Path(HERE / "mail").glob("*.eml")]
    assert len(sizes) >= 210
    assert sum(sizes) < 2_000_000


def test_every_category_and_kind_is_there_in_both_languages() -> None:
    """Six of each category and language; every kind of machine mail."""
    counts = collections.Counter((row["category"], row["language"]) for row in rows())
    assert [pair for pair in counts if pair[0] not in (*CATEGORIES, *MACHINES)] == []
    assert all(counts[category, lang] >= 6 for category in CATEGORIES for lang in ("fr", "en"))
    assert {category for category, _ in counts} >= set(MACHINES)


@pytest.mark.parametrize(
    "kind", ["text/plain", "text/html", "multipart/alternative", "multipart/mixed",
             "multipart/report", "text/calendar", "message/rfc822", "application/pdf", "image/png"]
)  # fmt: skip
def test_every_media_type_occurs(messages: list[EmailMessage], kind: str) -> None:
    """The structures that real mail has are all there."""
    assert any(part.get_content_type() == kind for mail in messages for part in mail.walk())


@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-1", "iso-8859-15", "windows-1252"])
def test_every_charset_occurs(messages: list[EmailMessage], charset: str) -> None:
    """Texts are written in the charsets that French mail still uses."""
    found = [part for mail in messages for part in mail.walk()]
    assert any(part.get_content_charset() == charset for part in found)


@pytest.mark.parametrize("coding", ["quoted-printable", "base64", "8bit"])
def test_every_transfer_encoding_occurs(messages: list[EmailMessage], coding: str) -> None:
    """Texts are written in every transfer encoding."""
    parts = [part for mail in messages for part in mail.walk() if "text" in part.get_content_type()]
    assert any(part["Content-Transfer-Encoding"] == coding for part in parts)


def test_some_are_html_alone_and_some_have_no_text() -> None:
    """HTML without a plain part, and an empty body beside attachments."""
    notes = [row["note"] for row in rows()]
    assert sum("HTML only" in note for note in notes) >= 20
    assert any("empty body" in note for note in notes)


def test_replies_and_forwards_are_there() -> None:
    """Quoted histories and advisers' forwards, several of each."""
    notes = " ".join(row["note"] for row in rows())
    assert notes.count("quoted history") >= 10
    assert notes.count("forwarded") >= 10


def test_headers_hold_encoded_words() -> None:
    """Both kinds of encoded word occur, and no header has a raw byte beyond ASCII."""
    heads = [data.split(b"\r\n\r\n")[0] for name, data in build().items() if "mail/" in name]
    assert all(head.isascii() for head in heads)
    assert {b"?Q?", b"?B?"} == {mark for mark in (b"?Q?", b"?B?") for h in heads if mark in h}


def test_two_are_duplicates_under_other_trace_headers() -> None:
    """The index names two exact duplicates: other bytes, same fingerprint."""
    noted = [(r["file"], r["note"].split()[3]) for r in rows() if "exact duplicate" in r["note"]]
    pairs = [[(HERE / "mail" / name).read_bytes() for name in pair] for pair in noted]
    assert len(pairs) == 2
    assert all(one != two and fingerprint(one) == fingerprint(two) for one, two in pairs)


def test_each_machine_mail_is_told_by_its_kind() -> None:
    """The kind in the index is the one the parser finds, and people's mails have none."""
    for row in rows():
        found = parse((HERE / "mail" / row["file"]).read_bytes()).machine
        assert (found or "") == (row["category"] if row["category"] in MACHINES else "")


def test_addresses_are_reserved_ones() -> None:
    """No address could belong to anybody."""
    whole = "\n".join(f"{text.keys} {text.headers} {text.body}" for text in texts())
    domains = set(re.findall(r"@([\w.-]+\w)", whole))
    assert {domain.split(".")[-1] for domain in domains} <= {
        "example",
        "invalid",
        "com",
        "org",
        "net",
    }
    reserved = (".example", ".invalid", "example.com", "example.org", "example.net")
    assert [domain for domain in domains if not domain.endswith(reserved)] == []


def test_no_sample_text_is_in_the_training_corpus() -> None:
    """No seven words in a row are shared with a skeleton."""
    known = {run for item in all_templates() for run in runs(item.body)}
    shared = {text.file: runs(text.body) & known for text in texts()}
    assert {name: found for name, found in shared.items() if found} == {}
