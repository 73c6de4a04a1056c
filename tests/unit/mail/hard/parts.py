"""Which part is the text, and where its base64 ends: what was lost where nobody looked."""

from tests.unit.mail.hard.case import Case, multipart, text

_PLAIN = "Content-Type: text/plain; charset=utf-8\n\n"
_HTML = "Content-Type: text/html; charset=utf-8\n\n"
_ICS = "BEGIN:VCALENDAR\nMETHOD:{0}\nSUMMARY:Expertise\\, jeudi\nEND:VCALENDAR"

CASES = [
    Case(
        "related that names its root",
        multipart(
            "related",
            "Content-Type: image/png\nContent-ID: <i>\n\nxx",
            _HTML.replace("\n\n", "\nContent-ID: <b>\n\n") + "<p>Je résilie.</p>",
            _HTML + "<p>cadre</p>",
            more='; start="<b>"',
        ),
        says=("Je résilie.",),
        hides=("cadre",),
    ),
    Case(
        "related whose root is an image",
        multipart("related", "Content-Type: image/png\n\nxx", _HTML + "<p>Je résilie.</p>"),
        says=("Je résilie.",),
    ),
    Case(
        "text of an unknown kind", text("Je résilie.", "text/foo"), says=("Je résilie.",), files=()
    ),
    Case("plain/text", text("Je résilie.", "plain/text"), says=("Je résilie.",), files=()),
    Case(
        "named text above a list's footer",
        multipart(
            "mixed",
            'Content-Type: text/plain; charset=utf-8; name="msg.txt"\n\nJe résilie.',
            _PLAIN + "-- \nListe clients",
        ),
        says=("Je résilie.", "Liste clients"),
        files=("msg.txt",),
        defects=("body_in_attachment",),
    ),
    Case(
        "two runs of base64",
        text("SGVsbG8gd29ybA==\nSmUgcmVzaWxpZQ==\n", "text/plain", "base64"),
        says=("Hello worlJe resilie",),
        defects=("bad_base64",),
    ),
    Case(
        "a footer below base64",
        text(
            "SmUgcmVzaWxpZQ==\n\n_______\nliste footer https://x.fr\n",
            "text/plain",
            "base64",
        ),
        reads="Je resilie",
        defects=("bad_base64",),
    ),
    Case(
        "a footer of words below base64 without padding",
        text("SmUgcmVzaWxpZSBs\n\nListe clients\n", "text/plain", "base64"),
        reads="Je resilie l",
        defects=("bad_base64",),
    ),
    Case(
        "an invitation attached to a letter",
        multipart(
            "mixed",
            _PLAIN + "Je résilie.",
            "Content-Type: text/calendar; method=REQUEST; name=rdv.ics\n"
            "Content-Disposition: attachment; filename=rdv.ics\n\n" + _ICS.format("REQUEST"),
        ),
        says=("Je résilie.",),
        files=("rdv.ics",),
        machine=None,
    ),
    Case(
        "an invitation as an alternative, declared as a file too",
        multipart(
            "alternative",
            _PLAIN + "Expertise",
            "Content-Type: text/calendar; method=REQUEST\nContent-Disposition: attachment\n\n"
            + _ICS.format("REQUEST"),
        ),
        machine="calendar",
    ),
]
