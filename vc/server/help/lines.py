"""What a call carries between its two ends: one offer, one answer, candidates, the newest form."""

import asyncio
import hashlib
import hmac
import secrets

from vc.helping import Ended, HelpNews, HelpStage
from vc.signaling.errors import NotOfferedError, OtherLegError

_TOKEN_BYTES = 24
_MOST_CANDIDATES = 32


class HelpLine:
    """One call's line. `changed` is set, and a new one made, at each change."""

    def __init__(self, call: str) -> None:
        self.call = call
        self.kiosk_token, self.media_token = (secrets.token_urlsafe(_TOKEN_BYTES) for _ in range(2))
        self.form = b""
        self.form_number = 0
        self.over: Ended | None = None
        self.over_at = 0.0
        self.revision = 1
        self.changed = asyncio.Event()
        self._offer = ""
        self._candidates: tuple[str, ...] = ()
        self._answer: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    def is_kiosk(self, token: str) -> None:
        """Raise OtherLegError unless it is the kiosk's token."""
        _same(token, self.kiosk_token)

    def is_officer(self, token: str) -> None:
        """Raise OtherLegError unless it is the token of the officer's media."""
        _same(token, self.media_token)

    def tell(self) -> None:
        """Say that something changed."""
        self.revision += 1
        changed, self.changed = self.changed, asyncio.Event()
        changed.set()

    def news(self, stage: HelpStage, *, ahead: int, officer: str) -> HelpNews:
        """Return how the call is, for the kiosk."""
        return HelpNews(
            revision=self.revision,
            stage=HelpStage.OVER if self.over else stage,
            ahead=ahead,
            officer=officer,
            offer=self._offer,
            candidates=self._candidates,
            why=self.over or "",
        )

    async def offered(self, offer: str, within_s: float) -> str:
        """Hand the officer's offer over and return the kiosk's answer.

        Raises NotOfferedError for a second offer and for a call that ended, TimeoutError.
        """
        if self._offer or self.over:
            raise NotOfferedError("A call is negotiated once.")
        self._offer = offer
        self.tell()
        async with asyncio.timeout(within_s):
            await asyncio.wait((self._answer,))
        if self._answer.cancelled():
            raise NotOfferedError("The call has ended.")
        return self._answer.result()

    def answered(self, answer: str) -> None:
        """Take the kiosk's answer; the same again changes nothing. Raises NotOfferedError."""
        if not self._offer:
            raise NotOfferedError
        if not self._answer.done():
            self._answer.set_result(answer)

    def found(self, fragment: str) -> None:
        """Take candidates of the officer's side; those beyond 32 are dropped."""
        if len(self._candidates) < _MOST_CANDIDATES:
            self._candidates += (fragment,)
            self.tell()

    def show(self, form: bytes) -> None:
        """Keep this picture of the form and no other; empty: none."""
        self.form = form
        self.form_number += 1

    def end(self, why: Ended, at: float) -> None:
        """End: the form is forgotten, and who waits is told."""
        if self.over is None:
            self.over, self.over_at = why, at
            self.show(b"")
            self._answer.cancel()
            self.tell()


def _same(token: str, own: str) -> None:
    ours, theirs = (hashlib.sha256(one.encode()).digest() for one in (own, token))
    if not hmac.compare_digest(ours, theirs):
        raise OtherLegError
