"""Parts put together in ways the standards did not foresee."""

from tests.unit.mail.hard.case import HEAD, Case, multipart, text, utf8

_PLAIN = "Content-Type: text/plain; charset=utf-8\n\n"
_HTML = "Content-Type: text/html; charset=utf-8\n\n"
_IMAGE = "Content-Type: image/jpeg; name=lettre.jpg\nContent-Transfer-Encoding: base64\n\n/9j/"
_LETTER = "Content-Type: message/rfc822\n\nFrom: Client <client@x.fr>\nSubject: Sinistre\n\n"
_ICS = "BEGIN:VCALENDAR\nMETHOD:{0}\nSUMMARY:Expertise\\, jeudi\nEND:VCALENDAR"


def _calendar(method: str) -> bytes:
    part = f"Content-Type: text/calendar; method={method}\n\n" + _ICS.format(method)
    return multipart("alternative", part)


def _report(kind: str, part: str) -> bytes:
    return multipart("report", _PLAIN + "Rapport", part, more=f"; report-type={kind}")


CASES = [
    Case("empty body", utf8(""), defects=("no_text",)),
    Case("blank body", utf8(" \n\t\n"), defects=("no_text",)),
    Case(
        "body only in an attachment",
        multipart(
            "mixed",
            "Content-Type: text/plain; name=lettre.txt\n"
            "Content-Disposition: attachment\n\nJe résilie.",
        ),
        says=("Je résilie.",),
        files=("lettre.txt",),
        defects=("body_in_attachment",),
    ),
    Case(
        "text attachment beside the body",
        multipart(
            "mixed",
            _PLAIN + "Je résilie.",
            "Content-Type: text/plain; name=log.txt\n\nligne de log",
        ),
        says=("Je résilie.",),
        hides=("ligne de log",),
        files=("log.txt",),
    ),
    Case(
        "an empty alternative after text",
        multipart(
            "mixed",
            _PLAIN + "Bonjour",
            "Content-Type: multipart/alternative; boundary=c\n\n--c\n"
            f"{_HTML}<p>Je résilie.</p>\n--c\n{_HTML}<p></p>\n--c--\n",
        ),
        says=("Bonjour", "Je résilie."),
    ),
    Case("HTML only", text("<p>Je r&eacute;silie.</p>", "text/html"), says=("Je résilie.",)),
    Case(
        "HTML labelled as text",
        text("<html><body><p>Je résilie.</p></body></html>"),
        says=("Je résilie.",),
        hides=("<p>",),
    ),
    Case(
        "HTML with an empty plain alternative",
        multipart("alternative", _PLAIN, _HTML + "<p>Je résilie.</p>"),
        says=("Je résilie.",),
    ),
    Case(
        "plain alternative is an excuse",
        multipart(
            "alternative",
            _PLAIN + "Your client does not support HTML.",
            _HTML + "<p>Je résilie mon contrat auto dès ce jour.</p>",
        ),
        says=("Je résilie",),
        hides=("does not support",),
        defects=("alternatives_disagree",),
    ),
    Case(
        "alternatives disagree",
        multipart("alternative", _PLAIN + "Bonjour", _HTML + "<p>" + "Je résilie tout. " * 10),
        says=("Je résilie tout.",),
        defects=("alternatives_disagree",),
    ),
    Case(
        "alternatives agree",
        multipart("alternative", _PLAIN + "Je résilie.", _HTML + "<p>Je résilie.</p>"),
        reads="Je résilie.",
    ),
    Case(
        "alternative inside mixed inside related",
        multipart(
            "related",
            'Content-Type: multipart/alternative; boundary="c"\n\n--c\n'
            + _PLAIN
            + "Je résilie.\n--c--",
            _IMAGE,
        ),
        says=("Je résilie.",),
        files=("lettre.jpg",),
    ),
    Case("calendar REQUEST", _calendar("REQUEST"), says=("Expertise, jeudi",), machine="calendar"),
    Case("calendar CANCEL", _calendar("CANCEL"), machine="calendar"),
    Case("calendar REPLY", _calendar("REPLY"), machine="calendar"),
    Case(
        "winmail.dat",
        multipart(
            "mixed",
            _PLAIN + "Voir pièce",
            "Content-Type: application/ms-tnef; name=winmail.dat\n\nxx",
        ),
        says=("Voir pièce",),
        files=("winmail.dat",),
        defects=("tnef",),
    ),
    Case(
        "S/MIME signed",
        multipart(
            "signed",
            _PLAIN + "Je résilie.",
            "Content-Type: application/pkcs7-signature; name=smime.p7s\n\nxx",
        ),
        says=("Je résilie.",),
        defects=("signed",),
    ),
    Case(
        "S/MIME opaque",
        text("MIIB", "application/pkcs7-mime; smime-type=signed-data; name=smime.p7m", "base64"),
        defects=("smime_opaque", "no_text"),
    ),
    Case(
        "S/MIME encrypted",
        text("MIIB", "application/pkcs7-mime; smime-type=enveloped-data", "base64"),
        defects=("encrypted",),
    ),
    Case(
        "PGP encrypted",
        multipart(
            "encrypted",
            "Content-Type: application/pgp-encrypted\n\nVersion: 1",
            "Content-Type: application/octet-stream; name=encrypted.asc\n\nxx",
        ),
        defects=("encrypted",),
        files=("", "encrypted.asc"),
    ),
    Case(
        "PGP within the text",
        text("-----BEGIN PGP MESSAGE-----\n\nhQEMA\n-----END PGP MESSAGE-----"),
        defects=("encrypted",),
    ),
    Case(
        "S/MIME under the type of any file",
        text("MIIB", "application/octet-stream; name=smime.p7m", "base64"),
        defects=("encrypted", "no_text"),
        files=("smime.p7m",),
    ),
    Case(
        "winmail.dat named by its disposition alone",
        multipart(
            "mixed",
            _PLAIN + "Voir pièce",
            "Content-Type: application/octet-stream\n"
            "Content-Disposition: attachment; filename=WINMAIL.DAT\n\nxx",
        ),
        says=("Voir pièce",),
        defects=("tnef",),
    ),
    Case(
        "forward as attachment",
        multipart("mixed", _PLAIN + "Pour traitement", _LETTER + "Mon plafond est tombé."),
        says=("Pour traitement", "Mon plafond est tombé."),
        files=("Sinistre",),
        defects=("attached_message_opened",),
        reads="Mon plafond est tombé.",
        customer="client@x.fr",
    ),
    Case(
        "forward as attachment, twice",
        multipart(
            "mixed",
            _PLAIN + "FYI",
            _LETTER.replace("\n\nFrom", "\n\nContent-Type: message/rfc822\nFrom")
            + "From: x@y.fr\n\nau fond",
        ),
        says=("FYI",),
        hides=("From: x@y.fr",),
    ),
    Case(
        "delivery report",
        _report("delivery-status", "Content-Type: message/delivery-status\n\nStatus: 5.1.1"),
        says=("Rapport",),
        machine="bounce",
    ),
    Case(
        "read receipt",
        _report(
            "disposition-notification",
            "Content-Type: message/disposition-notification\n\nDisposition: displayed",
        ),
        machine="auto_reply",
    ),
    Case(
        "abuse report",
        _report("feedback-report", "Content-Type: message/feedback-report\n\nFeedback-Type: abuse"),
        machine="bounce",
    ),
    Case(
        "message/partial",
        text("suite", "message/partial; id=x; number=2; total=3"),
        defects=("partial_message",),
    ),
    Case(
        "multipart without boundary",
        text("Je résilie.", "multipart/mixed"),
        says=("Je résilie.",),
        defects=("multipart_without_boundary",),
    ),
    Case(
        "boundary that never comes",
        text("Je résilie.", "multipart/mixed; boundary=b"),
        says=("Je résilie.",),
        defects=("multipart_without_parts",),
    ),
    Case(
        "unterminated multipart",
        text(f"--b\n{_PLAIN}Je résilie.", "multipart/mixed; boundary=b"),
        says=("Je résilie.",),
        defects=("unterminated_multipart",),
    ),
    Case(
        "text after the closing boundary",
        text(f"--b\n{_PLAIN}Je résilie.\n--b--\népilogue", "multipart/mixed; boundary=b"),
        says=("Je résilie.",),
        hides=("épilogue",),
    ),
    Case(
        "duplicate boundary parameter",
        text(f"--b\n{_PLAIN}Je résilie.\n--b--", "multipart/mixed; boundary=b; boundary=c"),
        says=("Je résilie.",),
    ),
    Case(
        "nested multiparts of one boundary",
        multipart(
            "mixed",
            "Content-Type: multipart/alternative; boundary=b\n\n--b\n"
            + _PLAIN
            + "Je résilie.\n--b--",
        ),
        says=("Je résilie.",),
    ),
    Case(
        "boundary that begins another",
        text(
            f"--b\nContent-Type: multipart/mixed; boundary=bb\n\n--bb\n{_PLAIN}Je résilie.\n"
            "--bb--\n--b--",
            "multipart/mixed; boundary=b",
        ),
        says=("Je résilie.",),
    ),
    Case("2,000 attached messages", lambda: HEAD + b"Content-Type: message/rfc822\n\n" * 2000),
    Case(
        "10,000 parts",
        lambda: multipart("mixed", *[_PLAIN + "x"] * 10_000),
        says=("x",),
        defects=("too_many_parts",),
    ),
    Case(
        "bad base64",
        text("SmUg*cs*OpcWlsaWU", "text/plain; charset=utf-8", "base64"),
        says=("Je r",),
        defects=("bad_base64",),
    ),
    Case(
        "bad quoted-printable",
        text("d=C3=A9g=C3=A2t =ZZ =", "text/plain; charset=utf-8", "quoted-printable"),
        says=("dégât =ZZ",),
    ),
    Case(
        "uuencode",
        text("begin 644 a.txt\n$82!C:```\nend\n", "text/plain", "x-uuencode"),
        says=("a c",),
    ),
    Case(
        "unknown transfer encoding",
        text("Je résilie.", "text/plain", "x-rot47"),
        says=("Je résilie.",),
        defects=("unknown_transfer_encoding",),
    ),
    Case(
        "multipart with base64 encoding",
        text(f"--b\n{_PLAIN}Je résilie.\n--b--", "multipart/mixed; boundary=b", "base64"),
        says=("Je résilie.",),
    ),
]
