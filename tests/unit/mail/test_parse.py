"""A message of any shape becomes an e-mail people could read."""

from datetime import UTC, datetime

from mail.parse import from_fields, parse
from mail.types import Address, Attachment

MIXED = b"""\
From: =?utf-8?q?J=C3=A9r=C3=B4me?= <jerome@example.fr>
To: "Dupont, Jean" <jean@example.fr>, contact@assureur.example
Subject: =?iso-8859-1?Q?D=E9claration?= =?iso-8859-1?Q?_de_sinistre?=
Date: Tue, 5 Mar 2024 10:20:00 +0100
Message-ID: <abc@example.fr>
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/plain; charset=iso-8859-1

D\xe9g\xe2t des eaux \x80
--b
Content-Type: application/pdf; name="../../constat.pdf"
Content-Transfer-Encoding: base64

AAAA
--b--
"""


def test_fields_are_decoded() -> None:
    """Names, subject, date and id come out decoded and normalised."""
    email = parse(MIXED)
    assert email.sender == Address("Jérôme", "jerome@example.fr")
    assert email.to == (
        Address("Dupont, Jean", "jean@example.fr"),
        Address("", "contact@assureur.example"),
    )
    assert email.subject == "Déclaration de sinistre"
    assert email.date == datetime(2024, 3, 5, 9, 20, tzinfo=UTC)
    assert email.message_id == "abc@example.fr"


def test_text_and_files_are_told_apart() -> None:
    """The text is read as Windows-1252, which its label means; the file keeps its base name."""
    email = parse(MIXED)
    assert email.text == "Dégât des eaux €"
    assert email.attachments == (Attachment("constat.pdf", "application/pdf", 3),)
    assert email.defects == ()


def test_encoded_line_breaks_cannot_inject_a_header() -> None:
    """An encoded CRLF in a header becomes a space."""
    email = parse(b"Subject: =?utf-8?Q?a=0D=0ABcc:_x@y?=\n\n")
    assert email.subject == "a Bcc: x@y"


def test_html_only_mail_is_read() -> None:
    """Hidden preheaders are dropped, quotes are marked, blocks stand on their lines."""
    html = (
        '<div style="display:none">Aperçu</div><p>Bonjour,<br>je résilie.</p>'
        "<style>p{}</style><blockquote>Votre contrat</blockquote>"
    )
    email = from_fields({"html": html})
    assert email.text == "Bonjour,\nje résilie.\n\n> Votre contrat"
    assert email.from_html


def test_a_message_without_id_gets_the_same_one_each_time() -> None:
    """A missing Message-ID is derived from the content, whatever way the mail came."""
    first, second = parse(b"Received: a\nSubject: x\n\ny"), parse(b"Received: b\nSubject: x\n\ny")
    assert first.message_id == second.message_id != ""


def test_the_field_form_takes_the_same_path() -> None:
    """Fields given one by one read like the message they describe."""
    email = from_fields(
        {
            "subject": "Résiliation\r\nBcc: x@y",
            "from": "Jean <jean@x.fr>",
            "to": ["a@x.fr", "b@x.fr"],
            "date": "2024-03-05T10:20:00+01:00",
            "text": "Bonjour",
            "html": "<b>Bonjour</b>",
            "headers": {"X-Source": "web", "Content-Type": "text/html"},
            "attachments": ["rib.pdf"],
        }
    )
    assert email.subject == "Résiliation Bcc: x@y"
    assert [address.address for address in email.to] == ["a@x.fr", "b@x.fr"]
    assert email.text == "Bonjour"
    assert [file.name for file in email.attachments] == ["rib.pdf"]
    assert ("X-Source", "web") in email.headers


def test_fields_of_the_wrong_type_are_empty() -> None:
    """The field form is total: what cannot be used is left out."""
    email = from_fields({"subject": 3, "to": {"a": 1}, "date": [], "headers": "x", "text": None})
    assert (email.subject, email.to, email.date, email.text) == ("", (), None, "")
