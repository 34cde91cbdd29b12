"""The whole conference: a server, and a real room process for each site.

`python -m bench.conference [MINUTES]` runs the long show of ten sites and prints what it saw.
"""

import asyncio
import contextlib
import itertools
import os
import signal
import sys
import tempfile
import time
from collections.abc import AsyncGenerator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import msgspec
import psutil

from bench.conference_eyes import Ways, apart_ms, sent_at
from bench.table import Table, percentile
from provisioning.demo.conference.sample import CENTRE, SERVER_BOX, SITES
from tests.flows.conference import Centre, connected, until, whole_conference
from vc.acts import MuteAll, SetMuted, StartMeeting
from vc.endpoint.probe import AnyLine, Heard, Shown
from vc.rtp.peer import now_us
from vc.server.api import LiveFigures

MINUTES = 10.0
_SETTLE_S = 8.0
_SHORT_S = 40.0
_MANY = (20, 30)
_SYNC_SETTLE_S, _SYNC_S = 12.0, 20.0
BURSTS, LISTENER = "vinh-linh", "cam-lo"


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """What a run showed. CPU in percent of one core, times in ms."""

    sites: int
    camera: str
    lasted_s: float
    joined_within_s: float
    server: float
    rtp: float
    video: float
    audio: float
    control: float
    room: float
    least_fps: float
    least_sound: float
    lost_up_percent: float
    way_ms: tuple[float, float, float] = (0.0, 0.0, 0.0)
    """p50, p95 and the longest."""
    ways: int = 0
    illegible: int = 0
    apart_ms: tuple[float, float, float] = (0.0, 0.0, 0.0)
    """Picture later than sound: the least, median and the most."""
    back_within_s: float = 0.0
    """After the server was killed: from its return until everybody is in."""
    back_apart_s: float = 0.0
    """And from the first who was in to the last."""
    memory_mb: float = 0.0


def measure() -> Table:
    """Return the server's cost at ten sites of 720p25, and at twenty and thirty of 360p25."""
    seen = [asyncio.run(show(_SHORT_S * 3))]
    seen += [asyncio.run(show(_SHORT_S, sites=count, small=True)) for count in _MANY]
    return table("Conference: a whole one", seen)


def measure_long() -> Table:
    """Return ten minutes of ten sites of 720p25."""
    return table("Conference: ten minutes", [asyncio.run(show(MINUTES * 60))])


def table(title: str, seen: Sequence[Seen]) -> Table:
    """Return runs as a table."""
    return Table(
        title=title,
        how=(
            "The province's mosquitto, `motcua conference` and rooms, all on this machine: H.264 "
            "of a moving clip with a time code in each picture and Opus speech, every microphone "
            "open; the composed picture is 1280x720, 25 a second, 1.5 Mbit/s. Ten sites are ten "
            "room processes that decode what they get; twenty and thirty stand in one process. "
            "CPU in % of one core; latency from the moment a picture is taken to the moment it is "
            "decoded in the room, read from the time code in the composed picture."
        ),
        head=(
            "sites", "camera", "server", "rtp", "video", "audio", "control", "a room",
            "fps, the least", "sound/s, the least", "lost up %", "picture's way p50 / p95 / max ms",
            "picture after sound ms", "first to last in, at the start, s", "after a restart, s",
            "all back after s", "memory MB",
        ),
        rows=tuple(_row(one) for one in seen),
    )  # fmt: skip


def _row(one: Seen) -> tuple[str, ...]:
    p50, p95, most = one.way_ms
    least, median, latest = one.apart_ms
    return (
        str(one.sites),
        one.camera,
        *(f"{cpu:.1f}" for cpu in (one.server, one.rtp, one.video, one.audio, one.control)),
        f"{one.room:.1f}",
        f"{one.least_fps:.2f}" if p95 else "-",
        f"{one.least_sound:.1f}" if p95 else "-",
        f"{one.lost_up_percent:.2f}",
        f"{p50:.0f} / {p95:.0f} / {most:.0f}" if p95 else "-",
        f"{median:.0f} ({least:.0f} to {latest:.0f})" if p95 else "-",
        f"{one.joined_within_s:.1f}",
        f"{one.back_apart_s:.1f}" if one.back_within_s else "-",
        f"{one.back_within_s:.1f}" if one.back_within_s else "-",
        f"{one.memory_mb:.0f}",
    )


async def show(lasts_s: float, sites: int = 10, *, small: bool = False) -> Seen:
    """Run a conference of so many sites, everybody speaking, and say what was seen."""
    names = dict(itertools.islice(_names(), sites))
    size = {"camera_width": 640, "camera_height": 360, "camera_kbps": 700}
    large = {"camera_width": 1280, "camera_height": 720, "camera_kbps": 1500}
    with tempfile.TemporaryDirectory() as folder:
        async with whole_conference(
            Path(folder), apart=not small, fps=25, sites=names,
            probes=not small, watched=(BURSTS,), bursts="" if small else BURSTS,
            **(size if small else large),
        ) as centre:  # fmt: skip
            inside = await centre.sees("everybody in", lambda s: len(connected(s)) == sites)
            times = [one.since for one in inside.members if one.since]
            await centre.acts(StartMeeting())
            for name in names:
                await centre.acts(SetMuted(member=name, muted=False))
            await asyncio.sleep(_SETTLE_S)
            seen = await _watched(centre, lasts_s, sites, small=small, joined=times)
            if small:
                return seen
            apart = await _apart(centre)
            back, within = await _back(centre)
            return msgspec.structs.replace(
                seen, apart_ms=apart, back_within_s=back, back_apart_s=within
            )


async def _apart(centre: Centre) -> tuple[float, float, float]:
    """Return how far one site's picture is behind its sound, in another's room."""
    await centre.acts(SetMuted(member=CENTRE, muted=True))
    await centre.acts(MuteAll())
    await centre.acts(SetMuted(member=BURSTS, muted=False))
    await asyncio.sleep(_SYNC_SETTLE_S)
    begun_us = now_us()
    await asyncio.sleep(_SYNC_S)
    taken = sent_at(centre.saw(BURSTS))
    found = apart_ms(_between(centre.saw(LISTENER), begun_us), taken, BURSTS)
    if not found:
        raise RuntimeError("no burst was heard")
    return min(found), percentile(found, 0.5), max(found)


async def _back(centre: Centre) -> tuple[float, float]:
    """Kill the server; return how long after its return all are in, and how far apart."""
    before = {one.id: one.since for one in (await centre.state()).members}
    server = centre.province.children[f"{SERVER_BOX}.conference"]
    os.kill(server.pid, signal.SIGKILL)

    async def died() -> bool | None:
        return True if server.deaths else None

    await until("the server died", died)
    await server.wait_ready()
    began = time.monotonic()
    state = await centre.sees(
        "all are back",
        lambda s: all(one.connected and one.since != before[one.id] for one in s.members),
    )
    back = [one.since for one in state.members if one.since]
    return time.monotonic() - began, (max(back) - min(back)).total_seconds()


def _names() -> Any:
    more = ((f"xa-{n:02}", f"Xã số {n}") for n in itertools.count(1))
    return itertools.chain(SITES.items(), more)


async def _watched(
    centre: Centre, lasts_s: float, sites: int, *, small: bool, joined: Sequence[datetime]
) -> Seen:
    server = psutil.Process(centre.province.children[f"{SERVER_BOX}.conference"].pid)
    parts = {_part(one): one for one in (server, *server.children(recursive=True))}
    rooms = [
        psutil.Process(child.pid)
        for name, child in centre.province.children.items()
        if name.endswith(".room") or name == "sites"
    ]
    lost: list[float] = []
    begun_us = now_us()
    before = {name: _cpu(one) for name, one in parts.items()}
    rooms_before = sum(map(_cpu, rooms))
    async with contextlib.aclosing(_live(centre)) as live:
        async for figures in live:
            lost += [one.up.loss_percent for one in figures.members.values()]
            if now_us() - begun_us > lasts_s * 1e6:
                break
    took = (now_us() - begun_us) / 1e6
    cpu = {name: (_cpu(one) - before[name]) / took * 100 for name, one in parts.items()}
    room = (sum(map(_cpu, rooms)) - rooms_before) / took * 100 / sites
    eyes = {site: _between(centre.saw(site), begun_us) for site in SITES} if not small else {}
    ways = Ways(eyes)
    return Seen(
        sites=sites,
        camera="360p25" if small else "720p25",
        lasted_s=took,
        joined_within_s=(max(joined) - min(joined)).total_seconds(),
        server=sum(cpu.values()),
        rtp=cpu["rtp"],
        video=cpu["video"],
        audio=cpu["audio"],
        control=cpu["control"],
        room=room,
        least_fps=_least(eyes, Shown, begun_us) / took,
        least_sound=_least(eyes, Heard, begun_us) / took,
        lost_up_percent=max(lost, default=0.0),
        way_ms=ways.spread,
        ways=len(ways.ms),
        illegible=ways.illegible,
        memory_mb=sum(one.memory_full_info().pss for one in parts.values()) / 1e6,
    )


def _part(process: psutil.Process) -> str:
    words = process.cmdline()
    module = next((word for word in words if word.startswith("vc.engine.focus.")), "")
    return module.rpartition(".")[2] or "control"


def _cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


async def _live(centre: Centre) -> AsyncGenerator[LiveFigures, None]:
    """Yield the console's figures, one a second."""
    async with centre.client.stream("GET", "/api/live", timeout=httpx.Timeout(10)) as answer:
        event = ""
        async for line in answer.aiter_lines():
            if line.startswith("event:"):
                event = line.partition(":")[2].strip()
            elif line.startswith("data:") and event == "live":
                yield msgspec.json.decode(line.partition(":")[2], type=LiveFigures)


def _between(lines: list[AnyLine], begun_us: int) -> list[AnyLine]:
    return [line for line in lines if line.at_us >= begun_us - 2_000_000]


def _least(eyes: Mapping[str, list[AnyLine]], kind: type[AnyLine], begun_us: int) -> int:
    """Return how many such lines the room that has fewest has written since."""
    return min(
        (
            sum(isinstance(line, kind) and line.at_us >= begun_us for line in lines)
            for lines in eyes.values()
        ),
        default=0,
    )


if __name__ == "__main__":
    minutes = float(sys.argv[1]) if len(sys.argv) > 1 else MINUTES
    print(msgspec.json.format(msgspec.json.encode(asyncio.run(show(minutes * 60)))).decode())
