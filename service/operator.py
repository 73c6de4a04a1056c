"""Who types commands: for the audit trail."""

import getpass

from service.domain.items import Actor


def operator() -> Actor:
    """The account that this process runs as."""
    try:
        account = getpass.getuser()
    except (KeyError, OSError):  # a container's user without a name
        account = None
    return Actor("", "operator", account)
