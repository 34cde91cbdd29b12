"""ICE servers that are told to clients, with time-limited TURN credentials.

As coturn's `use-auth-secret` (draft-uberti-behave-turn-rest): the user name is the second of
expiry and a name, the credential is base64(HMAC-SHA1(secret, user name)).
"""

import base64
import hmac
from datetime import datetime
from typing import Annotated

import msgspec

from devices.contract.clock import Clock
from devices.contract.config import Config
from vc.messages import IceServer

StunUrl = Annotated[str, msgspec.Meta(pattern=r"^stuns?:[0-9A-Za-z.:\[\]-]{1,255}\Z")]
TurnUrl = Annotated[
    str,
    msgspec.Meta(pattern=r"^turns?:[0-9A-Za-z.:\[\]-]{1,255}(\?transport=(udp|tcp))?\Z"),
]


class IceConfig(Config, frozen=True):
    """Which servers help to find a way. `turn_secret` is coturn's `static-auth-secret`."""

    stun_urls: tuple[StunUrl, ...] = ()
    turn_urls: tuple[TurnUrl, ...] = ()
    turn_secret: str = ""
    turn_valid_for_s: Annotated[int, msgspec.Meta(ge=60, le=7 * 24 * 3600)] = 8 * 3600
    relay_only: bool = False
    """Clients send everything through TURN: sites whose firewall lets nothing else out."""


class IceServers:
    """The configured servers, with credentials for whoever asks."""

    def __init__(self, config: IceConfig, clock: Clock) -> None:
        self._config = config
        self._clock = clock

    @property
    def relay_only(self) -> bool:
        """Whether clients shall use TURN and nothing else."""
        return self._config.relay_only

    def of(self, name: str) -> tuple[IceServer, ...]:
        """Return the servers for somebody, with credentials that work for `turn_valid_for_s`."""
        servers = [IceServer(urls=self._config.stun_urls)] if self._config.stun_urls else []
        if self._config.turn_urls:
            until = int(self._clock.now().timestamp()) + self._config.turn_valid_for_s
            username, credential = turn_credentials(self._config.turn_secret, name, until)
            servers.append(
                IceServer(urls=self._config.turn_urls, username=username, credential=credential)
            )
        return tuple(servers)


def turn_credentials(secret: str, name: str, until: int | datetime) -> tuple[str, str]:
    """Return user name and credential that coturn takes until then (Unix seconds)."""
    seconds = int(until.timestamp()) if isinstance(until, datetime) else until
    username = f"{seconds}:{name}"
    digest = hmac.digest(secret.encode(), username.encode(), "sha1")
    return username, base64.b64encode(digest).decode()


def link_headers(servers: tuple[IceServer, ...]) -> list[str]:
    """Return the `Link` header's values (RFC 9725 §4.6)."""
    links = []
    for server in servers:
        for url in server.urls:
            link = f'<{url}>; rel="ice-server"'
            if server.username:
                link += (
                    f'; username="{server.username}"; credential="{server.credential}"'
                    '; credential-type="password"'
                )
            links.append(link)
    return links


def read_links(values: list[str]) -> tuple[IceServer, ...]:
    """Return the ICE servers of `Link` headers; what is no ICE server is left out."""
    servers = []
    for link in (part.strip() for value in values for part in value.split(", <")):
        target, *parameters = (item.strip() for item in link.split(";"))
        named = {
            key.strip().lower(): value.strip().strip('"')
            for key, _, value in (one.partition("=") for one in parameters)
        }
        url = target.strip("<>")
        if named.get("rel") == "ice-server" and url.startswith(
            ("stun:", "stuns:", "turn:", "turns:")
        ):
            servers.append(
                IceServer(
                    urls=(url,),
                    username=named.get("username", ""),
                    credential=named.get("credential", ""),
                )
            )
    return tuple(servers)
