"""The sample mails of the project, as a gateway would post them."""

from base64 import b64encode
from collections.abc import Iterator, Sequence
from pathlib import Path

from service.errors import StartupError
from service.local.plan import ROOT

_MAIL = ROOT / "samples" / "mail"


def sample_mails(run: str) -> list[bytes]:
    """All of them, in the order of their names, each with a header that makes it this run's.

    Without that header every mail of a second run would be recognised as posted before, and
    answered from the first run without any work, which is right for gateways and dull in a demo.

    Args:
        run: letters, digits and dashes, another one each time.

    Raises:
        StartupError: the checkout has none.

    """
    paths = sorted(_MAIL.rglob("*.eml"))
    if not paths:
        raise StartupError(f"There are no sample mails in {_MAIL}: the checkout is incomplete.")
    return [_marked(path, run) for path in paths]


def batches(mails: Sequence[bytes], size: int) -> Iterator[list[dict[str, str]]]:
    """The mails as the `emails` of batches of at most `size`."""
    for start in range(0, len(mails), size):
        yield [{"raw": b64encode(mail).decode()} for mail in mails[start : start + size]]


def _marked(path: Path, run: str) -> bytes:
    return f"X-Demo-Run: {run}\r\n".encode() + path.read_bytes()
