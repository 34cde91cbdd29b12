"""A one-stop office with a real kiosk on a virtual screen, and nothing of it out of reach.

Brokers, controller, counter server, the commune's register, device process and kiosk are processes
of their own, with all they write under one folder, and what is in memory under another.
"""

import asyncio
import contextlib
import getpass
import os
import random
import secrets
import shutil
import signal
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from pathlib import Path
from time import monotonic, sleep
from typing import Any, TypeVar

import httpx
import msgspec

from bench.soak.marks import write_paper
from devices.camera.simulated import SimulatedCameraConfig
from devices.config import DevicesConfig
from devices.contract.clock import LOCAL
from devices.contract.config import Config, parse_toml
from devices.contract.toml import as_toml
from devices.printer.simulated import SimulatedPrinterConfig
from devices.scan.settings import ScansConfig
from devices.scanner.simulated import SimulatedScannerConfig
from devices.speaker.headphones import HeadphonesConfig
from devices.speaker.simulated import SimulatedSpeakerConfig
from devices.web.pin import hash_pin
from kiosk.counter.appointments.config import AppointmentsConfig
from kiosk.counter.config import CounterConfig
from kiosk.register.bookings.config import BookableConfig, BookingsConfig, HoursOfDay
from kiosk.register.config import RegisterConfig
from kiosk.ui.config import KioskConfig
from kiosk.ui.state import Rules
from provisioning.broker import LOOPBACK
from provisioning.demo import sample
from provisioning.demo.child import Child
from provisioning.demo.office import OFFICER, PASSWORD
from provisioning.demo.plan import Plan
from provisioning.demo.ports import any_ports
from provisioning.demo.run import Province, standing
from provisioning.demo.sample import BOX_A, BOX_B
from provisioning.demo.screen import free_displays
from provisioning.demo.topology import Broker, Settings, province_plan

C = TypeVar("C", bound=Config)
DESK, SERVICE = "quay-2", "ho-tich"
"""Who serves the one service that numbers are taken for."""
CONTROLLER = "province.controller"
_MEMORY = Path("/dev/shm")  # noqa: S108 - it is the memory that this is about
_HERE = {f"{BOX_A}.{part}" for part in ("broker", "screen", "counter", "register", "devices")}
_HERE |= {f"{BOX_A}.kiosk", "province.broker", CONTROLLER}
_IMPATIENT = Rules(
    warn_after_s=5,
    wipe_after_s=5,
    settle_s=0,
    ticket_shown_s=3,
    unprinted_shown_s=10,
    note_shown_s=3,
)
_BOOKED = 12
_READY_S = 180.0
_REMEMBERED = 20


@dataclass(frozen=True, slots=True)
class Known:
    """What the commune knows already: codes that are no secret of anybody here."""

    dossier: str
    bookings: tuple[str, ...]


class Office:
    """What runs, and what can be done to it from outside the kiosk."""

    def __init__(self, province: Province, root: Path, memory: Path, urls: dict[str, str]) -> None:
        self.province = province
        self.root = root
        self.memory = memory
        self.known = Known("", ())
        self.served: list[str] = []
        self.register = urls["register"]
        counter = urls["counter"]
        self._console = httpx.Client(base_url=counter, headers={"Origin": counter}, timeout=10)
        self._world = root / "world"

    @property
    def scans(self) -> Path:
        """Where papers lie while they are scanned."""
        return self.memory / "scans"

    def child(self, part: str) -> Child:
        """Return a process of the box, as it is tended."""
        return self.province.children[f"{BOX_A}.{part}"]

    def hold(self, text: str) -> None:
        """Hold something before the scanner."""
        with (self._world / "scans.txt").open("a", encoding="utf-8") as inbox:
            inbox.write(f"{text}\n")

    def lay_paper(self) -> None:
        """Lay the marked paper under the camera."""
        write_paper(self._world / "camera" / f"paper-{secrets.token_hex(4)}.png")

    def lay_again(self) -> None:
        """Lay the same paper anew: a camera that was opened afresh sees an empty desk."""
        for paper in (self._world / "camera").glob("*.png"):
            paper.touch()

    def suffer(self, device: str, word: str) -> None:
        """Put a device out of order, or with no word in order."""
        (self._world / f"{device}.fault").write_text(word, encoding="utf-8")

    def kill(self, part: str) -> int:
        """End a process with kill -9; return its number."""
        return self.send(part, signal.SIGKILL)

    def send(self, part: str, number: signal.Signals) -> int:
        """Send a process a signal; return its number."""
        pid = self.child(part).pid
        assert pid, f"{part} does not run: {self.child(part).last_words()}"  # 0 would be ourselves
        os.kill(pid, number)
        return pid

    def wait_for(self, part: str, killed: int) -> None:
        """Wait until a killed process's successor is in service."""
        child, end = self.child(part), monotonic() + _READY_S
        while child.pid in (0, killed) or not child.is_ready:
            assert monotonic() < end, f"{part} never came back: {child.last_words()}"
            sleep(0.02)

    def serve_all(self) -> None:
        """Have the officer call and finish everybody who waits."""
        current = ""
        while True:
            state = self._asked("next", {"current": current})
            ticket = state.get("current")
            if not ticket:
                return
            current = str(ticket["id"])
            self.served = [*self.served[-_REMEMBERED:], str(ticket["number"])]

    def close(self) -> None:
        """Let the officer go home."""
        self._console.close()

    def _asked(self, word: str, body: dict[str, str]) -> dict[str, Any]:
        end = monotonic() + _READY_S
        while True:  # the counter server may just have been started again
            try:
                answer = self._console.post(f"/api/officer/{word}", json=body)
                if answer.status_code == httpx.codes.UNAUTHORIZED:
                    who = {"counter": DESK, "pin": sample.PIN}
                    self._console.post("/api/officer/sign-in", json=who).raise_for_status()
                    answer = self._console.post(f"/api/officer/{word}", json=body)
                return dict(answer.raise_for_status().json())
            except httpx.HTTPError:
                assert monotonic() < end, "the counter server does not serve"
                body = {"current": str((self._state().get("current") or {}).get("id", ""))}
                sleep(0.2)

    def _state(self) -> dict[str, Any]:
        try:
            return dict(self._console.get("/api/officer/state").raise_for_status().json())
        except httpx.HTTPError:
            return {}


@contextlib.asynccontextmanager
async def standing_office(root: Path, *, without: str = "") -> AsyncIterator[Office]:
    """Run it all for as long as the context lasts, or all but one process."""
    for name in ("Xvfb", "mosquitto"):
        assert shutil.which(name, path=f"{os.defpath}:/usr/sbin"), f"apt-get install {name.lower()}"
    memory = _MEMORY / f"motcua-soak-{secrets.token_hex(4)}"
    memory.mkdir(mode=0o700)
    for name in ("tmp", "home", "world/camera"):
        (root / name).mkdir(parents=True)
    ports = any_ports((BOX_A, BOX_B))
    own = {"TMPDIR": str(root / "tmp"), "HOME": str(root / "home"), "SOAK_FOLDER": str(root)}
    settings = Settings(
        root=root,
        ports=ports,
        displays={BOX_A: random.choice(free_displays())},
        broker=Broker.MOSQUITTO,
        python=sys.executable,
        env={**os.environ, **own},
        user=getpass.getuser(),
        pin_hash=hash_pin(sample.PIN),
    )
    urls = {
        name: f"http://{LOOPBACK}:{port}"
        for name, port in (("counter", ports.counter), ("register", ports.register))
    }
    try:
        async with standing(_changed(province_plan(settings), root, memory, without)) as province:
            office = Office(province, root, memory, urls)
            office.known = await asyncio.to_thread(_seeded, urls["register"])
            office.lay_paper()
            try:
                yield office
            finally:
                office.close()
    finally:
        shutil.rmtree(memory)


def _changed(plan: Plan, root: Path, memory: Path, without: str) -> Plan:
    """Return the demo's plan with one box, its camera, and all it keeps within reach."""
    world = root / "world"
    files = dict(plan.files)

    def change(part: str, kind: type[C], how: Callable[[C], C]) -> None:
        path = next(path for path in files if path.match(f"{BOX_A}/{part}.toml"))
        files[path] = as_toml(how(parse_toml(files[path], kind)))

    change("devices", DevicesConfig, lambda config: _devices(config, world, memory))
    change("counter", CounterConfig, lambda config: _counter(config, memory))
    change("register", RegisterConfig, _register)
    change("kiosk", KioskConfig, lambda config: _kiosk(config, root, memory))
    watched = f"{BOX_A}.kiosk"
    layers = []
    for layer in plan.layers:
        children = [
            replace(one, argv=(one.argv[0], "-m", "bench.soak.watched", *one.argv[4:]))
            if one.name == watched
            else one
            for one in layer.children
            if one.name in _HERE - {without}
        ]
        layers.append(replace(layer, children=tuple(children)))
    return replace(
        plan,
        layers=tuple(layer for layer in layers if layer.children),
        lines=tuple(line for line in plan.lines if line.box == BOX_A),
        files=files,
        dashboard=None if without == CONTROLLER else plan.dashboard,
    )


def _devices(config: DevicesConfig, world: Path, memory: Path) -> DevicesConfig:
    def fault(device: str) -> str:
        return str(world / f"{device}.fault")

    return msgspec.structs.replace(
        config,
        printer=SimulatedPrinterConfig(faults_file=fault("printer")),
        scanner=SimulatedScannerConfig(
            inbox=str(world / "scans.txt"), faults_file=fault("scanner")
        ),
        camera=SimulatedCameraConfig(
            folder=str(world / "camera"),
            show_s=1e9,
            pictures_per_s=10,
            width_px=1200,
            height_px=900,
            faults_file=fault("camera"),
        ),
        scans=ScansConfig(folder=str(memory / "scans"), pages=4),
        speaker=SimulatedSpeakerConfig(),
        headphones=HeadphonesConfig(sound=SimulatedSpeakerConfig()),
        panel=None,
    )


def _counter(config: CounterConfig, memory: Path) -> CounterConfig:
    drafts = msgspec.structs.replace(
        config.drafts, key_folder=str(memory / "drafts"), keep_min=5, most_waiting=1000
    )
    anytime = AppointmentsConfig(early_min=720, late_min=720)
    return msgspec.structs.replace(config, drafts=drafts, appointments=anytime)


def _register(config: RegisterConfig) -> RegisterConfig:
    hours = (HoursOfDay(first=time(0), last=time(23, 55)),)
    service = BookableConfig(
        id=SERVICE, names={"vi": "Hộ tịch"}, slot_min=5, places=100, hours=hours
    )
    return msgspec.structs.replace(config, bookings=BookingsConfig(services=(service,)))


def _kiosk(config: KioskConfig, root: Path, memory: Path) -> KioskConfig:
    glass = msgspec.structs.replace(config.glass, mirror_file=str(mirror_of(root)))
    return msgspec.structs.replace(
        config, rules=_IMPATIENT, glass=glass, scans_folder=str(memory / "scans")
    )


def mirror_of(root: Path) -> Path:
    """Return where the kiosk says what stands on its glass."""
    return root / "world" / "glass.json"


def _seeded(url: str) -> Known:
    """Have the commune receive somebody's dossier, ask a fee for it, and make appointments."""
    with httpx.Client(base_url=url, headers={"Origin": url}, timeout=20) as browser:
        signed = browser.post("/sign-in", data={"officer": OFFICER, "password": PASSWORD})
        assert signed.status_code < 400, signed.text
        form = {"key": "1" * 32, "form": "1.004884", "accept_now": "yes", "papers": "Tờ khai"}
        received = browser.post("/receive", data={**form, "owner": "Hồ Thị Mận"})
        dossier = received.headers["location"].rpartition("/")[2]
        for number in range(_BOOKED):
            begins = _slot(number)
            browser.post("/bookings", data={"slot": f"{SERVICE}@{begins.isoformat()}"})
        token = browser.post(
            "/oauth/token",
            data={"grant_type": "client_credentials"},
            auth=("gio-linh-counter", PASSWORD),
        ).json()["access_token"]
        shown = {"Authorization": f"Bearer {token}", "Idempotency-Key": "soak"}
        fee = {"dossier": dossier, "amount_vnd": 8000, "reference": "SOAK 1", "what": "Lệ phí"}
        asked = browser.post("/api/payments/fees", json=fee, headers=shown)
        assert asked.status_code < 300, asked.text
        booked = browser.get("/api/bookings/appointments", headers=shown).json()
        assert booked, "nobody could be booked"
        return Known(dossier=dossier, bookings=tuple(str(one["code"]) for one in booked))


def _slot(number: int) -> datetime:
    """Return a time of today that is still to come."""
    now = datetime.now(LOCAL) + timedelta(minutes=5 * (number + 1))
    return now.replace(minute=now.minute // 5 * 5, second=0, microsecond=0)
