"""The mails that benchmarks post: real messages, each with the text that the model reads of it.

20 Newsgroups where it lies beside the repository, the sample mails otherwise, repeated as often as
needed. Mails that a rule decides without the model are left out: they would make the service cheap.
"""

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from mail.parse import parse
from mail.text import model_input

_ROOT = Path(__file__).parents[1]
_NEWSGROUPS = _ROOT.parent / "shared" / "data" / "newsgroups20" / "train.jsonl.gz"
_SAMPLES = _ROOT / "samples" / "mail"


@dataclass(frozen=True, slots=True)
class Mail:
    """A message and what the model reads of it."""

    raw: bytes
    text: str

    def marked(self, mark: str) -> bytes:
        """The message with a header of its own, so that it is no duplicate of the same one."""
        return f"X-Bench: {mark}\n".encode() + self.raw


def mails(number: int) -> list[Mail]:
    """The first `number` mails that need the model."""
    return list(islice(_that_need_the_model(), number))


def name() -> str:
    """Which corpus `mails` takes from."""
    return "20 Newsgroups" if _NEWSGROUPS.exists() else "sample mails, repeated"


def _that_need_the_model() -> Iterator[Mail]:
    for raw in _newsgroups() if _NEWSGROUPS.exists() else _samples():
        email = parse(raw)
        text = model_input(email)
        if email.machine is None and text.strip():
            yield Mail(raw, text)


def _newsgroups() -> Iterator[bytes]:
    with gzip.open(_NEWSGROUPS, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)["text"].encode()


def _samples() -> Iterator[bytes]:
    files = [path.read_bytes() for path in sorted(_SAMPLES.rglob("*.eml"))]
    while True:
        yield from files
