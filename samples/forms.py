"""How a sample mail is encoded: the habits of the mail programs it could have come from.

`form: html latin9 b64` in a source text asks for a form; without it the name of the mail chooses
one of the usual programs.
"""

import hashlib
import html
import re
import textwrap
from dataclasses import dataclass

CHARSETS = {
    "utf8": "utf-8",
    "latin1": "iso-8859-1",
    "latin9": "iso-8859-15",
    "cp1252": "windows-1252",
}
CODINGS = {"qp": "quoted-printable", "b64": "base64", "8bit": "8bit"}


@dataclass(frozen=True, slots=True)
class Form:
    """Body `shape` (text, html, alt), charset, transfer encoding, encoded-word kind, program."""

    shape: str
    charset: str
    coding: str
    words: str
    mailer: str


PROGRAMS = (
    Form("alt", "utf-8", "quoted-printable", "B", ""),
    Form("alt", "windows-1252", "quoted-printable", "Q", "X-Mailer: Desk Mail 16.0"),
    Form("text", "utf-8", "quoted-printable", "Q", "X-Mailer: Pocket Mail (21F90)"),
    Form("text", "utf-8", "8bit", "Q", "User-Agent: Meadow Mail/128.3"),
    Form("text", "iso-8859-15", "8bit", "Q", "User-Agent: Meadow Mail/52.9"),
    Form("html", "utf-8", "base64", "B", "X-Mailer: Webmail 9"),
    Form("text", "iso-8859-1", "quoted-printable", "Q", ""),
    Form("html", "windows-1252", "quoted-printable", "Q", "X-Mailer: Desk Mail 14.0"),
)


def number(*key: object) -> int:
    """A number that depends on the key alone."""
    digest = hashlib.sha256("/".join(map(str, key)).encode()).digest()
    return int.from_bytes(digest[:8], "big")


def form_of(name: str, asked: str, text: str) -> Form:
    """The form of a mail; UTF-8 where its characters do not fit the charset."""
    usual = PROGRAMS[number("form", name) % len(PROGRAMS)]
    shape, charset, coding = usual.shape, usual.charset, usual.coding
    for word in asked.split():
        shape = word if word in {"text", "html", "alt"} else shape
        charset = CHARSETS.get(word, charset)
        coding = CODINGS.get(word, coding)
    if not _fits(text, charset):
        charset = "utf-8"
    return Form(shape, charset, coding, usual.words, usual.mailer)


def _fits(text: str, charset: str) -> bool:
    try:
        text.encode(charset)
    except UnicodeEncodeError:
        return False
    return True


def wrapped(text: str) -> str:
    """Plain text broken at 76 characters; quoted lines, which came broken, are kept."""
    lines = text.splitlines()
    return "\n".join(line if line.startswith(">") else textwrap.fill(line, 76) for line in lines)


def _paragraph(block: str) -> str:
    quoted = all(line.startswith(">") for line in block.splitlines())
    if not quoted:
        return f"<p>{html.escape(block, quote=False).replace(chr(10), '<br>' + chr(10))}</p>"
    inner = "\n".join(re.sub(r"^> ?", "", line) for line in block.splitlines())
    blocks = "\n".join(_paragraph(piece) for piece in re.split(r"\n\n+", inner) if piece)
    return f'<blockquote type="cite">\n{blocks}\n</blockquote>'


def as_html(text: str, charset: str) -> str:
    """The text as the page a mail program makes of it; quoted lines become a block quote."""
    # A change between quoted and own lines parts blocks as well as a blank line does.
    parted = re.sub(r"(?m)^(?!>)(.+)\n(?=>)", r"\1\n\n", text)
    blocks = "\n".join(_paragraph(block) for block in re.split(r"\n\n+", parted) if block)
    head = f'<meta http-equiv="Content-Type" content="text/html; charset={charset}">'
    style = "<style>p { font-family: Calibri, sans-serif; margin: 0 0 8pt }</style>"
    return f"<html><head>{head}\n{style}</head>\n<body>\n{blocks}\n</body></html>\n"
