"""Which addresses a webhook may be sent to: public unicast, and what the operator lists.

Python's own `is_global` follows the registries of its release (3.11 takes 192.0.0.0/24 and
64:ff9b::/96 for public), so the special-purpose blocks of IANA are written out here:
https://www.iana.org/assignments/iana-ipv4-special-registry and .../iana-ipv6-special-registry
"""

import ipaddress
from collections.abc import Sequence

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_NOT_PUBLIC_4 = tuple(
    map(
        ipaddress.IPv4Network,
        (
            "0.0.0.0/8",  # this network
            "10.0.0.0/8",
            "100.64.0.0/10",  # carrier-grade NAT; metadata of one cloud
            "127.0.0.0/8",
            "168.63.129.16/32",  # public by number, but a cloud's own agent and metadata
            "169.254.0.0/16",  # link-local, with most clouds' metadata
            "172.16.0.0/12",
            "192.0.0.0/24",  # protocol assignments; metadata of one cloud
            "192.0.2.0/24",  # documentation
            "192.31.196.0/24",
            "192.52.193.0/24",
            "192.88.99.0/24",  # 6to4 relays
            "192.168.0.0/16",
            "192.175.48.0/24",
            "198.18.0.0/15",  # benchmarks
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/4",  # multicast
            "240.0.0.0/4",  # reserved, and broadcast
        ),
    )
)
_PUBLIC_6 = ipaddress.IPv6Network("2000::/3")  # all that is given out so far
_NOT_PUBLIC_6 = tuple(
    map(
        ipaddress.IPv6Network,
        (
            "2001::/23",  # Teredo, ORCHID, benchmarks
            "2001:db8::/32",  # documentation
            "2002::/16",  # 6to4: an IPv4 address in disguise
            "2620:4f:8000::/48",
            "3fff::/20",  # documentation
        ),
    )
)
# IPv4 addresses in their last 32 bits: mapped, and NAT64 (RFC 6052)
_EMBEDDING = tuple(map(ipaddress.IPv6Network, ("::ffff:0:0/96", "64:ff9b::/96")))


def permitted(address: Address, listed: Sequence[Network]) -> bool:
    """Whether a webhook may go to this address.

    Args:
        address: what the host name resolved to.
        listed: networks that the operator permits although they are not public. An address that
            holds an IPv4 address inside must be listed and lead to a permitted one as well.

    """
    known = any(address in network for network in listed)
    inner = _inside(address)
    if inner is not None:
        return known and permitted(inner, listed)
    return known or _public(address)


def _inside(address: Address) -> ipaddress.IPv4Address | None:
    if any(address in network for network in _EMBEDDING):
        return ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    return None


def _public(address: Address) -> bool:
    if isinstance(address, ipaddress.IPv4Address):
        return not any(address in network for network in _NOT_PUBLIC_4)
    return address in _PUBLIC_6 and not any(address in network for network in _NOT_PUBLIC_6)
