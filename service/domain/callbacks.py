"""Callback URLs: how one is read, and why one is refused when a mail is posted.

One strict reading (a part of RFC 3986) serves the check and the sender, so that no two parsers can
disagree about the host.
"""

import ipaddress
import re
from dataclasses import dataclass

MAX_CHARACTERS = 2000

_ODD = re.compile(r"[^A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]")
_URL = re.compile(r"(https?)://([^/?#]*)([^#]*)", re.IGNORECASE)
_AUTHORITY = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^:\[\]]+)(?::([0-9]{1,5}))?")
_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
# what resolvers take for an IPv4 address in another notation: 127.1, 2130706433, 0x7f.0.0.1
_NUMERIC = re.compile(r"(?:[0-9]+|0x[0-9a-f]*)")
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Target:
    """Where a callback goes. `host` is in lower case, an IPv6 address without its brackets."""

    scheme: str
    host: str
    port: int
    path: str


def fault(url: str, hosts: frozenset[str], *, allow_http: bool) -> str | None:
    """Why a key may not have this callback URL, as a sentence; None where it may.

    Args:
        url: as the client sent it.
        hosts: the key's allow-list: `host` (at its scheme's own port), `host:port`,
            `*.example.com` or `*.example.com:port` (anything below, not the name itself);
            an IPv6 address in brackets.
        allow_http: whether the deployment permits http as well as https.

    """
    target = parse(url)
    if isinstance(target, str):
        return target
    if target.scheme != "https" and not allow_http:
        return "The callback URL must begin with https://."
    if not _listed(target, {entry.lower() for entry in hosts}):
        return "The host and port of the callback URL are not on this key's list."
    return None


def parse(url: str) -> Target | str:
    """Read a callback URL; a sentence where it is not one. Never raises."""
    if len(url) > MAX_CHARACTERS:
        return f"The callback URL is longer than {MAX_CHARACTERS} characters."
    if _ODD.search(url):
        return "The callback URL holds a character that must be percent-encoded."
    if "#" in url:
        return "The callback URL must not have a fragment."
    parts = _URL.fullmatch(url)
    if parts is None:
        return "The callback URL must begin with https:// and a host."
    return _target(parts[1].lower(), parts[2], parts[3])


def _target(scheme: str, authority: str, path: str) -> Target | str:
    if "@" in authority:
        return "The callback URL must not hold user information."
    if path.startswith("?"):
        return "The callback URL must have a path before its query."
    parts = _AUTHORITY.fullmatch(authority)
    if parts is None:
        return "The callback URL has no valid host and port."
    host = _host(parts[1].lower())
    port = int(parts[2] or _PORTS[scheme])
    if host is None or not 0 < port < 65536:
        return "The callback URL has no valid host and port."
    return Target(scheme, host, port, path or "/")


def _host(text: str) -> str | None:
    """A host name, or an address in its one canonical form; None for anything else."""
    if text.startswith("["):
        return _address(text[1:-1], 6)
    labels = text.split(".")
    if _NUMERIC.fullmatch(labels[-1]):
        return _address(text, 4)
    proper = len(text) <= 253 and all(map(_LABEL.fullmatch, labels))
    return text if proper else None


def _address(text: str, version: int) -> str | None:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    return str(address) if address.version == version else None


def _listed(target: Target, hosts: set[str]) -> bool:
    names = {f"[{target.host}]"} if ":" in target.host else {target.host, *_above(target.host)}
    wanted = {f"{name}:{target.port}" for name in names}
    if target.port == _PORTS[target.scheme]:
        wanted |= names
    return not wanted.isdisjoint(hosts)


def _above(host: str) -> set[str]:
    """`*.b.c` and `*.c` for `a.b.c`; none for an address."""
    labels = host.split(".")
    if labels[-1].isdigit():
        return set()
    return {"*." + ".".join(labels[start:]) for start in range(1, len(labels))}
