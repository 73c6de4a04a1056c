"""The shipped model: whole, small, described, and right about mails that leave no doubt."""

from pathlib import Path

import pytest

import model
from mail.parse import from_fields
from mail.text import TEXT_VERSION, model_input
from model.artifact import load
from model.classifier import EngineClassifier
from model.corpus.types import CATEGORIES
from model.inference import load_classifier

FOLDER = Path(model.__file__).parent / "default"
PLAIN_CASES = [
    ("Vol de mon véhicule", "On m'a volé ma voiture cette nuit, que dois-je faire ?", "claim"),
    ("Résiliation", "Je souhaite résilier mon contrat habitation à l'échéance.", "cancellation"),
    ("Devis", "Je voudrais assurer une moto neuve, quel serait votre tarif ?", "new_contract"),
    ("Changement d'adresse", "Je déménage le 3 mai, voici ma nouvelle adresse.", "contract_change"),
    ("Attestation", "Merci de m'envoyer une attestation d'assurance scolaire.", "certificate"),
    ("Prélèvement rejeté", "Mon prélèvement a été rejeté, comment régler ?", "payment"),
    ("Connexion", "Je n'arrive plus à me connecter, mot de passe oublié.", "account"),
    ("Cancellation", "Please cancel my car insurance at the end of the month.", "cancellation"),
    ("Certificate", "Could you send me proof of insurance for my landlord?", "certificate"),
    ("Login", "I forgot my password and the app is locked.", "account"),
]


@pytest.fixture(scope="module")
def classifier() -> EngineClassifier:
    return load_classifier(FOLDER)


def test_it_is_whole_and_small():
    """Every hash holds, and the folder is at most 30 MB."""
    assert load(FOLDER).manifest.labels == CATEGORIES
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) <= 30_000_000


def test_it_was_trained_on_the_text_it_is_given():
    """Another version of mail.text means another training."""
    assert load(FOLDER).manifest.text_version == TEXT_VERSION


def test_its_card_and_manifest_tell_what_it_can_do():
    """Figures on mails it has not seen, beside those of the linear baseline."""
    metrics = load(FOLDER).manifest.metrics
    served, linear = metrics["served"], metrics["linear_baseline"]
    assert served["held_out_templates"]["macro_f1"] > linear["held_out_templates"]["macro_f1"]
    assert "Mails that nobody sent" in (FOLDER / "README.md").read_text(encoding="utf-8")


def test_its_export_lost_nothing():
    """The gate's figures are kept: at most half a point of macro-F1."""
    gate = load(FOLDER).manifest.metrics["gate"]
    assert gate["reference"] - gate["exported"] <= 0.005


@pytest.mark.parametrize(("subject", "text", "expected"), PLAIN_CASES)
def test_a_plain_mail_is_understood(
    classifier: EngineClassifier, subject: str, text: str, expected: str
):
    """French and English mails that leave no doubt."""
    (prediction,) = classifier.predict(
        [model_input(from_fields({"subject": subject, "text": text}))]
    )
    assert prediction.label == expected
