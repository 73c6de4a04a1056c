"""New words from the user's mail: one token each, trained and served alike."""

from pathlib import Path

import numpy as np
import pytest
import torch
from tiny_networks import LABELS

from model.inference import load_classifier
from model.packing import pack
from model.reading import Reader
from model.training.answering import FP32, PLAIN
from model.training.embedding import mean_of_pieces, words_of
from model.training.fit import predict_logits
from model.training.network import Network, minilm
from model.training.pretrain import read_on
from model.training.recipe import Recipe
from model.training.served import describe, write_served
from model.training.vocabulary import costly_words, with_words

MAIL = [f"Monsieur, je souhaite résilier mon hospitalisation numéro {n}." for n in range(9)]
WORDS = ["souhaite", "numero", "resilier", "hospitalisation"]


@pytest.fixture(scope="module")
def plain() -> Network:
    return minilm(LABELS, max_tokens=32, seed=1)


@pytest.fixture(scope="module")
def extended() -> Network:
    return with_words(minilm(LABELS, max_tokens=32, seed=1), MAIL, 4)


def test_the_words_that_cost_most_pieces_are_chosen(plain: Network):
    """As the tokenizer compares them: this one knows neither capitals nor accents."""
    assert costly_words(plain.tokenizer, MAIL, 4) == WORDS


def test_a_word_of_few_mails_is_not_worth_a_row(plain: Network):
    """And one that is a token already costs nothing."""
    assert costly_words(plain.tokenizer, ["Monsieur résilier"] * 4 + ["house"] * 20, 9) == []


def test_a_new_word_starts_as_the_mean_of_its_pieces(plain: Network, extended: Network):
    """So that nothing the encoder knows is lost."""
    row = extended.tokenizer.token_to_id("hospitalisation")
    found = words_of(extended.module).weight.data[row]
    assert torch.allclose(found, mean_of_pieces(plain, "hospitalisation"))


def test_only_whole_words_are_replaced(plain: Network, extended: Network):
    """Neighbours and longer words are cut as before, whatever case or accents."""
    for text in ("hospitalisations", "bonjour monsieur", "prehospitalisation"):
        assert extended.reader.read(text) == plain.reader.read(text)
    (window,) = extended.reader.read("L'HOSPITALISATION, Résilier")
    tokens = [extended.tokenizer.id_to_token(x) for x in window]
    assert tokens == ["[CLS]", "l", "'", "hospitalisation", ",", "resilier", "[SEP]"]


def test_it_is_served_as_it_was_trained(tmp_path: Path, extended: Network):
    """The folder's own tokenizer gives the same tokens, its graph the same logits."""
    write_served(extended, tmp_path, FP32, MAIL)
    pack(tmp_path, describe(extended, "words", FP32), PLAIN, "# Words\n")
    classifier = load_classifier(tmp_path)
    texts = [*MAIL, "Hospitalisation!", "hello"]
    assert np.abs(classifier.logits(texts) - predict_logits(extended, texts)).max() < 1e-4
    reader: Reader = extended.reader
    counts = [len(reader.read(text)[0]) for text in texts]
    assert [x.tokens for x in classifier.predict(texts)] == counts


def test_new_words_are_learned_in_reading_on():
    """Their rows move, as any other's that the mail has."""
    network = with_words(minilm(LABELS, max_tokens=32, seed=1), MAIL, 4)
    row = network.tokenizer.token_to_id("resilier")
    before = words_of(network.module).weight.data[row].clone()
    read_on(network, MAIL, Recipe(threads=1, bfloat16=False), epochs=1)
    assert not torch.equal(words_of(network.module).weight.data[row], before)
