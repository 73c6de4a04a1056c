"""Decided mail of chosen days, as drift counts it."""

import random
from collections.abc import Sequence
from datetime import UTC, date, datetime
from uuid import UUID

import orjson
from sqlalchemy import Engine, text

from service.store import drift as store

FRENCH = (
    "Bonjour, je vous écris pour mon {} : merci de regarder le dossier",
    "Merci de votre réponse, je suis dans l'attente pour le {} et la suite",
)
ENGLISH = (
    "Hello, please look at the {} that we have with you, thank you",
    "What of my {}, please?",
)
WORDS = ("sinistre", "contrat", "paiement", "devis", "voiture", "maison", "toiture", "dégât")

_MAIL = text("""
INSERT INTO emails (id, client_id, mailbox, kind, content, content_hash, priority)
VALUES (:id, gen_random_uuid(), 'm', 'fields', :content, '', 1)
""")
_READ = text("INSERT INTO readings (email_id, fields) VALUES (:id, CAST(:fields AS jsonb))")
_DECIDED = text("""
INSERT INTO decisions (email_id, number, category, queue, priority, reason, confidence, scores,
    model_name, model_version, text_version, routing_version, waited_seconds, inference_seconds,
    tokens)
VALUES (:id, 1, 'unknown', 'triage', 1, :reason, :confidence, CAST(:scores AS jsonb), 'm', :version,
    '3', '1', 0, 0, :tokens)
""")


def words(draw: random.Random, french: float = 0.8, more: Sequence[str] = WORDS) -> str:
    """A sentence in French, in so many of all, and a few rare words."""
    kinds = FRENCH if draw.random() < french else ENGLISH
    filler = [f"w{chr(97 + n // 20)}{chr(97 + n % 20)}" for n in draw.sample(range(200), 6)]
    return " ".join([draw.choice(kinds).format(draw.choice(more)), *filler])


def mail(
    database: Engine,
    draw: random.Random,
    day: date,
    body: str,
    *,
    version: str = "v1",
    label: str = "claim",
    sender: str = "",
    defect: str = "",
    reason: str = "model",
) -> UUID:
    """One decided mail that was accepted in the middle of a day."""
    at = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    email_id = UUID(int=store.accepted_from(at).int | draw.getrandbits(60))
    defects = [{"code": defect, "detail": ""}] if defect else []
    address = sender or f"p{draw.randrange(5_000)}@people.example"
    content = orjson.dumps({"subject": "", "text": body})
    fields = orjson.dumps({"from": {"name": "", "address": address}, "defects": defects}).decode()
    asked = reason == "model"
    with database.begin() as connection:
        connection.execute(_MAIL, {"id": email_id, "content": content})
        connection.execute(_READ, {"id": email_id, "fields": fields})
        connection.execute(
            _DECIDED,
            {
                "id": email_id,
                "reason": reason,
                "confidence": 0.6 + 0.3 * draw.random() if asked else None,
                "scores": orjson.dumps({label: 0.7, "rest": 0.3} if asked else {}).decode(),
                "version": version,
                "tokens": draw.randint(10, 60),
            },
        )
    return email_id
