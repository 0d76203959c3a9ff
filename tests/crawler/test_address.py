"""The guard at the door, in all the forms an address can take."""

import socket
from typing import Any

import pytest

from crawler.network.address import Door, PrivateAddressError, is_public
from crawler.network.deadline import Deadline


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",  # link-local, where clouds keep their secrets
        "100.64.0.1",  # carrier-grade NAT
        "0.0.0.0",  # an address, not a binding
        "224.0.0.1",  # multicast
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1%eth0",
        "fc00::1",
        "ff02::1",
        "::ffff:127.0.0.1",  # mapped
        "64:ff9b::7f00:1",  # NAT64
        "2002:7f00:1::",  # 6to4
    ],
)
def test_no_private_address_passes(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1::1", "::ffff:8.8.8.8"])
def test_public_addresses_pass(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("host", ["2130706433", "0x7f.0.0.1", "127.1", "localhost", "[::1]"])
def test_a_name_that_resolves_to_loopback_is_refused_however_it_is_written(host: str) -> None:
    with Deadline(1.0), pytest.raises(PrivateAddressError):
        Door().open(host, 9)


def test_an_allowed_host_is_allowed_as_it_stands_in_the_url_and_no_other() -> None:
    door = Door(["127.0.0.1"])
    with socket.create_server(("127.0.0.1", 0)) as server, Deadline(1.0):
        door.open("127.0.0.1", server.getsockname()[1]).close()
        with pytest.raises(PrivateAddressError):
            door.open("127.1", server.getsockname()[1])


def test_only_the_public_ones_of_several_addresses_are_tried(monkeypatch: Any) -> None:
    tried = []

    def resolve(host: str, port: int, **_: Any) -> list[Any]:
        addresses = ["127.0.0.1", "192.0.32.10"]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in addresses]

    def connect(sock: socket.socket, address: tuple[str, int]) -> socket.socket:
        tried.append(address[0])
        return sock

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr("crawler.network.address._connected", connect)
    with Deadline(1.0):
        Door().open("rebinding.example", 80).close()
    assert tried == ["192.0.32.10"]
