"""The pages of meeting papers, fetched from the server when somebody looks at them."""

import asyncio
import ssl
from collections import OrderedDict
from collections.abc import Callable
from urllib.parse import urljoin

import httpx
import structlog

from vc.endpoint.panels import PageOnGlass
from vc.messages import JoinConference
from vc.signaling.client import ClientTls

_WITHIN_S = 8.0
_AGAIN_S = 3.0
_MOST_BYTES = 8_000_000
_KEPT = 12
_log = structlog.get_logger()


class Pages:
    """Fetches the page that is wanted; `show` gets it as PNG. The newest wish wins."""

    def __init__(
        self,
        tls: ClientTls,
        order: Callable[[], JoinConference | None],
        show: Callable[[PageOnGlass, bytes], None],
    ) -> None:
        self._tls = tls
        self._order = order
        self._show = show
        self._wanted: PageOnGlass | None = None
        self._changed = asyncio.Event()
        self._kept: OrderedDict[PageOnGlass, bytes] = OrderedDict()

    def want(self, page: PageOnGlass | None) -> None:
        """Let this page be shown as soon as it is there."""
        if page != self._wanted:
            self._wanted = page
            self._changed.set()

    async def run(self) -> None:
        """Fetch what is wanted, until cancelled."""
        context = await asyncio.to_thread(_context, self._tls)
        async with httpx.AsyncClient(verify=context, timeout=_WITHIN_S, trust_env=False) as client:
            while True:
                self._changed.clear()
                shown = await self._served(client)
                try:
                    async with asyncio.timeout(None if shown else _AGAIN_S):
                        await self._changed.wait()
                except TimeoutError:
                    continue

    async def _served(self, client: httpx.AsyncClient) -> bool:
        """Show the wanted page; returns False when it is to be tried again."""
        page, order = self._wanted, self._order()
        if page is None:
            return True
        png = self._kept.get(page)
        if png is None and order is not None:
            png = await self._fetched(client, page, order)
        if png is None:
            return False
        self._kept[page] = png
        self._kept.move_to_end(page)
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        if page == self._wanted:
            self._show(page, png)
        return True

    async def _fetched(
        self, client: httpx.AsyncClient, page: PageOnGlass, order: JoinConference
    ) -> bytes | None:
        url = urljoin(order.url, page.url)
        try:
            answer = await client.get(url, headers={"Authorization": f"Bearer {order.token}"})
        except httpx.HTTPError as error:
            _log.warning("page.not_fetched", why=str(error))
            return None
        if not answer.is_success or len(answer.content) > _MOST_BYTES:
            _log.warning("page.not_fetched", status=answer.status_code)
            return None
        return answer.content


def _context(tls: ClientTls) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=tls.ca_file or None)
    if tls.certificate_file:
        context.load_cert_chain(tls.certificate_file, tls.key_file or None)
    return context
