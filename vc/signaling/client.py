"""Opening a session on a conference server, ours or another's: two-way, WHIP, WHEP.

Works on session descriptions; whoever has a `Describes` (our `Peer`, a browser's, GStreamer's) can
be moved by it.
"""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator
from typing import Protocol
from urllib.parse import urljoin, urlsplit

import httpx
import msgspec

from devices.contract.config import BadConfigError, Config, Problem
from devices.contract.errors import BadPayloadError, DeadlinePassedError, MotcuaError
from devices.contract.message import Refused, RefusedError, decode
from vc.messages import IceServer
from vc.signaling.errors import BadAnswerError, UnreachableError
from vc.signaling.sdp import MAX_SDP_BYTES, text_of
from vc.signaling.turn import read_links

_WITHIN_S = 10.0
_MOST_REDIRECTS = 3
_SDP = "application/sdp"
_CREATED, _NOT_ACCEPTABLE = 201, 406
_GONE_IS_FINE = (200, 204, 404)


class Describes(Protocol):
    """A WebRTC session of ours, as the signalling sees it. Every method may raise SdpError."""

    async def offer(self) -> str:
        """Return an offer with all candidates."""

    async def accept(self, answer: str) -> None:
        """Take the answer; the codec that was negotiated is checked here."""

    async def answer(self, offer: str) -> str:
        """Take the other side's offer instead of having made one, and return the answer."""


class ClientTls(Config, frozen=True):
    """PEM files: whom to trust (empty: the system's), and the certificate of this box (or none)."""

    ca_file: str = ""
    certificate_file: str = ""
    key_file: str = ""


class RemoteLeg(msgspec.Struct, frozen=True, kw_only=True):
    """A session opened on a server: what leaving needs, and the ICE servers the server named."""

    url: str
    token: str
    etag: str = ""
    ice_servers: tuple[IceServer, ...] = ()


async def join_two_way(
    url: str,
    token: str,
    peer: Describes,
    *,
    tls: ClientTls | None = None,
    within_s: float = _WITHIN_S,
) -> RemoteLeg:
    """Send and receive in one session.

    Raises RefusedError with the server's code (`retry` says whether to ask for a new order),
    UnreachableError, DeadlinePassedError, BadAnswerError, SdpError.
    """
    return await _opened(url, token, peer, tls, within_s)


async def whip_publish(
    url: str,
    token: str,
    peer: Describes,
    *,
    tls: ClientTls | None = None,
    within_s: float = _WITHIN_S,
) -> RemoteLeg:
    """Send to a WHIP endpoint (RFC 9725); raises what `join_two_way` raises."""
    return await _opened(url, token, peer, tls, within_s)


async def whep_play(
    url: str,
    token: str,
    peer: Describes,
    *,
    tls: ClientTls | None = None,
    within_s: float = _WITHIN_S,
) -> RemoteLeg:
    """Receive from a WHEP endpoint; a 406 with the server's own offer is answered by PATCH.

    Raises what `join_two_way` raises.
    """
    async with _line(tls, within_s) as line:
        response, body = await line.send("POST", url, token, await peer.offer())
        if response.status_code != _NOT_ACCEPTABLE or "location" not in response.headers:
            return await _accepted(line, response, body, token, peer)
        leg = _leg(response, token)
        async with _ended_on_failure(line, leg):
            answer = await peer.answer(_sdp(response, body))
            patched, reason = await line.send("PATCH", leg.url, token, answer)
            if not patched.is_success:
                raise _refusal(patched, reason)
        return leg


async def leave(
    leg: RemoteLeg, *, tls: ClientTls | None = None, within_s: float = _WITHIN_S
) -> None:
    """End a session; it is fine when the server forgot it.

    Raises RefusedError, UnreachableError, DeadlinePassedError.
    """
    async with _line(tls, within_s) as line:
        response, body = await line.send("DELETE", leg.url, leg.token)
        if response.status_code not in _GONE_IS_FINE:
            raise _refusal(response, body)


class _Line:
    """Requests with a bounded answer and one family of errors."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def send(
        self, method: str, url: str, token: str, sdp: str | None = None
    ) -> tuple[httpx.Response, bytes]:
        headers = {"Authorization": f"Bearer {token}", "Accept": _SDP} if token else {}
        content = None if sdp is None else sdp.encode()
        if content is not None:
            headers["Content-Type"] = _SDP
        try:
            async with self._client.stream(method, url, headers=headers, content=content) as reply:
                return reply, await _bounded(reply)
        except (httpx.HTTPError, httpx.InvalidURL, ssl.SSLError) as error:
            raise UnreachableError(f"{_host(url)}: {str(error) or type(error).__name__}") from error


async def _bounded(response: httpx.Response) -> bytes:
    body = b""
    async for piece in response.aiter_bytes():
        body += piece
        if len(body) > MAX_SDP_BYTES:
            raise BadAnswerError(f"The answer has more than {MAX_SDP_BYTES} bytes.")
    return body


@contextlib.asynccontextmanager
async def _line(tls: ClientTls | None, within_s: float) -> AsyncIterator[_Line]:
    context = await asyncio.to_thread(tls_context, tls or ClientTls())
    try:
        async with (
            asyncio.timeout(within_s),
            httpx.AsyncClient(
                verify=context,
                timeout=within_s,
                follow_redirects=True,  # 307 and 308 (RFC 9725 §4.5); another host gets no token
                max_redirects=_MOST_REDIRECTS,
                trust_env=False,
            ) as client,
        ):
            yield _Line(client)
    except TimeoutError as error:
        raise DeadlinePassedError(f"The server did not answer within {within_s:g} s.") from error


def tls_context(tls: ClientTls) -> ssl.SSLContext:
    """Return what a client trusts and shows; reads files. Raises BadConfigError."""
    try:
        context = ssl.create_default_context(cafile=tls.ca_file or None)
        if tls.certificate_file:
            context.load_cert_chain(tls.certificate_file, tls.key_file or None)
    except OSError as error:  # ssl.SSLError is one
        raise BadConfigError((Problem("tls", str(error)),)) from error
    return context


async def _opened(
    url: str, token: str, peer: Describes, tls: ClientTls | None, within_s: float
) -> RemoteLeg:
    async with _line(tls, within_s) as line:
        response, body = await line.send("POST", url, token, await peer.offer())
        return await _accepted(line, response, body, token, peer)


async def _accepted(
    line: _Line, response: httpx.Response, body: bytes, token: str, peer: Describes
) -> RemoteLeg:
    if response.status_code != _CREATED:
        raise _refusal(response, body)
    leg = _leg(response, token)
    async with _ended_on_failure(line, leg):
        await peer.accept(_sdp(response, body))
    return leg


@contextlib.asynccontextmanager
async def _ended_on_failure(line: _Line, leg: RemoteLeg) -> AsyncIterator[None]:
    """Tell the server that nothing came of its session, if nothing did."""
    try:
        yield
    except MotcuaError:
        with contextlib.suppress(UnreachableError, BadAnswerError):
            await line.send("DELETE", leg.url, leg.token)
        raise


def _leg(response: httpx.Response, token: str) -> RemoteLeg:
    """Return the session; the token is never sent to a host that did not get it already."""
    asked = str(response.url)
    url = urljoin(asked, response.headers.get("location", ""))
    if "location" not in response.headers or urlsplit(url)[:2] != urlsplit(asked)[:2]:
        raise BadAnswerError("The answer does not say where the session is.")
    return RemoteLeg(
        url=url,
        token=token,
        etag=response.headers.get("etag", ""),
        ice_servers=read_links(response.headers.get_list("link")),
    )


def _sdp(response: httpx.Response, body: bytes) -> str:
    kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != _SDP:
        raise BadAnswerError(f"The answer is {kind or 'nothing'}, not {_SDP}.")
    return text_of(body)


def _refusal(response: httpx.Response, body: bytes) -> RefusedError:
    """Return the server's own words, or its status when it is not one of ours."""
    try:
        return RefusedError(decode(body, Refused))
    except BadPayloadError:
        status = response.status_code
        text = f"{_host(str(response.url))} answered {status}."
        return RefusedError(Refused(code=f"http.{status}", text=text, retry=status >= 500))  # noqa: PLR2004 - RFC 9110 §15.6


def _host(url: str) -> str:
    try:
        return urlsplit(url).netloc or url
    except ValueError:
        return url
