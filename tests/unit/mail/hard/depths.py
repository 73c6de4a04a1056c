"""Parts within parts within parts."""

from tests.unit.mail.hard.case import HEAD, Case


def nested(depth: int) -> bytes:
    """A multipart within a multipart, and so on, with a letter at the bottom."""
    layers = "".join(
        f"Content-Type: multipart/mixed; boundary=b{level}\n\n--b{level}\n"
        for level in range(depth)
    )
    return HEAD + layers.encode() + b"\nBonjour\n"


CASES = [
    Case("64 levels", lambda: nested(64), defects=("too_deep",)),
    Case("2,000 levels", lambda: nested(2000), defects=("too_deep",)),
    Case(
        "alternatives within alternatives, all empty",
        HEAD
        + b"".join(
            b"Content-Type: multipart/alternative; boundary=b%d\n\n--b%d\n" % (level, level)
            for level in range(31)
        ),
        defects=("no_text",),
    ),
]
