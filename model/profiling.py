"""Taking a model's profile: what it answers on mail that it did not learn from."""

from collections.abc import Sequence
from pathlib import Path

from model.asking import answers
from model.inference import load_classifier
from model.packing import add_profile
from model.profile import Profile, answer, profile


def take(folder: Path, texts: Sequence[str]) -> Profile:
    """Write it into the folder's manifest; the model's version stays, since no score changes."""
    classifier = load_classifier(folder)
    found = profile(classifier.labels, [answer(x) for x in answers(classifier, texts)])
    add_profile(folder, found)
    return found
