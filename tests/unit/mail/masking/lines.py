"""The sentences of the masking test: what each holds that must be masked, and how well it goes."""

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from mail.masking.found import Found
from mail.masking.mask import Masker

HERE = Path(__file__).parent
FILES = ("open", "held_back")
CONTRACTS = (r"POL-\d{4}-\d{6}", r"CT\d{2} ?\d{6}")
_MARK = re.compile(r"\[\[(\w+)\|([^\]]*(?:\][^\]]+)*?)\]\]")
_ENDS = str.maketrans({"⏎": "\n", "⍽": "\u00a0", "␣": "\u202f"})


@dataclass(frozen=True)
class Line:
    """A sentence and the spans in it that are personal data."""

    text: str
    expected: frozenset[Found]


@dataclass(frozen=True)
class Figures:
    """Counts over lines, by kind; a span is right if its kind and both its ends are."""

    expected: Counter[str]
    found: Counter[str]
    right: Counter[str]
    wrong: list[str]

    @property
    def recall(self) -> float:
        """Share of what must be masked that was."""
        return self.right.total() / self.expected.total()

    @property
    def precision(self) -> float:
        """Share of what was masked that had to be."""
        return self.right.total() / self.found.total()


def lines(name: str) -> list[Line]:
    """The sentences of a file."""
    written = (HERE / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return [_line(one) for one in written if one and not one.startswith("#")]


def measure(chosen: list[Line]) -> Figures:
    """How the masker does on them."""
    masker = Masker(CONTRACTS)
    figures = Figures(Counter(), Counter(), Counter(), [])
    for line in chosen:
        found = frozenset(masker.find(line.text))
        figures.expected.update(one.kind for one in line.expected)
        figures.found.update(one.kind for one in found)
        figures.right.update(one.kind for one in line.expected & found)
        if found != line.expected:
            figures.wrong.append(f"{line.text!r} -> {masker.mask(line.text)!r}")
    return figures


def _line(written: str) -> Line:
    text, spans, place = "", set(), 0
    for match in _MARK.finditer(written):
        text += written[place : match.start()]
        spans.add(Found(match[1], len(text), len(text) + len(match[2])))
        text += match[2]
        place = match.end()
    return Line((text + written[place:]).translate(_ENDS), frozenset(spans))
