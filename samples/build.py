"""Builds `samples/mail/*.eml` and `samples/expected.csv` from the texts in `samples/source`.

    python -m samples.build

The bytes depend on the source texts alone, so a second run changes nothing.
"""

import csv
import datetime as dt
import email.utils
import io
from pathlib import Path

from samples.files import content
from samples.forms import Form, as_html, form_of, number, wrapped
from samples.machine import bounce, invitation
from samples.texts import Text, texts
from samples.wire import CRLF, address, crlf, encoded, filename, multipart, part, transfer

HERE = Path(__file__).parent
FIRST_DAY = dt.datetime(2026, 3, 5, 6, 30, tzinfo=dt.timezone(dt.timedelta(hours=1)))
DEFAULT_TO = "Mutuelle du Rail <contact@mutuelle-du-rail.example>"


def _date(text: Text) -> str:
    """A minute of the waking hours of the first days of March, after every date in the texts."""
    day, minute = number("day", text.name) % 5, number("minute", text.name) % (16 * 60)
    return email.utils.format_datetime(FIRST_DAY + dt.timedelta(days=day, minutes=minute))


def _received(text: Text, hop: str) -> str:
    mark = number("hop", hop, text.name)
    relay = f"relay{mark % 7}.example.net"
    return (
        f"Received: from {relay} ({relay} [198.51.100.{mark % 250}])\r\n"
        f"\tby mx.mutuelle-du-rail.example with ESMTPS id {mark % 16**10:010x};\r\n\t{_date(text)}"
    )


def _headers(text: Text, form: Form) -> list[str]:
    """The header fields that every sample has, then those it asks for."""
    keys = text.keys
    domain = keys["from"].rstrip(">").rpartition("@")[2]
    found = [
        f"Date: {_date(text)}",
        f"From: {address(keys['from'], form.charset, form.words)}",
        f"To: {address(keys.get('to', DEFAULT_TO))}",
        f"Message-ID: <{number('id', text.name):x}.{text.name}@{domain}>",
    ]
    if "subject" in keys:
        found.append(f"Subject: {encoded(keys['subject'], form.charset, form.words)}")
    if "cc" in keys:
        found.append(f"Cc: {address(keys['cc'], form.charset, form.words)}")
    if form.mailer and "Auto-Submitted" not in "".join(text.headers):
        found.append(form.mailer)
    return [*found, *text.headers, "MIME-Version: 1.0"]


def _leaf(body: str, subtype: str, form: Form) -> bytes:
    headers = [
        f"Content-Type: text/{subtype}; charset={form.charset}",
        f"Content-Transfer-Encoding: {form.coding}",
    ]
    return part(headers, transfer(crlf(body).encode(form.charset), form.coding))


def _body(text: Text, form: Form) -> bytes:
    """The readable part: plain text, HTML, or both."""
    plain = _leaf(wrapped(text.body) + "\n", "plain", form)
    if form.shape == "text":
        return plain
    page = _leaf(as_html(text.body, form.charset), "html", form)
    if form.shape == "html":
        return page
    kind, body = multipart("alternative", f"alt-{number('alt', text.name):x}", [plain, page])
    return part([f"Content-Type: {kind}"], body)


def _attachment(name: str) -> bytes:
    kind, data = content(name)
    headers = [
        f"Content-Type: {kind}",
        "Content-Transfer-Encoding: base64",
        f"Content-Disposition: attachment; {filename(name)}",
    ]
    return part(headers, transfer(data, "base64"))


def _enclosed(name: str, every: dict[str, Text]) -> bytes:
    """Another sample, attached as the message it is."""
    headers = ["Content-Type: message/rfc822", "Content-Disposition: attachment"]
    return part(headers, message(every[name], every))


def _content(text: Text, form: Form, every: dict[str, Text]) -> bytes:
    if "failed" in text.keys:
        kind, body = bounce(text)
        return part([f"Content-Type: {kind}"], body)
    if "starts" in text.keys:
        kind, body = invitation(text)
        return part([f"Content-Type: {kind}"], body)
    names = [name.strip() for name in text.keys.get("attach", "").split(",") if name.strip()]
    pieces = [_body(text, form), *map(_attachment, names)]
    if "enclose" in text.keys:
        pieces.append(_enclosed(text.keys["enclose"], every))
    if len(pieces) == 1:
        return pieces[0]
    kind, body = multipart("mixed", f"mix-{number('mix', text.name):x}", pieces)
    return part([f"Content-Type: {kind}"], body)


def message(text: Text, every: dict[str, Text]) -> bytes:
    """The bytes of one sample. A `copy` has another one's, under other trace headers."""
    if "copy" in text.keys:
        return _message(every[text.keys["copy"]], every, hop=text.name)
    return _message(text, every, hop="first")


def _message(text: Text, every: dict[str, Text], hop: str) -> bytes:
    whole = text.keys.get("subject", "") + text.keys["from"] + text.keys.get("cc", "") + text.body
    form = form_of(text.name, text.keys.get("form", ""), whole)
    lines = [_received(text, hop), *_headers(text, form)]
    return CRLF.join(line.encode() for line in lines) + CRLF + _content(text, form, every)


def note(text: Text) -> str:
    """What the index says of a sample: what it shows, then how it is encoded."""
    if "copy" in text.keys:
        return text.keys["note"]
    whole = text.keys.get("subject", "") + text.keys["from"] + text.keys.get("cc", "") + text.body
    form = form_of(text.name, text.keys.get("form", ""), whole)
    said = [text.keys["note"]] if "note" in text.keys else []
    if "failed" not in text.keys and "starts" not in text.keys:
        shape = {"text": "plain text", "html": "HTML only", "alt": "text and HTML"}[form.shape]
        said.append(f"{shape}, {form.charset}, {form.coding}")
    if "attach" in text.keys:
        said.append(f"attached: {text.keys['attach']}")
    return "; ".join(said)


def index(every: list[Text]) -> str:
    """The text of `expected.csv`."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(("file", "category", "language", "note"))
    for text in sorted(every, key=lambda item: item.file):
        writer.writerow((text.file, text.category, text.language, note(text)))
    return buffer.getvalue()


def build() -> dict[str, bytes]:
    """Path below `samples/` -> bytes, for every file that is built."""
    every = texts()
    named = {text.name: text for text in every}
    if len(named) != len(every):
        raise ValueError("two sample mails have the same name")
    files = {f"mail/{text.file}": message(text, named) for text in every}
    return files | {"expected.csv": index(every).encode()}


def main() -> None:
    """Write every file, and remove those that no text stands for any more."""
    files = build()
    (HERE / "mail").mkdir(exist_ok=True)
    for path in (HERE / "mail").glob("*.eml"):
        if f"mail/{path.name}" not in files:
            path.unlink()
    for name, data in files.items():
        (HERE / name).write_bytes(data)


if __name__ == "__main__":
    main()
