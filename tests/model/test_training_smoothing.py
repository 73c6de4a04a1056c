"""Smoothing moves large inputs into the weights and changes no answer."""

from pathlib import Path

import numpy as np
import pytest
import torch
from tiny_networks import mails, texts_of, tiny_network

from model.training.fit import predict_logits
from model.training.smoothing import largest_inputs, smoothed

TEXTS = texts_of(mails(12))


@pytest.mark.parametrize("architecture", ["bert", "distilbert", "camembert", "deberta-v2"])
def test_a_smoothed_network_answers_the_same(tmp_path: Path, architecture: str):
    """In full precision nothing is lost, and the network itself is left alone."""
    network = tiny_network(tmp_path / "a", architecture)
    before = predict_logits(network, TEXTS)
    after = predict_logits(smoothed(network, TEXTS), TEXTS)
    assert np.abs(after - before).max() < 1e-4
    assert (predict_logits(network, TEXTS) == before).all()


def test_inputs_become_flatter(tmp_path: Path):
    """The largest input of the most extreme channel comes nearer to the others'."""
    network = tiny_network(tmp_path / "bert")

    def steepest(peaks: dict[str, torch.Tensor]) -> float:
        return max(float(x.max() / x.median()) for x in peaks.values())

    flat = largest_inputs(smoothed(network, TEXTS), TEXTS)
    inner = {name: peak for name, peak in flat.items() if name.endswith(".linear")}
    assert steepest(inner) < steepest(largest_inputs(network, TEXTS))
