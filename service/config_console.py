"""The console's part of the settings: where it is reached, sessions, the identity provider."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from environs import FileAwareEnv
from marshmallow import ValidationError, validate

from service.domain.accounts import PERSONAL_ROLES


def console_values(env: FileAwareEnv) -> dict[str, object]:
    """The values of `Settings.console_*` and `Settings.oidc_*`."""
    seconds = validate.Range(min=1)
    return {
        "console_url": env.str("AIGUILLEUR_CONSOLE_URL", None, validate=_origin),
        "console_local_accounts": env.bool("AIGUILLEUR_CONSOLE_LOCAL_ACCOUNTS", True),
        "console_idle_seconds": env.float(
            "AIGUILLEUR_CONSOLE_IDLE_SECONDS", 3600.0, validate=seconds
        ),
        "console_session_seconds": env.float(
            "AIGUILLEUR_CONSOLE_SESSION_SECONDS", 43_200.0, validate=seconds
        ),
        "oidc_issuer": env.str("AIGUILLEUR_OIDC_ISSUER", None, validate=_url),
        "oidc_client_id": env.str("AIGUILLEUR_OIDC_CLIENT_ID", None),
        "oidc_client_secret": env.str("AIGUILLEUR_OIDC_CLIENT_SECRET", None),
        "oidc_scopes": env.str("AIGUILLEUR_OIDC_SCOPES", "openid profile email"),
        "oidc_groups_claim": env.str("AIGUILLEUR_OIDC_GROUPS_CLAIM", "groups"),
        "oidc_roles": _grants(env.list("AIGUILLEUR_OIDC_ROLES", [], validate=_roles)),
        "oidc_mailboxes": _grants(env.list("AIGUILLEUR_OIDC_MAILBOXES", [], validate=_pairs)),
        "oidc_queues": _grants(env.list("AIGUILLEUR_OIDC_QUEUES", [], validate=_pairs)),
    }


def _grants(pairs: list[str] | None) -> Mapping[str, frozenset[str]]:
    """`group=role,group=other` by group; faults are reported when the environment is sealed."""
    found: dict[str, frozenset[str]] = {}
    for pair in pairs or ():
        group, given = _parted(pair)
        found[group] = found.get(group, frozenset()) | {given}
    return found


def _pairs(pairs: list[str]) -> None:
    for pair in pairs:
        if not all(_parted(pair)):
            raise ValidationError(f"{pair!r} does not look like group=value")


def _parted(pair: str) -> tuple[str, str]:
    """Blanks around a comma or the sign belong to no name."""
    group, _, given = pair.rpartition("=")
    return group.strip(), given.strip()


def _roles(pairs: list[str]) -> None:
    _pairs(pairs)
    for pair in pairs:
        if _parted(pair)[1] not in PERSONAL_ROLES:
            known = ", ".join(PERSONAL_ROLES)
            raise ValidationError(f"{pair!r} gives no role that people have: {known}")


def _url(url: str | None) -> None:
    if url is None:
        return
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        raise ValidationError("must look like https://mail.example.com")


def _origin(url: str | None) -> None:
    _url(url)
    if url is not None and urlsplit(url).path not in {"", "/"}:
        raise ValidationError("must have no path: the console is at /console")
