"""The client's address: what is believed of X-Forwarded-For, and what a network counts as."""

from typing import Any

import pytest
from django.test import RequestFactory

from utils.api.clients import ip_address_of


@pytest.fixture
def behind(settings: Any) -> Any:
    def set_proxies(number: int) -> None:
        settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "NUM_PROXIES": number}

    return set_proxies


def seen(peer: str, forwarded: str | None = None) -> str:
    headers = {} if forwarded is None else {"HTTP_X_FORWARDED_FOR": forwarded}
    return ip_address_of(RequestFactory().get("/", REMOTE_ADDR=peer, **headers))


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "198.51.100.1", "192.0.2.9"),
        (0, None, "192.0.2.9"),
        (1, "198.51.100.1", "198.51.100.1"),
        (1, "203.0.113.5, 198.51.100.1", "198.51.100.1"),
        (1, "203.0.113.5,nonsense , 198.51.100.1 ", "198.51.100.1"),
        (2, "203.0.113.5, 198.51.100.1, 198.51.100.2", "198.51.100.1"),
        (2, "198.51.100.2", "192.0.2.9"),
        (1, None, "192.0.2.9"),
        (1, "", "192.0.2.9"),
        (1, "198.51.100.1,", "192.0.2.9"),
        (1, "nonsense", "192.0.2.9"),
        (1, "198.51.100.1:4711", "192.0.2.9"),
        (1, "1" * 5000, "192.0.2.9"),
    ],
)
def test_only_our_own_proxies_are_believed(behind: Any, proxies: int, forwarded: str | None, address: str) -> None:
    behind(proxies)
    assert seen("192.0.2.9", forwarded) == address


@pytest.mark.parametrize(
    ("peer", "address"),
    [
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::ffff:192.0.2.9", "192.0.2.9"),
        ("", "unknown"),
        ("/run/shop.sock", "unknown"),
    ],
)
def test_networks(behind: Any, peer: str, address: str) -> None:
    behind(0)
    assert seen(peer) == address


def test_a_proxy_on_a_socket_without_address(behind: Any) -> None:
    behind(1)
    assert seen("", "198.51.100.1") == "198.51.100.1"
