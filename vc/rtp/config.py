"""What a session's owner sets."""

from typing import Annotated

import msgspec

from devices.contract.config import Config

Port = Annotated[int, msgspec.Meta(ge=1024, le=65_535)]
Interval = Annotated[float, msgspec.Meta(ge=0.1, le=30)]


class PeerConfig(Config, frozen=True):
    """A session's settings. Empty `host_addresses`: the machine's own, without loopback."""

    host_addresses: tuple[str, ...] = ("127.0.0.1",)
    ports: tuple[Port, Port] | None = None
    """UDP ports to use, first and last; None: any."""
    consent_interval_s: Interval = 1.0
    consent_failures: Annotated[int, msgspec.Meta(ge=1, le=10)] = 3
    """Unanswered checks in a row (RFC 7675) after which the other side counts as gone."""
    connect_within_s: Annotated[float, msgspec.Meta(ge=1, le=60)] = 15.0
    answer_within_s: Annotated[float, msgspec.Meta(ge=1, le=120)] = 30.0
    receive_buffer_bytes: Annotated[int, msgspec.Meta(ge=65_536)] = 4 << 20
    max_receive_kbps: Annotated[int, msgspec.Meta(ge=100)] = 2_500
    """What a browser is told it may send (REMB)."""
    max_packets_per_s: Annotated[int, msgspec.Meta(ge=100)] = 5_000
    """Media datagrams taken of the other side; ten times what any honest one sends."""
