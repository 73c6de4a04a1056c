"""French words for an encoder that knows none: each starts as the mean of its English gloss.

    lexicon_fr.txt -> word forms -> rows of the embedding, entries of the tokenizer -> Network

An English vocabulary cuts French into pieces that mean nothing to it. A word that starts where its
translation lies lets all the encoder knows of English serve French before the first step.
"""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import orjson
import torch
from tokenizers import Tokenizer

from model.training.embedding import mean_of_pieces, replace_words, words_of
from model.training.network import Network

LEXICON = Path(__file__).parent / "lexicon_fr.txt"
# Endings that take the place of -er and -ir; a form nobody uses costs one row.
ER = (
    *("er", "e", "es", "ent", "ons", "ez", "ais", "ait", "aient", "ions", "iez", "era", "erai"),
    *("erez", "erons", "eront", "erait", "ee", "ees", "ant"),
)
IR = (
    *("ir", "is", "it", "issons", "issez", "issent", "issait", "issant", "i", "ie", "ies", "ira"),
    *("irai", "irez", "isse"),
)
ENDINGS: Mapping[str, tuple[str, ...]] = {
    "oyer": tuple(f"oy{x}" for x in ER) + tuple(f"oi{x}" for x in ("e", "es", "ent", "era")),
    "ger": tuple(f"g{x}" for x in (*ER, "eons", "eait", "eant")),
    "er": ER,
    "ir": IR,
}


@dataclass(frozen=True, slots=True)
class Lexicon:
    """English glosses of word forms without accents; `forced` ones replace what a form had."""

    glosses: Mapping[str, Sequence[str]]
    forced: frozenset[str]


def with_french(network: Network, path: Path = LEXICON) -> Network:
    """The network with a row for each French word its vocabulary lacks."""
    lexicon = read_lexicon(path)
    specification = orjson.loads(network.tokenizer.to_str())
    vocabulary = specification["model"]["vocab"]
    rows = _rows(network, lexicon.glosses)
    added = sorted(set(lexicon.glosses) - set(vocabulary))
    table = words_of(network.module).weight.data.clone()
    for word in lexicon.forced & set(vocabulary):
        table[vocabulary[word]] = rows[word]
    vocabulary.update({word: len(vocabulary) + i for i, word in enumerate(added)})
    replace_words(network.module, torch.cat([table, *(rows[word][None] for word in added)]))
    return replace(network, tokenizer=Tokenizer.from_str(orjson.dumps(specification).decode()))


def read_lexicon(path: Path) -> Lexicon:
    """Every form of every word of the file."""
    glosses: dict[str, list[str]] = {}
    forced: set[str] = set()
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.strip() or line.startswith(";"):
            continue
        gloss, words = line.split(":")
        for word in words.split():
            for form in forms(word.lstrip("!")):
                glosses.setdefault(form, []).append(gloss)
            if word.startswith("!"):
                forced.add(word.lstrip("!"))
    return Lexicon(glosses, frozenset(forced))


def forms(word: str) -> Iterator[str]:
    """The word and its plural, or the usual forms of a verb marked `*`; accents left out."""
    plain = "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))
    verb = plain.rstrip("*")
    if verb != plain:
        ending = next(x for x in ENDINGS if verb.endswith(x))
        yield from (verb.removesuffix(ending) + x for x in ENDINGS[ending])
        return
    yield plain
    if len(plain) > 3 and plain[-1] not in "sxz":
        yield plain + "s"


def _rows(network: Network, glosses: Mapping[str, Sequence[str]]) -> dict[str, torch.Tensor]:
    """Per word the mean over its glosses of the mean over a gloss's pieces."""
    pieces = {
        gloss: mean_of_pieces(network, gloss)
        for gloss in {x for group in glosses.values() for x in group}
    }
    return {
        word: torch.stack([pieces[x] for x in group]).mean(dim=0) for word, group in glosses.items()
    }
