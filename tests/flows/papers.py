"""Tickets and slips through a failing printer: who asks for them, what fails, what came out.

The device process is `motcua devices`, asked over a real mosquitto as a kiosk asks it; the printer
is emupos behind a line that fails (`tests/counterparts/printer_line.py`). Each sheet wears a QR
symbol of its own, and every picture is compared with it dot by dot.
"""

import asyncio
import contextlib
import itertools
import os
import random
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from enum import Enum, auto
from pathlib import Path

import zxingcpp
from PIL import Image, ImageChops

from devices.printer.port import reprinted
from devices.printer.raster import draw
from devices.receipt import Qr, Receipt
from devices.runtime.alongside import alongside
from devices.runtime.mqtt_bus import mqtt_bus
from devices.runtime.requests import asking
from devices.runtime.settings import BusConfig
from kiosk.receipt import ticket_receipt
from kiosk.sample import SAMPLE_SITE, sample_ticket
from kiosk.ui.devices_link import DevicesLink, MayBePrintedError, NotPrintedError
from kiosk.ui.events import DevicesSeen, Event, PrintSlip, SlipPrinted
from kiosk.ui.flows.slips import SlipClerk
from kiosk.ui.world import PrinterState
from tests.counterparts.emupos import Emupos, emupos_running
from tests.counterparts.mosquitto import RealBroker
from tests.counterparts.printer_line import Moment, PrinterLine, printer_line
from tests.devices.boxes import BOX, NEIGHBOUR
from tests.kiosk.papers.samples import PAPERS

DOTS = 576
_MARK = "to giay:"
_RUN = "import typer; from devices.main import main; typer.run(main)"
_PATIENCE_S = 600.0
_LASTS_S = (0.1, 0.6)


class Told(Enum):
    """What the citizen was told of a sheet."""

    PRINTED = auto()
    NOT_PRINTED = auto()
    IN_DOUBT = auto()
    NOTHING = auto()


@dataclass
class Sheet:
    """One paper asked for."""

    name: str
    kind: str
    receipt: Receipt
    told: Told = Told.NOTHING


@dataclass
class Came:
    """What came out of one sheet."""

    whole: int = 0
    marked: int = 0
    pieces: int = 0


def sheet(name: str, kind: str, language: str = "vi") -> Sheet:
    """Return a paper of this kind ("ticket" or a sample's name) which tells its name."""
    if kind == "ticket":
        receipt = ticket_receipt(sample_ticket(language=language), SAMPLE_SITE)
    else:
        receipt = PAPERS[kind](language)
    return Sheet(name, kind, Receipt(blocks=(Qr(data=_MARK + name), *receipt.blocks)))


KINDS = ("ticket", *PAPERS)


# What came out


@dataclass
class Verdict:
    """The papers of a run against what was told of them."""

    came: dict[str, Came] = field(default_factory=dict)
    strange: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    denied: list[str] = field(default_factory=list)
    marked_twins: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        """Nothing lost, doubled, or out though told not to be; a marked twin is told apart."""
        return not (self.strange or self.lost or self.doubled or self.denied)


def judged(sheets: list[Sheet], pictures: list[Path]) -> Verdict:
    """Return what came out, and what is wrong with it."""
    verdict = Verdict(came={each.name: Came() for each in sheets})
    receipts = {each.name: each.receipt for each in sheets}
    for path in pictures:
        _see(verdict, receipts, path)
    for each in sheets:
        came = verdict.came[each.name]
        if each.told is Told.PRINTED and not came.whole + came.marked:
            verdict.lost.append(each.name)
        if came.whole > 1:
            verdict.doubled.append(each.name)
        if each.told is Told.NOT_PRINTED and came.whole + came.marked:
            verdict.denied.append(each.name)
        if came.whole <= 1 < came.whole + came.marked:
            verdict.marked_twins.append(each.name)
    return verdict


def _see(verdict: Verdict, receipts: dict[str, Receipt], path: Path) -> None:
    with Image.open(path) as opened:
        picture = _to_its_last_ink(opened.convert("L"))
    names = {
        code.text.removeprefix(_MARK)
        for code in zxingcpp.read_barcodes(picture)
        if code.text.startswith(_MARK)
    }
    if not names:  # torn before its name, if it is small enough for that
        if picture.height > _HEAD_DOTS:
            verdict.strange.append(path.name)
        return
    name = names.pop()
    if names or name not in receipts:
        verdict.strange.append(path.name)
        return
    came = verdict.came[name]
    plain = _drawn(receipts[name])
    if _same(picture, plain):
        came.whole += 1
    elif _begins(picture, plain):
        came.pieces += 1
    elif _same(picture, marked := _drawn(reprinted(receipts[name]))):
        came.marked += 1
    elif _begins(picture, marked):
        came.pieces += 1
    else:
        verdict.strange.append(path.name)


_HEAD_DOTS = 300


def _drawn(receipt: Receipt) -> Image.Image:
    return _to_its_last_ink(draw(receipt, DOTS).whole().convert("L"))


def _to_its_last_ink(picture: Image.Image) -> Image.Image:
    ink = ImageChops.invert(picture).getbbox()
    return picture.crop((0, 0, picture.width, ink[3] if ink else 0))


def _begins(piece: Image.Image, whole: Image.Image) -> bool:
    return piece.height < whole.height and _same(piece, whole.crop((0, 0, DOTS, piece.height)))


def _same(one: Image.Image, other: Image.Image) -> bool:
    return one.size == other.size and ImageChops.difference(one, other).getbbox() is None


# The box


class Box:
    """A device process on its bus, its line and its printer."""

    def __init__(self, folder: Path, bus_port: int, line: PrinterLine) -> None:
        self.folder = folder
        self.line = line
        self.kills = self.power_cuts = 0
        self.emupos: Emupos
        self._printer = contextlib.ExitStack()
        self._process: asyncio.subprocess.Process | None = None
        self._log = folder / "devices.log"
        self._config = folder / "box.toml"
        self._config.write_text(
            f'box = "{BOX}"\nstate_dir = "{folder}/state"\nbus = {{ port = {bus_port} }}\n'
            '[printer]\ndriver = "escpos"\n'
            f'wire = {{ by = "tcp", host = "127.0.0.1", port = {line.port} }}\n'
        )

    async def begin(self) -> None:
        """Start the device process."""
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-c", _RUN, "--config", str(self._config)), stderr=log
            )

    async def kill(self) -> None:
        """End it with kill -9."""
        if self._process and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()

    async def printer_on(self) -> None:
        """Start emupos, on the port it had."""
        port = self.line.to_port
        running = emupos_running(self.folder, port=port)
        self.emupos = await asyncio.to_thread(self._printer.enter_context, running)
        self.line.to_port = self.emupos.port

    async def printer_off(self) -> None:
        """Take its power away. What it has said is on paper by then."""
        self.line.cut()
        await asyncio.to_thread(self.emupos.mend)  # one thing after the other
        os.kill(self.emupos.pid, signal.SIGKILL)
        await asyncio.to_thread(self._printer.close)

    async def end(self) -> None:
        """End both."""
        await self.kill()
        await asyncio.to_thread(self._printer.close)

    def pictures(self) -> list[Path]:
        """Return what came out so far, oldest first."""
        return [done.with_suffix(".png") for done in sorted(self.folder.glob("receipts/*.json"))]

    def marked(self) -> int:
        """Return how often the device process printed a job that may have been out."""
        lines = self._log.read_text("utf-8", "replace").splitlines()
        return sum('"print.again"' in line for line in lines)

    def book(self) -> Path:
        """Return the device process's book of jobs."""
        return self.folder / "state" / "print-jobs.sqlite"


# Who asks


class WatchedLink(DevicesLink):
    """A kiosk's link to its devices; `failure` is the last printing's."""

    failure: NotPrintedError | None = None

    async def print_receipt(self, job: str, receipt: Receipt) -> None:
        self.failure = None
        try:
            await super().print_receipt(job, receipt)
        except NotPrintedError as error:
            self.failure = error
            raise


class Public:
    """Citizens at one kiosk, one after the other."""

    def __init__(self, devices: WatchedLink) -> None:
        self._devices = devices
        self._slips = SlipClerk(devices, self._hear)
        self._heard: Event | None = None
        self._printer = PrinterState.FAULT
        self.sheets: list[Sheet] = []

    def _hear(self, event: Event) -> None:
        self._heard = event

    def sees(self, event: Event) -> None:
        """Take note of how the kiosk sees its devices."""
        if isinstance(event, DevicesSeen):
            self._printer = event.printer

    async def has_asked(self, more: int) -> None:
        """Wait until so many more papers have been asked for."""
        enough = len(self.sheets) + more
        while len(self.sheets) < enough:
            await asyncio.sleep(0.02)

    async def _comes_to_the_glass(self) -> None:
        while self._printer is not PrinterState.READY:  # it offers no paper
            await asyncio.sleep(0.02)

    async def wants(self, number: int, kind: str, language: str) -> None:
        """Get this paper: a ticket under its id until it is there, a slip by asking anew."""
        async with asyncio.timeout(_PATIENCE_S):
            for turn in itertools.count():
                await self._comes_to_the_glass()
                one = sheet(f"{number}.{turn}", kind, language)
                self.sheets.append(one)
                await (self.takes_ticket(one) if kind == "ticket" else self._takes_slip(one))
                if one.told is Told.PRINTED:
                    return
                await asyncio.sleep(0.5)

    async def takes_ticket(self, one: Sheet, job: str = "") -> None:
        """Have a number printed as the kiosk does: the same job until it is on paper."""
        one.told = Told.NOTHING
        while one.told is not Told.PRINTED:
            await self._comes_to_the_glass()
            try:
                await self._devices.print_receipt(job or f"job-{one.name}", one.receipt)
            except NotPrintedError:
                await asyncio.sleep(0.5)
            else:
                one.told = Told.PRINTED

    async def _takes_slip(self, one: Sheet) -> None:
        printing = self._slips.begin(PrintSlip(receipt=one.receipt), None)
        assert printing
        await printing
        if isinstance(self._heard, SlipPrinted):
            one.told = Told.PRINTED
        elif isinstance(self._devices.failure, MayBePrintedError):
            one.told = Told.IN_DOUBT
        else:
            one.told = Told.NOT_PRINTED


# What fails


class Faults:
    """Faults of every kind in turn, in an order and at moments of chance."""

    def __init__(
        self,
        box: Box,
        public: Public,
        rng: random.Random,
        kinds: tuple[str, ...],
        between: tuple[int, int],
    ) -> None:
        self._box = box
        self._public = public
        self._rng = rng
        self._kinds = kinds
        self._between = between
        self.struck = Counter[str]()
        self.moments = Counter[Moment]()

    async def happen(self) -> None:
        """Go on for ever; mended when cancelled."""
        try:
            while True:
                for kind in self._rng.sample(self._kinds, len(self._kinds)):
                    await self._public.has_asked(self._rng.randint(*self._between))
                    await self._happen(kind)
        finally:
            self._box.line.disarm()

    async def _happen(self, kind: str) -> None:
        moment = self._rng.choice((Moment.SOMEWHERE, Moment.SOMEWHERE, *Moment))
        struck = asyncio.Event()

        async def strike() -> None:
            self.struck[kind] += 1
            self.moments[moment] += 1
            await self._strike(kind)
            struck.set()

        self._box.line.arm(moment, strike, after_bytes=self._rng.randrange(30_000))
        await struck.wait()
        await asyncio.sleep(self._rng.uniform(*_LASTS_S))
        await asyncio.shield(asyncio.ensure_future(self._mend(kind)))

    async def _strike(self, kind: str) -> None:
        box = self._box
        match kind:
            case "paper-out" | "cover-open" | "paper-near-end" | "offline":
                await asyncio.to_thread(box.emupos.fault_set, kind)
            case "recoverable" | "unrecoverable":
                box.line.error_bits = 0x20 if kind == "unrecoverable" else 0x08
                await asyncio.to_thread(box.emupos.fault_set, "offline")
            case "mute":
                box.line.muted = True
            case "slow":
                box.line.bytes_s = 8_000
            case "cut":
                box.line.cut()
            case "refused":
                box.line.refused = True
                box.line.cut()
            case "power":
                box.power_cuts += 1
                await box.printer_off()
            case "killed":
                box.kills += 1
                await box.kill()
            case _:
                raise ValueError(kind)

    async def _mend(self, kind: str) -> None:
        box, line = self._box, self._box.line
        line.error_bits = line.bytes_s = 0
        line.muted = line.refused = False
        if kind == "power":
            await box.printer_on()
        elif kind == "killed":
            await box.begin()
        else:
            await asyncio.to_thread(box.emupos.mend)


FAULTS = (
    *("paper-out", "cover-open", "paper-near-end", "offline", "recoverable", "unrecoverable"),
    *("mute", "slow", "cut", "refused", "power", "killed"),
)


# All of it


@contextlib.asynccontextmanager
async def box_at_work(folder: Path) -> AsyncIterator[tuple[Box, Public]]:
    """Run a box and its printer, with nothing failing yet."""
    (folder / "broker").mkdir(parents=True)
    async with (
        RealBroker(folder / "broker") as broker,
        printer_line(0) as line,
        mqtt_bus(BusConfig(port=broker.port), "kiosk") as bus,
        asking(bus, NEIGHBOUR.reply, "kiosk") as ask,
    ):
        box = Box(folder, broker.port, line)
        try:
            await box.printer_on()
            await box.begin()
            link = WatchedLink(bus, ask, BOX, print_within_s=25.0)
            public = Public(link)
            async with alongside(link.watch(public.sees), name="devices"):
                yield box, public
        finally:
            await box.end()


async def papers_through_faults(
    box: Box,
    public: Public,
    *,
    papers: int,
    seed: int,
    kinds: tuple[str, ...] = KINDS,
    failing: tuple[str, ...] = FAULTS,
    between: tuple[int, int] = (0, 3),
) -> Faults:
    """Have so many papers printed, and more until all has failed once; returns what failed.

    `between` two faults so many papers are asked for, by chance.
    """
    rng = random.Random(seed)
    faults = Faults(box, public, rng, failing, between)
    async with alongside(faults.happen(), name="faults"):
        for number in itertools.count():
            if number >= papers and set(failing) == set(faults.struck):
                break
            await public.wants(number, rng.choice(kinds), rng.choice(("vi", "en")))
    return faults
