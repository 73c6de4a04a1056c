"""Machines are recognised by their headers; people are never taken for one."""

import pytest

from mail.parse import parse

CASES = [
    (b"Auto-Submitted: auto-replied", b"Merci", "auto_reply"),
    (b"Auto-Submitted: auto-replied\nSubject: =?utf-8?q?Absence_du_bureau?=", b"", "out_of_office"),
    (b"Auto-Submitted: auto-generated", b"Formulaire du site", None),
    (b"Auto-Submitted: no", b"Bonjour", None),
    (b"X-Auto-Response-Suppress: All", b"Bonjour", None),
    (b"X-Autoreply: yes", b"", "auto_reply"),
    (b"Return-Path: <>\nFrom: MAILER-DAEMON@x.fr", b"", "bounce"),
    (b"From: postmaster@x.fr\nSubject: Undeliverable: votre contrat", b"", "bounce"),
    (b"X-Failed-Recipients: a@b.fr", b"", "bounce"),
    (
        b"Content-Type: multipart/report; report-type=delivery-status; boundary=b",
        b"--b--",
        "bounce",
    ),
    (b"Content-Type: multipart/report; report-type=feedback-report; boundary=b", b"", "bounce"),
    (
        b"Content-Type: multipart/report; report-type=disposition-notification; boundary=b",
        b"",
        "auto_reply",
    ),
    (b"List-Unsubscribe: <mailto:x@y>", b"Nos offres", "newsletter"),
    (b"Precedence: bulk", b"", "newsletter"),
    (b"List-Id: <contact.assureur.fr>\nTo: contact@assureur.fr\nPrecedence: list", b"", None),
    (b"Content-Type: text/calendar; method=REQUEST", b"BEGIN:VCALENDAR", "calendar"),
    (b"X-Aiguilleur-Id: 1\nAuto-Submitted: auto-replied", b"", "auto_reply"),
    (b"X-Aiguilleur-Id: 01993f5e-0000-7000-8000-000000000001", b"Ma maison a brule", None),
    (b"X-Loop: aiguilleur", b"Ma maison a brule", None),
    (b"Subject: Automatic reply: claim", b"", "auto_reply"),
    (
        b"Subject: hello",
        b"Je suis absent du 1er au 3. En cas d'urgence, contactez le 01.",
        "out_of_office",
    ),
    (b"Subject: sinistre", "Je suis en congé maladie depuis mars.".encode(), None),
    (b"Subject: retraite", "Je suis à la retraite et je résilie.".encode(), None),
]


@pytest.mark.parametrize(("headers", "body", "kind"), CASES)
def test_kind(headers: bytes, body: bytes, kind: str | None) -> None:
    """The kind follows from the headers, then from what the text says at once."""
    assert parse(headers + b"\n\n" + body).machine == kind
