"""The box's own agent over loopback: what it says of the box, now and then; it may not be there."""

import asyncio
from collections.abc import Callable

import httpx
import structlog

from devices.contract.errors import BadPayloadError, TooLargeError
from devices.contract.message import decode
from devices.contract.notice import PATH, BoxNotice
from kiosk.ui.config import AgentLinkConfig
from kiosk.ui.events import BoxSeen, Event

_MOST_BYTES = 16_384
_log = structlog.get_logger()


class AgentLink:
    """Asks the agent every few seconds. Its last word stands while it does not answer."""

    def __init__(self, config: AgentLinkConfig) -> None:
        self._config = config
        self._said: BoxNotice | None = None

    async def watch(self, tell: Callable[[Event], None]) -> None:
        """Tell what the agent says, whenever it is something else; returns where there is none."""
        if not self._config.url:
            return
        async with httpx.AsyncClient(
            base_url=self._config.url, timeout=self._config.answer_within_s, trust_env=False
        ) as http:
            while True:
                notice = await self._asked(http)
                if notice and notice.serves is not None and notice != self._said:
                    self._said = notice
                    _log.info("agent.said", code=notice.code, serves=notice.serves)
                    tell(BoxSeen(notice=notice))
                await asyncio.sleep(self._config.every_s)

    async def _asked(self, http: httpx.AsyncClient) -> BoxNotice | None:
        """Return the agent's word; None when nobody says one in time that can be read."""
        try:
            async with asyncio.timeout(self._config.answer_within_s):  # httpx's is for each chunk
                return decode(await _body(http), BoxNotice)
        except (httpx.HTTPError, TimeoutError, BadPayloadError):
            return None


async def _body(http: httpx.AsyncClient) -> bytes:
    body = b""
    async with http.stream("GET", PATH) as answer:
        answer.raise_for_status()
        async for chunk in answer.aiter_bytes():
            body += chunk
            if len(body) > _MOST_BYTES:
                raise TooLargeError
    return body
