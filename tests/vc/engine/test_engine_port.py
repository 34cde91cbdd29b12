"""What every engine owes: one suite over the twin and over the three processes."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from tests.vc.engine.engines import focus, member, simulated
from vc.engine.port import (
    Direction,
    Engine,
    Leg,
    LegChanged,
    LegState,
    NoLegError,
    OfferRefusedError,
)


@pytest.fixture(params=[simulated, focus])
async def engine(request: pytest.FixtureRequest) -> AsyncIterator[Engine]:
    async with request.param() as running:
        async with asyncio.timeout(30):
            await running.up()
        yield running


async def heard(engine: Engine, leg: str, state: LegState) -> LegChanged:
    async with asyncio.timeout(20):
        async for event in engine.events():
            if isinstance(event, LegChanged) and (event.leg, event.state) == (leg, state):
                return event
    raise AssertionError


async def test_a_session_stands_and_is_replaced_and_ended(engine: Engine) -> None:
    async with member() as first, member() as second:
        answer = await engine.open(Leg(id="leg-1", source="a"), await first.offer())
        if "m=" in answer:  # the twin has no media to agree on
            await first.accept(answer)
        assert (await heard(engine, "leg-1", LegState.CONNECTED)).source == "a"
        answer = await engine.open(Leg(id="leg-2", source="a"), await second.offer())
        if "m=" in answer:
            await second.accept(answer)
        await heard(engine, "leg-1", LegState.CLOSED)
        with pytest.raises(NoLegError):
            await engine.look("leg-1", "main")
    async with member() as third:
        answer = await engine.open(Leg(id="leg-3", source="b"), await third.offer())
        if "m=" in answer:
            await third.accept(answer)
        await heard(engine, "leg-3", LegState.CONNECTED)
        await engine.look("leg-3", "main")
        await engine.close("leg-3")
        await heard(engine, "leg-3", LegState.CLOSED)
        await engine.close("leg-3")


async def test_our_own_offer_is_answered_once(engine: Engine) -> None:
    async with member() as player:
        leg = Leg(id="leg-1", source="a", direction=Direction.PLAY)
        offer = await engine.offer(leg)
        assert offer.startswith("v=0")
        answer = offer
        if "m=" in offer:
            answer = await player.answer(offer, direction=Direction.BOTH, codecs=("h264",))
        await engine.accept("leg-1", answer)
        await heard(engine, "leg-1", LegState.CONNECTED)


async def test_garbage_is_refused_and_strangers_are_unknown(engine: Engine) -> None:
    for offer in ("hello", "\x00", "x" * 10_000):
        with pytest.raises(OfferRefusedError):
            await engine.open(Leg(id="leg-1", source="a"), offer)
    for ask in (
        engine.look("nobody", "main"),
        engine.accept("nobody", "v=0"),
        engine.add_candidates("nobody", ""),
    ):
        with pytest.raises(NoLegError):
            await ask
    await engine.close("nobody")
