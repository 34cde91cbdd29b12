"""The engine's twin: sessions without media, which can be refused, cut, and lost all at once."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

from vc.engine.mailbox import Mailbox
from vc.engine.port import (
    EngineEvent,
    EngineLost,
    EngineLostError,
    Leg,
    LegChanged,
    LegState,
    NoLegError,
    OfferRefusedError,
    View,
)

ANSWER = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"
OFFER = ANSWER


class SimulatedEngine:
    """Takes every offer that begins like SDP, and says at once that the session stands.

    What it was told is in `legs`, `views`, `heard`, `stills` and `tapped`.
    """

    def __init__(self) -> None:
        self.legs: dict[str, Leg] = {}
        self.views: tuple[View, ...] = ()
        self.heard: frozenset[str] = frozenset()
        self.always_heard: frozenset[str] = frozenset()
        self.stills: dict[str, Path] = {}
        self.tapped: str | None = None
        self.taps = 0
        """How often it was tapped: each time asks for a keyframe."""
        self.candidates: list[tuple[str, str]] = []
        self.refuses = ""
        """A sentence: every offer is refused with it."""
        self._offered: set[str] = set()
        self._serves = asyncio.Event()
        self._serves.set()
        self._mailbox = Mailbox()

    async def up(self) -> None:
        """Wait for `recover` when it was lost."""
        await self._serves.wait()

    async def open(self, leg: Leg, offer: str) -> str:
        """Take a session."""
        self._up()
        if self.refuses or not offer.startswith("v=0"):
            raise OfferRefusedError(self.refuses)
        self._replace(leg)
        self._mailbox.put(LegChanged(leg=leg.id, source=leg.source, state=LegState.CONNECTED))
        return ANSWER

    async def offer(self, leg: Leg) -> str:
        """Begin a session, which stands once `accept` was called."""
        self._up()
        self._replace(leg)
        self._offered.add(leg.id)
        return OFFER

    async def accept(self, leg_id: str, answer: str) -> None:
        """Take the answer to our offer."""
        leg = self._leg(leg_id)
        if leg_id not in self._offered or not answer.startswith("v=0"):
            raise OfferRefusedError
        self._offered.remove(leg_id)
        self._mailbox.put(LegChanged(leg=leg_id, source=leg.source, state=LegState.CONNECTED))

    async def add_candidates(self, leg_id: str, fragment: str) -> None:
        """Keep the candidates in `candidates`."""
        self._leg(leg_id)
        self.candidates.append((leg_id, fragment))

    async def close(self, leg_id: str) -> None:
        """End a session."""
        self.hang_up(leg_id, "closed")

    async def look(self, leg_id: str, view: str) -> None:
        """Keep the view in the leg."""
        leg = self._leg(leg_id)
        self.legs[leg_id] = Leg(
            id=leg.id,
            source=leg.source,
            direction=leg.direction,
            view=view,
            content=leg.content,
        )

    async def arrange(self, views: tuple[View, ...]) -> None:
        """Keep the views."""
        self.views = views

    async def hear(self, sources: frozenset[str], always: frozenset[str] = frozenset()) -> None:
        """Keep who is heard."""
        self.heard, self.always_heard = sources, always

    async def show_still(self, source: str, picture: Path | None) -> None:
        """Keep the picture."""
        if picture is None:
            self.stills.pop(source, None)
        else:
            self.stills[source] = picture

    async def tap(self, view: str | None) -> None:
        """Keep the tap."""
        self.tapped = view
        self.taps += view is not None

    def events(self) -> AsyncIterator[EngineEvent]:
        """Everything that happens."""
        return self._mailbox.events()

    def tell(self, event: EngineEvent) -> None:
        """Say something as if it had happened (figures, levels, media)."""
        self._mailbox.put(event)

    def hang_up(self, leg_id: str, reason: str = "no packets") -> None:
        """End a session from the far side; nothing happens when there is none."""
        leg = self.legs.pop(leg_id, None)
        if leg:
            self._mailbox.put(
                LegChanged(leg=leg_id, source=leg.source, state=LegState.CLOSED, reason=reason)
            )

    def lose(self) -> None:
        """Lose everything, and refuse all until `recover`."""
        self.legs.clear()
        self._offered.clear()
        self._serves.clear()
        self._mailbox.put(EngineLost(reason="told to"))

    def recover(self) -> None:
        """Serve again."""
        self._serves.set()

    def _replace(self, leg: Leg) -> None:
        for old in list(self.legs.values()):
            if (old.source, old.direction) == (leg.source, leg.direction):
                self.hang_up(old.id, "replaced")
        self.legs[leg.id] = leg

    def _leg(self, leg_id: str) -> Leg:
        self._up()
        if leg_id not in self.legs:
            raise NoLegError
        return self.legs[leg_id]

    def _up(self) -> None:
        if not self._serves.is_set():
            raise EngineLostError
