"""Parts that only machine mail has: delivery reports (RFC 3464) and invitations (RFC 5545)."""

from samples.texts import Text
from samples.wire import crlf, multipart, part

ARRIVED = "Mon, 02 Mar 2026 07:58:00 +0100"


def _plain(text: Text) -> bytes:
    headers = ["Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit"]
    return part(headers, crlf(text.body).encode())


def bounce(text: Text) -> tuple[str, bytes]:
    """A multipart/report. Keys: failed (address), status (`5.1.1 reason`), returned (subject)."""
    code, _, reason = text.keys["status"].partition(" ")
    action = "delayed" if code.startswith("4") else "failed"
    report = (
        f"Reporting-MTA: dns; mx.mutuelle-du-rail.example\nArrival-Date: {ARRIVED}\n\n"
        f"Final-Recipient: rfc822; {text.keys['failed']}\nAction: {action}\nStatus: {code}\n"
        f"Diagnostic-Code: smtp; 550 {code} {reason}\n"
    )
    returned = (
        "From: Mutuelle du Rail <contact@mutuelle-du-rail.example>\n"
        f"To: {text.keys['failed']}\nSubject: {text.keys['returned']}\nDate: {ARRIVED}\n"
        f"Message-ID: <{text.name}.returned@mutuelle-du-rail.example>\n"
    )
    kind, body = multipart(
        "report",
        f"report-{text.name}",
        [
            _plain(text),
            part(["Content-Type: message/delivery-status"], crlf(report).encode()),
            part(["Content-Type: text/rfc822-headers"], crlf(returned).encode()),
        ],
    )
    return f"{kind};\r\n report-type=delivery-status", body


def invitation(text: Text) -> tuple[str, bytes]:
    """A multipart/alternative with a request. Keys: starts (`20260319T140000`), ends, place."""
    event = (
        "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//Example//Agenda 1.0//FR\nMETHOD:REQUEST\n"
        "BEGIN:VEVENT\n"
        f"UID:{text.name}@agenda.example\nDTSTAMP:20260302T080000Z\n"
        f"DTSTART:{text.keys['starts']}\nDTEND:{text.keys['ends']}\n"
        f"SUMMARY:{text.keys['subject']}\nLOCATION:{text.keys['place']}\n"
        "ORGANIZER:mailto:agenda@cabinet-orsel.example\n"
        "ATTENDEE;RSVP=TRUE:mailto:contact@mutuelle-du-rail.example\nEND:VEVENT\nEND:VCALENDAR\n"
    )
    calendar = [
        "Content-Type: text/calendar; charset=utf-8; method=REQUEST",
        "Content-Transfer-Encoding: 8bit",
    ]
    return multipart(
        "alternative",
        f"invite-{text.name}",
        [
            _plain(text),
            part(calendar, crlf(event).encode()),
        ],
    )
