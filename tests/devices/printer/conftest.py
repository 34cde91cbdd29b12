"""Printers to test: the twin, and emupos behind every wire that answers."""

import contextlib
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from devices.printer.drivers import PrinterConfig
from devices.printer.escpos import EscposConfig
from devices.printer.lines import SerialWireConfig, UsbWireConfig
from devices.printer.port import Printer
from devices.printer.simulated import SimulatedPrinterConfig
from devices.printer.wires import TcpWireConfig
from tests.counterparts.emupos import Emupos, NoEmuposError, emupos_running


@dataclass(frozen=True)
class Bench:
    """A printer that is open, with hands on it: faults, and a look at what came out."""

    printer: Printer
    break_it: Callable[[str], None]
    mend: Callable[[], None]
    pictures: Callable[[], list[Path]]


@contextlib.contextmanager
def running(directory: Path, *, port: int = 0) -> Iterator[Emupos]:
    """Run an emulator, or fail the test in one line."""
    with contextlib.ExitStack() as stack:
        try:
            emulator = stack.enter_context(emupos_running(directory, port=port))
        except NoEmuposError as error:
            pytest.fail(str(error), pytrace=False)
        yield emulator


@pytest.fixture(scope="module")
def shared_emupos(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emupos]:
    with running(tmp_path_factory.mktemp("emupos")) as emulator:
        yield emulator


@pytest.fixture
def emupos(shared_emupos: Emupos) -> Iterator[Emupos]:
    """Lend the module's emulator, without faults."""
    shared_emupos.mend()
    yield shared_emupos
    shared_emupos.mend()


def tcp(emulator: Emupos) -> TcpWireConfig:
    return TcpWireConfig(host="127.0.0.1", port=emulator.port)


def serial(emulator: Emupos) -> SerialWireConfig:
    return SerialWireConfig(path=str(emulator.pty), baud=9600, flow="none")


def usb(emulator: Emupos) -> UsbWireConfig:
    return UsbWireConfig(path=str(emulator.pty))


WIRES: dict[str, Callable[[Emupos], TcpWireConfig | SerialWireConfig | UsbWireConfig]] = {
    "tcp": tcp,
    "serial": serial,
    "usb": usb,
}


@pytest.fixture(
    params=["simulated", *(pytest.param(wire, marks=pytest.mark.real) for wire in WIRES)]
)
async def bench(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Bench]:
    """Lend each printer in turn: one suite, so that the twin cannot drift."""
    config: PrinterConfig
    if request.param == "simulated":
        faults, folder = tmp_path / "fault", tmp_path / "paper"
        config = SimulatedPrinterConfig(faults_file=str(faults), folder=str(folder))
        async with config.build() as twin:
            yield Bench(
                printer=twin,
                break_it=lambda fault: void(faults.write_text(fault)),
                mend=lambda: faults.unlink(missing_ok=True),
                pictures=lambda: sorted(folder.glob("*.png")),
            )
        return
    emulator: Emupos = request.getfixturevalue("emupos")
    before = len(emulator.pictures())
    config = EscposConfig(wire=WIRES[request.param](emulator))
    async with config.build() as printer:
        yield Bench(
            printer=printer,
            break_it=emulator.fault_set,
            mend=emulator.mend,
            pictures=lambda: emulator.pictures()[before:],
        )


def void(_: object) -> None:
    """Return nothing, whatever came."""
