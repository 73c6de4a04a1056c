"""The mails that simulated days are drawn from: texts of the project's corpus, answered once.

corpus, skeletons that the shipped model did not learn from -> as it is, reworded, lengthened, and a
new topic -> the shipped model's answer to each -> kept in the work folder, by text
"""

import hashlib
import random
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson

from bench.drift import topic
from model.asking import answers
from model.contents import Look, look
from model.corpus.generate import generate
from model.corpus.split import split
from model.data import text_of_fields
from model.inference import load_classifier
from model.profile import Answer, answer

MODEL = Path(__file__).parents[2] / "model" / "default"
NEW = "mobility"  # the topic's name here; the model has no such label
_SEED, _PER_CATEGORY, _OF_TOPIC = 7, 1_200, 400

# A portal and products with other names, words that came into fashion: what a merger brings.
_OTHER_WORDS = {
    "contrat": "convention", "contrats": "conventions", "espace client": "portail Horizon",
    "client": "adhérent", "cotisation": "échéance", "prélèvement": "débit automatique",
    "attestation": "certificat Horizon", "sinistre": "événement", "devis": "simulation",
    "garantie": "protection", "assurance": "couverture", "résilier": "clôturer",
    "résiliation": "clôture", "remboursement": "règlement", "dossier": "référence",
    "application": "appli Horizon", "facture": "relevé", "adresse": "domicile",
    "contract": "plan", "contracts": "plans", "policy": "plan", "customer": "member",
    "account": "Horizon profile", "premium": "contribution", "claim": "event",
    "certificate": "Horizon statement", "quote": "simulation", "cancel": "close",
    "cancellation": "closure", "refund": "settlement", "invoice": "bill", "cover": "protection",
    "insurance": "protection", "payment": "transfer", "file": "reference",
}  # fmt: skip
_LONGEST_FIRST = sorted(_OTHER_WORDS, key=len, reverse=True)
_PATTERN = re.compile(rf"\b({'|'.join(_LONGEST_FIRST)})\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Mail:
    """A text, what the model says of it and what drift sees in it; sender and defect come later."""

    category: str
    language: str
    answer: Answer
    look: Look


@dataclass(frozen=True, slots=True)
class Pool:
    """Mails by category and language: as they are, reworded, lengthened."""

    labels: tuple[str, ...]
    plain: Mapping[tuple[str, str], Sequence[Mail]]
    reworded: Mapping[tuple[str, str], Sequence[Mail]]
    longer: Mapping[tuple[str, str], Sequence[Mail]]


def pool(work: Path) -> Pool:
    """Ask the shipped model about every text; a second run finds the answers in `work`."""
    kinds = {"plain": _plain()}
    kinds["reworded"] = [(c, x, reworded(t)) for c, x, t in kinds["plain"]]
    kinds["longer"] = _longer(kinds["plain"])
    said = _answers(work / "answers.json", sorted({t for k in kinds.values() for _, _, t in k}))
    made = {name: _by_kind(found, said) for name, found in kinds.items()}
    return Pool(load_classifier(MODEL).labels, **made)


def reworded(text: str) -> str:
    """The same request in the words of another house."""
    return _PATTERN.sub(lambda found: _OTHER_WORDS[found[0].lower()], text)


def _plain() -> list[tuple[str, str, str]]:
    parts = split(generate(_SEED, _PER_CATEGORY))
    found = [
        (x.category, x.language, text_of_fields(x.fields()))
        for x in (*parts.validation, *parts.test)
    ]
    draw = random.Random(_SEED)  # noqa: S311  # reproducible on purpose
    return found + [
        (NEW, language, topic.text(language, draw))
        for language in ("fr", "en")
        for _ in range(_OF_TOPIC)
    ]


def _longer(mails: Sequence[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    """Each with a second one of its kind below: people say twice as much."""
    kinds: dict[tuple[str, str], list[str]] = defaultdict(list)
    for category, language, text in mails:
        kinds[category, language].append(text)
    draw = random.Random(_SEED)  # noqa: S311  # reproducible on purpose
    return [(c, x, f"{t}\n\n{draw.choice(kinds[c, x])}") for c, x, t in mails]


def _answers(path: Path, texts: Sequence[str]) -> Mapping[str, Answer]:
    known = orjson.loads(path.read_bytes()) if path.exists() else {}
    missing = [text for text in texts if _key(text) not in known]
    if missing:
        found = answers(load_classifier(MODEL), missing)
        for text, one in zip(missing, map(answer, found), strict=True):
            known[_key(text)] = [one.label, one.confidence, one.tokens]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(orjson.dumps(known))
    return {text: Answer(*known[_key(text)]) for text in texts}


def _key(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def _by_kind(
    mails: Sequence[tuple[str, str, str]], said: Mapping[str, Answer]
) -> Mapping[tuple[str, str], Sequence[Mail]]:
    found: dict[tuple[str, str], list[Mail]] = defaultdict(list)
    # the corpus goes round its skeletons: in its order, halves would have different ones
    for category, language, text in _shuffled(mails):
        found[category, language].append(Mail(category, language, said[text], look(text)))
    return found


def _shuffled(mails: Sequence[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    draw = random.Random(_SEED)  # noqa: S311  # reproducible on purpose
    return draw.sample(mails, len(mails))
