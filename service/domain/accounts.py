"""People at the console: who they are, what they may do, why they do not get in. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from service.domain.items import Actor
from service.domain.types import ALL, Principal, Role

# What the API lets `X-Agent` be, so that people look the same wherever they act.
_LOGIN = re.compile(r"[!-~]{1,100}")
PERSONAL_ROLES = (Role.AGENT, Role.SUPERVISOR, Role.ADMIN)
LEAST_PASSWORD = 12
_CLIENT = "console"


class Denial(StrEnum):
    """Why somebody was not let in.

    `wrong` does not say what was wrong; `no_role` is said of who has no mailbox or queue as well.
    """

    WRONG = "wrong"
    TOO_MANY = "too_many"
    NO_ROLE = "no_role"
    DISABLED = "disabled"


@dataclass(frozen=True, slots=True)
class Rights:
    """What an operator gives a local account."""

    roles: frozenset[Role]
    mailboxes: frozenset[str]
    queues: frozenset[str] = ALL


@dataclass(frozen=True, slots=True)
class Account:
    """One person. What they do is theirs whatever their login becomes: the id says who acted."""

    id: UUID
    login: str
    name: str
    roles: frozenset[Role]
    mailboxes: frozenset[str]
    local: bool = True
    queues: frozenset[str] = ALL

    @property
    def principal(self) -> Principal:
        """What the person may see and do, as the API's keys say it."""
        key_id = f"account-{self.id}"
        rights = (self.roles, self.mailboxes, frozenset[str](), self.queues)
        return Principal(key_id, self.id, _CLIENT, *rights)

    @property
    def actor(self) -> Actor:
        """Who acts, for leases and trails."""
        return Actor(f"account-{self.id}", _CLIENT, self.login)

    @property
    def supervises(self) -> bool:
        """Whether the person may take mail from others and see trails and figures."""
        return bool(self.roles & {Role.SUPERVISOR, Role.ADMIN})


@dataclass(frozen=True, slots=True)
class Grants:
    """Which groups of the identity provider give which roles, mailboxes and queues.

    Where no group gives queues, everybody has all of them.
    """

    claim: str
    roles: Mapping[str, frozenset[str]]
    mailboxes: Mapping[str, frozenset[str]]
    queues: Mapping[str, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Identity:
    """Whom an identity provider vouches for, and what that gives them here."""

    issuer: str
    subject: str
    login: str
    name: str
    roles: frozenset[Role]
    mailboxes: frozenset[str]
    queues: frozenset[str] = ALL


def is_login(text: str) -> bool:
    """Whether a local account may be called so: 1 to 100 visible ASCII characters."""
    return bool(_LOGIN.fullmatch(text))


def folded(login: str) -> str:
    """A login as it is stored and looked up: case does not count."""
    return login.strip().lower()


def identity(issuer: str, claims: Mapping[str, object], grants: Grants) -> Identity:
    """Whom the claims of an ID token (OpenID Connect Core 1.0) mean; `sub` must be there."""
    subject = str(claims["sub"])[:255]
    groups = _groups(claims, grants.claim)
    roles = {Role(name) for group in groups for name in grants.roles.get(group, ())}
    mailboxes = _given(grants.mailboxes, groups)
    queues = _given(grants.queues, groups) if grants.queues else ALL
    login = next(filter(None, (_shown(claims.get(n)) for n in _LOGIN_CLAIMS)), subject)
    name = str(claims.get("name") or login)[:100]
    known_as = (issuer, subject, _ascii(login), name)
    return Identity(*known_as, frozenset(roles), mailboxes, queues)


_LOGIN_CLAIMS = ("preferred_username", "email")


def _given(grants: Mapping[str, frozenset[str]], groups: Sequence[str]) -> frozenset[str]:
    return frozenset(name for group in groups for name in grants.get(group, ()))


def _groups(claims: Mapping[str, object], claim: str) -> Sequence[str]:
    """The values of a claim; a dot leads into an object (`realm_access.roles`)."""
    found: object = claims
    for step in [claim] if claim in claims else claim.split("."):
        found = found.get(step) if isinstance(found, Mapping) else None
    if isinstance(found, str):
        return [found]
    return [str(one) for one in found] if isinstance(found, Sequence) else []


def _shown(claim: object) -> str:
    return folded(claim) if isinstance(claim, str) else ""


def _ascii(login: str) -> str:
    kept = "".join(c for c in login if "!" <= c <= "~")[:100]
    return kept or "unnamed"
