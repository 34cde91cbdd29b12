"""The conference server: rooms and guests together, the chair's console, recordings, minutes."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, NamedTuple

from litestar.types import ASGIApp

from devices.contract.clock import Clock, SystemClock
from devices.contract.identity import CONFERENCE
from devices.contract.message import Description
from devices.contract.topics import PartTopics
from devices.runtime.backoff import Backoff
from devices.runtime.boot import next_boot
from devices.runtime.bus import Bus
from devices.runtime.journal_sender import JournalSender
from devices.runtime.part import PartLink, part_on_bus, present, software_version
from devices.runtime.process import Serve, command
from devices.runtime.requests import Ask, asking
from devices.runtime.supervisor import keep
from devices.runtime.worker import Worker
from devices.web.serve import served
from vc.acts import Role
from vc.engine.focus.audio_floor import AudioConfig
from vc.engine.focus.engine import AUDIO, RTP, VIDEO, FocusEngine
from vc.engine.focus.process import Program
from vc.engine.focus.rtp_legs import RtpConfig
from vc.engine.focus.video_pictures import VideoConfig
from vc.engine.simulated import SimulatedEngine
from vc.rtp.config import PeerConfig
from vc.server.calls import Calls
from vc.server.config import ConferenceConfig, FocusConfig
from vc.server.control import JournalBehindWorker, Live
from vc.server.doorway import Doorway
from vc.server.guests import Guests
from vc.server.help.calls import HelpCalls
from vc.server.help.door import HelpDoor
from vc.server.line_test import LineTests
from vc.server.lines import Lines
from vc.server.notices import Notices
from vc.server.papers import Papers
from vc.server.plans import PlansFile, Templates, read_plans
from vc.server.presence import Presence
from vc.server.record.recorder import Recorder
from vc.server.recording import Recording
from vc.server.rooms import ANY_ROOM, Rooms
from vc.server.schedule import Schedule
from vc.server.screens import Screens
from vc.server.sessions import Sessions
from vc.server.stage import Stage
from vc.server.status import Status
from vc.server.store import NoConferenceError, Store
from vc.server.web import application
from vc.signaling.door import Limits
from vc.signaling.legs import OpenLegs
from vc.signaling.routes import signaling_routes
from vc.signaling.tokens import Tokens
from vc.signaling.turn import IceServers

DATABASE = "conference.sqlite"
_BACKOFF = Backoff(least_s=0.1, most_s=2.0)
_Work = tuple[str, Callable[[], Coroutine[Any, Any, None]]]
_MIB = 2**20


def build(
    config: ConferenceConfig,
    clock: Clock | None = None,
    engine: FocusEngine | SimulatedEngine | None = None,
) -> Serve:
    """Return the process: it serves until cancelled, with or without its broker."""
    told = clock or SystemClock()
    seeds = read_plans(Path(config.plans_file), config.policy) if config.plans_file else PlansFile()
    chosen = engine or _engine(config)

    async def serve(ready: Callable[[], None]) -> None:
        async with AsyncExitStack() as stack:
            ground = await _ground(stack, config, told)
            live = ground.live
            await _seed(live, seeds)
            await live.resume()
            media = await _media(stack, ground, chosen)
            door = await _door(stack, ground, media)
            app = _pages(ground, media, door, seeds.templates)
            works = [
                *_media_works(ground, media),
                *_bus_works(ground, media),
                ("time", live.run),
                ("schedule", Schedule(live, told).run),
                ("screens", door.screens.run),
                ("guests", door.guests.run),
                ("help", door.help_calls.run),
                ("browsers", lambda: door.sessions.watch(door.screens.hub, door.help_calls.hub)),
                ("kiosks", HelpDoor(ground.bus, door.help_calls).serve),
            ]
            http = config.http
            await stack.enter_async_context(served(app, http.host, http.port, tls=http.tls))
            stack.callback(door.screens.hub.close)
            stack.callback(door.help_calls.hub.close)
            await stack.enter_async_context(present(ground.link))  # ready is who can be asked
            async with asyncio.TaskGroup() as group:
                for name, run in works:
                    group.create_task(keep(name, run, backoff=_BACKOFF), name=name)
                ready()

    return serve


def _engine(config: ConferenceConfig) -> FocusEngine | SimulatedEngine:
    if not isinstance(config.engine, FocusConfig):
        return SimulatedEngine()
    peer = PeerConfig(host_addresses=config.engine.host_addresses, ports=config.engine.ports)
    rtp = RtpConfig(peer=peer, log_level=config.log_level)
    module = "vc.engine.focus"
    return FocusEngine(
        (
            Program(name=RTP, module=f"{module}.rtp", config=rtp),
            Program(name=VIDEO, module=f"{module}.video", config=VideoConfig()),
            Program(name=AUDIO, module=f"{module}.audio", config=AudioConfig()),
        )
    )


class _Ground(NamedTuple):
    """What everything stands on."""

    config: ConferenceConfig
    clock: Clock
    bus: Bus
    topics: PartTopics
    ask: Ask
    live: Live
    link: PartLink


class _Media(NamedTuple):
    """Engine, sessions and what is kept of them."""

    engine: FocusEngine | SimulatedEngine
    doorway: Doorway
    open_legs: OpenLegs
    ice: IceServers
    lines: Lines
    papers: Papers
    presence: Presence
    stage: Stage
    recorder: Recorder
    recording: Recording


async def _ground(stack: AsyncExitStack, config: ConferenceConfig, clock: Clock) -> _Ground:
    enter, state_dir = stack.enter_async_context, Path(config.state_dir)
    boot = await asyncio.to_thread(next_boot, state_dir, CONFERENCE)
    bus, topics = await enter(part_on_bus(config, CONFERENCE, boot))
    ask = await enter(asking(bus, ANY_ROOM.province_reply, CONFERENCE))
    worker = await enter(Worker("store"))
    store = await worker.do(Store, state_dir / DATABASE, limit_mb=config.disk_limit_mb)
    stack.push_async_callback(worker.do, store.close)
    about = Description(boot=boot, version=software_version(), site=config.site)
    return _Ground(
        config=config,
        clock=clock,
        bus=bus,
        topics=topics,
        ask=ask,
        live=Live(store, worker, clock),
        link=PartLink(bus, topics, about, clock, every_s=config.status_every_s),
    )


async def _media(
    stack: AsyncExitStack, ground: _Ground, engine: FocusEngine | SimulatedEngine
) -> _Media:
    config, clock, live = ground.config, ground.clock, ground.live
    state_dir = Path(config.state_dir)
    recorder = Recorder(
        Path(config.recordings.dir or state_dir / "recordings"),
        min_free_bytes=config.recordings.min_free_mb * _MIB,
    )
    await stack.enter_async_context(recorder)
    drawing = await stack.enter_async_context(Worker("papers", limit=64))
    papers = Papers(Path(config.papers.dir or state_dir / "papers"), config.papers, drawing)
    doorway = Doorway(live, Tokens(await live.read(live.store.secret, "tokens"), clock))
    lines, open_legs = Lines(clock, fps=config.picture.fps), OpenLegs()
    stage = Stage(
        engine, live=live, doorway=doorway, pages=papers, picture=config.picture, clock=clock
    )
    presence = Presence(
        engine,
        live=live,
        doorway=doorway,
        stage=stage,
        lines=lines,
        open_legs=open_legs,
        clock=clock,
    )
    presence.media.append(recorder.put)
    return _Media(
        engine=engine,
        doorway=doorway,
        open_legs=open_legs,
        ice=IceServers(config.ice, clock),
        lines=lines,
        papers=papers,
        presence=presence,
        stage=stage,
        recorder=recorder,
        recording=Recording(engine, live, recorder, clock),
    )


def _media_works(ground: _Ground, media: _Media) -> list[_Work]:
    engine, presence = media.engine, media.presence
    for hear in (media.stage.ring, presence.ring, media.recording.ring):
        ground.live.listeners.append(hear)
    processes = [("engine", engine.run)] if isinstance(engine, FocusEngine) else []
    return [
        *processes,
        ("sessions", presence.follow),
        ("presence", presence.put_right),
        ("stage", media.stage.run),
        ("recording", media.recording.run),
        ("recordings", media.recording.join),
    ]


def _bus_works(ground: _Ground, media: _Media) -> list[_Work]:
    live, clock, url = ground.live, ground.clock, ground.config.public_url
    rooms = Rooms(ground.bus, live, media.lines)
    calls = Calls(
        ground.ask,
        engine=media.engine,
        live=live,
        rooms=rooms,
        doorway=media.doorway,
        ice=media.ice,
        public_url=url,
        clock=clock,
    )
    rooms.wants_in.append(calls.call)
    media.presence.missed.append(calls.call)
    notices = Notices(ground.bus, ground.topics, live=live, public_url=url, clock=clock)
    sender = JournalSender(ground.bus, ground.topics, JournalBehindWorker(live))
    status = Status(
        ground.link, live=live, lines=media.lines, recording=media.recording, clock=clock
    )
    for hear in (calls.ring, notices.ring, sender.nudge):
        live.listeners.append(hear)
    return [
        ("asks", rooms.serve),
        ("rooms", rooms.follow),
        ("calls", calls.run),
        ("notices", notices.run),
        ("journal", sender.run),
        ("status", status.run),
    ]


class _Door(NamedTuple):
    """Who comes by browser, and what browsers follow."""

    sessions: Sessions
    guests: Guests
    screens: Screens
    help_calls: HelpCalls


async def _door(stack: AsyncExitStack, ground: _Ground, media: _Media) -> _Door:
    config, clock, live = ground.config, ground.clock, ground.live
    pins = await stack.enter_async_context(Worker("pins", limit=16))
    hashes: dict[Role, str] = {
        Role.CHAIR: config.chair_pin_hash,
        Role.OPERATOR: config.operator_pin_hash,
    }
    if config.help_desk.pin_hash:
        hashes[Role.HELPER] = config.help_desk.pin_hash
    sessions = Sessions(live, pins, clock, hashes)
    guests = Guests(
        live=live,
        sessions=sessions,
        doorway=media.doorway,
        ice=media.ice,
        pins=pins,
        public_url=config.public_url,
        clock=clock,
    )
    screens = Screens(live, media.lines)
    live.listeners.append(screens.ring)
    help_calls = HelpCalls(config.help_desk, media.ice, clock, public_url=config.public_url)
    sessions.ended += (screens.hub.end, help_calls.left)
    return _Door(sessions=sessions, guests=guests, screens=screens, help_calls=help_calls)


def _pages(ground: _Ground, media: _Media, door: _Door, templates: Templates) -> ASGIApp:
    config, clock, live = ground.config, ground.clock, ground.live
    tls = config.http.tls
    return application(
        signaling=signaling_routes(
            media.engine,
            media.doorway,
            media.ice.of,
            Limits(clock),
            legs=media.open_legs,
            asks_boxes=bool(tls and tls.client_ca_file),
        ),
        max_paper_bytes=config.papers.max_mb * _MIB,
        live=live,
        sessions=door.sessions,
        guests=door.guests,
        doorway=media.doorway,
        ice=media.ice,
        screens=door.screens,
        help_calls=door.help_calls,
        papers=media.papers,
        recorder=media.recorder,
        line_tests=LineTests(ground.ask, live, clock),
        templates=templates,
        https=tls is not None,
    )


async def _seed(live: Live, seeds: PlansFile) -> None:
    for plan in seeds.plans:
        try:
            await live.read(live.store.plan, plan.id)
        except NoConferenceError:
            await live.plan(plan)


main = command("conference", ConferenceConfig, build)
