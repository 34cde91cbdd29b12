"""Answers of the province's system: asked for now and then, and when a citizen wants to know."""

import asyncio

import structlog

from devices.runtime.backoff import Backoff
from kiosk.api import errors
from kiosk.api.site_feedback import FeedbackLookup
from kiosk.backoffice.open311 import FeedbackSystem
from kiosk.counter.feedback.box import FeedbackBox
from kiosk.counter.feedback.rows import FeedbackRow, Held
from kiosk.counter.feedback.telling import told
from kiosk.counter.live import LiveSite
from kiosk.counter.office.office import OPEN311, BackOffice

PATIENCE_S = 9.0
"""How long a citizen waits for the system at most."""
AT_ONCE = 20
"""How many are asked for in one round, one after the other."""
_FRESH_S = 15.0
_ROUND_S = 30.0
_AWAY = Backoff(least_s=30.0, most_s=1800.0)
_log = structlog.get_logger()


class Answers:
    """What the system says, brought into the box. `run` is its life."""

    def __init__(self, site: LiveSite, office: BackOffice, box: FeedbackBox) -> None:
        self._site = site
        self._office = office
        self._box = box

    async def look(self, code: str) -> FeedbackLookup:
        """Return how the feedback of a citizen's code stands; what is old is told as old.

        Raises NotFoundError, StorageError.
        """
        row = await self._site.do(self._box.by_code, code)
        system, live = self._office.systems.feedback, True
        if row.held is Held.THERE and not self._is_fresh(row):
            live = system is not None
            try:
                async with asyncio.timeout(PATIENCE_S):
                    if system:
                        await self._ask(system, row)
            except (errors.SystemAwayError, TimeoutError):
                live = False
            row = await self._site.do(self._box.known, row.id)
        return told(row, self._box.config, self._site.clock.now(), live=live)

    async def run(self) -> None:
        """Ask for answers, for ever; ever more rarely while the system is away."""
        tries, pace_s = 0, min(_ROUND_S, self._box.config.look_every_s)
        while True:
            tries = 0 if await self.round() else tries + 1
            await asyncio.sleep(max(pace_s, _AWAY.wait_s(tries)) if tries else pace_s)

    async def round(self) -> bool:
        """Ask for those that are due; return whether the system may be there.

        What it cannot say of one holds up no other: each such is asked for again after the rest,
        and only two in vain, one after the other, say that the system is away, and end a round.
        """
        system = self._office.systems.feedback
        rows = await self._site.do(self._box.to_look_at, AT_ONCE) if system else []
        in_vain = False
        for row in rows:
            try:
                if system:
                    await self._ask(system, row)
            except errors.SystemAwayError as error:
                _log.info("feedback.no_answer", code=error.code)
                await self._site.do(self._box.after_the_rest, row.id)
                if in_vain:
                    return False
                in_vain = True
            else:
                in_vain = False
        return True

    async def _ask(self, system: FeedbackSystem, row: FeedbackRow) -> None:
        """Bring in what the system says of one; raises SystemAwayError, StorageError."""
        try:
            with self._office.asking(OPEN311):
                foreign_id = row.foreign_id
                if not foreign_id and row.token:
                    foreign_id = await system.code_of(row.token)
                    await self._site.do(self._box.named, row.id, foreign_id)
                if not foreign_id:
                    return
                said = await system.feedback(foreign_id)
        except (errors.NotFoundError, errors.RefusedThereError) as error:
            _log.warning("feedback.unknown_there", code=error.code)
            await self._site.do(self._box.later, row.id)
            return
        await self._site.change(self._box.heard, row.id, said)
        self._site.hub.tell("feedback", "{}")

    def _is_fresh(self, row: FeedbackRow) -> bool:
        age = self._site.clock.now() - row.told_at
        return 0 <= age.total_seconds() < _FRESH_S
