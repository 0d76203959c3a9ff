"""Which addresses a crawl may connect to, and connections that go nowhere else.

The address that is checked is the address that is connected to, whatever the name resolves to a
moment later. Knows sockets and urllib3's connections, not requests.
"""

import ipaddress
import socket
from collections.abc import Collection
from typing import Any

from urllib3.connection import HTTPConnection, HTTPSConnection

from crawler.network.deadline import Deadline
from crawler.network.head import WholeHead
from crawler.network.lookup import addresses

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

NAT64 = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052: the last 32 bits are an IPv4 address


class PrivateAddressError(Exception):
    """A host has no address that is public."""


def is_public(text: str) -> bool:
    """Whether an address, in any notation that getaddrinfo returns, belongs to the public web."""
    address = unwrapped(
        ipaddress.ip_address(text.split("%", maxsplit=1)[0])
    )  # without the zone, %eth0
    return address.is_global and not address.is_multicast


def unwrapped(address: Address) -> Address:
    """The IPv4 address that an IPv6 address may only carry: mapped, 6to4 or NAT64."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    inside = address.ipv4_mapped or address.sixtofour
    if inside is None and address in NAT64:
        inside = ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    return inside or address


class Door:
    """Opens connections for requests: to public addresses, and to hosts allowed by name."""

    def __init__(self, allow_private: Collection[str] = ()) -> None:
        """`allow_private` holds hosts as they stand in a URL, without port or brackets."""
        self.allow_private = frozenset(host.strip("[]").lower() for host in allow_private)

    def open(self, host: str, port: int) -> socket.socket:
        """A connected socket. Raises PrivateAddressError, or OSError as connecting does."""
        name = host.strip("[]").lower().rstrip(".")
        found = addresses(name, port)
        open_to_us = [
            info for info in found if name in self.allow_private or is_public(str(info[4][0]))
        ]
        if not open_to_us:
            raise PrivateAddressError(name)
        failure: OSError = OSError("no address")
        for family, kind, protocol, _, address in open_to_us:
            try:
                return _connected(socket.socket(family, kind, protocol), address)
            except OSError as error:
                failure = error
        raise failure


def _connected(sock: socket.socket, address: Any) -> socket.socket:
    """Connect within the deadline of this thread's request, which may cut the socket any time."""
    deadline = Deadline.current()
    try:
        sock.settimeout(deadline.left())
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        deadline.watch(sock)
        deadline.require()  # what is not yet connecting cannot be cut
        sock.connect(address)
        deadline.reached = True
    except BaseException:
        sock.close()
        raise
    return sock


class _Guarded:
    """What HTTP and HTTPS connections of ours have in common; goes before urllib3's class."""

    door: Door
    sock: socket.socket | None
    response_class: Any = WholeHead

    def _new_conn(self) -> socket.socket:
        return self.door.open(self._dns_host, self.port)  # type: ignore[attr-defined]  # urllib3's

    def request(self, *args: Any, **kwargs: Any) -> None:
        if self.sock is not None:  # kept alive from a request before
            Deadline.current().watch(self.sock)
        super().request(*args, **kwargs)  # type: ignore[misc]  # urllib3's


class GuardedHTTPConnection(_Guarded, HTTPConnection):
    """An HTTP connection through a door."""


class GuardedHTTPSConnection(_Guarded, HTTPSConnection):
    """An HTTPS connection through a door."""
