"""What validation chooses: the form that is served, and where a category ends."""

import numpy as np
import pytest

from model.calibration import fit_temperature
from model.scope import in_scope
from model.training.mixing import choose_mix
from model.training.scoping import choose_scope

TRUTH = np.arange(300) % 3
RIGHT = np.eye(3)[TRUTH] * 4


def with_mistakes(logits: np.ndarray, rows: slice) -> np.ndarray:
    """The same with another label's column in some rows."""
    wrong = logits.copy()
    wrong[rows] = np.roll(wrong[rows], 1, axis=1)
    return wrong


def test_a_useless_transformer_leaves_the_linear_model_alone():
    """Noise adds nothing, so nothing of it is served."""
    noise = np.random.default_rng(0).normal(size=RIGHT.shape)
    assert choose_mix(TRUTH, noise, with_mistakes(RIGHT, slice(3))).form == "linear"


def test_a_better_transformer_is_served_alone():
    """And a linear model that is wrong everywhere is not."""
    linear = with_mistakes(RIGHT, slice(0, 300))
    mix = choose_mix(TRUTH, with_mistakes(RIGHT, slice(3)), linear)
    assert mix.form == "transformer"


def test_the_linear_model_keeps_a_temperature_of_its_own():
    """What it is reported with, even where it is taught anew from what chose it."""
    linear = with_mistakes(RIGHT, slice(30))
    assert choose_mix(TRUTH, RIGHT, linear).linear_heat == fit_temperature(linear, TRUTH)
    assert choose_mix(TRUTH, None, linear).linear_heat == fit_temperature(linear, TRUTH)


def test_models_that_err_on_different_mails_are_summed():
    """Where one is unsure and wrong, the other is sure and right."""
    one, two = RIGHT.copy(), RIGHT.copy()
    one[:60] = np.roll(RIGHT[:60], 1, axis=1) / 8
    two[60:120] = np.roll(RIGHT[60:120], 1, axis=1) / 8
    mix = choose_mix(TRUTH, one, two)
    assert mix.form == "ensemble"
    assert (mix.sum(one, two).argmax(axis=1) == TRUTH).all()


@pytest.mark.parametrize("seed", range(5))
def test_nothing_chosen_is_worse_than_the_linear_model(seed: int):
    """It is always among what is tried."""
    generator = np.random.default_rng(seed)
    one, two = (RIGHT + generator.normal(scale=4, size=RIGHT.shape) for _ in range(2))
    mix = choose_mix(TRUTH, one, two)
    assert mix.tried[mix.share] >= mix.tried[1.0]


def test_a_scope_costs_no_more_accuracy_than_allowed():
    """Half a point, what is taken for mail of no category counting as wrong."""
    generator = np.random.default_rng(1)
    inside = RIGHT + generator.normal(size=RIGHT.shape)
    outside = generator.normal(size=(100, 3))
    right = inside.argmax(axis=1) == TRUTH
    found = choose_scope(inside, right, outside, cost=0.005)
    kept = right & in_scope(found.scope, inside)
    assert right.mean() - kept.mean() <= 0.005
    assert not in_scope(found.scope, outside).all()
    assert all(area > 0.8 for area in found.auroc.values())
