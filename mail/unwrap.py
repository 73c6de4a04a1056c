"""Line ends that a writer's program put in, told from those that the writer meant."""

import re
from itertools import pairwise

_NEW_LINE = "\n"
_LEAST_WRAP = 55  # programs wrap at 60 to 80
_ITEM = re.compile(r"\s|[-*•>–]|\d+[.)]")


def unwrapped(text: str) -> str:
    """The text with a blank in place of each line end that a program put in: offsets stay right.

    A line end was put in where the next word would not have fitted in the paragraph's longest line.
    """
    return "\n\n".join(_unwrapped(paragraph) for paragraph in text.split("\n\n"))


def _unwrapped(paragraph: str) -> str:
    lines = paragraph.split("\n")
    width = max(map(len, lines))
    if width < _LEAST_WRAP:
        return paragraph
    joined = lines[:1]
    for before, following in pairwise(lines):
        word = following.split(" ", 1)[0]
        wraps = word and not _ITEM.match(following) and len(before) + 1 + len(word) > width
        joined.append(f"{' ' if wraps else _NEW_LINE}{following}")
    return "".join(joined)
