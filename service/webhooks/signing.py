"""Standard Webhooks signatures, with a secret for each client derived from the deployment's own."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from standardwebhooks import Webhook

from service.errors import StartupError

_PREFIX = "whsec_"
_LEAST_BYTES = 24  # what Standard Webhooks asks for
_PURPOSE = b"aiguilleur webhook client "


def check(master: str) -> None:
    """Refuse a deployment's secret that is not one, before anything is sent.

    Raises:
        StartupError: it is not `whsec_` and base64 of 24 bytes or more.

    """
    _key(master)


def client_secret(master: str, client_id: UUID) -> str:
    """The secret that one client verifies its webhooks with, as `whsec_` and base64.

    It follows from the deployment's secret, so nothing is stored, and one client's secret tells
    nothing about another's.

    Raises:
        StartupError: the deployment's secret is not `whsec_` and base64 of 24 bytes or more.

    """
    digest = hmac.new(_key(master), _PURPOSE + client_id.bytes, hashlib.sha256).digest()
    return _PREFIX + base64.b64encode(digest).decode()


def headers(secret: str, event_id: UUID, body: bytes, now: datetime) -> Mapping[str, str]:
    """The three headers of https://www.standardwebhooks.com for these very bytes.

    Args:
        secret: a client's, as `client_secret` makes it.
        event_id: the same at every attempt, so that the receiver can drop what it has seen.
        body: UTF-8.
        now: when this attempt is made, in UTC; receivers refuse what is older than some minutes.

    """
    name = str(event_id)
    return {
        "webhook-id": name,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(secret).sign(name, now, body.decode()),
    }


def _key(master: str) -> bytes:
    try:
        key = base64.b64decode(master.removeprefix(_PREFIX), validate=True)
    except ValueError:
        key = b""
    if not master.startswith(_PREFIX) or len(key) < _LEAST_BYTES:
        raise StartupError(
            "AIGUILLEUR_WEBHOOK_SECRET must be whsec_ followed by the base64 of "
            f"{_LEAST_BYTES} random bytes or more"
        )
    return key
