"""French words start where their English translations lie."""

from pathlib import Path

import pytest
import torch

from model.training.fit import predict_logits
from model.training.lexicon import LEXICON, forms, read_lexicon, with_french
from model.training.network import BaseError, Network, minilm

LABELS = ("a", "b")


@pytest.fixture(scope="module")
def english() -> Network:
    return minilm(LABELS, max_tokens=64, seed=1)


@pytest.fixture(scope="module")
def french() -> Network:
    return with_french(minilm(LABELS, max_tokens=64, seed=1))


def row(network: Network, text: str) -> torch.Tensor:
    ids = network.tokenizer.encode(text, add_special_tokens=False).ids
    return network.module.encoder.get_input_embeddings().weight.data[ids].mean(dim=0)


def test_no_more_is_read_at_once_than_the_encoder_has_places_for():
    """Whatever `--max-tokens` asks; and too little is told."""
    network = minilm(LABELS, max_tokens=1_000, seed=1)
    assert network.max_tokens == 512
    assert predict_logits(network, ["a word " * 700]).shape == (1, 2)
    with pytest.raises(BaseError, match="8 is the least that serves"):
        minilm(LABELS, max_tokens=5, seed=1)


def test_a_french_word_is_one_piece_at_the_place_of_its_gloss(english: Network, french: Network):
    """`immeuble` was four pieces and is now `building`."""
    assert len(english.tokenizer.encode("immeuble", add_special_tokens=False).ids) > 1
    assert len(french.tokenizer.encode("Immeubles", add_special_tokens=False).ids) == 1
    assert torch.equal(row(french, "immeuble"), row(english, "building"))


def test_accents_do_not_matter(french: Network):
    """Résiliation and resiliation are one word, as hurried people write."""
    ids = [french.tokenizer.encode(x).ids for x in ("résiliation", "Resiliation")]
    assert ids[0] == ids[1]


def test_english_is_untouched(english: Network, french: Network):
    """A text without French words gives the very same logits."""
    texts = ["My car was stolen last night, please send an expert."]
    assert (predict_logits(english, texts) == predict_logits(french, texts)).all()


def test_a_forced_word_takes_the_place_of_a_name(english: Network, french: Network):
    """`pas` was known from names alone: it now starts as `not`."""
    assert torch.equal(row(french, "pas"), row(english, "not"))


def test_long_texts_are_still_cut(french: Network):
    """The new tokenizer keeps the limit of the old one."""
    assert len(french.tokenizer.encode("immeuble " * 500).ids) == 64


@pytest.mark.parametrize(
    ("word", "some"),
    [
        ("vitre", {"vitre", "vitres"}),
        ("décès", {"deces"}),
        ("résilier*", {"resilier", "resilie", "resiliee", "resilions"}),
        ("changer*", {"changez", "changeons"}),
        ("envoyer*", {"envoyez", "envoie"}),
        ("finir*", {"finit", "finissons"}),
    ],
)
def test_words_bring_their_forms(word: str, some: set[str]):
    """Plurals, and the usual forms of regular verbs."""
    assert some <= set(forms(word))


def test_the_lexicon_is_well_formed():
    """Every line reads, every word can be one token, and there are thousands of forms."""
    lexicon = read_lexicon(LEXICON)
    assert len(lexicon.glosses) > 3_000
    assert all(form.isalpha() and form.islower() for form in lexicon.glosses)


def test_a_lexicon_is_read_with_remarks_and_blank_lines(tmp_path: Path):
    """`;` opens a remark; a word of two glosses lies between them."""
    file = tmp_path / "lexicon.txt"
    file.write_text("; remark\n\nroad: rue\nstreet: rue !par\n", encoding="utf-8")
    lexicon = read_lexicon(file)
    assert lexicon.glosses["rue"] == ["road", "street"]
    assert lexicon.forced == {"par"}
