"""Conferences open by themselves when their time comes: rooms join at 07:30 with nobody there."""

import asyncio
from collections.abc import Iterable
from datetime import datetime, timedelta

import structlog

from devices.contract.clock import Clock
from vc.acts import Actor, Role
from vc.server.control import Live, in_session
from vc.state import ConferencePlan, Phase

_LOOK_EVERY_S = 2.0
_STILL_OPENS = timedelta(hours=2)
"""A server that was off opens a conference so long after its start, and no later."""
BY_SCHEDULE = Actor(name="Lịch họp", role=Role.OPERATOR)
_log = structlog.get_logger()


def due(plans: Iterable[tuple[ConferencePlan, Phase]], now: datetime) -> ConferencePlan | None:
    """Return the conference whose sites join now."""
    for plan, phase in plans:
        opens_at = plan.starts_at - timedelta(seconds=plan.join_before_s)
        if phase is Phase.PLANNED and opens_at <= now < plan.starts_at + _STILL_OPENS:
            return plan
    return None


class Schedule:
    """Opens what is due, unless another conference is under way."""

    def __init__(self, live: Live, clock: Clock) -> None:
        self._live = live
        self._clock = clock

    async def run(self) -> None:
        """Look every two seconds, for ever."""
        while True:
            state = self._live.state
            if state is None or not in_session(state):
                plans = await self._live.plans()
                if plan := due(plans, self._clock.now()):
                    await self._live.open(plan.id, BY_SCHEDULE)
                    _log.info("conference.opened_by_schedule", conference=plan.id)
            await asyncio.sleep(_LOOK_EVERY_S)
