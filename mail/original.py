"""The HTML that a message brought, as its sender wrote it: unsafe, for those who sanitise it."""

from mail.attachments import leaves
from mail.body import is_file
from mail.content import part_text
from mail.limits import MESSAGE_BYTES
from mail.structure import Part, as_lines, read_structure


def original_html(raw: bytes) -> str | None:
    """The first HTML part of what the sender wrote, decoded; None where there is none."""
    readable = as_lines(raw[:MESSAGE_BYTES])
    part = _html_part(readable)
    return None if part is None else part_text(readable, part)[0]


def has_html(raw: bytes) -> bool:
    """Whether there is one."""
    return _html_part(as_lines(raw[:MESSAGE_BYTES])) is not None


def _html_part(raw: bytes) -> Part | None:
    found = leaves(read_structure(raw).root)
    wanted = (p for p in found if p.level == 0 and p.media.value == "text/html" and not is_file(p))
    return next(wanted, None)
