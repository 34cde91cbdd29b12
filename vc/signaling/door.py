"""What the routes stand on: who may open a session, what a session is, how often one may try."""

from typing import Protocol

from devices.contract.clock import Clock
from devices.web.limits import Buckets
from vc.engine.port import Direction, Leg


class Door(Protocol):
    """The server's word on who comes in."""

    async def admit(
        self, token: str, conference: str, direction: Direction, *, box: str | None
    ) -> Leg:
        """Return the session this token opens, and take the token.

        `box` is the CN of the client's certificate (empty: it showed none), or None where the
        server asks for none. Raises what `Tokens.redeem` raises, and the rules' own refusals.
        """


class Sessions(Protocol):
    """What of an `Engine` the routes use; each method's contract is there."""

    async def open(self, leg: Leg, offer: str) -> str:
        """Answer an offer."""

    async def offer(self, leg: Leg) -> str:
        """Begin from our side."""

    async def accept(self, leg_id: str, answer: str) -> None:
        """Take the answer to our offer."""

    async def add_candidates(self, leg_id: str, fragment: str) -> None:
        """Take trickled candidates."""

    async def close(self, leg_id: str) -> None:
        """End a session."""


class Limits:
    """How often one address may open sessions, and how often it may be told why not.

    All rooms of a province can come from one address (a site's NAT, the demo), so requests are
    many, and a stranger who is refused there does not keep those out who are let in: signatures
    cannot be guessed, and looking at one costs microseconds.
    """

    def __init__(self, clock: Clock, *, requests: int = 300, refusals: int = 30) -> None:
        self._requests = Buckets(clock, burst=requests, every_s=0.1)
        self._refusals = Buckets(clock, burst=refusals, every_s=5.0)

    def knock(self, address: str) -> None:
        """Count a request; raises TooOftenError."""
        self._requests.take(address)

    def refused(self, address: str) -> None:
        """Count a refusal; raises TooOftenError instead of it when there were too many."""
        self._refusals.take(address)
