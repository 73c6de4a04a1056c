"""New words for an encoder, learned from the user's own mail: a token each instead of many pieces.

texts -> words -> those that cost the most pieces -> rows of the table, tokens of the tokenizer

Each starts as the mean of its pieces, where the encoder read it before. It works for every kind of
tokenizer, since whole words are added, and their neighbours are cut as ever.
"""

import logging
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import torch
from tokenizers import AddedToken, Tokenizer

from model.progress import progress
from model.training.embedding import mean_of_pieces, replace_words, words_of
from model.training.network import Network

LEAST_TEXTS = 5  # that a word must occur in: a row learns nothing from fewer
_WORD = re.compile(r"[^\W\d_]{4,40}")

log = logging.getLogger("model.training")


def with_words(network: Network, texts: Sequence[str], most: int) -> Network:
    """The network with a token for each of at most so many words of the texts."""
    words = costly_words(network.tokenizer, texts, most)
    rows = [mean_of_pieces(network, f" {word}") for word in words]
    tokenizer = Tokenizer.from_str(network.tokenizer.to_str())
    # `lstrip` takes the blank before it along, which would be a piece of its own for some
    tokenizer.add_tokens([AddedToken(x, single_word=True, lstrip=True) for x in words])
    table = words_of(network.module).weight.data
    vocabulary = tokenizer.get_vocab(with_added_tokens=True)
    ids = [vocabulary[word] for word in words]
    larger = torch.zeros(max([len(table) - 1, *ids]) + 1, table.shape[1])
    larger[: len(table)] = table
    for number, row in zip(ids, rows, strict=True):
        larger[number] = row
    replace_words(network.module, larger)
    log.info("%d new words, the first of them: %s", len(words), ", ".join(words[:10]))
    return replace(network, tokenizer=tokenizer)


def costly_words(tokenizer: Tokenizer, texts: Sequence[str], most: int) -> list[str]:
    """Words that one token each would save most pieces for in all; most saving first."""
    found: Counter[str] = Counter()
    for text in progress(texts, "counting words"):
        found.update(set(_WORD.findall(_normal(tokenizer, text))))
    saved = {
        word: number * (_pieces(tokenizer, word) - 1)
        for word, number in found.items()
        if number >= LEAST_TEXTS
    }
    ordered = sorted((word for word in saved if saved[word]), key=lambda x: (-saved[x], x))
    return ordered[:most]


def _normal(tokenizer: Tokenizer, text: str) -> str:
    """As the tokenizer compares it: lower case and without accents, for some."""
    clean = text.encode("utf-8", "replace").decode("utf-8")
    return tokenizer.normalizer.normalize_str(clean) if tokenizer.normalizer else clean


def _pieces(tokenizer: Tokenizer, word: str) -> int:
    return len(tokenizer.encode(f" {word}", add_special_tokens=False).ids)
