"""Webhook signatures, verified with the library that receivers use."""

import base64
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from service.errors import StartupError
from service.webhooks.signing import check, client_secret, headers

MASTER = "whsec_" + base64.b64encode(bytes(range(32))).decode()
CLIENT, OTHER, EVENT = UUID(int=1), UUID(int=2), UUID(int=3)
BODY = '{"type":"email.decided","subject":"été"}'.encode()


def test_a_receiver_verifies_the_signature() -> None:
    """The body, as bytes with accents, verifies with the client's secret."""
    secret = client_secret(MASTER, CLIENT)
    signed = headers(secret, EVENT, BODY, datetime.now(UTC))
    assert Webhook(secret).verify(BODY, dict(signed))["type"] == "email.decided"
    assert signed["webhook-id"] == str(EVENT)


def test_another_clients_secret_does_not_verify() -> None:
    """Secrets differ by client, so that none can forge another's webhooks."""
    signed = headers(client_secret(MASTER, CLIENT), EVENT, BODY, datetime.now(UTC))
    with pytest.raises(WebhookVerificationError):
        Webhook(client_secret(MASTER, OTHER)).verify(BODY, dict(signed))


def test_a_changed_body_does_not_verify() -> None:
    """One byte more, and the signature is wrong."""
    secret = client_secret(MASTER, CLIENT)
    signed = headers(secret, EVENT, BODY, datetime.now(UTC))
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(BODY + b" ", dict(signed))


def test_an_old_signature_does_not_verify() -> None:
    """A recorded request cannot be played again after some minutes."""
    secret = client_secret(MASTER, CLIENT)
    signed = headers(secret, EVENT, BODY, datetime.now(UTC) - timedelta(minutes=6))
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(BODY, dict(signed))


def test_a_clients_secret_is_stable() -> None:
    """The derivation is part of the contract: a new release must not change anybody's secret."""
    assert client_secret(MASTER, CLIENT) == "whsec_vK1pVMpWJz8MGKTY9DeVGNCsaD1q7Wii6vcn0RmMw50="


@pytest.mark.parametrize(
    "master",
    [
        "",
        "whsec_",
        MASTER.removeprefix("whsec_"),
        "whsec_" + base64.b64encode(bytes(23)).decode(),  # too short
        MASTER[:-1],  # broken padding
        MASTER + "é",
        "whsec_ " + MASTER.removeprefix("whsec_"),
    ],
)
def test_a_weak_or_broken_deployment_secret_is_refused(master: str) -> None:
    """The sentence names the variable and never the value."""
    with pytest.raises(StartupError, match="AIGUILLEUR_WEBHOOK_SECRET") as caught:
        check(master)
    assert not master.removeprefix("whsec_").strip() or master not in str(caught.value)
