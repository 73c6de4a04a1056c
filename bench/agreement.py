"""How often we read the public fixtures as their authors say they read.

    python -m bench.agreement [--write docs/segmentation.md]

Only fixtures that carry an expected text can count. Texts are equal when their words are, in their
order; what is elided is compared as a bag of words, because it lies in pieces around the reply.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from bench.fixtures import ROOT, Expected, discourse, mimekit, talon, words, written
from mail.parse import parse
from mail.segment import Segmentation, segment

_MARK, _END = "<!-- agreement -->\n", "<!-- end of agreement -->"


def _found(case: Expected) -> Segmentation:
    return segment(parse(case.raw).text)


def _talon(case: Expected) -> bool:
    found = _found(case)
    return words(found.whole(found.main)) == words(case.text)


def _trimmed(case: Expected) -> bool:
    found = _found(case)
    said = words(found.said(found.main))
    return said in (words(case.text), written(case.text))


def _elided(case: Expected) -> bool:
    found = _found(case)
    left = Counter(words(found.text)) - Counter(words(found.said(found.main)))
    return left == Counter(words(case.text))


def _body(case: Expected) -> bool:
    return words(parse(case.raw).text) == words(case.text)


def rows() -> Iterator[tuple[str, str, int, int]]:
    """Fixtures, what is compared, how many agree, of how many."""
    for name, what, cases, agrees in (
        ("talon", "newest message with its signature", talon(), _talon),
        ("discourse, trimmed", "newest message without signature", discourse(), _trimmed),
        ("discourse, elided", "all the rest", discourse("elided"), _elided),
        ("MimeKit", "text of the body", mimekit(), _body),
    ):
        yield name, what, sum(map(agrees, cases)), len(cases)


def table() -> str:
    """In Markdown."""
    lines = [f"| {name} | {what} | {good}/{of} |" for name, what, good, of in rows()]
    return "\n".join(["| fixtures | what is compared | agree |", "|---|---|---|", *lines, ""])


def main() -> int:
    """Print the table, and put it between the marks of a document where one is named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", type=Path)
    target = parser.parse_args().write
    if not ROOT.is_dir():
        sys.stdout.write(f"There are no fixtures in {ROOT}.\n")
        return 1
    sys.stdout.write(made := table())
    if target is not None:
        before, rest = target.read_text("utf-8").split(_MARK, 1)
        target.write_text(f"{before}{_MARK}{made}{_END}{rest.split(_END, 1)[1]}", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
