"""The engine's control side, over stand-ins for its three processes."""

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import TypeVar

import pytest

from devices.runtime.alongside import alongside
from devices.runtime.backoff import Backoff
from devices.runtime.supervisor import keep
from tests.vc.engine.stand_in import StandIn
from tests.waiting import until
from vc.engine.focus import engine as focus_engine
from vc.engine.focus.engine import AUDIO, RTP, VIDEO, FocusEngine
from vc.engine.focus.process import Program
from vc.engine.port import (
    EngineEvent,
    EngineFigures,
    EngineLost,
    EngineLostError,
    Leg,
    LegChanged,
    LegState,
    Levels,
    MediaPacket,
    NoLegError,
    OfferRefusedError,
    Tile,
    View,
)

E = TypeVar("E", bound=EngineEvent)
LEG = Leg(id="leg-1", source="gio-linh")
VIEW = View(name="main", tiles=(Tile(source="gio-linh", x=0, y=0, width=320, height=180),))


def engine_of(folder: Path, *, tells_every_s: float = 1.0, **dies: int) -> FocusEngine:
    def program(name: str) -> Program:
        config = StandIn(
            log=str(folder / name),
            dies_before_ready=dies.get(name, 0),
            tells_every_s=tells_every_s,
        )
        return Program(name=name, module="tests.vc.engine.stand_in", config=config)

    return FocusEngine((program(RTP), program(VIDEO), program(AUDIO)))


@contextlib.asynccontextmanager
async def running(engine: FocusEngine) -> AsyncIterator[None]:
    work = keep("engine", engine.run, backoff=Backoff(least_s=0.05, most_s=0.1))
    async with alongside(work, name="engine"):
        async with asyncio.timeout(30):
            await engine.up()
        yield


async def next_event(engine: FocusEngine) -> EngineEvent:
    async with asyncio.timeout(20):
        return await anext(engine.events())


async def event_of(engine: FocusEngine, kind: type[E]) -> E:
    async with asyncio.timeout(20):
        async for event in engine.events():
            if isinstance(event, kind):
                return event
    raise AssertionError


def pids(folder: Path) -> list[int]:
    lines = [line for name in (RTP, VIDEO, AUDIO) for line in told(folder, name)]
    return [int(line.split()[1]) for line in lines if line.startswith("start ")]


def told(folder: Path, name: str) -> list[str]:
    path = folder / name
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


def told_anew(folder: Path, name: str, words: str) -> bool:
    """Whether a process was told so since it last started, once."""
    lines = told(folder, name)
    started = max(at for at, line in enumerate(lines) if line.startswith("start "))
    return sum(words in line for line in lines[started:]) == 1


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").split()[2] != "Z"


async def test_a_session_is_opened_answered_and_closed(tmp_path: Path) -> None:
    engine = engine_of(tmp_path)
    async with running(engine):
        assert await engine.open(LEG, "offer") == "answer to offer for slot 0"
        came = await event_of(engine, LegChanged)
        assert (came.leg, came.state) == (LEG.id, LegState.CONNECTED)
        with pytest.raises(OfferRefusedError, match="no codec"):
            await engine.open(Leg(id="leg-2", source="cam-lo"), "bad")
        with pytest.raises(NoLegError):
            await engine.accept("nobody", "answer")
        with pytest.raises(NoLegError):
            await engine.accept(LEG.id, "bad")
        await engine.close(LEG.id)
        assert (await event_of(engine, LegChanged)).state is LegState.CLOSED
        await engine.close(LEG.id)


@pytest.mark.parametrize("victim", [RTP, VIDEO, AUDIO])
async def test_one_process_dead_ends_all_and_all_begin_anew(tmp_path: Path, victim: str) -> None:
    engine = engine_of(tmp_path)
    await engine.arrange((VIEW,))
    await engine.hear(frozenset({"gio-linh"}))
    await engine.show_still("paper", tmp_path / "page.png")
    async with running(engine):
        first = pids(tmp_path)
        await engine.open(LEG, "offer")
        os.kill(first[(RTP, VIDEO, AUDIO).index(victim)], signal.SIGKILL)
        await event_of(engine, EngineLost)
        async with asyncio.timeout(20):
            await engine.up()
        assert not any(map(alive, first))
        assert len(pids(tmp_path)) == 6
        with pytest.raises(NoLegError):
            await engine.look(LEG.id, "main")
        await engine.open(LEG, "offer")
        for name, words in (
            (VIDEO, "Arrange("),
            (RTP, "Arrange("),
            (AUDIO, "Hear("),
            (VIDEO, "page.png"),
        ):
            await until(partial(told_anew, tmp_path, name, words), f"{name}: {words} again")
    await until(lambda: not any(map(alive, pids(tmp_path))), "all ended with the engine")


async def test_who_waits_for_an_answer_is_told_that_the_engine_is_lost(tmp_path: Path) -> None:
    engine = engine_of(tmp_path)
    async with running(engine):
        with pytest.raises(EngineLostError):
            await engine.open(LEG, "die")


@pytest.mark.parametrize("victim", [RTP, VIDEO, AUDIO])
async def test_a_process_that_hangs_ends_all_and_all_begin_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, victim: str
) -> None:
    monkeypatch.setattr(focus_engine, "_FIGURES_EVERY_S", 0.2)
    engine = engine_of(tmp_path, tells_every_s=0.1)
    async with running(engine):
        first = pids(tmp_path)
        os.kill(first[(RTP, VIDEO, AUDIO).index(victim)], signal.SIGSTOP)
        assert victim in (await event_of(engine, EngineLost)).reason
        async with asyncio.timeout(20):
            await engine.up()
        assert not any(map(alive, first))


async def test_a_machine_that_stood_still_has_no_process_that_hangs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(focus_engine, "_FIGURES_EVERY_S", 0.2)
    engine = engine_of(tmp_path, tells_every_s=0.1)
    async with running(engine):
        await event_of(engine, EngineFigures)
        for pid in pids(tmp_path):
            os.kill(pid, signal.SIGSTOP)
        time.sleep(3)  # noqa: ASYNC251 - longer than who hangs is waited for; we stand still too
        for pid in pids(tmp_path):
            os.kill(pid, signal.SIGCONT)
        told = [await next_event(engine) for _ in range(100)]
        assert not any(isinstance(event, EngineLost) for event in told)


async def test_a_process_that_dies_at_its_start_is_started_until_it_stays(tmp_path: Path) -> None:
    engine = engine_of(tmp_path, video=2)
    async with running(engine):
        assert sum(line.startswith("start") for line in told(tmp_path, VIDEO)) == 3
        await engine.open(LEG, "offer")


async def test_levels_media_and_figures_come_under_their_names(tmp_path: Path) -> None:
    engine = engine_of(tmp_path)
    async with running(engine):
        await engine.arrange((VIEW,))
        await engine.hear(frozenset({"gio-linh", "cam-lo"}))
        levels = await event_of(engine, Levels)
        assert set(levels.dbfs) == {"gio-linh", "cam-lo"}
        assert list(levels.dbfs.values()) == sorted(levels.dbfs.values(), reverse=True)
        await engine.tap("main")
        each = [await event_of(engine, MediaPacket) for _ in range(4)]  # two processes send both
        picture = MediaPacket(kind="video", pts_us=40_000, keyframe=True, data=b"picture")
        sound = MediaPacket(kind="audio", pts_us=40_020, keyframe=False, data=b"sound")
        assert sorted(each, key=lambda one: one.pts_us) == [picture, picture, sound, sound]
        async with asyncio.timeout(20):
            while "rtp_cores" not in (await event_of(engine, EngineFigures)).figures:
                pass


async def test_what_is_no_report_is_left_out(tmp_path: Path) -> None:
    engine = engine_of(tmp_path)
    async with running(engine):
        await engine.show_still("paper", Path("/garbage"))
        await engine.hear(frozenset({"gio-linh"}))
        assert (await event_of(engine, Levels)).dbfs == {"gio-linh": -21.0}


async def test_the_processes_end_when_their_parent_is_killed(tmp_path: Path) -> None:
    code = (
        "import asyncio, pathlib, sys\n"
        "from tests.vc.engine.test_focus_engine import engine_of\n"
        "asyncio.run(engine_of(pathlib.Path(sys.argv[1])).run())\n"
    )
    parent = await asyncio.create_subprocess_exec(sys.executable, "-c", code, str(tmp_path))
    await until(lambda: len(pids(tmp_path)) == 3, "all three started", within_s=30)
    assert all(map(alive, pids(tmp_path)))
    parent.kill()
    await parent.wait()
    await until(lambda: not any(map(alive, pids(tmp_path))), "all three ended")
