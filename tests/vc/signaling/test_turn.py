"""TURN credentials as coturn computes them, and ICE servers in Link headers."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime

import pytest

from devices.contract.clock import SimulatedClock
from devices.contract.config import BadConfigError, from_document
from vc.messages import IceServer
from vc.signaling.turn import IceConfig, IceServers, link_headers, read_links

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def test_credentials_are_those_coturn_expects() -> None:
    config = IceConfig(
        turn_urls=("turn:10.0.0.1:3478?transport=udp",), turn_secret="s3cret", turn_valid_for_s=60
    )
    (server,) = IceServers(config, SimulatedClock(NOW)).of("dong-ha")
    assert server.username == f"{int(NOW.timestamp()) + 60}:dong-ha"
    digest = hmac.new(b"s3cret", server.username.encode(), hashlib.sha1).digest()
    assert base64.b64decode(server.credential) == digest


def test_no_server_configured_is_none_told() -> None:
    assert IceServers(IceConfig(), SimulatedClock(NOW)).of("dong-ha") == ()


def test_link_headers_carry_servers_there_and_back() -> None:
    servers = (
        IceServer(urls=("stun:10.0.0.1:3478",)),
        IceServer(urls=("turn:10.0.0.1?transport=tcp",), username="1:a", credential="x/y+z="),
    )
    links = link_headers(servers)
    assert links[1].startswith('<turn:10.0.0.1?transport=tcp>; rel="ice-server"; username="1:a"')
    assert read_links([", ".join(links)]) == servers
    assert read_links(links) == servers


def test_links_that_are_no_ice_servers_are_left_out() -> None:
    odd = ['<https://x/>; rel="next"', "", "<;;=", '<javascript:1>; rel="ice-server"']
    assert read_links(odd) == ()


@pytest.mark.parametrize("url", ["http://a", "turn:", 'turn:a"; rel="x', "turn:a?transport=sctp"])
def test_a_url_that_is_no_turn_server_is_a_bad_configuration(url: str) -> None:
    with pytest.raises(BadConfigError, match="turn_urls"):
        from_document({"turn_urls": [url]}, IceConfig)
