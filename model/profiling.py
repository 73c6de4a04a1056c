"""Taking a model's profile: what it answers on mail that it did not learn from."""

from collections.abc import Sequence
from pathlib import Path

from model.asking import answers
from model.contents import contents, look
from model.examples import Labelled
from model.inference import load_classifier
from model.packing import add_profile
from model.profile import Profile, answer, profile


def take(folder: Path, mails: Sequence[Labelled]) -> Profile:
    """Write it into the folder's manifest; the model's version stays, since no score changes."""
    classifier = load_classifier(folder)
    given = [answer(x) for x in answers(classifier, [mail.text for mail in mails])]
    # the group of an export stands for its sender
    looks = (look(mail.text, mail.group, mail.sender) for mail in mails)
    found = profile(classifier.labels, given, contents(looks))
    add_profile(folder, found)
    return found
