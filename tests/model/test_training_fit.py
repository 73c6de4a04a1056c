"""Fine-tuning learns, stops, resumes and repeats itself."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from tiny_networks import LABELS, mails, texts_of, tiny_network

from model.artifact import WINDOWS_MEAN
from model.training.baseline import LinearBaseline
from model.training.batches import by_length, shuffled
from model.training.checkpoint import Checkpoint, network_hash
from model.training.epoch import Epoch
from model.training.fit import Fit, predict_logits
from model.training.lexicon import with_french
from model.training.network import Network, minilm
from model.training.recipe import Recipe
from model.training.truth import truth

RECIPE = Recipe(epochs=3, batch=8, rate=1e-3, masked=0.0, threads=1, bfloat16=False)


class KilledError(Exception):
    """Stands for SIGKILL."""


class KilledAfter(Checkpoint):
    """A checkpoint whose process dies right after the first epoch is saved."""

    def save(self, *arguments: object) -> None:
        super().save(*arguments)  # type: ignore[arg-type]
        raise KilledError


def trained(
    network: Network, folder: Path, recipe: Recipe = RECIPE, kind: type[Checkpoint] = Checkpoint
) -> list[Epoch]:
    return Fit(network, recipe, mails(48)).run(mails(12), kind(folder, "key"))


def weights(network: Network) -> dict[str, torch.Tensor]:
    return dict(network.module.state_dict())


def same(first: dict[str, torch.Tensor], second: dict[str, torch.Tensor]) -> bool:
    return all(torch.equal(first[name], second[name]) for name in first)


def test_it_learns(tmp_path: Path):
    """Words that give the category away are learnt in a few epochs."""
    network = tiny_network(tmp_path / "bert")
    history = trained(network, tmp_path / "c", replace(RECIPE, epochs=8))
    assert max(epoch.macro_f1 for epoch in history) == 1.0


def test_the_same_seed_gives_the_same_weights(tmp_path: Path):
    """Same data, seed and versions: same epochs, same weights, to the last bit."""
    one, two = (tiny_network(tmp_path / name) for name in ("one", "two"))
    assert trained(one, tmp_path / "c1") == trained(two, tmp_path / "c2")
    assert same(weights(one), weights(two))


def test_another_seed_gives_other_weights(tmp_path: Path):
    """The seed reaches batches and dropout."""
    one, two = (tiny_network(tmp_path / name) for name in ("one", "two"))
    trained(one, tmp_path / "c1")
    trained(two, tmp_path / "c2", replace(RECIPE, seed=99))
    assert not same(weights(one), weights(two))


def test_a_killed_run_goes_on_as_if_unbroken(tmp_path: Path):
    """Killed after an epoch and started again, a run ends with the very same weights."""
    whole, broken = (tiny_network(tmp_path / name) for name in ("whole", "broken"))
    history = trained(whole, tmp_path / "c1")
    with pytest.raises(KilledError):
        trained(broken, tmp_path / "c2", kind=KilledAfter)
    again = tiny_network(tmp_path / "again")
    assert trained(again, tmp_path / "c2") == history
    assert same(weights(whole), weights(again))


def test_a_checkpoint_of_other_data_is_not_taken_up(tmp_path: Path):
    """A run never goes on from another run's weights."""
    network = tiny_network(tmp_path / "bert")
    trained(network, tmp_path / "c")
    fit = Fit(network, RECIPE, mails(48))
    assert Checkpoint(tmp_path / "c", "other").restore(network.module, fit._optimizer) is None


def test_a_run_from_other_weights_is_another_run(tmp_path: Path):
    """A base of the same name that was trained anew is not taken for the one before."""
    one, two = (tiny_network(tmp_path / name, seed=seed) for seed, name in enumerate("ab"))
    assert network_hash(one) == network_hash(tiny_network(tmp_path / "again"))
    assert len({network_hash(x) for x in (one, two, replace(one, reading=WINDOWS_MEAN))}) == 3


def test_a_kill_between_two_renames_loses_no_checkpoint(tmp_path: Path):
    """The one before is whole until the new one has its place."""
    network = tiny_network(tmp_path / "bert")
    trained(network, tmp_path / "c")
    (tmp_path / "c").rename(tmp_path / "c.old")
    fit = Fit(network, RECIPE, mails(48))
    restored = Checkpoint(tmp_path / "c", "key").restore(network.module, fit._optimizer)
    assert restored is not None
    assert len(restored[0]["history"]) == RECIPE.epochs


def test_a_checkpoint_holds_no_pickle(tmp_path: Path):
    """Only safetensors and JSON are written."""
    trained(tiny_network(tmp_path / "bert"), tmp_path / "c")
    assert {path.suffix for path in (tmp_path / "c").iterdir()} == {".safetensors", ".json"}


def test_it_stops_when_validation_no_longer_improves(tmp_path: Path):
    """With a rate of nothing no epoch is better than the first."""
    recipe = replace(RECIPE, epochs=9, rate=0.0, patience=2)
    assert len(trained(tiny_network(tmp_path / "bert"), tmp_path / "c", recipe)) == 3


def test_the_best_epoch_is_kept(tmp_path: Path):
    """The module ends with the weights of the epoch that validated best."""
    network = tiny_network(tmp_path / "bert")
    history = trained(network, tmp_path / "c", replace(RECIPE, epochs=5))
    predicted = predict_logits(network, texts_of(mails(12))).argmax(axis=1)
    accuracy = (predicted == truth(LABELS, mails(12))).mean()
    assert accuracy == pytest.approx(max(history, key=lambda x: x.key).macro_f1, abs=0.1)


def test_batches_hold_every_text_once():
    """Shuffling and sorting lose nothing; the mask covers each text's tokens alone."""
    ids = [[5] * (1 + i % 7) for i in range(53)]
    for batches in (list(shuffled(ids, 8, 0, seed=1)), list(by_length(ids, 8, 0))):
        assert sorted(row for batch in batches for row in batch.rows) == list(range(53))
        assert sum(int(batch.attention_mask.sum()) for batch in batches) == sum(map(len, ids))


def test_the_linear_baseline_learns_and_keeps_the_label_order():
    """Its scores follow the labels given, not the alphabet."""
    baseline = LinearBaseline(LABELS, seed=0).fit(mails(60))
    scores = baseline.scores(["sinistre accident", "facture invoice", "bonjour hello"])
    assert scores.argmax(axis=1).tolist() == [0, 1, 2]


def test_hidden_tokens_change_what_is_learnt(tmp_path: Path):
    """Half of the tokens hidden gives other weights, and the same ones for the same seed."""
    recipe = replace(RECIPE, epochs=1, masked=0.5)
    plain, one, two = (tiny_network(tmp_path / name) for name in ("plain", "one", "two"))
    trained(plain, tmp_path / "c0", replace(RECIPE, epochs=1))
    trained(one, tmp_path / "c1", recipe)
    trained(two, tmp_path / "c2", recipe)
    assert same(weights(one), weights(two))
    assert not same(weights(plain), weights(one))


def test_frozen_words_stay_where_they_are(tmp_path: Path):
    """The table of words keeps every row, the rest learns."""
    network = with_french(minilm(LABELS, 32, seed=1))
    before = {name: tensor.clone() for name, tensor in weights(network).items()}
    trained(network, tmp_path / "c", replace(RECIPE, epochs=1, frozen_words=True))
    words = "encoder.embeddings.word_embeddings.weight"
    assert torch.equal(weights(network)[words], before[words])
    assert not same(weights(network), before)
