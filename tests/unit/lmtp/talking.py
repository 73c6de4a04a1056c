"""Conversations with an LMTP session, without sockets."""

from collections.abc import Iterable

from service.lmtp import replies
from service.lmtp.replies import Reply
from service.lmtp.session import Limits, Session, Transaction
from service.lmtp.wire import Bad

MAILBOXES = {"a@x.test": "one", "b@x.test": "two", "postmaster": "one", "zoé@x.test": "one"}
LIMITS = Limits(message_bytes=200, line_bytes=100, recipients=5, errors=3)
HELLO = b"LHLO c\r\nMAIL FROM:<s@x.test>\r\nRCPT TO:<a@x.test>\r\nDATA\r\n"


class Talk:
    """What a session said, and the messages it took."""

    def __init__(self, chunks: Iterable[bytes], limits: Limits = LIMITS) -> None:
        self.said: list[Reply] = []
        self.messages: list[bytes | Bad] = []
        session = Session("host", MAILBOXES.get, limits)
        for chunk in chunks:
            session.receive(chunk)
            while (output := session.step()) is not None:
                self._take(output)
                if self.said[-1].closes:
                    return

    @property
    def codes(self) -> list[int]:
        """The replies' codes."""
        return [reply.code for reply in self.said]

    def _take(self, output: Reply | Transaction) -> None:
        if isinstance(output, Reply):
            self.said.append(output)
            return
        self.messages.append(output.content)
        bad = isinstance(output.content, Bad)
        made = replies.TOO_LARGE if bad else replies.stored("id", duplicate=False)
        self.said += [made] * len(output.recipients)


def talk(data: bytes, limits: Limits = LIMITS) -> Talk:
    """All of it in one chunk."""
    return Talk([data], limits)


def codes(*lines: bytes) -> list[int]:
    """The reply codes of command lines."""
    return talk(b"".join(line + b"\r\n" for line in lines)).codes
