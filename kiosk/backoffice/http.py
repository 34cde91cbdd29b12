"""HTTP towards a province's systems: every call ends in time, every failure has a name.

Of the connectors, httpx lives here alone. What may be carried out twice is asked again, with
growing, jittered waits and the system's own Retry-After; what may not is asked once, unless it
surely never left.
"""

import asyncio
import json
from collections.abc import Callable
from types import TracebackType
from typing import Protocol, Self, TypeVar
from urllib.parse import quote, urlencode

import httpx
import msgspec

from devices.contract.errors import BadPayloadError
from devices.contract.message import decode
from devices.runtime.backoff import FullJitter, Waits
from devices.runtime.tls import client_context
from kiosk.backoffice.config import LinkConfig
from kiosk.backoffice.errors import (
    BackOfficeDownError,
    BackOfficeError,
    BadAnswerError,
    NotThereError,
    RequestRefusedError,
    RestingError,
    TokenRefusedError,
)
from kiosk.backoffice.rest import Rest

T = TypeVar("T")
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
IDEMPOTENCY_KEY = "idempotency-key"
_REPEATABLE = frozenset({"GET", "HEAD", "PUT", "DELETE"})  # RFC 9110 §9.2.2
_LEAST_WAIT_S, _MOST_WAIT_S = 0.2, 5.0
_CONNECT_SHARE = 0.8  # of a try, so that no line at all is told from an answer that is lost
_SLOWEST_BYTES_PER_S = 32_768  # a commune's line upwards: a scan needs its time
_UNAUTHORIZED, _FORBIDDEN = 401, 403
_NOT_THERE = frozenset({404, 410})
_NOT_YET = frozenset({408, 425, 429})  # the system says that it did nothing
_WELL, _MOVED, _WRONG, _BROKEN = 200, 300, 400, 500
_LONGEST_REST_S = 3600.0


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """One request. `path` goes behind the system's base address and is already quoted.

    `key` is the idempotency key of what changes something: with one, the call may be repeated.
    `repeatable` says the same of a call that changes nothing though its method does not tell.
    """

    method: str = "GET"
    path: str = ""
    query: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    media_type: str = JSON
    accept: str = JSON
    key: str = ""
    repeatable: bool = False
    headers: tuple[tuple[str, str], ...] = ()

    @property
    def may_repeat(self) -> bool:
        """Whether twice is the same as once."""
        return self.repeatable or bool(self.key) or self.method in _REPEATABLE


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """A good answer (2xx), whole."""

    status: int
    media_type: str
    body: bytes


Reason = Callable[[bytes, str], str]
"""Reads a refusal's reason from its body and media type."""


class Tokens(Protocol):
    """Where bearer tokens (RFC 6750) come from."""

    async def token(self) -> str:
        """Return a token that is good for now; raises a BackOfficeError."""
        ...

    def spoil(self, token: str) -> None:
        """Say that the system no longer takes this one."""
        ...


class HttpEdge:
    """Asks one system. An `async with` is its life.

    `ask` raises BackOfficeDownError (no answer in time, 5xx, 429), TokenRefusedError (401, 403 for
    a missing scope), NotThereError (404, 410), RequestRefusedError (any other 4xx), BadAnswerError
    (what is no answer: a redirection, a compressed or too large body, a web server's own 404).
    """

    def __init__(
        self,
        config: LinkConfig,
        *,
        tokens: Tokens | None = None,
        waits: Waits | None = None,
        reason: Reason | None = None,
    ) -> None:
        self._config = config
        self._reason = reason or reason_in_json
        self._tokens = tokens
        self._waits = waits or FullJitter(config.url, least_s=_LEAST_WAIT_S, most_s=_MOST_WAIT_S)
        self._rest = Rest(after=config.rests_after, for_s=config.rests_s)
        to_connect_s = config.answer_within_s * _CONNECT_SHARE
        self._http = httpx.AsyncClient(  # the rest of a try is timed in `_once`
            verify=client_context(config.tls) if config.tls else True,
            timeout=httpx.Timeout(None, connect=to_connect_s, pool=to_connect_s),
            headers={"accept-encoding": "identity", "user-agent": "motcua-edge"},
            trust_env=False,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._http.aclose()

    async def ask(self, call: Call) -> Reply:
        """Return the answer; everything together ends within `within_s` and the body's time."""
        now = asyncio.get_running_loop().time
        began = now()
        self._rest.judge()
        try:
            reply = await self._in_time(call, began + self._config.within_s + _sending_s(call))
        except BackOfficeDownError:
            self._rest.in_vain()
            raise
        except BackOfficeError:
            self._rest.answered()
            raise
        except asyncio.CancelledError:
            if now() - began >= self._config.answer_within_s:  # who asked waits no longer
                self._rest.in_vain()
            raise
        self._rest.answered()
        return reply

    async def _in_time(self, call: Call, ends_at: float) -> Reply:
        now = asyncio.get_running_loop().time
        tries = 0
        while True:
            tries += 1
            try:
                return await self._as_somebody(call, ends_at)
            except RestingError:  # where its tokens come from
                raise
            except BackOfficeDownError as error:
                wait_s = max(self._waits.wait_s(tries), error.again_in_s)
                again = call.may_repeat or error.untouched
                if not again or tries >= self._config.tries or now() + wait_s >= ends_at:
                    raise
            await asyncio.sleep(wait_s)

    async def _as_somebody(self, call: Call, ends_at: float) -> Reply:
        """Ask with a token, once more with a new one: a refused request was not carried out."""
        if self._tokens is None:
            return await self._once(call, "", ends_at)
        token = await _token(self._tokens, ends_at)
        try:
            return await self._once(call, token, ends_at)
        except TokenRefusedError:
            self._tokens.spoil(token)
        return await self._once(call, await _token(self._tokens, ends_at), ends_at)

    async def _once(self, call: Call, token: str, ends_at: float) -> Reply:
        headers = {"accept": call.accept, **dict(call.headers)}
        if call.body:
            headers["content-type"] = call.media_type
        if call.key:
            headers[IDEMPOTENCY_KEY] = call.key
        if token:
            headers["authorization"] = f"Bearer {token}"
        url = self._config.url + call.path
        url += f"?{urlencode(call.query)}" if call.query else ""
        what = f"{call.method} {self._config.url}"  # paths and queries name people's dossiers
        within_s = self._config.answer_within_s + _sending_s(call)
        try:
            async with (
                asyncio.timeout_at(min(asyncio.get_running_loop().time() + within_s, ends_at)),
                self._http.stream(
                    call.method, url, content=call.body or None, headers=headers
                ) as answer,
            ):
                return self._judged(answer, await self._body(answer))
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            sentence = f"{what}: cannot be reached ({type(error).__name__})"
            raise BackOfficeDownError(sentence, untouched=True) from error
        except (httpx.HTTPError, TimeoutError) as error:
            raise BackOfficeDownError(f"{what}: {type(error).__name__}") from error

    async def _body(self, answer: httpx.Response) -> bytes:
        if answer.headers.get("content-encoding", "identity") != "identity":
            raise BadAnswerError("The answer is compressed, though that was not asked for.")
        body = bytearray()
        async for chunk in answer.aiter_raw():
            body += chunk
            if len(body) > self._config.most_bytes:
                raise BadAnswerError(f"The answer is larger than {self._config.most_bytes} bytes.")
        return bytes(body)

    def _judged(self, answer: httpx.Response, body: bytes) -> Reply:
        status = answer.status_code
        media_type = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
        if _WELL <= status < _MOVED:
            return Reply(status=status, media_type=media_type, body=body)
        if status < _WRONG:
            raise BadAnswerError(f"The answer is {status}, and no answer.")
        if status == _UNAUTHORIZED or (status == _FORBIDDEN and _lacks_scope(answer.headers)):
            raise TokenRefusedError
        if status in _NOT_THERE and media_type == "text/html":
            raise BadAnswerError(f"A page answers {status}: the address is not the system's.")
        if status in _NOT_THERE:
            raise NotThereError(status=status, said=self._reason(body, media_type))
        if status in _NOT_YET or status >= _BROKEN:
            raise BackOfficeDownError(
                f"The system answers {status}.",
                again_in_s=_asked_wait_s(answer.headers.get("retry-after", "")),
                untouched=status in _NOT_YET,
            )
        raise RequestRefusedError(status=status, said=self._reason(body, media_type))


async def _token(tokens: Tokens, ends_at: float) -> str:
    """Return a token; where there is none in time, the request itself surely never left."""
    try:
        async with asyncio.timeout_at(ends_at):
            return await tokens.token()
    except TimeoutError as error:
        raise BackOfficeDownError("No token in time.", untouched=True) from error
    except RestingError:
        raise
    except BackOfficeDownError as error:
        raise BackOfficeDownError(
            error.sentence, again_in_s=error.again_in_s, untouched=True
        ) from error


def _sending_s(call: Call) -> float:
    """Return how long the body may take on a slow line, beside what the answer may."""
    return len(call.body) / _SLOWEST_BYTES_PER_S


def _lacks_scope(headers: httpx.Headers) -> bool:
    """Return whether the token is too weak (RFC 6750 §3.1): a technician's matter, no refusal."""
    return "insufficient_scope" in headers.get("www-authenticate", "")


def _asked_wait_s(header: str) -> float:
    """Return Retry-After in seconds (RFC 9110 §10.2.3); its form as a date is not looked at."""
    text = header.strip()
    return min(float(text), _LONGEST_REST_S) if text.isascii() and text.isdigit() else 0.0


def reason_in_json(body: bytes, media_type: str = JSON) -> str:
    """Return a refusal's reason in words: ours, RFC 9457's, or OAuth's; empty without one."""
    del media_type
    try:
        first = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    if not isinstance(first, dict):
        return ""
    words = ("text", "detail", "title", "error_description", "error")
    return next((str(first[word]) for word in words if first.get(word)), "")


def decoded(reply: Reply, kind: type[T]) -> T:
    """Return the answer's JSON as a `kind`; raises BadAnswerError."""
    try:
        return decode(reply.body, kind)
    except BadPayloadError as error:
        raise BadAnswerError(f"The answer is not what the contract says: {error}") from error


def segment(text: str) -> str:
    """Return the text as one segment of a path."""
    return quote(text, safe="")
