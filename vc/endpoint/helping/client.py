"""The kiosk's requests to the help desk, within deadlines and one family of errors."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TypeVar

import httpx
import msgspec

from devices.contract.errors import BadPayloadError, DeadlinePassedError
from devices.contract.message import Refused, RefusedError, decode
from vc.helping import NEWS_WITHIN_S, Ended, HelpNews, Hidden
from vc.messages import HelpPlace
from vc.signaling.client import ClientTls, tls_context
from vc.signaling.errors import BadAnswerError, UnreachableError

T = TypeVar("T")
_MOST_NEWS_BYTES = 256 * 1024


class HelpClient:
    """Every method raises RefusedError, UnreachableError, DeadlinePassedError, BadAnswerError."""

    def __init__(self, place: HelpPlace, http: httpx.AsyncClient, within_s: float) -> None:
        self._url = place.url
        self._http = http
        self._within_s = within_s

    async def news(self, seen: int) -> HelpNews:
        """Return what is newer than `seen`; the same again after some seconds."""
        within_s = NEWS_WITHIN_S + self._within_s
        body = await self._send("GET", f"?seen={seen}", within_s=within_s)
        try:
            return msgspec.json.decode(body, type=HelpNews)
        except msgspec.DecodeError as error:
            raise BadAnswerError(str(error)) from error

    async def answer(self, sdp: str) -> None:
        """Answer the officer's offer."""
        await self._send("POST", "/answer", sdp.encode(), "application/sdp")

    async def show(self, jpeg: bytes) -> None:
        """Let the officer see this."""
        await self._send("PUT", "/form", jpeg, "image/jpeg")

    async def hide(self, why: Hidden) -> None:
        """Let the officer see nothing."""
        await self._send("DELETE", f"/form?why={why}")

    async def end(self, why: Ended) -> None:
        """End the call."""
        await self._send("DELETE", f"?why={why}")

    async def _send(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        kind: str = "",
        *,
        within_s: float = 0.0,
    ) -> bytes:
        within_s = within_s or self._within_s
        headers = {"Content-Type": kind} if kind else {}
        try:
            async with (
                asyncio.timeout(within_s),
                self._http.stream(
                    method, self._url + path, content=body, headers=headers
                ) as answer,
            ):
                told = await _bounded(answer)
        except TimeoutError as error:
            text = f"The help desk did not answer within {within_s:g} s."
            raise DeadlinePassedError(text) from error
        except (httpx.HTTPError, httpx.InvalidURL, ssl.SSLError) as error:
            raise UnreachableError(str(error) or type(error).__name__) from error
        if not answer.is_success:
            raise _refusal(answer.status_code, told)
        return told


@asynccontextmanager
async def help_client(
    place: HelpPlace, tls: ClientTls, within_s: float
) -> AsyncIterator[HelpClient]:
    """Yield the client of one call. Raises BadConfigError for files that cannot be read."""
    context = await asyncio.to_thread(tls_context, tls)
    async with httpx.AsyncClient(
        headers={"Authorization": f"Bearer {place.token}"},
        verify=context,
        timeout=None,  # noqa: S113 - each request has its deadline above
        trust_env=False,
    ) as http:
        yield HelpClient(place, http, within_s)


async def _bounded(answer: httpx.Response) -> bytes:
    body = b""
    async for piece in answer.aiter_bytes():
        body += piece
        if len(body) > _MOST_NEWS_BYTES:
            raise BadAnswerError(f"The answer has more than {_MOST_NEWS_BYTES} bytes.")
    return body


def _refusal(status: int, body: bytes) -> RefusedError:
    try:
        return RefusedError(decode(body, Refused))
    except BadPayloadError:
        text = f"The help desk answered {status}."
        return RefusedError(Refused(code=f"http.{status}", text=text, retry=status >= 500))  # noqa: PLR2004 - RFC 9110 §15.6
