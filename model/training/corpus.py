"""The project's own corpus as labelled texts, and the mails written by hand to test on.

generate -> split by skeleton -> mail.parse -> mail.text -> Labelled
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from model.corpus.generate import generate
from model.corpus.split import split
from model.corpus.types import Example
from model.data import read_labelled, text_of_fields
from model.examples import Labelled, deduplicate, split_by_group

SAMPLE_SEED, SAMPLE_PER_CATEGORY = 1, 25
HANDWRITTEN = Path(__file__).parent.parent / "corpus" / "handwritten"


@dataclass(frozen=True, slots=True)
class Corpus:
    """Parts with disjoint skeletons; `handwritten` comes from no skeleton at all.

    `independent` is the part of it whose writer had not read them either.
    """

    train: list[Labelled]
    validation: list[Labelled]
    calibration: list[Labelled]
    test: list[Labelled]
    handwritten: list[Labelled]
    independent: list[Labelled]


def read_corpus(seed: int, per_category: int) -> Corpus:
    """Every part as model input, duplicates removed."""
    parts = split(generate(seed, per_category))
    validation, calibration = split_by_group(_labelled(parts.validation), (0.5, 0.5), seed)
    earlier, independent = (
        read_labelled(HANDWRITTEN / f"{name}.jsonl") for name in ("earlier", "independent")
    )
    return Corpus(
        train=_labelled(parts.train),
        validation=validation,
        calibration=calibration,
        test=_labelled(parts.test),
        handwritten=[*earlier, *independent],
        independent=independent,
    )


def sample_texts() -> list[str]:
    """A few mails of every kind, for whoever must see what texts are like; none is a test's."""
    return [x.text for x in _labelled(split(generate(SAMPLE_SEED, SAMPLE_PER_CATEGORY)).train)]


def _labelled(examples: Iterable[Example]) -> list[Labelled]:
    return deduplicate(
        Labelled(text_of_fields(x.fields()), x.category, x.language, x.template_id)
        for x in examples
    )
