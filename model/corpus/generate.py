"""The generator: a seed and a size in, labelled mails out, always the same ones.

python -m model.corpus.generate --seed 1 --per-category 3 > examples.jsonl
"""

import argparse
import dataclasses
import json
import random
import sys
from collections.abc import Iterator, Sequence

from model.corpus.compose import Composer
from model.corpus.data import templates
from model.corpus.types import CATEGORIES, Example, Template

# Of five mails, this many are French: the first user's customers mostly write French, and an
# encoder that has seen little French needs more of it.
FRENCH_OF_FIVE = 3


def _random(*key: object) -> random.Random:
    return random.Random("/".join(map(str, key)))  # noqa: S311 - reproducible on purpose


def _shuffled(seed: int, language: str, category: str) -> Sequence[Template]:
    found = list(templates(language, category))
    _random(seed, language, category).shuffle(found)
    return found


def _example(seed: int, category: str, index: int) -> Example:
    language = "fr" if index % 5 < FRENCH_OF_FIVE else "en"
    pool = _shuffled(seed, language, category)
    # Counts the mails of this language alone, so that each skeleton serves equally often.
    whole, rest = divmod(index, 5)
    share = FRENCH_OF_FIVE if language == "fr" else 5 - FRENCH_OF_FIVE
    turn = whole * share + (rest if language == "fr" else rest - FRENCH_OF_FIVE)
    return Composer(pool[turn % len(pool)], _random(seed, category, index)).compose()


def generate(seed: int, per_category: int) -> Iterator[Example]:
    """`per_category` mails of each category, categories in turn.

    Deterministic: mail `i` of a category depends on `seed`, `i` and the text files alone, so a
    larger `per_category` starts with the same mails.
    """
    for index in range(per_category):
        for category in CATEGORIES:
            yield _example(seed, category, index)


def main() -> None:
    """Write examples as JSON lines to standard output."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--per-category", type=int, default=3)
    options = parser.parse_args()
    for example in generate(options.seed, options.per_category):
        sys.stdout.write(json.dumps(dataclasses.asdict(example), ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
