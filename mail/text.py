"""The only way from a message to what the model reads."""

from mail.segment import Segmentation, segment
from mail.types import Email

TEXT_VERSION = "3"  # raise it whenever the same message would read differently
MODEL_CHARS = 8_000  # beyond what the model reads of any message
SUBJECT_CHARS = 300
_OLDER = 20  # messages of a thread that may follow the one to act on


def model_input(email: Email) -> str:
    """Subject, the message to act on, then the rest of the thread; at most `MODEL_CHARS`.

    That is the newest message, or the one it merely passes on. Quote marks, quoted headers,
    signatures and disclaimers are left out, unless nothing else was written.
    """
    return joined(email.subject, said(email))


def said(email: Email) -> str:
    """The same without the subject and not cut yet."""
    found = segment(email.text, email.subject)
    return "\n\n".join(_newest_first(found)) or email.text


def joined(subject: str, words: str) -> str:
    """What the model reads of a subject and what was said."""
    return f"{subject[:SUBJECT_CHARS]}\n\n{words}".strip()[:MODEL_CHARS]


def _newest_first(found: Segmentation) -> list[str]:
    main = found.main
    others = [number for number in found.messages if number != main]
    return [text for number in (main, *others[:_OLDER]) if (text := found.said(number))]
