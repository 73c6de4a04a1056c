"""Labelled mail as a newcomer has it: a CSV with labels that people read."""

import csv
from pathlib import Path

from model.corpus.generate import generate

TITLES = {
    "claim": "Déclaration de sinistre",
    "cancellation": "Résiliation",
    "new_contract": "Devis & souscription",
    "contract_change": "Modification du contrat",
    "certificate": "Attestation",
    "payment": "Cotisation",
    "account": "Espace client",
    "complaint": "Réclamation",
    "other": "Autre",
}


def mails_csv(file: Path, per_category: int, seed: int = 5) -> Path:
    """Generated mails, `per_category` of each of the nine."""
    with file.open("w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out, delimiter=";")
        rows.writerow(["category", "subject", "from", "text", "group"])
        for mail in generate(seed, per_category):
            title = TITLES[mail.category]
            rows.writerow([title, mail.subject, mail.sender, mail.body, mail.template_id])
    return file
