"""The box's own panel, lamps and call buttons, with the counter server over the bus's twin."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import msgspec

from devices.contract.clock import SimulatedClock
from devices.contract.errors import NoSuchDeviceError
from devices.contract.identity import COUNTER, DEVICES, BoxId
from devices.contract.message import Connection, Done, LinkState, Message, encode
from devices.contract.topics import PartTopics
from devices.messages import ButtonPressed, LampState, RotateOnPanel, SetLamp, ShowOnPanel
from devices.runtime.alongside import alongside
from devices.runtime.bus import Packet
from devices.runtime.memory_bus import MemoryBroker, MemoryBus
from devices.runtime.requests import Desk, asking
from devices.runtime.worker import Worker
from kiosk.api.queue import TakeTicket
from kiosk.counter.announcer import Announcer
from kiosk.counter.buttons import Buttons, Pressed
from kiosk.counter.config import Act, CallButtonConfig, VoiceConfig
from kiosk.counter.live import LiveSite
from kiosk.counter.main import DATABASE
from kiosk.counter.signkeeper import SignKeeper
from kiosk.counter.signs import passing
from kiosk.counter.store import Store
from kiosk.domain.hours import Hours
from tests.kiosk.counter.site import MONDAY, sample_config
from tests.waiting import until

BOX = BoxId("gio-linh-1")
COUNTER_TOPICS, DEVICE_TOPICS = PartTopics(BOX, COUNTER), PartTopics(BOX, DEVICES)
BUTTONS = (
    CallButtonConfig(button="call-1", counter="1"),
    CallButtonConfig(button="call-2", counter="2"),
    CallButtonConfig(button="served-1", counter="1", act=Act.FINISH),
)


class Devices:
    """A device process with buttons, lamps and a panel, which may have none of them."""

    def __init__(self, bus: MemoryBus, *, bare: bool = False) -> None:
        self.bus = bus
        self.bare = bare
        self.panel: list[str] = []
        self.passing: tuple[str, ...] = ()
        self.lamps: dict[str, LampState] = {}
        self.asked = 0
        self.desk = Desk(bus, DEVICE_TOPICS.cmd)
        self.desk.on(ShowOnPanel, self._show)
        self.desk.on(SetLamp, self._light)
        self.desk.on(RotateOnPanel, self._rotate)

    async def press(self, button: str, press: str) -> None:
        signal = encode(ButtonPressed(button=button, press=press))
        await self.bus.publish(Packet(topic=DEVICE_TOPICS.signal, payload=signal))

    async def is_born(self) -> None:
        """Begin anew: dark, and said to be there."""
        self.panel, self.lamps = [], {}
        born = encode(Connection(state=LinkState.READY, boot=2))
        await self.bus.publish(Packet(topic=DEVICE_TOPICS.conn, payload=born, retain=True))

    async def _show(self, show: ShowOnPanel) -> Message:
        self._must_have_some()
        self.panel.append(f"{show.number} {show.counter}".strip())
        return Done()

    async def _rotate(self, rotate: RotateOnPanel) -> Message:
        self._must_have_some()
        self.passing = rotate.texts
        return Done()

    async def _light(self, light: SetLamp) -> Message:
        self._must_have_some()
        self.lamps[light.lamp] = light.state
        return Done()

    def _must_have_some(self) -> None:
        self.asked += 1
        if self.bare:
            raise NoSuchDeviceError("This box has none.")


class Hall:
    """A site with its signs, its buttons, and what the officers' pages were told."""

    def __init__(self, site: LiveSite, announcer: Announcer) -> None:
        self.site, self.announcer = site, announcer
        self.told: list[Pressed] = []
        self.calls = 0
        self._tell = site.hub.tell
        site.hub.tell = self._hear  # type: ignore[method-assign]

    def _hear(self, event: str, data: str) -> None:
        if event == "press":
            self.told.append(msgspec.json.decode(data, type=Pressed))
        self.calls += event == "call"
        self._tell(event, data)

    async def take(self, request: str, service: str = "ho-tich") -> None:
        wish = TakeTicket(request=request, kiosk="k", service=service)
        await self.site.change(self.site.tickets.take, wish)

    async def signs_in(self, counter: str) -> None:
        add = self.site.store.add_session
        await self.site.change(add, f"token {counter}", counter, MONDAY.date(), 3)


@asynccontextmanager
async def hall(tmp_path: Path, broker: MemoryBroker, show_s: float = 0.2) -> AsyncIterator[Hall]:
    sample = sample_config(tmp_path, buttons=BUTTONS, voice=VoiceConfig(show_s=show_s))
    desks = tuple(msgspec.structs.replace(one, lamp=f"lamp-{one.id}") for one in sample.counters)
    config = msgspec.structs.replace(sample, counters=desks)
    async with (
        broker.connect() as bus,
        Worker("store") as worker,
        asking(bus, COUNTER_TOPICS.reply, COUNTER) as ask,
    ):
        store = await worker.do(Store, tmp_path / DATABASE)
        site = LiveSite(config, store, worker, SimulatedClock(MONDAY))
        announcer = Announcer(site, bus, ask, DEVICE_TOPICS.cmd)
        works = (
            announcer.run(),
            SignKeeper(site, bus, ask, DEVICE_TOPICS).run(),
            Buttons(site, announcer, bus, DEVICE_TOPICS.signal).run(),
        )
        try:
            async with alongside(*works, name="counter"):
                yield Hall(site, announcer)
        finally:
            await worker.do(store.close)


@asynccontextmanager
async def fitted(broker: MemoryBroker, *, bare: bool = False) -> AsyncIterator[Devices]:
    async with broker.connect() as bus:
        devices = Devices(bus, bare=bare)
        async with alongside(devices.desk.serve(), name="devices"):
            await devices.is_born()
            yield devices


async def test_a_press_calls_the_panel_shows_it_and_the_lamp_says_what_the_desk_does(
    tmp_path: Path,
) -> None:
    broker = MemoryBroker()
    async with fitted(broker) as devices, hall(tmp_path, broker) as site:
        await until(lambda: set(devices.lamps.values()) == {LampState.OFF}, "dark lamps")
        await site.signs_in("1")
        await site.take("r1")
        await devices.press("call-1", "b-1-1")
        await until(lambda: devices.panel[-1:] == ["A001 1"], "the call on the panel")
        await until(lambda: devices.lamps["lamp-1"] is LampState.BLINKING, "a blinking lamp")
        assert devices.lamps["lamp-2"] is LampState.OFF
        await until(lambda: devices.lamps["lamp-1"] is LampState.ON, "a burning lamp")
        assert devices.panel[-1] == "A001 1", "it stays while it is served"
        await devices.press("served-1", "b-1-2")
        await until(lambda: devices.panel[-1] == "", "a dark panel")
        await until(lambda: devices.lamps["lamp-1"] is LampState.OFF, "a dark lamp")
        assert [one.code for one in site.told] == ["", ""]


async def test_the_same_press_again_is_neither_carried_out_nor_told(tmp_path: Path) -> None:
    broker = MemoryBroker()
    async with fitted(broker) as devices, hall(tmp_path, broker) as site:
        await site.signs_in("1")
        for request in ("r1", "r2"):
            await site.take(request)
        for _ in range(3):
            await devices.press("call-1", "b-1-1")
        await devices.press("call-2", "b-1-2")  # whose answer says that all before are done
        await until(lambda: len(site.told) == 2, "both presses")
        assert [(one.counter, one.code) for one in site.told] == [("1", ""), ("2", "press.nobody")]
        view = await site.site.view()
        assert [desk.ticket for desk in view.counters] == ["A001", "", ""]


async def test_a_device_process_that_begins_anew_is_shown_everything_again(tmp_path: Path) -> None:
    broker = MemoryBroker()
    async with fitted(broker) as devices, hall(tmp_path, broker) as site:
        await site.signs_in("1")
        await site.take("r1")
        await devices.press("call-1", "b-1-1")
        await until(lambda: devices.lamps.get("lamp-1") is LampState.ON, "the call announced")
        await devices.is_born()
        await until(lambda: devices.panel == ["A001 1"], "the panel as it was")
        await until(lambda: devices.lamps.get("lamp-1") is LampState.ON, "the lamp as it was")


async def test_name_hours_and_notice_pass_over_the_panel(tmp_path: Path) -> None:
    broker = MemoryBroker()
    async with fitted(broker) as devices, hall(tmp_path, broker):
        await until(lambda: len(devices.passing) == 3, "the texts")
    name, hours, notice = devices.passing
    assert "Gio Linh" in name
    assert hours == "Hôm nay nhận số 00:00-24:00"
    assert "căn cước" in notice
    sunday = MONDAY + timedelta(days=6)
    closed = msgspec.structs.replace(sample_config(tmp_path), hours=Hours(), notice={})
    assert passing(closed, MONDAY)[1] == "Hôm nay nhận số 07:30-11:30, 13:30-17:00"
    assert passing(closed, sunday)[1:] == ("Hôm nay không nhận số",)


async def test_a_number_called_again_is_shown_again(tmp_path: Path) -> None:
    broker = MemoryBroker()
    async with fitted(broker) as devices, hall(tmp_path, broker) as site:
        await site.signs_in("1")
        await site.take("r1")
        await devices.press("call-1", "b-1-1")
        await until(lambda: devices.lamps.get("lamp-1") is LampState.ON, "its end")
        before = devices.panel.count("A001 1")
        call = await site.site.change(
            site.site.desks.recall, "1", await site.site.do(site.site.desks.serves, "1")
        )
        site.announcer.add(call)
        await until(lambda: devices.panel.count("A001 1") > before, "the second call")


async def test_a_box_without_panel_and_lamps_is_asked_once_for_each_and_calls_go_on(
    tmp_path: Path,
) -> None:
    broker = MemoryBroker()
    async with fitted(broker, bare=True) as devices, hall(tmp_path, broker) as site:
        await site.signs_in("1")
        await site.take("r1")
        await devices.press("call-1", "b-1-1")
        await until(lambda: site.calls == 1, "the call")
        await until(lambda: site.site.announcing is None, "its end")
        asked = devices.asked
        await asyncio.sleep(0.1)
        assert devices.asked == asked, "what is not there is not asked for again and again"


async def test_what_stands_on_the_signs_is_true_after_the_bus_was_away(tmp_path: Path) -> None:
    broker = MemoryBroker()
    async with hall(tmp_path, broker) as site:
        await site.signs_in("1")
        await site.take("r1")
        call = await site.site.change(site.site.desks.next, "1", "")
        assert call
        site.announcer.add(call)
        async with fitted(broker) as devices:
            await until(lambda: devices.panel[-1:] == ["A001 1"], "the panel")
