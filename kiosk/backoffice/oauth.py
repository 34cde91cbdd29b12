"""Bearer tokens by client credentials (RFC 6749 §4.4): fetched once for all who wait."""

import asyncio
from base64 import b64encode
from types import TracebackType
from typing import Annotated, Self
from urllib.parse import quote_plus, urlencode

import msgspec

from devices.contract.clock import Clock
from kiosk.backoffice.config import LinkConfig, OAuthConfig
from kiosk.backoffice.errors import BadAnswerError, RequestRefusedError, TokenRefusedError
from kiosk.backoffice.http import FORM, Call, HttpEdge, decoded

_MARGIN_S = 30.0
_MARGIN_SHARE = 0.2  # of a short-lived token's life
_UNSAID_S = 300  # "If omitted, the server SHOULD provide the expiration time via other means"


class TokenAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A token (RFC 6749 §5.1). `expires_in` is in seconds."""

    access_token: Annotated[
        str, msgspec.Meta(min_length=1, max_length=8192, pattern=r"^[\x21-\x7e]+(?!\n)$")
    ]
    token_type: str
    expires_in: Annotated[int, msgspec.Meta(ge=1)] = _UNSAID_S


class TokenSource:
    """The site's token for one system. An `async with` is its life.

    It is fetched when first needed, again before it expires, and again when it was spoilt; one
    fetch at a time, and whoever comes meanwhile gets the same.
    """

    def __init__(self, config: OAuthConfig, link: LinkConfig, clock: Clock) -> None:
        self._scope = config.scope
        self._basic = _basic(config.client_id, config.client_secret.text())
        self._edge = HttpEdge(
            msgspec.structs.replace(link, url=config.token_url, oauth=None, most_bytes=65_536)
        )
        self._clock = clock
        self._token = ""
        self._fresh_until = 0.0
        self._fetching = asyncio.Lock()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._edge.__aexit__(kind, error, trace)

    async def token(self) -> str:
        """Return a token that is good for now; raises a BackOfficeError."""
        async with self._fetching:  # its holder ends within the edge's deadline
            if not self._token or self._clock.monotonic() >= self._fresh_until:
                self._keep(await self._fetched())
            return self._token

    def spoil(self, token: str) -> None:
        """Say that the system no longer takes this one; a newer one stays."""
        if token == self._token:
            self._token = ""

    def _keep(self, answer: TokenAnswer) -> None:
        life_s = float(answer.expires_in)
        self._token = answer.access_token
        self._fresh_until = (
            self._clock.monotonic() + life_s - min(_MARGIN_S, life_s * _MARGIN_SHARE)
        )

    async def _fetched(self) -> TokenAnswer:
        form = {"grant_type": "client_credentials"}
        if self._scope:
            form["scope"] = self._scope
        call = Call(
            method="POST",
            body=urlencode(form).encode(),
            media_type=FORM,
            headers=(("authorization", self._basic),),
            repeatable=True,
        )
        try:
            reply = await self._edge.ask(call)
        except RequestRefusedError as error:  # 400 with a code of RFC 6749 §5.2
            raise TokenRefusedError(f"No token was given ({error.status}). {error.said}") from error
        answer = decoded(reply, TokenAnswer)
        if answer.token_type.lower() != "bearer":
            raise BadAnswerError("The token is of no kind that this software knows.")
        return answer


def _basic(client_id: str, secret: str) -> str:
    """Return the header of RFC 6749 §2.3.1: both parts form-encoded before RFC 7617's Basic."""
    pair = f"{quote_plus(client_id)}:{quote_plus(secret)}"
    return f"Basic {b64encode(pair.encode()).decode()}"
