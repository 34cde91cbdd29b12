"""The conference server: rooms and guests together, the chair's console, recordings, minutes."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path

import structlog

from devices.contract.clock import Clock, SystemClock
from devices.contract.identity import CONFERENCE
from devices.contract.message import Description
from devices.runtime.backoff import Backoff
from devices.runtime.boot import next_boot
from devices.runtime.journal_sender import JournalSender
from devices.runtime.part import PartLink, part_on_bus, present, software_version
from devices.runtime.process import Serve, command
from devices.runtime.requests import asking
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
from vc.server.line_test import LineTests
from vc.server.lines import Lines
from vc.server.notices import Notices
from vc.server.papers import Papers
from vc.server.plans import PlansFile, read_plans
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
_ENGINE_BACKOFF = Backoff(least_s=0.1, most_s=2.0)
_MIB = 2**20
_log = structlog.get_logger()


def build(
    config: ConferenceConfig,
    clock: Clock | None = None,
    engine: FocusEngine | SimulatedEngine | None = None,
) -> Serve:
    """Return the process: it serves until cancelled, with or without its broker."""
    told = clock or SystemClock()
    seeds = read_plans(Path(config.plans_file)) if config.plans_file else PlansFile()
    media = engine or _engine(config)

    async def serve(ready: Callable[[], None]) -> None:
        async with AsyncExitStack() as stack:
            await _serve(stack, config, told, seeds, media, ready)

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


async def _serve(
    stack: AsyncExitStack,
    config: ConferenceConfig,
    clock: Clock,
    seeds: PlansFile,
    engine: FocusEngine | SimulatedEngine,
    ready: Callable[[], None],
) -> None:
    enter = stack.enter_async_context
    state_dir = Path(config.state_dir)
    boot = await asyncio.to_thread(next_boot, state_dir, CONFERENCE)
    bus, topics = await enter(part_on_bus(config, CONFERENCE, boot))
    ask = await enter(asking(bus, ANY_ROOM.province_reply, CONFERENCE))
    worker = await enter(Worker("store"))
    pins = await enter(Worker("pins", limit=16))
    drawing = await enter(Worker("papers", limit=64))
    store = await worker.do(Store, state_dir / DATABASE, limit_mb=config.disk_limit_mb)
    stack.push_async_callback(worker.do, store.close)
    live = Live(store, worker, clock)
    await _seed(live, seeds)
    await live.resume()

    recorder = await enter(
        Recorder(
            Path(config.recordings.dir or state_dir / "recordings"),
            min_free_bytes=config.recordings.min_free_mb * _MIB,
        )
    )
    papers = Papers(Path(config.papers.dir or state_dir / "papers"), config.papers, drawing)
    tokens = Tokens(await worker.do(store.secret, "tokens"), clock)
    ice = IceServers(config.ice, clock)
    open_legs = OpenLegs()
    doorway = Doorway(live, tokens)
    lines = Lines(clock)
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
    recording = Recording(engine, live, recorder, clock)
    presence.media.append(recorder.put)
    rooms = Rooms(bus, live, lines)
    calls = Calls(
        ask,
        live=live,
        rooms=rooms,
        doorway=doorway,
        ice=ice,
        public_url=config.public_url,
        clock=clock,
    )
    rooms.wants_in.append(calls.call)
    presence.missed.append(calls.call)
    notices = Notices(bus, topics, live=live, public_url=config.public_url, clock=clock)
    screens = Screens(live, lines)
    hashes = {Role.CHAIR: config.chair_pin_hash, Role.OPERATOR: config.operator_pin_hash}
    sessions = Sessions(live, pins, clock, hashes)
    guests = Guests(
        live=live,
        sessions=sessions,
        doorway=doorway,
        ice=ice,
        pins=pins,
        public_url=config.public_url,
        clock=clock,
    )
    sender = JournalSender(bus, topics, JournalBehindWorker(live))
    link = PartLink(bus, topics, _description(config, boot), clock, every_s=config.status_every_s)
    status = Status(link, live=live, lines=lines, recording=recording, clock=clock)
    for hear in (sender.nudge, stage.ring, presence.ring, recording.ring):
        live.listeners.append(hear)
    for hear in (calls.ring, notices.ring, screens.ring):
        live.listeners.append(hear)
    await enter(present(link))
    http = config.http
    app = application(
        signaling=signaling_routes(
            engine,
            doorway,
            ice.of,
            Limits(clock),
            legs=open_legs,
            asks_boxes=bool(http.tls and http.tls.client_ca_file),
        ),
        max_paper_bytes=config.papers.max_mb * _MIB,
        live=live,
        sessions=sessions,
        guests=guests,
        doorway=doorway,
        ice=ice,
        screens=screens,
        papers=papers,
        recorder=recorder,
        line_tests=LineTests(ask, live, clock),
        templates=seeds.templates,
        https=http.tls is not None,
    )
    async with asyncio.TaskGroup() as group:
        if isinstance(engine, FocusEngine):
            work = keep("engine", engine.run, backoff=_ENGINE_BACKOFF)
            group.create_task(work, name="engine")
        for name, run in (
            ("sessions", presence.follow),
            ("presence", presence.put_right),
            ("stage", stage.run),
            ("recording", recording.run),
            ("time", live.run),
            ("schedule", Schedule(live, clock).run),
            ("asks", rooms.serve),
            ("rooms", rooms.follow),
            ("calls", calls.run),
            ("notices", notices.run),
            ("screens", screens.run),
            ("journal", sender.run),
            ("status", status.run),
        ):
            group.create_task(keep(name, run), name=name)
        await enter(served(app, http.host, http.port, tls=http.tls))
        stack.callback(screens.hub.close)
        ready()


async def _seed(live: Live, seeds: PlansFile) -> None:
    for plan in seeds.plans:
        try:
            await live.read(live.store.plan, plan.id)
        except NoConferenceError:
            await live.plan(plan)


def _description(config: ConferenceConfig, boot: int) -> Description:
    return Description(boot=boot, version=software_version(), site=config.site)


main = command("conference", ConferenceConfig, build)
