"""What reading a message costs, against the standard library's parser and plain decoding.

    python -m bench.parse [--messages 2000]

Processor time of ``parse`` + ``segment`` over that of reading the same things with the standard
library: ``message_from_bytes``, every header decoded, addresses and date parsed, every text part
decoded. The bound is 3; the exit status is 1 above it. Decoding bodies only is shown beside it.
"""

import argparse
import gzip
import json
import statistics
import sys
import time
from collections.abc import Callable, Iterable
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from email.utils import getaddresses, parsedate_tz
from pathlib import Path

from bench.fixtures import ROOT, every_file
from mail.parse import parse
from mail.segment import segment

_NEWSGROUPS = Path(__file__).parents[2] / "shared" / "data" / "newsgroups20" / "train.jsonl.gz"
_BOUND = 3.0
_ROUNDS = 9


def newsgroups(limit: int) -> list[bytes]:
    """The first posts of 20 Newsgroups: long plain texts with headers and many quotations."""
    with gzip.open(_NEWSGROUPS, "rt", encoding="utf-8") as lines:
        return [
            json.loads(line)["text"].encode() for line, _ in zip(lines, range(limit), strict=False)
        ]


def fixtures() -> list[bytes]:
    """The fixtures that are messages with a header block: MIME of every kind."""
    found = (path.read_bytes() for path in every_file())
    return [raw for raw in found if b"\nfrom:" in b"\n" + raw[:4000].lower()]


def bare(raw: bytes) -> int:
    """The least: parse, undo transfer encodings, decode with the declared charset."""
    return _bodies(message_from_bytes(raw))


def _bodies(message: Message) -> int:
    length = 0
    for part in message.walk():
        if part.get_content_maintype() == "text":
            payload = part.get_payload(decode=True)
            data = payload if isinstance(payload, bytes) else b""
            length += len(_decoded(data, part.get_content_charset() or "utf-8"))
    return length


def usual(raw: bytes) -> int:
    """What anybody does to read a message: the above, addresses, date, all headers decoded."""
    message = message_from_bytes(raw)
    length = sum(len(_header(str(value))) for value in message.values())
    length += sum(_addresses(message, name) for name in ("from", "reply-to", "to", "cc"))
    length += parsedate_tz(str(message["date"])) is not None
    return length + _bodies(message)


def _addresses(message: Message, name: str) -> int:
    try:
        return len(getaddresses(list(map(str, message.get_all(name, [])))))
    except RecursionError:  # one of the fixtures gets this far
        return 0


def _header(value: str) -> str:
    try:
        return str(make_header(decode_header(value)))
    except (LookupError, ValueError):
        return value


def _decoded(data: bytes, charset: str) -> str:
    try:
        return data.decode(charset, "replace")
    except LookupError:
        return data.decode("latin-1")


def ours(raw: bytes) -> int:
    """The whole e-mail and its segments."""
    email = parse(raw)
    return len(segment(email.text, email.subject).segments)


def cost(read: Callable[[bytes], int], messages: Iterable[bytes]) -> float:
    """Seconds of processor time for all messages."""
    started = time.process_time()
    for raw in messages:
        read(raw)
    return time.process_time() - started


def compare(name: str, messages: list[bytes]) -> float:
    """Print one line and return the ratio to the usual reading: the median of the rounds'."""
    rounds = [[cost(read, messages) for read in (bare, usual, ours)] for _ in range(_ROUNDS)]
    least, base, full = (statistics.median(column) for column in zip(*rounds, strict=True))
    ratio = statistics.median(one[2] / one[1] for one in rounds)
    size, each = sum(map(len, messages)) / 1e6, 1e6 / len(messages)
    print(  # noqa: T201
        f"{name:12} {len(messages):5} messages {size:5.1f} MB  bodies only {least * each:5.0f} us  "
        f"stdlib {base * each:5.0f} us  ours {full * each:5.0f} us  ratio {ratio:4.2f}"
    )
    return ratio


def main() -> int:
    """Compare on every corpus that is installed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=2000)
    arguments = parser.parse_args()
    ratios = [compare("fixtures", fixtures())] if ROOT.is_dir() else []
    if _NEWSGROUPS.exists():
        ratios.append(compare("newsgroups20", newsgroups(arguments.messages)))
    return int(any(ratio > _BOUND for ratio in ratios))


if __name__ == "__main__":
    sys.exit(main())
