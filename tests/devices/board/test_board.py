"""One suite over the twin and over the real firmware under MicroPython."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from devices.board.errors import RefusedError, RestartedError
from devices.board.port import ControlBoard
from devices.board.telling import Told
from devices.contract.errors import DeviceError, MuteError, UnpluggedError
from devices.contract.message import Health
from devices.messages import ButtonPressed, LampState
from devices.runtime.alongside import alongside
from tests.devices.board.rigs import BUTTONS, Rig
from tests.waiting import until


@asynccontextmanager
async def heard(board: ControlBoard) -> AsyncIterator[list[Told]]:
    """Read the board's events while the context lasts."""
    events: list[Told] = []

    async def read() -> None:
        async for told in board.events():
            events.append(told)  # noqa: PERF401 - each is to be seen when it comes

    async with alongside(read(), name="events"):
        yield events


def facts(events: list[Told], name: str) -> list[tuple[int, ...]]:
    return [told.event.values for told in events if told.event.name == name]


async def told_of(button: int, events: list[Told]) -> None:
    await until(lambda: (button,) in facts(events, "pressed"), "it is told")


async def test_it_says_who_it_is_and_how(rig: Rig) -> None:
    async with rig.board as board:
        state = await board.check()
        assert state.health is Health.READY
        assert state.facts["uid"] == board.identity.uid
        assert state.facts["version"] == board.identity.version
        assert state.facts["reset"] == "power"
        assert state.facts["switch_door"] == "closed"
        assert state.facts["paper"] == "there"
        assert state.facts["watchdog"] == "asleep"
        assert state.facts["temperature_c"] == pytest.approx(25)
        assert (await board.self_test()).passed


async def test_it_shows_what_it_is_told(rig: Rig) -> None:
    async with rig.board as board:
        await board.show(0, "A007")
        await until(lambda: rig.line(0) == "A007", "the number is lit")
        await board.set_lamp("green", LampState.ON)
        await until(lambda: rig.glows(1), "the second lamp burns")
        await board.set_lamp("green", LampState.OFF)
        await until(lambda: not rig.glows(1), "it is dark")


async def test_presses_switches_and_paper_are_told_once_and_in_order(rig: Rig) -> None:
    async with rig.board as board, heard(board) as events:
        await until(lambda: facts(events, "restarted") == [(0,)], "its start")
        rig.press(0)
        await until(lambda: facts(events, "pressed") == [(0,)], "the first press")
        rig.press(1)
        rig.switch(0, 0)
        rig.paper(0)
        await until(lambda: len(events) == 5, "all of them")
        assert facts(events, "pressed") == [(0,), (1,)]
        assert facts(events, "switched") == [(0, 0)]
        assert facts(events, "paper") == [(0,)]
        assert [told.event.id for told in events] == [1, 2, 3, 4, 5]
        assert {told.by.uid for told in events} == {board.identity.uid}
        assert (await board.check()).facts["switch_door"] == "open"


async def test_pressed_again_while_it_is_down_it_is_pressed_twice(rig: Rig) -> None:
    async with rig.board as board, heard(board) as events:
        await until(lambda: facts(events, "restarted") == [(0,)], "its start")
        rig.press(0)
        rig.press(0)
        await until(lambda: len(facts(events, "pressed")) == 2, "both")
        rig.press(1)
        await until(lambda: (1,) in facts(events, "pressed"), "another button")
        assert facts(events, "pressed") == [(0,), (0,), (1,)]


async def test_what_was_not_stored_is_told_again_and_what_was_is_not(rig: Rig) -> None:
    async with rig.board as board:
        async with heard(board) as events:
            rig.press(0)
            await until(lambda: len(events) == 2, "a start and a press")
            await board.stored(events[0])
        await board.close()
        await board.open()
        async with heard(board) as again:
            await until(lambda: len(again) == 1, "the press")
            assert again[0].event.id == events[1].event.id
            await board.stored(again[0])


async def test_a_press_is_a_signal_once_however_often_it_is_told(rig: Rig) -> None:
    async with rig.board as board:
        for button in (0, 1):  # the first is told again in the second conversation: not stored
            async with heard(board) as events:
                rig.press(button)
                await told_of(button, events)
            await board.close()
            await board.open()
        async with heard(board) as events:
            await until(lambda: len(facts(events, "pressed")) == 2, "both are told")
            presses = board.presses(board.session)
            found = [await anext(presses), await anext(presses)]
            assert found == [
                ButtonPressed(
                    button=BUTTONS[told.event.values[0]],
                    press=f"{told.by.uid}-{told.event.boot}-{told.event.id}",
                )
                for told in events
                if told.event.name == "pressed"
            ]
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.2):
                    await anext(presses)


async def test_unplugged_it_fails_and_plugged_in_it_goes_on(rig: Rig) -> None:
    async with rig.board as board:
        session = board.session
        with pytest.raises(UnpluggedError):
            async with heard(board):
                rig.unplug()
                async with asyncio.timeout(5):
                    await asyncio.Event().wait()
        with pytest.raises(DeviceError):
            await board.check()
        await board.close()
        with pytest.raises(UnpluggedError):
            await board.show(0, "A007")
        rig.press(1)
        opening = asyncio.create_task(board.open())
        await asyncio.sleep(0)
        rig.plug()
        await opening
        assert board.session == session + 1
        with pytest.raises(RestartedError):
            board.held(session)
        async with heard(board) as events:
            await until(lambda: facts(events, "pressed") == [(1,)], "what happened meanwhile")


async def test_a_board_that_is_not_there_is_unplugged(rig: Rig) -> None:
    await rig.board.open()
    await rig.board.close()
    rig.unplug()
    with pytest.raises((UnpluggedError, MuteError, TimeoutError)):
        async with asyncio.timeout(0.5):
            await rig.board.open()
    with pytest.raises(UnpluggedError):
        await rig.board.attached(within_s=0.05)


async def test_told_to_restart_it_says_why_it_began_anew(rig: Rig) -> None:
    async with rig.board as board:
        asking = asyncio.create_task(board.restart())
        with pytest.raises(DeviceError):
            async with heard(board):
                async with asyncio.timeout(10):
                    await asyncio.Event().wait()
        await board.open()
        await asking
        assert (await board.check()).facts["reset"] == "asked"
        async with heard(board) as events:
            await until(lambda: facts(events, "restarted") == [(2,)], "the cause")
        text, offset = await board.log(0, 10_000)
        assert "asked" in text
        assert offset >= len(text)


async def test_what_the_board_refuses_is_refused_by_name(rig: Rig) -> None:
    async with rig.board as board:
        with pytest.raises(RefusedError):
            await board.show(9, "A007")
        with pytest.raises(RefusedError):
            await board.show(0, "Ệ" * 100)
        assert (await board.check()).health is Health.READY


async def test_unfed_it_takes_the_boxs_power_and_held_it_does_not(rig: Rig) -> None:
    async with rig.board as board, heard(board) as events:
        await board.feed(1)
        assert (await board.check()).facts["watchdog"] == "awake"
        assert await board.hold(3600) == 3600
        assert (await board.watch()).held_s >= 3599
        assert (await board.check()).facts["watchdog"] == "held"
        assert rig.has_power()
        await board.hold(0)
        await until(lambda: not rig.has_power(), "the power is cut")
        await until(lambda: len(facts(events, "power_cycled")) == 1, "and that is told")
