"""What the server says: reply codes of RFC 5321 with the enhanced codes of RFC 3463."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reply:
    """One reply. `more` are further lines of it; `closes` where nothing follows."""

    code: int
    text: str
    more: tuple[str, ...] = ()
    closes: bool = False

    def encode(self) -> bytes:
        """The lines as sent."""
        lines = (self.text, *self.more)
        last = len(lines) - 1
        return b"".join(
            f"{self.code}{' ' if place == last else '-'}{line}\r\n".encode("ascii", "replace")
            for place, line in enumerate(lines)
        )


OK = Reply(250, "2.0.0 OK")
SENDER_OK = Reply(250, "2.1.0 Sender OK")
RECIPIENT_OK = Reply(250, "2.1.5 Recipient OK")
GO_AHEAD = Reply(354, "End data with <CR><LF>.<CR><LF>")
BYE = Reply(221, "2.0.0 Bye", closes=True)
CANNOT_VERIFY = Reply(252, "2.5.0 Cannot verify, will take mail for valid recipients")
HELP = Reply(214, "2.0.0 LMTP, see RFC 2033")

STOPPING = Reply(421, "4.3.2 Shutting down, come back soon", closes=True)
IDLE = Reply(421, "4.4.2 Nothing came for too long", closes=True)
TOO_MANY_CONNECTIONS = Reply(421, "4.3.2 Too many connections", closes=True)
TOO_MANY_ERRORS = Reply(421, "4.7.0 Too many errors", closes=True)
TOO_MANY_COMMANDS = Reply(421, "4.7.0 Too many commands without a message", closes=True)

OWN_FAULT = Reply(451, "4.3.0 Cannot store mail right now")
TOO_BUSY = Reply(452, "4.3.1 Too much mail is waiting")
TOO_MANY_RECIPIENTS = Reply(452, "4.5.3 Too many recipients")

UNKNOWN_COMMAND = Reply(500, "5.5.1 Command unknown")
NO_SMTP = Reply(500, "5.5.1 This is LMTP: say LHLO")
LINE_TOO_LONG = Reply(500, "5.5.2 Line too long")
NOT_TEXT = Reply(500, "5.5.2 Not UTF-8 text")
SYNTAX = Reply(501, "5.5.4 Syntax error in the arguments")
BAD_ADDRESS = Reply(501, "5.1.3 Bad address syntax")
LHLO_FIRST = Reply(503, "5.5.1 Say LHLO first")
MAIL_FIRST = Reply(503, "5.5.1 Say MAIL first")
NESTED_MAIL = Reply(503, "5.5.1 There is a sender already")
NO_RECIPIENTS = Reply(503, "5.5.1 No valid recipients")
UNKNOWN_RECIPIENT = Reply(550, "5.1.1 No mailbox takes mail for this recipient")
TOO_LARGE = Reply(552, "5.3.4 Message too large")
NEEDS_SMTPUTF8 = Reply(553, "5.6.7 Not ASCII: needs SMTPUTF8")
UNKNOWN_PARAMETER = Reply(555, "5.5.4 Parameter unknown")


def stored(email_id: object, *, duplicate: bool) -> Reply:
    """The message is safe; the id is for the log of the server that sent it."""
    again = " before" if duplicate else ""
    return Reply(250, f"2.0.0 Stored{again} as {email_id}")
