"""The site's counter server over HTTP: every wait has an end, every failure a name."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx
import msgspec

from devices.contract.errors import BadPayloadError, DeadlinePassedError, MotcuaError
from devices.contract.message import decode
from devices.runtime.backoff import Backoff
from kiosk.api.queue import Rate, Site, TakeTicket, Ticket
from kiosk.api.words import Problem
from kiosk.ui.config import CounterLinkConfig

T = TypeVar("T")
_NOT_FOUND = 404
_ERROR = 400


class _NoCookies(httpx.Cookies):
    """Looks at no answer: looking, Python remembers its address, and with it a citizen's code."""

    def extract_cookies(self, response: httpx.Response) -> None:
        """Take none."""

    def set_cookie_header(self, request: httpx.Request) -> None:
        """Show none."""


class _Http(httpx.AsyncClient):
    @property
    def cookies(self) -> httpx.Cookies:
        return _NoCookies()

    @cookies.setter
    def cookies(self, cookies: object) -> None:
        del cookies


class CounterDownError(MotcuaError):
    """The counter server does not answer."""

    code = "counter.down"
    retry = True


class CounterRefusedError(MotcuaError):
    """The counter server refused; `problem` says why."""

    code = "counter.refused"

    def __init__(self, problem: Problem, status: int) -> None:
        super().__init__(problem.text)
        self.problem = problem
        self.missing = status == _NOT_FOUND


class CounterClient:
    """Asks the counter server. An `async with` is its life.

    Every method raises CounterDownError when there is no answer in time, CounterRefusedError when
    the answer is no, and BadPayloadError when it is not what the contract says.
    """

    def __init__(self, config: CounterLinkConfig, kiosk: str) -> None:
        headers = {"authorization": f"Bearer {config.site_key}"} if config.site_key else {}
        self._kiosk = kiosk
        self._silent_after_s = config.silent_after_s
        self._answer_within_s = config.answer_within_s
        self._http = _Http(
            base_url=config.url,
            headers=headers,
            timeout=config.answer_within_s,
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

    async def take(self, request: TakeTicket) -> Ticket:
        """Take a number; the same request gets the same ticket."""
        return await self.ask("POST", "/api/tickets", Ticket, request)

    async def by_code(self, code: str) -> Ticket:
        """Return the ticket of this code."""
        return await self.ask("GET", f"/api/tickets/by-code/{code}", Ticket)

    async def by_number(self, number: str) -> Ticket:
        """Return today's ticket of this number."""
        return await self.ask("GET", f"/api/tickets/by-number/{number}", Ticket)

    async def printed(self, ticket: str) -> Ticket:
        """Tell that the ticket is on paper."""
        return await self.ask("POST", f"/api/tickets/{ticket}/printed", Ticket)

    async def unprinted(self) -> tuple[Ticket, ...]:
        """Return the fresh tickets this kiosk took and has not printed."""
        return await self.ask("GET", f"/api/kiosks/{self._kiosk}/unprinted", tuple[Ticket, ...])

    async def rate(self, ticket: str, rate: Rate) -> Ticket:
        """Store a rating."""
        return await self.ask("POST", f"/api/tickets/{ticket}/rating", Ticket, rate)

    async def sites(self) -> AsyncIterator[Site]:
        """Yield the site, now and at every change, until the line breaks or falls silent."""
        silence = httpx.Timeout(self._http.timeout.connect, read=self._silent_after_s)
        try:
            async with self._http.stream("GET", "/api/stream", timeout=silence) as answer:
                if answer.status_code >= _ERROR:
                    raise CounterDownError(f"The stream answers {answer.status_code}.")
                async for event, data in _events(answer.aiter_lines()):
                    if event == "site":
                        yield decode(data.encode(), Site)
        except httpx.HTTPError as error:
            raise CounterDownError(f"The stream broke: {type(error).__name__}") from error
        raise CounterDownError("The stream ended.")

    async def ask(
        self,
        method: str,
        path: str,
        kind: type[T],
        body: msgspec.Struct | None = None,
        *,
        within_s: float | None = None,
    ) -> T:
        """Ask anything of the site's API; `within_s` where others are asked in turn."""
        content = msgspec.json.encode(body) if body is not None else None
        headers = {"content-type": "application/json"} if content else {}
        return await self._asked(
            method, path, kind, content, headers, within_s or self._answer_within_s
        )

    async def send(self, path: str, content: bytes, kind: type[T], *, within_s: float) -> T:
        """Put bytes somewhere."""
        headers = {"content-type": "application/octet-stream"}
        return await self._asked("PUT", path, kind, content, headers, within_s)

    async def _asked(  # noqa: PLR0917 - of our own two callers
        self,
        method: str,
        path: str,
        kind: type[T],
        content: bytes | None,
        headers: dict[str, str],
        patience_s: float,
    ) -> T:
        try:
            async with asyncio.timeout(patience_s):  # httpx's is for each chunk
                answer = await self._http.request(
                    method, path, content=content, headers=headers, timeout=patience_s
                )
        except (httpx.HTTPError, TimeoutError) as error:
            where = path.partition("?")[0]
            raise CounterDownError(f"{method} {where}: {type(error).__name__}") from error
        if answer.status_code < _ERROR:
            return decode(answer.content, kind)
        raise CounterRefusedError(_problem(answer), answer.status_code)


async def again(ask: Callable[[], Coroutine[Any, Any, T]], within_s: float) -> T:
    """Ask until there is an answer; raises DeadlinePassedError, and refusals as they come."""
    waits, tries = Backoff(), 0
    try:
        async with asyncio.timeout(within_s):
            while True:
                try:
                    return await ask()
                except (CounterDownError, BadPayloadError):
                    tries += 1
                    await asyncio.sleep(waits.wait_s(tries))
                except CounterRefusedError as error:
                    if not error.problem.retry:
                        raise
                    tries += 1
                    await asyncio.sleep(waits.wait_s(tries))
    except TimeoutError:
        raise DeadlinePassedError(f"No answer within {within_s:g} s.") from None


def _problem(answer: httpx.Response) -> Problem:
    try:
        return decode(answer.content, Problem)
    except BadPayloadError:
        return Problem(code=f"http.{answer.status_code}", text=answer.reason_phrase, retry=True)


async def _events(lines: AsyncIterator[str]) -> AsyncIterator[tuple[str, str]]:
    """Yield event and data of server-sent events (HTML Living Standard §9.2.6)."""
    event, data = "", list[str]()
    async for line in lines:
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if not line:
            if data:
                yield event, "\n".join(data)
            event, data = "", []
        elif name == "event":
            event = value
        elif name == "data":
            data.append(value)
