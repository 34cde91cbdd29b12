"""How a province's systems are reached."""

from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import msgspec

from devices.contract.afar import SecretPath
from devices.contract.config import BadConfigError, Config, Problem
from devices.runtime.settings import ClientTls

Url = Annotated[str, msgspec.Meta(pattern=r"^https?://[^\s?#/]+[^\s?#]*[^\s?#/]\Z")]
Seconds = Annotated[float, msgspec.Meta(ge=0.05, le=300)]
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


class SecretFile(Config, frozen=True, kw_only=True):
    """A secret in a file of its own, readable by this process alone."""

    path: SecretPath

    def text(self) -> str:
        """Return the secret without the white space around it; raises BadConfigError."""
        try:
            secret = Path(self.path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            problem = Problem("path", f"{self.path}: {type(error).__name__}")
            raise BadConfigError((problem,)) from error
        if not secret:
            raise BadConfigError((Problem("path", f"{self.path} is empty"),))
        return secret


class OAuthConfig(Config, frozen=True, kw_only=True):
    """Client credentials (RFC 6749 §4.4). `scope` is sent when it is not empty."""

    token_url: Url
    client_id: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    client_secret: SecretFile
    scope: str = ""

    def __post_init__(self) -> None:
        """Refuse to send the secret in the clear (ValueError)."""
        refuse_plain(self.token_url, "token_url")


class LinkConfig(Config, frozen=True, kw_only=True):
    """One system: its base address, and how long it is waited for.

    `answer_within_s` bounds one try, `within_s` all tries of a call together; what is sent has a
    second more for each 32 KiB. After `rests_after` calls in a row without an answer it is left
    alone for `rests_s`, and again after each further one; so a citizen is told at once that it is
    away.
    """

    url: Url
    tls: ClientTls | None = None
    oauth: OAuthConfig | None = None
    answer_within_s: Seconds = 5.0
    within_s: Seconds = 12.0
    tries: Annotated[int, msgspec.Meta(ge=1, le=10)] = 3
    most_bytes: Annotated[int, msgspec.Meta(ge=1024, le=67_108_864)] = 1_048_576
    rests_after: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 5
    rests_s: Annotated[float, msgspec.Meta(ge=0, le=600)] = 10.0

    def __post_init__(self) -> None:
        """Refuse to send what is of people, or a token, in the clear (ValueError)."""
        refuse_plain(self.url, "url")


def refuse_plain(url: str, key: str) -> None:
    """Raise ValueError when the address is without TLS and not on this machine."""
    parts = urlsplit(url)
    if parts.scheme != "https" and parts.hostname not in _LOOPBACK:
        raise ValueError(f"{key}: must be https:// when it is not on this machine")
