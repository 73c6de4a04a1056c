"""Public mail fixtures with the text their libraries expect, read where they are installed.

The folder lies beside the repository and is not part of it. What "agreement" means here:

talon        the newest message with its signature, as talon extracts it: twelve replies of mail
             programs (plain text) and nine HTML replies of others.
discourse    the newest message without signature ("trimmed"). Lines quoted with ``>`` that its
             authors keep because an answer follows them are left out of the comparison, since
             they were not written by the sender; ``strict`` keeps them in.

Texts are equal when their words are, in their order: layout does not count.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2] / "shared" / "data" / "mail"
_TALON = ROOT / "mailgun_talon" / "tests" / "fixtures"
_DISCOURSE = ROOT / "discourse_email_reply_trimmer" / "test"
_MIMEKIT = ROOT / "jstedfast_MimeKit" / "UnitTests" / "TestData" / "messages"
_MIMEKIT_TEXT, _MIMEKIT_HTML = "This is the text body.", "This is an html body."
_TALON_REPLY = "Hello"
_TALON_HTML_REPLY = "Hi. I am fine.\n\nThanks,\nAlex"


@dataclass(frozen=True)
class Expected:
    """A message, and the text of its newest part as the fixture's authors see it."""

    name: str
    raw: bytes
    text: str


def every_file() -> Iterator[Path]:
    """Every fixture, mail or not: all of them are bytes that must be read."""
    return (path for path in sorted(ROOT.rglob("*")) if path.is_file())


def talon() -> list[Expected]:
    """Talon's standard replies and HTML replies."""
    plain = [
        Expected(path.stem, path.read_bytes(), _talon_reply(path))
        for path in sorted(_TALON.glob("standard_replies/*.eml"))
    ]
    html = [
        Expected(path.stem, b"Content-Type: text/html\n\n" + path.read_bytes(), _TALON_HTML_REPLY)
        for path in sorted(_TALON.glob("html_replies/*.html"))
    ]
    return plain + html


def _talon_reply(path: Path) -> str:
    reply = path.with_name(f"{path.stem}_reply_text")
    return reply.read_text("utf-8") if reply.exists() else _TALON_REPLY


def discourse(kind: str = "trimmed") -> list[Expected]:
    """Discourse's e-mails, each with what is kept (``trimmed``) or cut off (``elided``)."""
    return [
        Expected(path.stem, _as_message(path.read_bytes()), _read(_DISCOURSE / kind / path.name))
        for path in sorted((_DISCOURSE / "emails").glob("*.txt"))
    ]


def mimekit() -> list[Expected]:
    """MimeKit's messages about the body: it is the text, or the HTML where there is no text."""
    return [
        Expected(path.stem, raw, _MIMEKIT_TEXT if b"the text body" in raw else _MIMEKIT_HTML)
        for path in sorted(_MIMEKIT.glob("body.*.txt"))
        for raw in [path.read_bytes()]
    ]


def _as_message(body: bytes) -> bytes:
    return b"Content-Type: text/plain; charset=utf-8\n\n" + body


def _read(path: Path) -> str:
    return path.read_bytes().decode("utf-8").replace("\r\n", "\n")


def words(text: str) -> list[str]:
    """A text as its words."""
    return text.split()


def written(text: str) -> list[str]:
    """The words of the lines that are not marked as quoted."""
    return words("\n".join(line for line in text.split("\n") if not line.startswith(">")))
