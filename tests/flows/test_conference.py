"""A province's conference with real processes: broker, server with its engine, ten rooms."""

import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from devices.runtime.settings import BusConfig
from provisioning.broker import Bridge, box_config, started_mosquitto
from provisioning.demo.conference.sample import CENTRE, SERVER_BOX, SITES, room_box
from provisioning.demo.ports import free_ports
from tests.flows.conference import Centre, connected, until, whole_conference
from vc.acts import GiveFloor, SetMuted, StartMeeting, TakeFloor
from vc.endpoint.probe import AnyLine, Heard, Shown
from vc.state import ConferenceState, Phase

pytestmark = [pytest.mark.real, pytest.mark.timeout(300)]
SPEAKER = "gio-linh"
LOUD_DBFS, QUIET_DBFS = -45.0, -60.0
PICTURES = 50


def all_in(state: ConferenceState) -> bool:
    return len(connected(state)) == len(SITES)


def heard(lines: list[AnyLine], since_us: int) -> list[float]:
    return [line.dbfs for line in lines if isinstance(line, Heard) and line.at_us > since_us]


def say(what: str) -> None:
    """Tell a figure in the test's output (`pytest -s`, or where it fails)."""
    sys.stdout.write(f"{what}\n")


def now_us() -> int:
    return time.monotonic_ns() // 1000


async def hears(centre: Centre, site: str, what: str, is_so: Callable[[float], bool]) -> None:
    """Wait until a whole second of what a site hears is so."""

    async def look() -> bool | None:
        levels = heard(centre.saw(site), now_us() - 1_000_000)
        return True if len(levels) > 25 and all(map(is_so, levels[-25:])) else None

    await until(f"{site} hears {what}", look)


async def is_loud(centre: Centre, site: str) -> None:
    """Wait until a site hears somebody: speech has pauses, so once in a second."""

    async def look() -> bool | None:
        levels = heard(centre.saw(site), now_us() - 1_000_000)
        return True if levels and max(levels) > LOUD_DBFS else None

    await until(f"{site} hears the speaker", look)


async def sees_everybody(centre: Centre, site: str) -> None:
    """Wait until a room has seen each site's own time code, and pictures go on."""
    begun_us = now_us()

    async def look() -> bool | None:
        shown = [
            line for line in centre.saw(site) if isinstance(line, Shown) and line.at_us > begun_us
        ]
        read = {name for line in shown for name, code in line.codes.items() if code is not None}
        return True if len(shown) >= PICTURES and read == set(SITES) else None

    await until(f"{site} sees all sites", look, within_s=90)


async def test_ten_rooms_meet_and_one_has_the_floor(tmp_path: Path) -> None:
    """VC-4, VC-9: each room is a process; one of them stands behind a broker and bridge."""
    box_port, province_port = free_ports(2)
    behind = "dakrong"
    bridge = Bridge(room_box(behind), "127.0.0.1", province_port)
    store = tmp_path / "box-broker"
    async with (
        started_mosquitto(box_config(port=box_port, directory=store, bridge=bridge), store),
        whole_conference(
            tmp_path,
            apart=True,
            broker=province_port,
            probes=True,
            buses={behind: BusConfig(port=box_port)},
        ) as centre,
    ):
        await centre.sees("ten sites", all_in)
        await centre.acts(StartMeeting())
        for site in (CENTRE, SPEAKER, behind):
            await sees_everybody(centre, site)
        await centre.acts(SetMuted(member=CENTRE, muted=True))
        await hears(centre, "dong-ha", "silence", lambda level: level < QUIET_DBFS)
        await centre.acts(GiveFloor(member=SPEAKER))
        state = await centre.state()
        assert state.floor
        assert state.floor.holder == SPEAKER
        for site in ("dong-ha", behind, CENTRE):
            await is_loud(centre, site)
        await hears(centre, SPEAKER, "not himself", lambda level: level < QUIET_DBFS)
        await centre.acts(TakeFloor())
        await hears(centre, "dong-ha", "silence", lambda level: level < QUIET_DBFS)


async def test_who_is_killed_is_missed_and_comes_back(tmp_path: Path) -> None:
    """A room, a process of the engine, the server: after each kill -9 all ten are in again."""
    async with whole_conference(tmp_path, apart=True, camera_kbps=300, fps=10) as centre:
        await centre.sees("ten sites", all_in)
        await centre.acts(StartMeeting())
        await centre.acts(GiveFloor(member=SPEAKER))
        room = centre.province.children[f"{room_box(SPEAKER)}.room"]
        os.kill(room.pid, signal.SIGSTOP)  # gone, and not started again
        began = time.monotonic()
        await centre.sees("one is missed", lambda s: SPEAKER not in connected(s))
        say(f"a stopped room is missed after {time.monotonic() - began:.1f} s")
        os.kill(room.pid, signal.SIGKILL)
        await centre.sees("it is back", all_in)

        server = centre.province.children[f"{SERVER_BOX}.conference"]
        for part in ("video", "audio", "rtp"):
            engine = {_part(one): one for one in psutil.Process(server.pid).children()}
            before = {m.id: m.since for m in (await centre.state()).members}
            began = time.monotonic()
            engine[part].kill()
            await centre.sees(
                f"all are in again without {part}",
                lambda s, before=before: (
                    all_in(s)  # type: ignore[misc]
                    and all(m.since != before[m.id] for m in s.members)
                ),
            )
            say(f"{part} killed: all are back after {time.monotonic() - began:.1f} s")

        before = {m.id: m.since for m in (await centre.state()).members}
        revision = (await centre.state()).revision
        os.kill(server.pid, signal.SIGKILL)

        async def died() -> bool | None:
            return True if server.deaths else None

        await until("the server died", died)
        await server.wait_ready()
        began = time.monotonic()
        state = await centre.sees(
            "all are back",
            lambda s: all_in(s) and all(m.since != before[m.id] for m in s.members),
        )
        say(f"server killed: all are back {time.monotonic() - began:.1f} s after its return")
        assert state.phase is Phase.LIVE
        assert state.revision > revision


def _part(process: psutil.Process) -> str:
    module = str(process.cmdline()[2])
    return module.rpartition(".")[2]
