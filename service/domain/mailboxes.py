"""Which mailbox an envelope recipient belongs to. Pure.

exact address -> the address without its +detail -> its domain -> the default mailbox -> nobody
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Mailboxes:
    """`of` leads from a lower-case address or domain to a mailbox; `default` takes the rest."""

    of: Mapping[str, str] = field(default_factory=dict)
    default: str | None = None

    def __bool__(self) -> bool:
        """Whether any recipient at all has a mailbox."""
        return bool(self.of) or self.default is not None

    def mailbox(self, recipient: str) -> str | None:
        """The mailbox of an address, or None where nobody takes its mail.

        Case makes no difference, in the local part either: no real site tells `Info@` from `info@`.
        """
        address = recipient.casefold()
        local, at, domain = address.rpartition("@")
        plain = f"{local.partition('+')[0]}{at}{domain}"
        for name in (address, plain, domain):
            if name in self.of:
                return self.of[name]
        return self.default
