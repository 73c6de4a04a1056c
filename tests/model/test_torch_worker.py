"""The same worker with the torch engine: chosen by a setting, nothing else changes."""

import psycopg
import pytest

from bench.load import Post, Sender
from bench.stack import ROOT, Stack, until

MAIL = b"Subject: Accident\r\n\r\nMy car was hit in the car park this morning.\r\n"


@pytest.mark.slow
def test_a_worker_decides_with_torch() -> None:
    """From HTTP to the stored decision, which names the engine."""
    settings = {"AIGUILLEUR_ENGINE": "torch", "AIGUILLEUR_TORCH_DEVICE": "cpu"}
    with Stack(1, MODEL_PATH=str(ROOT / "model" / "default"), **settings) as stack:
        post = Post("/v1/emails", MAIL, "message/rfc822", stack.key())
        Sender(stack.port, [post], 1).send()
        with psycopg.connect(stack.servers.database_url, autocommit=True) as connection:
            query = "SELECT category, model_version FROM decisions"
            category, version = until(lambda: connection.execute(query).fetchone(), "a decision")
    assert category == "claim"
    assert version.endswith("+torch")
