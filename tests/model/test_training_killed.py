"""A training that is killed goes on where it stood, and ends as if nothing had been."""

from pathlib import Path

import orjson
import pytest
from commands import data, rows, said, started
from tiny_networks import save_classifier

from model.artifact import Manifest, load
from model.training.alone import alone
from tests.support.waiting import until

OPTIONS = ("--strategy", "full", "--epochs", "12", "--max-tokens", "32", "--threads", "1")


def options(folder: Path, file: Path, base: Path) -> list[str]:
    places = ["--out", str(folder / "out"), "--work", str(folder / "work")]
    return ["train", "--data", str(file), "--base", str(base), *places, *OPTIONS]


def epochs_kept(folder: Path) -> int:
    """How many epochs the checkpoint of a run under way has."""
    try:
        found = orjson.loads((folder / "work" / "checkpoint" / "state.json").read_bytes())
    except FileNotFoundError:
        return 0
    return len(found["history"])


def trained(folder: Path) -> Manifest:
    return load(folder / "out").manifest


@pytest.mark.slow
@pytest.mark.parametrize("extra", [(), ("--unlabelled", "--new-words")])
def test_a_killed_training_ends_as_an_undisturbed_one(tmp_path: Path, extra: tuple[str, ...]):
    """SIGKILL in the middle, the same command again: the same version, figures and epochs."""
    file, base = data(tmp_path, rows(240)), save_classifier(tmp_path / "bert", "bert")
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    more = [extra[0], str(file), extra[1], "5"] if extra else []
    assert said(*options(whole, file, base), *more)[0] == 0
    process = started(*options(broken, file, base), *more)
    until(lambda: epochs_kept(broken) > 1 or process.poll() is not None, "two epochs", 100)
    process.kill()
    process.communicate()
    assert process.returncode == -9
    assert not (broken / "out").exists()
    status, words = said(*options(broken, file, base), *more)
    assert status == 0
    assert "of an earlier run" in words
    assert ("read on before" in words) == bool(extra)
    one, two = trained(whole), trained(broken)
    assert (one.version, one.metrics, one.training) == (two.version, two.metrics, two.training)
    assert len(one.training["history"]) > 2


def test_two_trainings_do_not_share_a_folder(tmp_path: Path):
    """The second is told, and touches nothing."""
    file = data(tmp_path, rows(60))
    with alone(tmp_path / "work"):
        status, words = said(*options(tmp_path, file, tmp_path), "--strategy", "linear")
    assert status == 2
    assert "Another training is at work in" in words
