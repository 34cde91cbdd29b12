"""What the room is fitted with, and how it plays together: camera, sound, screen and sessions."""

import asyncio
from collections.abc import Callable
from typing import Any

import msgspec

from devices.contract.clock import Clock
from devices.contract.message import DeviceReport, Health
from devices.contract.topics import PartTopics
from devices.hosted import Fitted, Hosted, Limits
from devices.runtime.backoff import Backoff
from devices.runtime.bus import Bus
from devices.runtime.part import PartLink
from devices.runtime.requests import Ask
from devices.runtime.supervisor import keep
from vc.endpoint.bureau import Bureau
from vc.endpoint.camera.port import Camera
from vc.endpoint.conductor import Conductor
from vc.endpoint.config import GlassScreenConfig, RoomConfig
from vc.endpoint.glass_watch import GlassWatch
from vc.endpoint.happenings import AnyHappening
from vc.endpoint.hearing import AnySound, Hearing
from vc.endpoint.line_test import NotJoinedError, line_test
from vc.endpoint.pages import Pages
from vc.endpoint.presses import AnyPress
from vc.endpoint.probe import Probe
from vc.endpoint.session import Session
from vc.endpoint.status import room_report, sound_figures, temperature_c
from vc.endpoint.surface import Surface
from vc.endpoint.view import Fault
from vc.endpoint.viewer import Picture
from vc.media.speech import speech
from vc.messages import JoinConference, LineTested
from vc.rtp.receive import AudioPacket
from vc.rtp.streams import SenderClock
from vc.state import Phase

_REOPEN = Backoff(least_s=0.3, most_s=5.0)
_LIMITS = Limits(open_s=60.0)  # a clip is made at the first opening
_STATUS_S = 5.0
_TEST_SEED = 444


class Outfit:
    """The room's parts. `run` is their life."""

    def __init__(self, config: RoomConfig, surface: Surface, probe: Probe, clock: Clock) -> None:
        self._config = config
        self._surface = surface
        self._probe = probe
        self._clock = clock
        self._changed = asyncio.Event()
        self._camera = self._hosted_camera()
        has_glass = isinstance(config.screen, GlassScreenConfig)
        self._glass = GlassWatch(surface, clock, "kivy") if has_glass else None
        self._hearing = Hearing(
            config.duplex,
            probe,
            send=self._send_sound,
            clock_of=self._clock_of,
            show=surface.picture,
        )
        self._sound = self._hosted_sound()
        self._pages = Pages(config.join.tls, self._order, surface.page)
        self.conductor = Conductor(
            surface,
            probe,
            clock,
            new_session=self._new_session,
            fault=self._fault,
            mute=lambda muted: self._hearing.mute(muted=muted),
            want_page=self._pages.want,
            language=config.language,
        )

    @property
    def drivers(self) -> dict[str, str]:
        """The drivers by the devices' names."""
        return {hosted.kind: hosted.driver for hosted in self._all()}

    def bureau(self, bus: Bus, topics: PartTopics, province: Ask, box: Ask) -> Bureau:
        """Return the room's desk on the bus."""
        return Bureau(bus, topics, province, box, self)

    async def run(self, bureau: Bureau, link: PartLink, ready: Callable[[], None]) -> None:
        """Live until cancelled."""
        async with asyncio.TaskGroup() as group:
            for hosted in self._all():
                group.create_task(keep(hosted.kind, hosted.live, backoff=_REOPEN), name=hosted.kind)
            group.create_task(bureau.run(self._config.table_lamp), name="bus")
            group.create_task(self.conductor.run(bureau), name="call")
            group.create_task(self._tell_status(link), name="status")
            if self._glass:
                group.create_task(self._glass.run(), name="screen")
                group.create_task(self._pages.run(), name="pages")
            ready()

    # vc.endpoint.bureau.Room

    def tell(self, happening: AnyHappening) -> None:
        """Take what happened to the call."""
        self.conductor.tell(happening)

    def press(self, press: AnyPress) -> None:
        """Take a press."""
        self.conductor.press(press)

    async def test_line(self, for_s: float) -> LineTested:
        """Measure line, camera and sound; raises NotJoinedError."""
        session = self.conductor.session
        if session is None or not session.is_up:
            raise NotJoinedError
        if self.conductor.call.notice.phase is not Phase.LIVE:  # no noise in a meeting
            self._hearing.say(await asyncio.to_thread(speech, _TEST_SEED, for_s))
        camera = self._camera.report if self._camera else None
        return await line_test(session, camera, for_s, self._hearing.figures)

    # vc.endpoint.session.Media

    def on_picture(self, picture: Picture) -> None:
        """Show a picture of the conference when it is due; on the viewer's thread."""
        self._hearing.picture(picture)

    def on_sound(self, packet: AudioPacket) -> None:
        """Play a packet of the conference's sound."""
        self._hearing.hear(packet)

    def want_keyframe(self) -> None:
        """Let the camera make an IDR."""
        self._wanted()

    def _send_sound(self, payload: bytes, time_us: int) -> None:
        if session := self.conductor.session:
            session.send_sound(payload, time_us)

    def _order(self) -> JoinConference | None:
        return self.conductor.call.using

    def _clock_of(self, kind: str) -> SenderClock | None:
        session = self.conductor.session
        return session.clock(kind) if session else None

    def _new_session(self, number: int, order: JoinConference) -> Session:
        self._hearing.begin_anew()
        return Session(
            number,
            order,
            self,
            self.tell,
            peer=self._config.peer,
            tls=self._config.join.tls,
            join_within_s=self._config.join.within_s,
        )

    # devices

    def _all(self) -> tuple[Hosted[Any], ...]:
        return tuple(hosted for hosted in (self._camera, self._sound) if hosted is not None)

    def _hosted_camera(self) -> Hosted[Camera] | None:
        config = self._config.camera
        if config is None:
            self._wanted: Callable[[], None] = _nothing
            return None
        camera: Camera = config.build()
        self._wanted = camera.want_keyframe
        driver = str(msgspec.to_builtins(config)["driver"])
        return Hosted(
            Fitted(camera, driver),
            clock=self._clock,
            changed=self._changed.set,
            tend=self._film,
            limits=_LIMITS,
        )

    def _hosted_sound(self) -> Hosted[AnySound] | None:
        config = self._config.sound
        if config is None:
            return None
        sound: AnySound = config.build()
        driver = str(msgspec.to_builtins(config)["driver"])
        return Hosted(
            Fitted(sound, driver),
            clock=self._clock,
            changed=self._changed.set,
            tend=self._hearing.talk,
            limits=_LIMITS,
        )

    async def _film(self, camera: Camera) -> None:
        if session := self.conductor.session:
            session.restart_video()
        camera.want_keyframe()
        async for unit in camera.units():
            if session := self.conductor.session:
                session.send_picture(unit)
            self._probe.sent(unit)
            self._surface.own(unit)

    def _fault(self) -> Fault:
        return Fault(camera=_is_broken(self._camera), sound=_is_broken(self._sound))

    # status

    async def _tell_status(self, link: PartLink) -> None:
        every_s = min(_STATUS_S, self._config.status_every_s)
        while True:
            self._changed.clear()
            link.tell(await self._report())
            try:
                async with asyncio.timeout(every_s):
                    await self._changed.wait()
            except TimeoutError:
                continue

    async def _report(self) -> Any:
        devices: tuple[DeviceReport, ...] = tuple(hosted.report for hosted in self._all())
        if self._glass:
            devices += (self._glass.report,)
        own: dict[str, float] = {}
        if (hottest := await asyncio.to_thread(temperature_c)) is not None:
            own["temperature_c"] = hottest
        if sound := self._hearing.figures():
            own |= sound_figures(sound)
            own["picture_after_sound_ms"] = round(self._hearing.apart_ms, 1)
        session = self.conductor.session
        peer = session.figures() if session and session.is_up else None
        return room_report(self.conductor.call, self.conductor.moment(), devices, peer, own)


def _is_broken(hosted: Hosted[Any] | None) -> bool:
    return hosted is not None and hosted.report.health is Health.FAULT


def _nothing() -> None:
    """Do nothing: there is no camera."""
