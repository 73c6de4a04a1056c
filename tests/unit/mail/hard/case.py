"""One hard input and what must come of it."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Case:
    """An input, stored or built, and every expectation that is not None or empty."""

    name: str
    raw: bytes | Callable[[], bytes]
    says: tuple[str, ...] = ()  # in the text
    hides: tuple[str, ...] = ()  # not in the text
    subject: str | None = None
    sender: str | None = None  # the address
    sender_name: str | None = None
    message_id: str | None = None
    year: int | None = None
    defects: tuple[str, ...] = ()  # among the codes
    files: tuple[str, ...] | None = None  # exactly these names
    machine: str | None = ""  # "" is not checked, None is a person
    reads: str | None = None  # what the message to act on says, words only
    customer: str | None = None  # the address behind a forward

    def build(self) -> bytes:
        """The bytes of the message."""
        return self.raw if isinstance(self.raw, bytes) else self.raw()


HEAD = (
    b"From: Jean <jean@exemple.fr>\nSubject: Contrat\nMessage-ID: <a@exemple.fr>\n"
    b"Date: Tue, 5 Mar 2024 10:20:00 +0100\nMIME-Version: 1.0\n"
)


def text(body: str | bytes, content_type: str = "", encoding: str = "") -> bytes:
    """A message with one body of this type and transfer encoding."""
    head = HEAD + (f"Content-Type: {content_type}\n".encode() if content_type else b"")
    head += f"Content-Transfer-Encoding: {encoding}\n".encode() if encoding else b""
    return head + b"\n" + (body.encode() if isinstance(body, str) else body)


def utf8(body: str) -> bytes:
    """A plain message as honest programs write it."""
    return text(body, "text/plain; charset=utf-8", "8bit")


def page(html: str) -> bytes:
    """A message that is a web page and nothing else."""
    return text(html, "text/html; charset=utf-8")


def multipart(kind: str, *parts: str, more: str = "") -> bytes:
    """A multipart message; each part brings its own headers, a blank line and its body."""
    body = "".join(f"--b\n{part}\n" for part in parts)
    return text(f"{body}--b--\n", f'multipart/{kind}; boundary="b"{more}')


def headed(*lines: str | bytes, body: str = "Bonjour") -> bytes:
    """A message with just these header lines."""
    return b"\n".join(x.encode() if isinstance(x, str) else x for x in (*lines, "", body))
