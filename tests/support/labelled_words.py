"""Labelled mail that a linear model can learn: each category has words of its own."""

import random

WORDS = {
    "claim": "accident voiture choc pare-brise tiers constat dommage garage",
    "payment": "prélèvement facture virement montant échéance banque rejet somme",
    "certificate": "attestation école preuve document envoyer bailleur copie scolaire",
    "complaint": "mécontent inadmissible attente service déçu relance médiateur honte",
}
COMMON = "bonjour madame monsieur merci cordialement contrat dossier pouvez vous mon je suis"


def mails(count: int, seed: int, words: dict[str, str] | None = None) -> list[tuple[str, str]]:
    """Mail of four categories, three words of its own each among common ones."""
    chance, found = random.Random(seed), []
    for n in range(count):
        label = list(WORDS)[n % len(WORDS)]
        own = chance.sample((words or WORDS)[label].split(), 3)
        found.append(
            (" ".join([*own, *chance.sample(COMMON.split(), 6), letters(n * 31 + seed)]), label)
        )
    return found


def letters(number: int) -> str:
    """A name for a number: letters that differ in digits alone are one letter sent twice."""
    return "nom" + "".join("abcdefghij"[int(digit)] for digit in str(number))
