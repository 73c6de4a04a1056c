"""From why something was not done to the error that says so."""

from uuid import UUID

from sqlalchemy import Connection

from service.domain.items import LEASE_LOST, NOT_IN_QUEUE, Refusal
from service.domain.types import Principal
from service.errors import Held, LeaseLost, NotFound, NotInQueue, ServiceError
from service.store import lists

_ERRORS: dict[str, type[ServiceError]] = {kind.code: kind for kind in (Held, LeaseLost, NotInQueue)}


def refused(refusal: Refusal) -> ServiceError:
    """The error of a refusal."""
    return _ERRORS[refusal.code](refusal.detail)


def absent(
    connection: Connection, who: Principal, email_id: UUID, token: UUID | None = None
) -> Refusal:
    """Why a mail is not open: with a token, the lease was lost.

    Raises:
        NotFound: it is unknown, or not the key's to see.

    """
    if lists.known(connection, who, email_id) is None:
        raise NotFound
    return LEASE_LOST if token is not None else NOT_IN_QUEUE
