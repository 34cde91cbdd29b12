"""Where the room's routes do their work: feedback on the store's thread, photos on their own."""

import hashlib
import hmac
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from devices.contract.clock import Clock
from devices.runtime.worker import Worker
from devices.web.limits import Buckets
from kiosk.register.open311.config import FeedbackConfig
from kiosk.register.open311.errors import GeoReportError
from kiosk.register.open311.feedbacks import Feedbacks

P = ParamSpec("P")
T = TypeVar("T")
_READS, _READ_EVERY_S = 240, 0.25
_POSTS, _POST_EVERY_S = 60, 5.0


class FeedbackDesk:
    """The room: what its routes ask for. In the loop's thread only."""

    def __init__(
        self,
        config: FeedbackConfig,
        feedbacks: Feedbacks,
        *,
        store: Worker,
        pictures: Worker,
        clock: Clock,
        public_url: str,
    ) -> None:
        self.config = config
        self.feedbacks = feedbacks
        self.clock = clock
        self.base = f"{public_url}/open311/v2"
        self._store = store
        self._pictures = pictures
        self._reads = Buckets(clock, burst=_READS, every_s=_READ_EVERY_S)
        self._posts = Buckets(clock, burst=_POSTS, every_s=_POST_EVERY_S)

    async def do(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run something on the store's thread."""
        return await self._store.do(work, *args, **kwargs)

    async def draw(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run something on the pictures' thread."""
        return await self._pictures.do(work, *args, **kwargs)

    def reads(self, address: str) -> None:
        """Count a look from an address; raises TooOftenError. Codes cannot be tried out."""
        self._reads.take(address)

    def sender(self, key: str) -> str:
        """Return whose api_key this is, and count a post of theirs.

        Raises GeoReportError (403), TooOftenError.
        """
        if not (client := self.known(key)):
            raise GeoReportError((403, "api_key: is missing or wrong"))
        self._posts.take(client)
        return client

    def known(self, key: str) -> str:
        """Return whose api_key this is, nothing for nobody's."""
        shown = hashlib.sha256(key.encode()).hexdigest()
        found = [one.id for one in self.config.keys if hmac.compare_digest(one.sha256, shown)]
        return found[0] if found and key else ""
