"""Pieces that, said often enough, once cost more than their length; tests and bench share them."""

_FAT = "<div " + " ".join(f"a{number}=1" for number in range(195)) + ">"

LINES = {
    "prose": "Bonjour, je vous écris au sujet du contrat 123.\n",
    "blank": "\n",
    "twelve dates and more": "Date : 12/03/2024\n",
    "subjects": "Objet : devis\n\n",
    "header blocks": "De : a@b.fr\nEnvoyé : 5 mars\nÀ : c@d.fr\nObjet : x\n",
    "half blocks": "De : a@b.fr\nEnvoyé : 5 mars\n",
    "on": "On\n",
    "le": "Le 5 mars 2024 à\n",
    "wrote": "On 5 Mar 2024, a@b.fr wrote:\n",
    "schrieb": "Am 5.3. schrieb\n",
    "colons": "1:\n",
    "quotes": "> \n>> x\n",
    "closings": "Cordialement\n\n",
    "devices": "Envoyé de mon iPhone\n",
    "dashes": "-- \n",
    "rules": "-" * 180 + "message x\n",
    "forwards": "---------- Forwarded message ---------\nFYI\n",
    "disclaimers": "Ce message est confidentiel\n\n",
}

_MIXED = b"Content-Type: multipart/mixed; boundary=b\nTo: "
RAW = {  # what comes first, and what is repeated
    "headers": (_MIXED, b"\nX-A: b"),
    "folded header": (_MIXED, b"\n b"),
    "parts": (_MIXED, b"\n--b\n\nx"),
    "boundary-like lines": (_MIXED + b"\n\n", b"--x\n"),
    "multiparts": (_MIXED, b"\nContent-Type: multipart/mixed; boundary=b\n\n--b"),
    "recipients": (b"To: ", b"a@b.fr, "),
    "one long recipient": (b"To: ", b"a"),
    "encoded words": (b"To: ", b"=?utf-8?q?a?= "),
    "encoded words of no charset": (
        b"Subject: x",
        b"\nX-A: "
        + b" ".join(b"=?x-%d?q?" % (n % 2) + b"=E9=A4=B5" * 24 + b"?=" for n in range(4)),
    ),
    "parameters of no charset": (
        b"Content-Type: multipart/mixed; boundary=b\n",
        b"\n--b\nContent-Type: text/plain"
        + b"".join(b'; p%d="=?x?q?' % n + b"=E9=A4=B5" * 24 + b'?="' for n in range(20)),
    ),
    "blanks in an id": (b"Message-ID: <", b" "),
    "blanks in references": (b"References: ", b"<" + b" " * 900),
    "alternatives within alternatives": (
        b"",
        b"Content-Type: multipart/alternative; boundary=b\n\n--b\n",
    ),
}

PAGES = {  # what comes first, and what is repeated
    "unclosed tags": ("", "<a"),
    "unclosed comments": ("", "<!--"),
    "comments": ("", "<!--x-->"),
    "nested": ("", "<div>"),
    "nested links": ("", "<a>"),
    "nested tables": ("", "<table><tr><td>"),
    "hidden depth": ("", "<div><table></div></table>"),
    "depth behind end tags of nothing": ("", "<div></z></p>"),
    "end tags out of reach": ("<p><table><td>" + "<b>" * 20_000, "</p>"),
    "end tags of a deep page": ("<div></z>" * 20_000, "</p>"),
    "paragraphs": ("", "<p>x"),
    "items": ("", "<ul><li>x<li>"),
    "quotes": ("", "<blockquote>x</blockquote>"),
    "misnested": ("", "<b><p></b>"),
    "formatting that is reopened": (
        "<p>" + "".join(f"<b a{number}>" for number in range(500)),
        "</p><p>x",
    ),
    "attributes without values": ("<p ", "a "),
    "attributes": ("<p ", 'a="b" '),
    "an unclosed quote": ("", '<a b="'),
    "a blank tag": ("<a", " "),
    "white text below fat tags": (_FAT * 30, "<p style=color:#fff>x"),
    "styles": ("", '<p style="color:#fff;font-size:0">x'),
    "one long style": ('<p style="', "color:rgb(255,/*"),
    "raw text": ("", "<title></title "),
    "drawings": ("", "<svg><p>"),
    "references": ("", "&#1;&ampx"),
    "one long number": ("&#", "1"),
    "preformatted": ("<pre>", "\n"),
}


def text_of(name: str, times: int) -> str:
    """A text of ``times`` pieces."""
    return LINES[name] * times


def raw_of(name: str, times: int) -> bytes:
    """A message of ``times`` pieces."""
    start, piece = RAW[name]
    return start + piece * times


def page_of(name: str, times: int) -> str:
    """A page of ``times`` pieces."""
    start, piece = PAGES[name]
    return start + piece * times
