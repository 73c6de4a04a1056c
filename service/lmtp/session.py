"""One connection's conversation, without the connection: bytes in, replies and transactions out.

    receive(chunk) -> step() -> a reply | a transaction, whose replies the caller makes | None

After a transaction the caller answers it before it calls `step` again: that keeps pipelined
commands in order (RFC 2920).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from service.lmtp import replies
from service.lmtp.arguments import Path, read_path
from service.lmtp.replies import Reply
from service.lmtp.wire import Bad, Wire

MailboxOf = Callable[[str], str | None]

_SPARE_COMMANDS = 100  # NOOPs and the like, besides the recipients, between two messages


@dataclass(frozen=True, slots=True)
class Limits:
    """Of one connection. Sizes are in bytes."""

    message_bytes: int
    line_bytes: int = 4096
    recipients: int = 1000
    errors: int = 20


@dataclass(frozen=True, slots=True)
class Recipient:
    """An accepted recipient, and the mailbox that takes its mail."""

    address: str
    mailbox: str


@dataclass(frozen=True, slots=True)
class Transaction:
    """A message to its end, too large or not. Each recipient gets a reply, in their order."""

    client: str  # what it called itself in LHLO
    sender: str  # "" where bounces must not go anywhere
    recipients: tuple[Recipient, ...]
    utf8: bool
    content: bytes | Bad


Output = Reply | Transaction


class Session:
    """The server's side. `mailbox_of` names the mailbox of a recipient, or None."""

    def __init__(self, hostname: str, mailbox_of: MailboxOf, limits: Limits) -> None:
        self._hostname = hostname
        self._mailbox_of = mailbox_of
        self._limits = limits
        self._wire = Wire(line_bytes=limits.line_bytes, message_bytes=limits.message_bytes)
        self._client: str | None = None
        self._errors = 0
        self._commands = 0
        self._reading_message = False
        self._reset()

    @property
    def busy(self) -> bool:
        """Whether a transaction has begun and is not answered yet."""
        return self._sender is not None

    def greeting(self) -> Reply:
        """The first thing that a client hears."""
        return Reply(220, f"{self._hostname} LMTP")

    def receive(self, chunk: bytes) -> None:
        """Take what arrived."""
        self._wire.receive(chunk)

    def step(self) -> Output | None:
        """What to do next, or None until more arrives."""
        return self._message() if self._reading_message else self._command()

    def _reset(self) -> None:
        self._sender: str | None = None
        self._utf8 = False
        self._recipients: list[Recipient] = []
        self._tried = 0

    def _message(self) -> Output | None:
        content = self._wire.message()
        if content is None:
            return None
        sender, utf8, recipients = self._sender or "", self._utf8, tuple(self._recipients)
        self._reading_message = False
        self._commands = 0
        self._reset()
        return Transaction(self._client or "", sender, recipients, utf8, content)

    def _command(self) -> Output | None:
        line = self._wire.line()
        if line is None:
            return None
        self._commands += 1
        if self._commands > self._limits.recipients + _SPARE_COMMANDS:
            return replies.TOO_MANY_COMMANDS
        reply = self._answer(line)
        # unknown recipients and the like are counted by their own limit
        if 500 <= reply.code < 550:
            self._errors += 1
        if self._errors > self._limits.errors:
            return replies.TOO_MANY_ERRORS
        return reply

    def _answer(self, line: bytes | Bad) -> Reply:
        if isinstance(line, Bad):
            return replies.LINE_TOO_LONG
        try:
            text = line.decode()
        except UnicodeDecodeError:
            return replies.NOT_TEXT
        verb, _, argument = text.rstrip(" ").partition(" ")
        handler = _COMMANDS.get(verb.upper())
        return replies.UNKNOWN_COMMAND if handler is None else handler(self, argument)

    def _lhlo(self, argument: str) -> Reply:
        if not argument:
            return replies.SYNTAX
        self._client = argument
        self._reset()
        extensions = (
            "PIPELINING",
            f"SIZE {self._limits.message_bytes}",
            "8BITMIME",
            "SMTPUTF8",
            "ENHANCEDSTATUSCODES",
        )
        return Reply(250, self._hostname, extensions)

    def _no_smtp(self, argument: str) -> Reply:
        return replies.NO_SMTP

    def _mail(self, argument: str) -> Reply:
        if self._client is None:
            return replies.LHLO_FIRST
        if self.busy:
            return replies.NESTED_MAIL
        path = read_path(argument, "FROM")
        if path is None:
            return replies.BAD_ADDRESS
        fault = self._sender_fault(path)
        if fault is None:
            self._sender, self._utf8 = path.address, "SMTPUTF8" in path.parameters
        return fault or replies.SENDER_OK

    def _sender_fault(self, path: Path) -> Reply | None:
        given = path.parameters
        if given.keys() - {"SIZE", "BODY", "SMTPUTF8"}:
            return replies.UNKNOWN_PARAMETER
        size = given.get("SIZE", "0")
        if not (size.isascii() and size.isdigit()) or given.get("SMTPUTF8"):
            return replies.SYNTAX
        if given.get("BODY", "7BIT").upper() not in {"7BIT", "8BITMIME"}:
            return replies.SYNTAX
        # int() of a very long number is slow
        if len(size.lstrip("0")) > 18 or int(size) > self._limits.message_bytes:
            return replies.TOO_LARGE
        if not path.address.isascii() and "SMTPUTF8" not in given:
            return replies.NEEDS_SMTPUTF8
        return None

    def _rcpt(self, argument: str) -> Reply:
        if not self.busy:
            return replies.MAIL_FIRST
        if self._tried >= self._limits.recipients:
            return replies.TOO_MANY_RECIPIENTS
        self._tried += 1
        path = read_path(argument, "TO")
        if path is None or not path.address:
            return replies.BAD_ADDRESS
        fault = self._recipient_fault(path)
        mailbox = self._mailbox_of(path.address)
        if fault is None and mailbox is not None:
            self._recipients.append(Recipient(path.address, mailbox))
            return replies.RECIPIENT_OK
        return fault or replies.UNKNOWN_RECIPIENT

    def _recipient_fault(self, path: Path) -> Reply | None:
        if path.parameters:
            return replies.UNKNOWN_PARAMETER
        if not path.address.isascii() and not self._utf8:
            return replies.NEEDS_SMTPUTF8
        return None

    def _data(self, argument: str) -> Reply:
        if argument:
            return replies.SYNTAX
        if not self.busy:
            return replies.MAIL_FIRST
        if not self._recipients:
            return replies.NO_RECIPIENTS
        self._reading_message = True
        self._wire.begin_message()
        return replies.GO_AHEAD

    def _rset(self, argument: str) -> Reply:
        self._reset()
        return replies.OK

    def _noop(self, argument: str) -> Reply:
        return replies.OK

    def _vrfy(self, argument: str) -> Reply:
        return replies.CANNOT_VERIFY

    def _help(self, argument: str) -> Reply:
        return replies.HELP

    def _quit(self, argument: str) -> Reply:
        return replies.BYE


_COMMANDS: Mapping[str, Callable[[Session, str], Reply]] = MappingProxyType(
    {
        "LHLO": Session._lhlo,
        "HELO": Session._no_smtp,
        "EHLO": Session._no_smtp,
        "MAIL": Session._mail,
        "RCPT": Session._rcpt,
        "DATA": Session._data,
        "RSET": Session._rset,
        "NOOP": Session._noop,
        "VRFY": Session._vrfy,
        "HELP": Session._help,
        "QUIT": Session._quit,
    }
)
