"""From the message as it came to the message as it is handed on: only header fields change.

    bytes -> CRLF at every line's end -> our fields in, forged and used-up ones out

Pure, total and linear. The body keeps its bytes, so that its DKIM signatures hold; only a bare CR
or LF, which SMTP forbids and which another server might take for a line's end, becomes CRLF, and
CR CR LF, which is one line's end for the parser, becomes one here.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from mail.line_ends import one_line_end
from service.domain.envelope import is_address
from service.store.reinjections import Mail

_BARE = re.compile(rb"\r(?!\n)|(?<!\r)\n")
_ENVELOPE = re.compile(rb"\A>?From [^\r\n]*\r\n")
_FIELD = rb"%s[!-9;-~]*[ \t]*:[^\r\n]*\r\n(?:[ \t][^\r\n]*\r\n)*"
_FORGED = re.compile(rb"(?i)X-Aiguilleur-[!-9;-~]*[ \t]*:")
_UNSEEN = bytes((*range(9), *range(11, 32), *range(127, 256)))  # what a server may take out
_LEADING = re.compile(rb"\A(?:[ \t][^\r\n]*\r\n)+")  # it continues nothing
# they tell of a delivery that this undoes; Postfix takes its own Delivered-To for a loop
_DELIVERY = re.compile(rb"(?i)\A" + _FIELD % rb"(?:Return-Path|Delivered-To)")
_SENDER = re.compile(
    rb"(?i)Return-Path[ \t]*:[ \t]*<([^<>\s\x00-\x1f\x7f]{0,512}@[^<>\s@]{1,255})>"
)
_NOT_PLAIN = re.compile(r"[^!-~]")
_VALUE_CHARS = 200


@dataclass(frozen=True, slots=True)
class Rewritten:
    """The message to hand on; `sender` is the envelope's, "" where the mail tells none."""

    sender: str
    content: bytes


def rewrite(mail: Mail, email_id: UUID) -> Rewritten:
    """The message to hand on, with CRLF at every line's end.

    Args:
        mail: the message and what was decided about it.
        email_id: marks it as ours, so that it is known where it comes round again.

    """
    header, body = _split(_BARE.sub(b"\r\n", one_line_end(mail.content)))
    sender, header = _peel(_LEADING.sub(b"", _ENVELOPE.sub(b"", header)))
    ours = "".join(f"{name}: {value}\r\n" for name, value in _fields(mail, email_id))
    return Rewritten(sender, ours.encode("ascii") + _honest(header) + body)


def _peel(header: bytes) -> tuple[str, bytes]:
    """The sender that the last delivery wrote on top, and the header without what it wrote.

    Further down such fields are the work of whoever wrote the mail, and not to be believed.
    """
    sender = ""
    while (match := _DELIVERY.match(header)) is not None:
        found = _SENDER.match(match[0])
        if found and not sender:
            sender = _address(found[1].decode("utf-8", "replace"))
        header = header[match.end() :]
    return sender, header


def _address(text: str) -> str:
    """One address, or none: what another server would read as several is nobody's."""
    return text if is_address(text) else ""


def _honest(header: bytes) -> bytes:
    """The header without fields of our names, spelt with bytes that a server may drop or not."""
    kept: list[bytes] = []
    forged = False
    for line in header.splitlines(keepends=True):
        if not line.startswith((b" ", b"\t")):
            forged = _FORGED.match(line.translate(None, _UNSEEN)) is not None
        if not forged:
            kept.append(line)
    return b"".join(kept)


def _split(message: bytes) -> tuple[bytes, bytes]:
    """The header with its last CRLF, and the rest; either may be empty."""
    if message.startswith(b"\r\n"):
        return b"", message
    end = message.find(b"\r\n\r\n")
    if end >= 0:
        return message[: end + 2], message[end + 2 :]
    return (message if message.endswith(b"\r\n") else message + b"\r\n"), b""


def _fields(mail: Mail, email_id: UUID) -> Iterator[tuple[str, str]]:
    yield "X-Aiguilleur-Category", _plain(mail.category)
    if mail.confidence is not None:
        yield "X-Aiguilleur-Confidence", f"{mail.confidence:.4f}"
    yield "X-Aiguilleur-Queue", _plain(mail.queue)
    yield "X-Aiguilleur-Reason", _plain(mail.reason)
    yield "X-Aiguilleur-Model", _plain(mail.model)
    yield "X-Aiguilleur-Id", str(email_id)


def _plain(value: str) -> str:
    """One ASCII word, whatever it was."""
    return _NOT_PLAIN.sub("?", value[:_VALUE_CHARS])
